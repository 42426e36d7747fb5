// A ring as the other side sees it, for tests: a writer that knows every sample ever written and answers packet
// queries by the rules of the stream. Written from the description of the bytes, not from the reader under test.

export interface RingModelOptions {
  sampleRateHz?: number;
  channels?: number;
  capacityFrames?: number;
  blockFrames?: number;
  streamId?: bigint;
  /** What was recorded. The default makes every (channel, frame) unmistakable. */
  sample?: (channel: number, frame: number) => number;
}

export const codedSample = (channel: number, frame: number): number => channel * 1e12 + frame;

const MAGIC = 'AUDITAB!';
const MAX_FRAMES = 65_536;
const MAX_BYTES = 8 * 1024 * 1024;

export class RingModel {
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly capacityFrames: number;
  readonly blockFrames: number;
  readonly sample: (channel: number, frame: number) => number;
  streamId: bigint;
  sequence = 0;
  state = 1;
  endFrame = 0;
  readonly lost: { startFrame: number; endFrame: number }[] = [];
  /** Queries answered so far. */
  readonly queries: string[] = [];

  constructor(options: RingModelOptions = {}) {
    this.sampleRateHz = options.sampleRateHz ?? 1000;
    this.channels = options.channels ?? 2;
    this.capacityFrames = options.capacityFrames ?? 1000;
    this.blockFrames = options.blockFrames ?? 64;
    this.streamId = options.streamId ?? 0xfeed_0000_0000_0001n;
    this.sample = options.sample ?? codedSample;
  }

  /** Writes whole blocks up to at least `frame`. */
  writeTo(frame: number): void {
    this.sequence = Math.max(this.sequence, Math.ceil(frame / this.blockFrames));
  }

  lose(startFrame: number, endFrame: number): void {
    this.lost.push({ startFrame, endFrame });
  }

  finish(endFrame: number): void {
    this.writeTo(endFrame);
    this.endFrame = endFrame;
    this.state = 2;
  }

  restart(streamId: bigint): void {
    this.streamId = streamId;
    this.sequence = 0;
    this.state = 1;
    this.endFrame = 0;
    this.lost.length = 0;
  }

  get streamHex(): string {
    return this.streamId.toString(16).padStart(16, '0');
  }

  get readableFirst(): number {
    return Math.min(this.readableEnd, Math.max(0, (this.sequence + 1) * this.blockFrames - this.capacityFrames));
  }

  get readableEnd(): number {
    const written = this.sequence * this.blockFrames;
    return this.endFrame > 0 ? Math.min(written, this.endFrame) : written;
  }

  /** The value a reader must see. */
  expected(channel: number, frame: number): number {
    const gone = this.lost.some((range) => frame >= range.startFrame && frame < range.endFrame);
    return gone ? NaN : this.sample(channel, frame);
  }

  /** The whole ring as it stands, written over `into` if given: what a mapping of it shows. */
  image(into?: ArrayBuffer): ArrayBuffer {
    const { capacityFrames, channels } = this;
    const bytes = into ?? new ArrayBuffer(4096 + 8 * channels * capacityFrames);
    this.#writeHeader(new DataView(bytes));
    const written = this.sequence * this.blockFrames;
    for (let channel = 0; channel < channels; channel++) {
      const samples = new Float64Array(bytes, 4096 + 8 * channel * capacityFrames, capacityFrames);
      for (let frame = Math.max(0, written - capacityFrames); frame < written; frame++) {
        samples[frame % capacityFrames] = frame < this.readableEnd ? this.expected(channel, frame) : NaN;
      }
    }
    return bytes;
  }

  answer(query: string): ArrayBuffer {
    this.queries.push(query);
    const parts = new URLSearchParams(query);
    const stream = parts.get('stream');
    const channels = (parts.get('channels') ?? '').split(',').filter(Boolean).map(Number);
    if (channels.some((channel) => channel >= this.channels)) throw new Error('no such channel');
    const sameStream = stream === null || BigInt(`0x${stream}`) === this.streamId;
    const asked = Number(parts.get('frames') ?? 0);
    if (!sameStream || asked === 0 || channels.length === 0) return this.packet(0, 0, []);
    const fitting = Math.floor((MAX_BYTES - 160 - 8 * channels.length) / (8 * channels.length));
    const start = Math.max(Number(parts.get('start')), this.readableFirst);
    const wanted = Math.min(asked, MAX_FRAMES, fitting);
    const end = Math.max(start, Math.min(Number(parts.get('start')) + wanted, this.readableEnd));
    return this.packet(start, end - start, channels);
  }

  packet(startFrame: number, frames: number, channels: number[]): ArrayBuffer {
    const bytes = new ArrayBuffer(160 + 8 * channels.length * (1 + frames));
    const view = new DataView(bytes);
    this.#writeHeader(view);
    view.setBigUint64(128, BigInt(startFrame), true);
    view.setBigUint64(136, BigInt(frames), true);
    view.setBigUint64(144, BigInt(channels.length), true);
    channels.forEach((channel, i) => view.setBigUint64(160 + 8 * i, BigInt(channel), true));
    const samples = new Float64Array(bytes, 160 + 8 * channels.length);
    channels.forEach((channel, i) => {
      for (let n = 0; n < frames; n++) samples[i * frames + n] = this.expected(channel, startFrame + n);
    });
    return bytes;
  }

  #writeHeader(view: DataView): void {
    for (let i = 0; i < MAGIC.length; i++) view.setUint8(i, MAGIC.charCodeAt(i));
    const fields: [offset: number, value: number | bigint][] = [
      [8, 1],
      [16, this.sampleRateHz],
      [24, this.channels],
      [32, this.capacityFrames],
      [40, this.sequence],
      [48, this.blockFrames],
      [56, this.sequence],
      [64, 1_700_000_000_000_000_000n],
      [72, this.streamId],
      [80, this.lost.reduce((sum, range) => sum + range.endFrame - range.startFrame, 0)],
      [88, this.state],
      [104, this.endFrame],
    ];
    for (const [offset, value] of fields) view.setBigUint64(offset, BigInt(value), true);
  }
}
