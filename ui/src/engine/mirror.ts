// The worker's copy of one channel: a ring of samples in JavaScript memory and the list of what has not arrived.

import { RangeSet, type FrameRange } from '../base/ranges';

/** Frame n lies at index n mod capacity. Frames that never arrive are NaN. */
export class ChannelMirror {
  readonly capacityFrames: number;
  /** History that was there before the channel came on screen. Losing it to the ring is nobody's fault. */
  readonly joining = new RangeSet();
  /** Frames that went by while the channel was on screen but were not fetched yet. Losing these is data loss. */
  readonly late = new RangeSet();
  readonly #samples: Float64Array;

  constructor(capacityFrames: number) {
    this.capacityFrames = capacityFrames;
    this.#samples = new Float64Array(capacityFrames).fill(NaN);
  }

  /** The newest range still missing, null when the mirror is complete. */
  get newestMissing(): FrameRange | null {
    const joining = this.joining.newest;
    const late = this.late.newest;
    if (!joining || !late) return joining ?? late;
    return joining.endFrame > late.endFrame ? joining : late;
  }

  /** A missing range that touches [startFrame, endFrame), or null when all of it has arrived. */
  missing(startFrame: number, endFrame: number): FrameRange | null {
    return this.late.overlap(startFrame, endFrame) ?? this.joining.overlap(startFrame, endFrame);
  }

  /** Stores what arrived: at most `capacityFrames`, none older than the stream's end less the capacity. */
  write(startFrame: number, samples: Float64Array): void {
    const endFrame = startFrame + samples.length;
    const at = startFrame % this.capacityFrames;
    const head = Math.min(samples.length, this.capacityFrames - at);
    this.#samples.set(samples.subarray(0, head), at);
    if (head < samples.length) this.#samples.set(samples.subarray(head), 0);
    this.joining.remove(startFrame, endFrame);
    this.late.remove(startFrame, endFrame);
  }

  /** Makes room for new frames up to `endFrame`, the stream's new end: NaN until they arrive. */
  clear(startFrame: number, endFrame: number): void {
    const from = Math.max(startFrame, endFrame - this.capacityFrames);
    if (from >= endFrame) return;
    const at = from % this.capacityFrames;
    const head = Math.min(endFrame - from, this.capacityFrames - at);
    this.#samples.fill(NaN, at, at + head);
    this.#samples.fill(NaN, 0, endFrame - from - head);
  }

  /** Copies to the beginning of `dest`; the caller has checked the range. */
  read(startFrame: number, length: number, dest: Float64Array): void {
    const at = startFrame % this.capacityFrames;
    const head = Math.min(length, this.capacityFrames - at);
    dest.set(this.#samples.subarray(at, at + head), 0);
    if (head < length) dest.set(this.#samples.subarray(0, length - head), head);
  }

  /** The ring has moved on to `firstFrame`: gives up what lies before and returns the late part of it. */
  forgetBefore(firstFrame: number): FrameRange[] {
    this.joining.remove(0, firstFrame);
    return this.late.remove(0, firstFrame);
  }

  /** A mirror of another size with the same frames up to `endFrame`. */
  resized(capacityFrames: number, firstFrame: number, endFrame: number): ChannelMirror {
    const next = new ChannelMirror(capacityFrames);
    const oldFirst = Math.max(firstFrame, endFrame - this.capacityFrames);
    const newFirst = Math.max(firstFrame, endFrame - capacityFrames);
    const from = Math.max(oldFirst, newFirst);
    const chunk = new Float64Array(Math.min(65_536, Math.max(endFrame - from, 1)));
    for (let at = from; at < endFrame; at += chunk.length) {
      const length = Math.min(chunk.length, endFrame - at);
      this.read(at, length, chunk);
      next.write(at, chunk.subarray(0, length));
    }
    for (const range of this.joining.ranges) next.joining.add(Math.max(range.startFrame, from), range.endFrame);
    for (const range of this.late.ranges) next.late.add(Math.max(range.startFrame, from), range.endFrame);
    next.joining.add(newFirst, oldFirst);
    return next;
  }
}
