// Reading without questions: what a source cannot give yet, or no more, reads as NaN.

import type { SampleReader } from './metered_source';
import type { RingHeader } from './source';

/** Fills all of `dest` with frames of a channel from `startFrame` on, which may be negative. */
export function readThrough(
  source: SampleReader,
  header: RingHeader,
  channel: number,
  startFrame: number,
  dest: Float64Array,
): void {
  const firstFrame = Math.max(startFrame, header.firstFrame);
  const endFrame = Math.min(startFrame + dest.length, header.endFrame);
  if (firstFrame >= endFrame) return void dest.fill(NaN);
  dest.fill(NaN, 0, firstFrame - startFrame);
  dest.fill(NaN, endFrame - startFrame);
  readPart(source, channel, firstFrame, dest.subarray(firstFrame - startFrame, endFrame - startFrame));
}

function readPart(source: SampleReader, channel: number, startFrame: number, dest: Float64Array): void {
  if (dest.length === 0) return;
  const result = source.copyInto(channel, startFrame, dest.length, dest);
  const endFrame = startFrame + dest.length;
  let goneFrom = startFrame;
  let goneTo = endFrame;
  switch (result.kind) {
    case 'copied':
      return;
    case 'pending':
      goneFrom = Math.max(startFrame, result.startFrame);
      goneTo = Math.min(endFrame, result.endFrame);
      break;
    case 'overwritten':
      goneTo = Math.min(endFrame, result.firstFrame);
      break;
    case 'not-yet-written':
      goneFrom = Math.max(startFrame, result.endFrame);
      break;
    case 'no-such-channel':
      break;
  }
  dest.fill(NaN, goneFrom - startFrame, goneTo - startFrame);
  // An answer that leaves nothing out would be asked again for ever.
  if (goneTo <= goneFrom) return void dest.fill(NaN);
  readPart(source, channel, startFrame, dest.subarray(0, goneFrom - startFrame));
  readPart(source, channel, goneTo, dest.subarray(goneTo - startFrame));
}
