// Typed views into WASM memory. Growing the memory detaches every view, so none is kept across calls.

export class WasmMemory {
  readonly #memory: WebAssembly.Memory;
  #f64: Float64Array;
  #f32: Float32Array;
  #u16: Uint16Array;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#f64 = new Float64Array(memory.buffer);
    this.#f32 = new Float32Array(memory.buffer);
    this.#u16 = new Uint16Array(memory.buffer);
  }

  /** `length` values at byte address `pointer`. Use it before the next call into WASM. */
  f64(pointer: number, length: number): Float64Array {
    if (this.#f64.buffer !== this.#memory.buffer) this.#f64 = new Float64Array(this.#memory.buffer);
    return this.#f64.subarray(pointer / 8, pointer / 8 + length);
  }

  f32(pointer: number, length: number): Float32Array {
    if (this.#f32.buffer !== this.#memory.buffer) this.#f32 = new Float32Array(this.#memory.buffer);
    return this.#f32.subarray(pointer / 4, pointer / 4 + length);
  }

  u16(pointer: number, length: number): Uint16Array {
    if (this.#u16.buffer !== this.#memory.buffer) this.#u16 = new Uint16Array(this.#memory.buffer);
    return this.#u16.subarray(pointer / 2, pointer / 2 + length);
  }
}
