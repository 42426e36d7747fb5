// The live edge of the picture: a steady line behind the head of the stream, so that every drawn frame shows the sound at
// the same age.

import { DelayLockedLoop } from '../base/dll';
import { RunningStats } from '../base/running_stats';
import { frame } from '../base/units';
import type { StreamInfo, StreamState } from '../engine/protocol';

/** Two frames of a 60 Hz screen: the way of a sample through the worker and onto the page, s. */
const LEAST_PIPELINE_S = 2 / 60;
/** A machine slower than this shows an empty edge rather than an ever older picture, s. */
const MOST_PIPELINE_S = 0.5;
/** A longer pipeline is given back at this share of real time: nobody sees a picture run 4 % fast. */
const RECOVERY = 0.04;
/** One late result is a hiccup; a tenth of the last second and a half is the pace of the machine. */
const NOTED_FRAMES = 90;
const NOTED_FRACTION = 0.9;

export class HeadClock {
  #loop: DelayLockedLoop | null = null;
  #stream: StreamInfo | null = null;
  #state: StreamState | null = null;
  #pipelineS = LEAST_PIPELINE_S;
  #notedMs = NaN;
  readonly #needed = new RunningStats(NOTED_FRAMES);

  begin(stream: StreamInfo | null): void {
    this.#stream = stream;
    this.#state = null;
    this.#pipelineS = LEAST_PIPELINE_S;
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

  /** Frames the picture stays behind the predicted head: a block that is not complete yet, and the pipeline. */
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
    const usualS = this.#needed.percentiles(NOTED_FRACTION)[0]!;
    this.#pipelineS = Math.min(MOST_PIPELINE_S, Math.max(LEAST_PIPELINE_S, restS, usualS));
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
