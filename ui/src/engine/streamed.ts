// The ring over a wire: a mirror per visible channel, fed by packets. New frames come first, then what the past still
// lacks, newest first. What the ring overwrote before it could be fetched is reported frame by frame.

import { RangeSet, type FrameRange } from '../base/ranges';
import { ChannelMirror } from './mirror';
import { decodePacket, MAX_PACKET_BYTES, MAX_PACKET_FRAMES, queryString, type Packet } from './packet';
import { COPIED, NO_SUCH_CHANNEL, type CopyResult, type LiveSource, type RingHeader } from './source';
import { TransportError, type PacketTransport } from './transport';

/** One backfill request stays this small, so that it never holds up the live edge for long. */
const BACKFILL_BYTES = 1024 * 1024;
/** Per poll, history is fetched for about this long, ms. */
const BACKFILL_MS = 8;
/** All mirrors together. Eight channels of 30 s at 48 kHz take 92 MB. */
const MIRROR_BYTES = 1024 ** 3;

export interface StreamedEvents {
  /** Another stream, or null when there is none any more: everything known so far is void. */
  stream(header: RingHeader | null): void;
  /** Frames the ring overwrote before they were fetched. */
  loss(startFrame: number, frames: number): void;
}

export interface StreamedOptions {
  transport: PacketTransport;
  events: StreamedEvents;
  nowMs?: () => number;
  mirrorBytes?: number;
}

export class StreamedSource implements LiveSource {
  readonly #transport: PacketTransport;
  readonly #events: StreamedEvents;
  readonly #nowMs: () => number;
  readonly #mirrorBytes: number;
  readonly #mirrors = new Map<number, ChannelMirror>();
  #visible: readonly number[] = [];
  /** As it came with the last packet, and as the mirrors see it. */
  #ringHeader: RingHeader | null = null;
  #header: RingHeader | null = null;
  #sequence = 0;
  /** Live frames are fetched from here on; everything visible before is in the mirrors or on their lists. */
  #endFrame = 0;
  #seenAtMs = 0;

  constructor(options: StreamedOptions) {
    this.#transport = options.transport;
    this.#events = options.events;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#mirrorBytes = options.mirrorBytes ?? MIRROR_BYTES;
  }

  header(): RingHeader | null {
    return this.#header;
  }

  sequence(): number {
    return this.#sequence;
  }

  get seenAtMs(): number {
    return this.#seenAtMs;
  }

  /** The channels on screen: only these travel. A channel that leaves gives its memory back. */
  setVisible(channels: readonly number[]): void {
    const same = channels.length === this.#visible.length && channels.every((c, i) => c === this.#visible[i]);
    if (same) return;
    this.#visible = [...channels];
    this.#alignMirrors();
  }

  copyInto(channel: number, startFrame: number, length: number, dest: Float64Array): CopyResult {
    const header = this.#header;
    const mirror = this.#mirrors.get(channel);
    if (!header || !mirror) return NO_SUCH_CHANNEL;
    const { firstFrame, endFrame } = header;
    if (startFrame < firstFrame) return { kind: 'overwritten', firstFrame };
    if (startFrame + length > endFrame) return { kind: 'not-yet-written', endFrame };
    const missing = mirror.missing(startFrame, startFrame + length);
    if (missing) return { kind: 'pending', ...missing };
    mirror.read(startFrame, length, dest);
    return COPIED;
  }

  completeFrom(channel: number): number {
    const mirror = this.#mirrors.get(channel);
    if (!this.#header || !mirror) return this.#endFrame;
    return Math.max(this.#header.firstFrame, mirror.newestMissing?.endFrame ?? 0);
  }

  /** One round: the live edge, then some history. Resolves false when there is no session. */
  async poll(): Promise<boolean> {
    const startedMs = this.#nowMs();
    if (!(await this.#pollLive())) return false;
    while (this.#nowMs() - startedMs < BACKFILL_MS) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other: each reply decides what is asked next
      if (!(await this.#pollHistory())) break;
    }
    return this.#header !== null;
  }

  async #pollLive(): Promise<boolean> {
    const header = this.#header;
    const channels = this.#visible.filter((channel) => this.#mirrors.has(channel));
    const startFrame = this.#endFrame;
    const asked = header && channels.length > 0 ? { startFrame, frames: MAX_PACKET_FRAMES, channels } : null;
    const packet = await this.#request(header?.streamId ?? null, asked);
    if (!packet) return this.#leave();
    if (packet.header.streamId !== this.#header?.streamId) {
      this.#enter(packet);
      return true;
    }
    const carriedTo = packet.frames > 0 ? packet.startFrame + packet.frames : 0;
    const endFrame = Math.max(packet.header.endFrame, carriedTo, startFrame);
    if (endFrame > startFrame) {
      // Whatever the packet does not carry is fetched as history, so that the picture goes on at the live edge.
      for (const mirror of this.#mirrors.values()) {
        mirror.clear(startFrame, endFrame);
        mirror.late.add(startFrame, endFrame);
      }
      this.#endFrame = endFrame;
      this.#seenAtMs = this.#nowMs();
    }
    this.#observe(packet);
    this.#store(packet);
    this.#forgetOverwritten();
    return true;
  }

  /** Fetches the newest piece of missing history; false when there is none or none came. */
  async #pollHistory(): Promise<boolean> {
    const piece = this.#newestMissing();
    if (!piece || !this.#header) return false;
    const packet = await this.#request(this.#header.streamId, piece);
    if (!packet) return this.#leave();
    if (packet.header.streamId !== this.#header?.streamId) {
      this.#enter(packet);
      return false;
    }
    this.#observe(packet);
    this.#store(packet);
    this.#forgetOverwritten();
    return packet.frames > 0;
  }

  #newestMissing(): { startFrame: number; frames: number; channels: number[] } | null {
    let newest: FrameRange | null = null;
    for (const mirror of this.#mirrors.values()) {
      const range = mirror.newestMissing;
      if (range && (!newest || range.endFrame > newest.endFrame)) newest = range;
    }
    if (!newest) return null;
    const channels: number[] = [];
    let startFrame = newest.startFrame;
    for (const [channel, mirror] of this.#mirrors) {
      const range = mirror.newestMissing;
      if (range?.endFrame !== newest.endFrame) continue;
      channels.push(channel);
      startFrame = Math.max(startFrame, range.startFrame);
    }
    const limit = Math.floor(Math.min(BACKFILL_BYTES, MAX_PACKET_BYTES) / (8 * channels.length));
    const frames = Math.min(newest.endFrame - startFrame, MAX_PACKET_FRAMES, limit);
    return { startFrame: newest.endFrame - frames, frames, channels };
  }

  async #request(
    streamId: string | null,
    samples: { startFrame: number; frames: number; channels: number[] } | null,
  ): Promise<Packet | null> {
    const bytes = await this.#transport.request(queryString({ streamId, samples }));
    if (bytes.byteLength === 0) return null;
    let packet: Packet;
    try {
      packet = decodePacket(bytes);
    } catch (error) {
      throw new TransportError('protocol', error instanceof Error ? error.message : String(error));
    }
    const endFrame = packet.startFrame + packet.frames;
    const unasked =
      !samples || packet.startFrame < samples.startFrame || endFrame > samples.startFrame + samples.frames;
    if (packet.frames > 0 && unasked) {
      throw new TransportError('protocol', 'The sample stream answered with frames nobody asked for.');
    }
    return packet;
  }

  /** Writes a packet into the mirrors of the channels that are (still) on screen. */
  #store(packet: Packet): void {
    const endFrame = packet.startFrame + packet.frames;
    packet.channels.forEach((channel, i) => {
      const mirror = this.#mirrors.get(channel);
      if (!mirror) return;
      // A mirror that shrank while the packet was under way takes what still fits.
      const fromFrame = Math.max(packet.startFrame, this.#endFrame - mirror.capacityFrames);
      if (fromFrame >= endFrame) return;
      const at = i * packet.frames;
      mirror.write(fromFrame, packet.samples.subarray(at + fromFrame - packet.startFrame, at + packet.frames));
    });
  }

  #observe(packet: Packet): void {
    this.#sequence = packet.sequence;
    this.#ringHeader = packet.header;
    this.#adoptHeader();
  }

  /** The header as the mirrors see it: they may end before the ring and begin after it. */
  #adoptHeader(): void {
    const ring = this.#ringHeader;
    if (!ring) return;
    const endFrame = this.#endFrame;
    const firstFrame = Math.min(endFrame, Math.max(ring.firstFrame, endFrame - this.#mirrorFrames(ring)));
    this.#header = { ...ring, firstFrame, endFrame, running: ring.running || ring.endFrame > endFrame };
  }

  #mirrorFrames(header: RingHeader): number {
    const channels = Math.max(1, this.#visible.filter((channel) => channel < header.channels).length);
    return Math.min(header.capacityFrames, Math.floor(this.#mirrorBytes / 8 / channels));
  }

  /** Drops what the ring has overwritten; late frames among it are lost, said once for all channels. */
  #forgetOverwritten(): void {
    const oldestFrame = this.#ringHeader?.firstFrame ?? 0;
    const lost = new RangeSet();
    for (const mirror of this.#mirrors.values()) {
      for (const range of mirror.forgetBefore(oldestFrame)) lost.add(range.startFrame, range.endFrame);
      // The mirror may be shorter than the ring: what does not fit is not missing.
      mirror.forgetBefore(this.#endFrame - mirror.capacityFrames);
    }
    for (const range of lost.ranges) this.#events.loss(range.startFrame, range.endFrame - range.startFrame);
  }

  #enter(packet: Packet): void {
    this.#mirrors.clear();
    this.#endFrame = packet.header.endFrame;
    this.#seenAtMs = this.#nowMs();
    this.#observe(packet);
    this.#alignMirrors();
    this.#events.stream(this.#header);
  }

  #leave(): false {
    if (this.#header) {
      this.#header = null;
      this.#ringHeader = null;
      this.#mirrors.clear();
      this.#events.stream(null);
    }
    return false;
  }

  /** One mirror per visible channel of the stream, all of the size the memory allows. */
  #alignMirrors(): void {
    const ring = this.#ringHeader;
    if (!ring) return;
    const wanted = this.#visible.filter((channel) => channel < ring.channels);
    for (const channel of this.#mirrors.keys()) if (!wanted.includes(channel)) this.#mirrors.delete(channel);
    const capacityFrames = this.#mirrorFrames(ring);
    for (const channel of wanted) {
      const mirror = this.#mirrors.get(channel);
      if (mirror && mirror.capacityFrames !== capacityFrames) {
        this.#mirrors.set(channel, mirror.resized(capacityFrames, ring.firstFrame, this.#endFrame));
      } else if (!mirror) {
        const fresh = new ChannelMirror(capacityFrames);
        fresh.joining.add(Math.max(ring.firstFrame, this.#endFrame - capacityFrames), this.#endFrame);
        this.#mirrors.set(channel, fresh);
      }
    }
    this.#adoptHeader();
  }
}
