// How many STFT columns fit into a frame. Clocks in browsers step by up to a millisecond, so one measurement says
// nothing: cost is the ratio of two slowly fading sums.

/** Share of the past kept from frame to frame. */
const FADE = 0.9;
/** Below this much measured time the first guess counts more than the measurement, ms. */
const TRUSTED_MS = 4;

export class ColumnBudget {
  readonly #budgetMs: number;
  #guessMs = 0.01;
  #sumMs = 0;
  #sumColumns = 0;

  /** `budgetMs`: worker time per drawn frame. */
  constructor(budgetMs: number) {
    this.#budgetMs = budgetMs;
  }

  get budgetMs(): number {
    return this.#budgetMs;
  }

  /** New settings: nothing measured so far holds. */
  reset(fftLength: number): void {
    // 15 µs for 2048 points, on the slow side of every machine measured.
    this.#guessMs = (0.015 * fftLength * Math.log2(fftLength)) / (2048 * 11);
    this.#sumMs = 0;
    this.#sumColumns = 0;
  }

  /** Cost of one column, ms. */
  get costMs(): number {
    const guessed = TRUSTED_MS / this.#guessMs;
    return (this.#sumMs + TRUSTED_MS) / (this.#sumColumns + guessed);
  }

  /** Columns to compute in this frame, at least two: they are computed in pairs. */
  allowance(): number {
    return Math.max(2, Math.floor(this.#budgetMs / this.costMs));
  }

  /** What a frame's columns really took. */
  measured(columns: number, ms: number): void {
    if (columns === 0) return;
    this.#sumColumns = this.#sumColumns * FADE + columns;
    this.#sumMs = this.#sumMs * FADE + ms;
  }
}
