// A ring model read directly: everything it has is there at once, except what a test holds back.

import { RangeSet } from '../../base/ranges';
import { COPIED, NO_SUCH_CHANNEL, type CopyResult, type RingHeader, type RingSource } from '../source';
import type { RingModel } from './ring_model';

export class ModelSource implements RingSource {
  readonly pending = new RangeSet();
  readonly ring: RingModel;
  copies = 0;

  constructor(ring: RingModel) {
    this.ring = ring;
  }

  header(): RingHeader {
    const { ring } = this;
    return {
      streamId: ring.streamId.toString(16).padStart(16, '0'),
      sampleRateHz: ring.sampleRateHz,
      channels: ring.channels,
      capacityFrames: ring.capacityFrames,
      blockFrames: ring.blockFrames,
      startTimeUnixMs: null,
      firstFrame: ring.readableFirst,
      endFrame: ring.readableEnd,
      lostFrames: 0,
      running: ring.state === 1,
    };
  }

  sequence(): number {
    return this.ring.sequence;
  }

  completeFrom(): number {
    return Math.max(this.ring.readableFirst, this.pending.newest?.endFrame ?? 0);
  }

  copyInto(channel: number, startFrame: number, length: number, dest: Float64Array): CopyResult {
    this.copies++;
    if (channel >= this.ring.channels) return NO_SUCH_CHANNEL;
    const { readableFirst: firstFrame, readableEnd: endFrame } = this.ring;
    if (startFrame < firstFrame) return { kind: 'overwritten', firstFrame };
    if (startFrame + length > endFrame) return { kind: 'not-yet-written', endFrame };
    const missing = this.pending.overlap(startFrame, startFrame + length);
    if (missing) return { kind: 'pending', ...missing };
    for (let n = 0; n < length; n++) dest[n] = this.ring.expected(channel, startFrame + n);
    return COPIED;
  }
}
