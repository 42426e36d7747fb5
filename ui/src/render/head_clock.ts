// The live edge of the picture: a steady line behind the head of the stream, so that every drawn frame shows the sound at
// the same age.

import { DelayLockedLoop } from '../base/dll';
import { RunningStats } from '../base/running_stats';
import { frame } from '../base/units';
import type { StreamInfo, StreamState } from '../engine/protocol';

/** Assumed until results have shown how long the way through the worker and onto the page is: two frames at 60 Hz, s. */
const FIRST_PIPELINE_S = 2 / 60;
/** No way is shorter, s. */
const LEAST_PIPELINE_S = 0.002;
/** A machine slower than this shows an empty edge rather than an ever older picture, s. */
const MOST_PIPELINE_S = 0.5;
/** A longer pipeline is given back at this share of real time: nobody sees a picture run 4 % fast. */
const RECOVERY = 0.04;
/** One late result is a hiccup; a tenth of the last second and a half is the pace of the machine. */
const NOTED_FRAMES = 90;
const NOTED_FRACTION = 0.9;
/** With fewer the first assumption stands. */
const LEAST_NOTED = 30;
/**
 * Results fall anywhere between two blocks, so the tenth that the fraction above leaves out is late by up to a tenth of a
 * block; that much is added, and nobody sees an empty edge once per block.
 */
const LEFT_OUT_BLOCKS = 1 - NOTED_FRACTION;

export class HeadClock {
  #loop: DelayLockedLoop | null = null;
  #stream: StreamInfo | null = null;
  #state: StreamState | null = null;
  #pipelineS = FIRST_PIPELINE_S;
  #notedMs = NaN;
  readonly #needed = new RunningStats(NOTED_FRAMES);

  begin(stream: StreamInfo | null): void {
    this.#stream = stream;
    this.#state = null;
    this.#pipelineS = FIRST_PIPELINE_S;
    this.#notedMs = NaN;
    this.#needed.clear();
    this.#loop = stream ? new DelayLockedLoop({ sampleRateHz: stream.sampleRateHz }) : null;
  }

  observe(state: StreamState): void {
    this.#state = state;
    if (state.running) this.#loop?.observe(frame(state.endFrame), state.seenAtMs);
  }

  get state(): StreamState | null {
    return this.#state;
  }

  /**
   * Frames the picture stays behind the predicted head: a block that is not complete yet, and the pipeline, which is as
   * long as results have lately needed and no longer.
   */
  get marginFrames(): number {
    return this.#stream ? this.#stream.blockFrames + this.#pipelineS * this.#stream.sampleRateHz : 0;
  }

  /**
   * Once per frame of a live view: samples up to `knownFrame` are on the page. When that is less than the margin allows
   * for, the picture stays further behind from now on and keeps its steady pace there.
   */
  noteKnown(knownFrame: number, nowMs: number): void {
    if (!this.#stream || !this.#state?.running) return;
    const elapsedS = Math.max(0, Math.min(1, (nowMs - this.#notedMs) / 1000 || 0));
    this.#notedMs = nowMs;
    const neededS = (this.headFrame(nowMs) - knownFrame - this.#stream.blockFrames) / this.#stream.sampleRateHz;
    const restS = this.#pipelineS - RECOVERY * elapsedS;
    this.#needed.add(neededS);
    const { blockFrames, sampleRateHz } = this.#stream;
    const usualS = this.#needed.percentiles(NOTED_FRACTION)[0]! + (LEFT_OUT_BLOCKS * blockFrames) / sampleRateHz;
    const leastS = this.#needed.count < LEAST_NOTED ? FIRST_PIPELINE_S : LEAST_PIPELINE_S;
    this.#pipelineS = Math.min(MOST_PIPELINE_S, Math.max(leastS, restS, usualS));
  }

  /** Predicted head, the newest frame that exists by now. */
  headFrame(nowMs: number): number {
    const state = this.#state;
    if (!state) return 0;
    if (!state.running) return state.endFrame;
    const predicted = this.#loop?.headAt(nowMs) ?? NaN;
    return Number.isFinite(predicted) ? predicted : state.endFrame;
  }

  /** Where the right edge of a live view is. A stream that has ended is shown to its last frame. */
  liveFrame(nowMs: number): number {
    const state = this.#state;
    if (!state) return 0;
    if (!state.running) return state.endFrame;
    return Math.max(0, this.headFrame(nowMs) - this.marginFrames);
  }
}
