// Buffers travel to the page and come back with the next frame message, so that a running picture allocates nothing.

const SMALLEST_BYTES = 4096;
/** Per size class; more than this waiting means that the page needs fewer now. */
const KEPT_PER_CLASS = 64;

/** Buffers in powers of two. */
export class BufferPool {
  readonly #free = new Map<number, ArrayBuffer[]>();

  /** A buffer of at least `bytes`, with whatever it held before. */
  take(bytes: number): ArrayBuffer {
    const size = sizeClass(bytes);
    return this.#free.get(size)?.pop() ?? new ArrayBuffer(size);
  }

  give(buffers: readonly ArrayBuffer[]): void {
    for (const buffer of buffers) {
      // Only our own sizes: a buffer that was detached on the way has length 0.
      const size = buffer.byteLength;
      if (size < SMALLEST_BYTES || sizeClass(size) !== size) continue;
      const free = this.#free.get(size) ?? [];
      if (free.length < KEPT_PER_CLASS) free.push(buffer);
      this.#free.set(size, free);
    }
  }

  clear(): void {
    this.#free.clear();
  }
}

function sizeClass(bytes: number): number {
  let size = SMALLEST_BYTES;
  while (size < bytes) size *= 2;
  return size;
}
