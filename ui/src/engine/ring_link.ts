// The way samples take to this worker: mapped while the page may map and can, streamed otherwise. One source to the
// analysis, whichever runs.

import type { RingEndpoint } from '../host/types';
import { MappedSource, releaseBuffer } from './mapped';
import { Polling } from './polling';
import type { Transport } from './protocol';
import { NO_SUCH_CHANNEL, type CopyResult, type LiveSource, type RingHeader } from './source';
import { StreamedSource } from './streamed';
import { openTransport, type PacketTransport } from './transport';

export interface LinkEvents {
  /** Another stream or another way to the same one, or null when there is none: everything known so far is void. */
  stream(header: RingHeader | null): void;
  /** The same stream as before, said again: trouble is over. */
  recovered(header: RingHeader | null): void;
  /** Frames the ring overwrote before they were seen. */
  loss(startFrame: number, frames: number): void;
  trouble(error: unknown): void;
  /** `reason` is a sentence when a mapping was wanted and could not be had. */
  transport(transport: Transport, reason: string | null): void;
  /** Answer with `mapped`. */
  needMapping(): void;
}

interface Streaming {
  transport: PacketTransport;
  source: StreamedSource;
  polling: Polling;
}

export class RingLink implements LiveSource {
  readonly #events: LinkEvents;
  readonly #nowMs: () => number;
  readonly #connect: typeof openTransport;
  #endpoint: RingEndpoint | null = null;
  #streaming: Streaming | null = null;
  #mapped: MappedSource | null = null;
  #mayMap = false;
  #streamId: string | null = null;
  /** The stream a mapping was asked for last: one that cannot be had is not asked for again. */
  #askedFor: string | null = null;
  /** Everything mapped before this frame has been seen, or said to be lost. */
  #seenFrame = 0;

  constructor(events: LinkEvents, nowMs: () => number, connect: typeof openTransport = openTransport) {
    this.#events = events;
    this.#nowMs = nowMs;
    this.#connect = connect;
  }

  open(endpoint: RingEndpoint): void {
    this.close();
    this.#endpoint = endpoint;
    this.#settle();
  }

  /** Which ring is there now, and whether it may be mapped. */
  ringChanged(streamId: string | null, mayMap: boolean): void {
    this.#streamId = streamId;
    this.#mayMap = mayMap;
    this.#settle();
  }

  /** The page's answer to `needMapping`; `reason` says why there is no buffer. */
  mapped(buffer: ArrayBuffer | null, reason: string): void {
    if (!this.#endpoint || !this.#mayMap) return void (buffer && releaseBuffer(buffer));
    if (!buffer) return this.#stream(reason);
    let source: MappedSource;
    try {
      source = new MappedSource(buffer, this.#nowMs);
    } catch (error) {
      releaseBuffer(buffer);
      return this.#stream(error instanceof Error ? error.message : String(error));
    }
    this.#dropStreaming();
    this.#mapped?.release();
    this.#mapped = source;
    const header = source.header();
    this.#seenFrame = header.endFrame;
    this.#events.transport('mapped', null);
    this.#events.stream(header);
  }

  /** The channels on screen: only these are streamed. */
  setVisible(channels: readonly number[]): void {
    this.#streaming?.source.setVisible(channels);
  }

  /** A frame is being drawn. */
  frame(): void {
    this.#streaming?.polling.frame();
    this.#look();
  }

  /** Call about every 100 ms: nothing is missed while nobody draws. */
  tick(): void {
    this.#streaming?.polling.tick();
    this.#look();
  }

  close(): void {
    this.#dropStreaming();
    this.#mapped?.release();
    this.#mapped = null;
    this.#askedFor = null;
    this.#endpoint = null;
  }

  get seenAtMs(): number {
    return this.#source?.seenAtMs ?? 0;
  }

  header(): RingHeader | null {
    return this.#source?.header() ?? null;
  }

  sequence(): number {
    return this.#source?.sequence() ?? 0;
  }

  copyInto(channel: number, startFrame: number, length: number, dest: Float64Array): CopyResult {
    return this.#source?.copyInto(channel, startFrame, length, dest) ?? NO_SUCH_CHANNEL;
  }

  completeFrom(channel: number): number {
    return this.#source?.completeFrom(channel) ?? 0;
  }

  get #source(): LiveSource | null {
    return this.#mapped ?? this.#streaming?.source ?? null;
  }

  #settle(): void {
    if (!this.#endpoint) return;
    if (!this.#mayMap) {
      this.#askedFor = null;
      return this.#stream(null);
    }
    if (this.#streamId === null) return this.#dropMapping();
    // Until the answer comes the way before goes on.
    if (this.#mapped?.streamId === this.#streamId || this.#askedFor === this.#streamId) return;
    this.#askedFor = this.#streamId;
    this.#events.needMapping();
  }

  #stream(reason: string | null): void {
    this.#dropMapping();
    this.#events.transport('streamed', reason);
    if (this.#streaming || !this.#endpoint) return;
    const transport = this.#connect(this.#endpoint);
    const { stream, loss, trouble, recovered } = this.#events;
    const source = new StreamedSource({ transport, nowMs: this.#nowMs, events: { stream, loss } });
    const polling = new Polling(() => source.poll(), { trouble, recovered: () => recovered(source.header()) }, this.#nowMs);
    this.#streaming = { transport, source, polling };
    polling.tick();
  }

  #dropStreaming(): void {
    this.#streaming?.transport.close();
    this.#streaming = null;
  }

  #dropMapping(): void {
    if (!this.#mapped) return;
    this.#mapped.release();
    this.#mapped = null;
    // Streaming takes a moment to say what there is; the picture of the same stream stays until then.
    if (this.#streamId === null) this.#events.stream(null);
  }

  /** What the writer overwrote since the last look was never seen. */
  #look(): void {
    if (!this.#mapped) return;
    const { firstFrame, endFrame } = this.#mapped.header();
    if (firstFrame > this.#seenFrame) this.#events.loss(this.#seenFrame, firstFrame - this.#seenFrame);
    this.#seenFrame = endFrame;
  }
}
