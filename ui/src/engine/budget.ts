// How many STFT columns fit into a frame. Clocks in browsers step by up to a millisecond, so one measurement says
// nothing: cost is the ratio of two slowly fading sums, which begin with a guess.

/** Share of the past kept from frame to frame. */
const FADE = 0.95;
/** The guess counts as much as this much measured time at first, ms. */
const GUESSED_MS = 4;
/** 15 µs for 2048 points, on the slow side of every machine measured. */
const FIRST_COST_MS = 0.015;
/** Nothing is faster than this share of the first guess, whatever a coarse clock says. */
const LEAST_COST = 0.02;

const work = (fftLength: number): number => fftLength * Math.log2(fftLength);

export class ColumnBudget {
  #work = work(2048);
  #sumMs = GUESSED_MS;
  #sumColumns = GUESSED_MS / FIRST_COST_MS;

  /** New settings: what was measured says how fast the machine is, not what these cost. */
  reset(fftLength: number): void {
    const costMs = (this.costMs * work(fftLength)) / this.#work;
    this.#work = work(fftLength);
    this.#sumMs = GUESSED_MS;
    this.#sumColumns = GUESSED_MS / costMs;
  }

  /** Cost of one column, ms. */
  get costMs(): number {
    const leastMs = (LEAST_COST * FIRST_COST_MS * this.#work) / work(2048);
    return Math.max(leastMs, this.#sumMs / this.#sumColumns);
  }

  /** Columns that fit into `ms`, at least two, so that the slowest machine gets on, too. */
  allowance(ms: number): number {
    return Math.max(2, Math.floor(ms / this.costMs));
  }

  /** What a frame's columns really took. */
  measured(columns: number, ms: number): void {
    if (columns === 0) return;
    this.#sumColumns = this.#sumColumns * FADE + columns;
    this.#sumMs = this.#sumMs * FADE + ms;
  }
}
