// The ring itself, mapped into this process: what the capture thread writes is read from the same memory, and copied
// once. The rule that says which frames are sound is that of audiotab-ring (protocol.rs); the byte layout is generated
// from it.
//
// Never store into the mapping: it is read-only, and the attempt ends the process.

import { RING_ENDED, RING_HEADER_BYTES, RING_MAGIC, RING_VERSION, RING_WORD } from './generated/ring_layout';
import { COPIED, NO_SUCH_CHANNEL, type CopyResult, type LiveSource, type RingHeader } from './source';

/**
 * Blocks kept away from the writer beyond those the rule asks for.
 *
 * The rule's last step is a fence between the copy and the look at the claim: without it a processor may do the look
 * before the last loads of the copy. JavaScript has no fences, and its atomics that order everything also write, which
 * a read-only mapping forbids. So the copy must stay right even if the look comes a little early: for as long as it
 * takes to write one more block, which is 64 µs at the very least, a thousand times what a processor reorders.
 */
export const SPARE_BLOCKS = 1;
/** How often a copy that the writer ran into is tried again. */
const MAX_RETRIES = 3;
const HEADER_WORDS = 16;
const SAMPLE_BYTES = 8;

export class MappedSource implements LiveSource {
  readonly streamId: string;
  readonly #buffer: ArrayBuffer;
  readonly #words: BigInt64Array;
  readonly #samples: Float64Array;
  readonly #nowMs: () => number;
  // Taken once: a header that changes later cannot lead anywhere else.
  readonly #sampleRateHz: number;
  readonly #channels: number;
  readonly #capacityFrames: number;
  readonly #blockFrames: number;
  readonly #startTimeUnixMs: number | null;
  #seenFrame = -1;
  #seenAtMs = 0;

  /** Throws an `Error` with one sentence when the bytes are no ring. */
  constructor(buffer: ArrayBuffer, nowMs: () => number = () => performance.now()) {
    if (buffer.byteLength < RING_HEADER_BYTES) throw new Error('The shared memory is too short to be a ring.');
    const words = new BigInt64Array(buffer, 0, HEADER_WORDS);
    if (words[RING_WORD.MAGIC] !== RING_MAGIC || words[RING_WORD.VERSION] !== RING_VERSION) {
      throw new Error('The shared memory holds no ring of this version.');
    }
    this.#buffer = buffer;
    this.#words = words;
    this.#nowMs = nowMs;
    this.#sampleRateHz = this.#load(RING_WORD.SAMPLE_RATE_HZ);
    this.#channels = this.#load(RING_WORD.CHANNELS);
    this.#capacityFrames = this.#load(RING_WORD.CAPACITY_FRAMES);
    this.#blockFrames = this.#load(RING_WORD.SAMPLES_PER_WRITE);
    const samples = this.#channels * this.#capacityFrames;
    const fits = samples > 0 && this.#blockFrames > 0 && RING_HEADER_BYTES + samples * SAMPLE_BYTES === buffer.byteLength;
    if (!fits) throw new Error('The shared memory is not as long as its header says.');
    this.#samples = new Float64Array(buffer, RING_HEADER_BYTES, samples);
    this.streamId = BigInt.asUintN(64, words[RING_WORD.STREAM_ID]!).toString(16).padStart(16, '0');
    const startNs = BigInt.asUintN(64, words[RING_WORD.START_TIME_UNIX_NS]!);
    this.#startTimeUnixMs = startNs === 0n ? null : Number(startNs / 1000n) / 1000;
  }

  get seenAtMs(): number {
    return this.#seenAtMs;
  }

  header(): RingHeader {
    // The writer stores the end frame, then the sequence, then the state. Loaded backwards: who sees "ended" sees the
    // last sequence, and who sees that sees the end frame.
    const running = Atomics.load(this.#words, RING_WORD.STATE) !== RING_ENDED;
    const sequence = this.sequence();
    const endFrame = this.#endFrame(sequence);
    if (endFrame !== this.#seenFrame) {
      this.#seenFrame = endFrame;
      this.#seenAtMs = this.#nowMs();
    }
    return {
      streamId: this.streamId,
      sampleRateHz: this.#sampleRateHz,
      channels: this.#channels,
      capacityFrames: this.#capacityFrames,
      blockFrames: this.#blockFrames,
      startTimeUnixMs: this.#startTimeUnixMs,
      firstFrame: this.#firstFrame(sequence, endFrame),
      endFrame,
      lostFrames: this.#load(RING_WORD.LOST_FRAMES),
      running,
    };
  }

  sequence(): number {
    return this.#load(RING_WORD.WRITE_SEQUENCE);
  }

  completeFrom(): number {
    const sequence = this.sequence();
    return this.#firstFrame(sequence, this.#endFrame(sequence));
  }

  copyInto(channel: number, startFrame: number, length: number, dest: Float64Array): CopyResult {
    if (!(channel >= 0 && channel < this.#channels)) return NO_SUCH_CHANNEL;
    for (let attempt = 0; ; attempt++) {
      const sequence = this.sequence();
      const endFrame = this.#endFrame(sequence);
      const firstFrame = this.#firstFrame(sequence, endFrame);
      if (startFrame < firstFrame) return { kind: 'overwritten', firstFrame };
      if (startFrame + length > endFrame) return { kind: 'not-yet-written', endFrame };
      this.#copy(channel, startFrame, length, dest);
      const keptFrame = this.#firstKept(this.#begunBlocks() + SPARE_BLOCKS);
      if (startFrame >= keptFrame) return COPIED;
      if (attempt === MAX_RETRIES) return { kind: 'overwritten', firstFrame: keptFrame };
    }
  }

  /** Gives the memory back now, not when the garbage collector comes: a ring may be gigabytes. */
  release(): void {
    releaseBuffer(this.#buffer);
  }

  /** Both parts before and after the wrap; the frames are there, so there is at most one. */
  #copy(channel: number, startFrame: number, length: number, dest: Float64Array): void {
    const at = channel * this.#capacityFrames;
    const index = startFrame % this.#capacityFrames;
    const head = Math.min(length, this.#capacityFrames - index);
    dest.set(this.#samples.subarray(at + index, at + index + head));
    if (head < length) dest.set(this.#samples.subarray(at, at + length - head), head);
  }

  /** Blocks written or begun. Without claims, one block beyond the sequence may be in flight at any time. */
  #begunBlocks(): number {
    const claim = this.#load(RING_WORD.CLAIM_SEQUENCE);
    return claim === 0 ? this.sequence() + 1 : claim;
  }

  /** The block after the sequence may be in flight, and the oldest frames are in its place. */
  #firstFrame(sequence: number, endFrame: number): number {
    return Math.min(endFrame, this.#firstKept(sequence + 1 + SPARE_BLOCKS));
  }

  #firstKept(blocks: number): number {
    return Math.max(0, blocks * this.#blockFrames - this.#capacityFrames);
  }

  #endFrame(sequence: number): number {
    const written = sequence * this.#blockFrames;
    const end = this.#load(RING_WORD.END_FRAME);
    return end === 0 ? written : Math.min(written, end);
  }

  #load(word: number): number {
    return Number(Atomics.load(this.#words, word));
  }
}

/** Takes a mapping out of use and unmaps it; engines without `transfer` unmap it when they collect garbage. */
export function releaseBuffer(buffer: ArrayBuffer): void {
  const shrinking = buffer as { transfer?: (byteLength: number) => ArrayBuffer };
  if (shrinking.transfer) shrinking.transfer(0);
  else structuredClone(buffer, { transfer: [buffer] });
}
