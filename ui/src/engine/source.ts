// What the analysis may know about a ring. Two ways lead here: samples streamed in packets, and a mapped file.

/** The ring's header as one consistent snapshot. Counts are exact integers below 2^53. */
export interface RingHeader {
  /** 16 hex digits; another value is another stream. */
  streamId: string;
  sampleRateHz: number;
  channels: number;
  capacityFrames: number;
  blockFrames: number;
  /** Unix time of frame 0, null when unknown. */
  startTimeUnixMs: number | null;
  /** Frames [firstFrame, endFrame) can be taken now. */
  firstFrame: number;
  endFrame: number;
  lostFrames: number;
  running: boolean;
}

export type CopyResult =
  | { kind: 'copied' }
  /** The history begins at `firstFrame` by now. */
  | { kind: 'overwritten'; firstFrame: number }
  | { kind: 'not-yet-written'; endFrame: number }
  | { kind: 'no-such-channel' }
  /** In the ring, but not here yet: at least [startFrame, endFrame) is still on its way. Ask again later. */
  | { kind: 'pending'; startFrame: number; endFrame: number };

export const COPIED: CopyResult = { kind: 'copied' };
export const NO_SUCH_CHANNEL: CopyResult = { kind: 'no-such-channel' };

/**
 * One interface for every way samples reach the worker. The validity rule of the ring is inside: what `copyInto`
 * says it copied is right, sample for sample; frames lost at the input or on the way are NaN.
 */
export interface RingSource {
  /** Null while there is no stream. */
  header(): RingHeader | null;
  /** Blocks published so far; changes whenever there is something new. */
  sequence(): number;
  /**
   * Copies frames [startFrame, startFrame + length) of a channel to the beginning of `dest`. After any other answer than
   * `copied` that part of `dest` holds no promise.
   */
  copyInto(channel: number, startFrame: number, length: number, dest: Float64Array): CopyResult;
  /** Everything of a channel from this frame to the end has arrived; the end itself when nothing has. */
  completeFrom(channel: number): number;
}

/** A source that follows a running ring. */
export interface LiveSource extends RingSource {
  /** When the newest frames were seen, ms on this thread's clock. */
  readonly seenAtMs: number;
}
