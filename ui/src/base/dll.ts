// Where the live head is right now. Blocks arrive in steps and are noticed late by a varying amount; a second-order
// delay-locked loop turns such (frame, time) observations into a straight line that follows the device's own clock.
// After F. Adriaensen, "Using a DLL to filter time", Linux Audio Conference 2005, with the step made of the frames
// between two observations instead of a fixed period.

import { frame, type Frame } from './units';

export interface DelayLockedLoopOptions {
  /** The stream's nominal rate; the loop finds the true one. */
  sampleRateHz: number;
  /** Loop bandwidth once settled, Hz. Lower is smoother and slower to follow. */
  bandwidthHz?: number;
  /** An observation further off than this is a jump (sleep, new stream): the loop locks anew, ms. */
  relockMs?: number;
  /** The prediction runs at most this far past the last observation, ms: a stopped stream stops the picture. */
  holdMs?: number;
}

/** Predicts the head of a running stream. Times are ms on any one steady clock. */
export class DelayLockedLoop {
  readonly #nominalMsPerFrame: number;
  readonly #bandwidthHz: number;
  readonly #relockMs: number;
  readonly #holdMs: number;
  #msPerFrame: number;
  #lastFrame = 0;
  /** Filtered time of #lastFrame, ms. */
  #lastMs = 0;
  #observedMs = 0;
  #lockedMs = 0;
  #locked = false;
  #shownFrame = -Infinity;

  constructor(options: DelayLockedLoopOptions) {
    this.#nominalMsPerFrame = 1000 / options.sampleRateHz;
    this.#msPerFrame = this.#nominalMsPerFrame;
    this.#bandwidthHz = options.bandwidthHz ?? 0.1;
    this.#relockMs = options.relockMs ?? 500;
    this.#holdMs = options.holdMs ?? 300;
  }

  get locked(): boolean {
    return this.#locked;
  }

  /** The stream's rate on the observer's clock, Hz: differs from the nominal one by the clocks' drift. */
  get rateHz(): number {
    return 1000 / this.#msPerFrame;
  }

  /**
   * `headFrame` frames were there at `timeMs`. Repeated values of `headFrame` are ignored: only an advance says
   * something about the clock. Returns false when the loop had to lock anew (first observation, jump, step back).
   */
  observe(headFrame: Frame, timeMs: number): boolean {
    if (!this.#locked || headFrame < this.#lastFrame) return this.#lock(headFrame, timeMs);
    const advance = headFrame - this.#lastFrame;
    if (advance === 0) return true;
    const predictedMs = this.#lastMs + advance * this.#msPerFrame;
    const errorMs = timeMs - predictedMs;
    if (Math.abs(errorMs) > this.#relockMs) return this.#lock(headFrame, timeMs);

    // Wide at first, so that the loop has settled after a second; then narrow, so that it does not judder.
    const ageS = Math.max((timeMs - this.#lockedMs) / 1000, 1e-3);
    const bandwidthHz = Math.max(this.#bandwidthHz, Math.min(1, 0.5 / ageS));
    const stepS = (advance * this.#nominalMsPerFrame) / 1000;
    // Above 0.5 the discrete loop would ring; a long step is simply a slow observation.
    const omega = Math.min(0.5, 2 * Math.PI * bandwidthHz * stepS);
    this.#lastMs = predictedMs + Math.SQRT2 * omega * errorMs;
    this.#msPerFrame += (omega * omega * errorMs) / advance;
    // No sound card is 1 % off: beyond that the loop follows arrival bursts, not a clock.
    const limit = 0.01 * this.#nominalMsPerFrame;
    const offMs = this.#msPerFrame - this.#nominalMsPerFrame;
    this.#msPerFrame = this.#nominalMsPerFrame + Math.max(-limit, Math.min(limit, offMs));
    this.#lastFrame = headFrame;
    this.#observedMs = timeMs;
    return true;
  }

  /**
   * The head at `nowMs`, fractional, never stepping back between locks. NaN before the first observation.
   * Call it with times that do not decrease.
   */
  headAt(nowMs: number): Frame {
    if (!this.#locked) return frame(NaN);
    const timeMs = Math.min(nowMs, this.#observedMs + this.#holdMs);
    const predicted = this.#lastFrame + (timeMs - this.#lastMs) / this.#msPerFrame;
    this.#shownFrame = Math.max(this.#shownFrame, predicted);
    return frame(this.#shownFrame);
  }

  /** Forgets everything: a new stream. */
  reset(): void {
    this.#locked = false;
    this.#msPerFrame = this.#nominalMsPerFrame;
    this.#shownFrame = -Infinity;
  }

  #lock(headFrame: Frame, timeMs: number): false {
    this.#locked = true;
    this.#lastFrame = headFrame;
    this.#lastMs = timeMs;
    this.#observedMs = timeMs;
    this.#lockedMs = timeMs;
    this.#shownFrame = -Infinity;
    return false;
  }
}
