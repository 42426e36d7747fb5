// Percentiles over the last few hundred values of something measured once per frame.

export class RunningStats {
  readonly #values: Float64Array;
  #count = 0;

  constructor(capacity: number) {
    this.#values = new Float64Array(capacity);
  }

  get count(): number {
    return Math.min(this.#count, this.#values.length);
  }

  add(value: number): void {
    this.#values[this.#count++ % this.#values.length] = value;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Values below which the given fractions lie (nearest rank); NaN when nothing was measured. */
  percentiles(...fractions: number[]): number[] {
    const sorted = this.#values.slice(0, this.count).sort();
    return fractions.map((f) => (sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(f * sorted.length))]! : NaN));
  }
}
