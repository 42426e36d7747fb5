// The pyramid of one channel: follows the live edge and takes the past as it arrives, each frame once.

import { WaveformPyramid, type SamplesBuffer } from '../../wasm/audiotab_wasm.js';
import { RangeSet } from '../base/ranges';
import type { SampleReader } from './metered_source';
import type { RingHeader } from './source';
import type { WasmMemory } from './wasm_memory';

/** Samples moved into WASM at a time. */
const PIECE_FRAMES = 65_536;
/** Holes that are still on their way are asked for so often per frame. */
const MOST_TRIES = 24;

export class ChannelHistory {
  readonly pyramid: WaveformPyramid;
  readonly #missing = new RangeSet();
  #endFrame: number;
  /** Everything from here on is missing: it is pushed; what lies before fills holes. */
  #pushedEnd: number;

  constructor(header: RingHeader) {
    this.pyramid = new WaveformPyramid(header.capacityFrames);
    this.#missing.add(header.firstFrame, header.endFrame);
    this.#endFrame = header.endFrame;
    this.#pushedEnd = header.firstFrame;
  }

  /** Everything from this frame on is in the pyramid. */
  get completeFrom(): number {
    return this.#missing.newest?.endFrame ?? 0;
  }

  /** Takes what has arrived, newest first, up to about `mostFrames` at a time. */
  follow(reader: SampleReader, header: RingHeader, channel: number, mostFrames: number, memory: WasmMemory, buffer: SamplesBuffer): void {
    this.#missing.add(this.#endFrame, header.endFrame);
    this.#endFrame = header.endFrame;
    this.#missing.remove(0, header.firstFrame);
    let framesLeft = mostFrames;
    let belowFrame = this.#endFrame;
    for (let tries = 0; framesLeft > 0 && tries < MOST_TRIES; tries++) {
      const hole = this.#missing.overlap(0, belowFrame);
      if (!hole) return;
      const to = Math.min(hole.endFrame, belowFrame);
      const from = Math.max(hole.startFrame, to - Math.min(PIECE_FRAMES, framesLeft));
      const staging = memory.f64(buffer.reserve(to - from), to - from);
      const result = reader.copyInto(channel, from, to - from, staging);
      if (result.kind === 'copied') {
        this.#put(from, to, buffer);
        framesLeft -= to - from;
        belowFrame = from;
      } else if (result.kind === 'pending') {
        // What is on its way parts the piece: the newer part may be here already.
        const after = Math.max(from, result.endFrame);
        const newer = memory.f64(buffer.reserve(to - from), Math.max(0, to - after));
        if (after < to && reader.copyInto(channel, after, to - after, newer).kind === 'copied') {
          this.#put(after, to, buffer);
          framesLeft -= to - after;
        }
        belowFrame = Math.min(to - 1, result.startFrame);
      } else if (result.kind === 'overwritten') {
        this.#missing.remove(0, result.firstFrame);
      } else if (result.kind === 'not-yet-written') {
        belowFrame = Math.min(to - 1, result.endFrame);
      } else return;
    }
  }

  #put(from: number, to: number, buffer: SamplesBuffer): void {
    if (from >= this.#pushedEnd) {
      this.pyramid.push(buffer, to - from, BigInt(from));
      this.#pushedEnd = to;
    } else this.pyramid.fill(buffer, to - from, BigInt(from));
    this.#missing.remove(from, to);
  }
}
