// Which columns of a lane's picture must be painted again.

export class DirtyColumns {
  #flags = new Uint8Array(0);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** A new width: everything is dirty. */
  reset(widthPx: number): void {
    this.#flags = new Uint8Array(widthPx).fill(1);
    this.#count = widthPx;
  }

  /** Marks columns [from, end), clipped to the picture. */
  mark(from: number, end: number): void {
    const last = Math.min(end, this.#flags.length);
    for (let x = Math.max(0, from); x < last; x++) {
      if (this.#flags[x] === 0) this.#count++;
      this.#flags[x] = 1;
    }
  }

  /** The picture moved `dx` columns to the left (negative: right); what comes in is dirty. */
  scroll(dx: number): void {
    const width = this.#flags.length;
    if (Math.abs(dx) >= width) return this.reset(width);
    const leaving = dx > 0 ? this.#flags.subarray(0, dx) : this.#flags.subarray(width + dx);
    for (const flag of leaving) this.#count -= flag;
    this.#flags.copyWithin(Math.max(0, -dx), Math.max(0, dx), Math.min(width, width + dx));
    if (dx > 0) this.#flags.fill(1, width - dx);
    else this.#flags.fill(1, 0, -dx);
    this.#count += Math.abs(dx);
  }

  /** Takes the rightmost run of at most `limit` dirty columns, [from, end), and calls it clean; null when all are. */
  takeNewest(limit: number): [from: number, end: number] | null {
    if (this.#count === 0) return null;
    const end = this.#flags.lastIndexOf(1) + 1;
    let from = end - 1;
    while (from > 0 && end - from < limit && this.#flags[from - 1] === 1) from--;
    this.#flags.fill(0, from, end);
    this.#count -= end - from;
    return [from, end];
  }
}
