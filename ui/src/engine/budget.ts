// How many STFT columns fit into a frame. Clocks in browsers step by up to a millisecond, so one measurement says
// nothing: cost is the ratio of two slowly fading sums.

/** Share of the past kept from frame to frame. */
const FADE = 0.9;
/** Below this much measured time the first guess counts more than the measurement, ms. */
const TRUSTED_MS = 4;

export class ColumnBudget {
  #work = work(2048);
  /** 15 µs for 2048 points, on the slow side of every machine measured. */
  #guessMs = 0.015;
  #sumMs = 0;
  #sumColumns = 0;

  /** New settings: what was measured says how fast the machine is, not what these cost. */
  reset(fftLength: number): void {
    this.#guessMs = (this.costMs * work(fftLength)) / this.#work;
    this.#work = work(fftLength);
    this.#sumMs = 0;
    this.#sumColumns = 0;
  }

  /** Cost of one column, ms. */
  get costMs(): number {
    const guessed = TRUSTED_MS / this.#guessMs;
    return (this.#sumMs + TRUSTED_MS) / (this.#sumColumns + guessed);
  }

  /** Columns that fit into `ms`, at least two: they are computed in pairs. */
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

const work = (fftLength: number): number => fftLength * Math.log2(fftLength);
