// The one requestAnimationFrame loop. Everything that moves is drawn from here, in the order it was added.

import { RunningStats } from '../base/running_stats';

export interface FrameSource {
  request(callback: (nowMs: number) => void): number;
  cancel(handle: number): void;
}

const WINDOW: FrameSource = {
  request: (callback) => requestAnimationFrame(callback),
  cancel: (handle) => cancelAnimationFrame(handle),
};

/** Half a minute at 60 per second would smooth away what a user just saw; five seconds do not. */
const STATS_FRAMES = 300;
/** A pause longer than this is a hidden tab, not a slow frame, ms. */
const PAUSE_MS = 1000;

export class FrameLoop {
  readonly #source: FrameSource;
  readonly #parts = new Set<(nowMs: number) => void>();
  readonly #intervals = new RunningStats(STATS_FRAMES);
  readonly #work = new RunningStats(STATS_FRAMES);
  #handle: number | null = null;
  #lastMs = NaN;
  #recent: { atMs: number; workMs: number }[] = [];
  #divisor = 1;
  #turn = 0;

  constructor(source: FrameSource = WINDOW) {
    this.#source = source;
  }

  /** Calls `part` once per frame until the returned function is called. */
  add(part: (nowMs: number) => void): () => void {
    this.#parts.add(part);
    return () => this.#parts.delete(part);
  }

  start(): void {
    if (this.#handle === null) this.#handle = this.#source.request(this.#tick);
  }

  stop(): void {
    if (this.#handle !== null) this.#source.cancel(this.#handle);
    this.#handle = null;
    this.#lastMs = NaN;
  }

  /** Draws one of so many frames of the screen. */
  setDivisor(divisor: number): void {
    this.#divisor = divisor;
  }

  /** Frames in the last second. */
  get fps(): number {
    return this.#recent.length;
  }

  /** Share of the last second this thread spent drawing. */
  get busy(): number {
    return this.#recent.reduce((sum, { workMs }) => sum + workMs, 0) / 1000;
  }

  /** Time from frame to frame, ms. */
  intervalMs(...fractions: number[]): number[] {
    return this.#intervals.percentiles(...fractions);
  }

  /** Time this thread spent drawing per frame, ms. */
  workMs(...fractions: number[]): number[] {
    return this.#work.percentiles(...fractions);
  }

  readonly #tick = (nowMs: number): void => {
    this.#handle = this.#source.request(this.#tick);
    if (++this.#turn % this.#divisor !== 0) return;
    const interval = nowMs - this.#lastMs;
    if (interval > PAUSE_MS) this.#recent = [];
    else if (interval > 0) this.#intervals.add(interval);
    this.#lastMs = nowMs;
    const startedMs = performance.now();
    for (const part of this.#parts) part(nowMs);
    const workMs = performance.now() - startedMs;
    this.#work.add(workMs);
    this.#recent.push({ atMs: nowMs, workMs });
    while (this.#recent[0]!.atMs <= nowMs - 1000) this.#recent.shift();
  };
}
