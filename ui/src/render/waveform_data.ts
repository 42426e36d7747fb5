// The newest waveform from the worker, and how to look at it while the view has already moved on.

import type { FromWorker, ViewRequest } from '../engine/protocol';
import { frameAtX, type TimeScale } from '../base/time_scale';

type FrameMessage = Extract<FromWorker, { type: 'frame' }>;
/** The part of a result that says what the waveform is. */
export type WaveformAnswer = Pick<FrameMessage, 'state' | 'view' | 'completeFrom' | 'waveform' | 'samples'>;

export interface SampleRun {
  firstSample: number;
  values: Float32Array;
}

export class WaveformData {
  #view: ViewRequest | null = null;
  #extents: Float32Array = new Float32Array(0);
  #samples: FrameMessage['samples'] = null;
  #revision = 0;
  #channelsKey = '';
  #known: [startFrame: number, endFrame: number] = [0, 0];

  /** Changes with every new result. */
  get revision(): number {
    return this.#revision;
  }

  /** Frames [start, end) the result speaks about: a missing value in there is a gap, outside it is merely unknown. */
  get knownFrames(): readonly [startFrame: number, endFrame: number] {
    return this.#known;
  }

  /** Whether the result speaks about a channel at all. */
  has(channel: number): boolean {
    return this.#view?.channels.includes(channel) ?? false;
  }

  /** Changes with the channels of the result. */
  get channelsKey(): string {
    return this.#channelsKey;
  }

  /** Pixel columns [first, end) of the absolute grid of which everything is known; none at another zoom than the result's. */
  wholePx({ framesPerPx }: TimeScale): readonly [firstPx: number, endPx: number] {
    if (this.#view?.framesPerPx !== framesPerPx) return [0, 0];
    // Between samples a line leads to the next one.
    const endFrame = framesPerPx < 1 ? this.#known[1] - 1 : this.#known[1];
    return [Math.ceil(this.#known[0] / framesPerPx), Math.floor(endFrame / framesPerPx)];
  }

  /** Takes over a result's arrays; returns the buffers of the one before, for the worker to use again. */
  accept(message: WaveformAnswer): ArrayBuffer[] {
    const done: ArrayBuffer[] = [];
    if (this.#extents.byteLength > 0) done.push(this.#extents.buffer as ArrayBuffer);
    if (this.#samples) done.push(this.#samples.values.buffer as ArrayBuffer);
    this.#view = message.view;
    this.#channelsKey = message.view.channels.join();
    this.#extents = message.waveform;
    this.#samples = message.samples;
    this.#revision++;
    const { firstPx, widthPx, framesPerPx } = message.view;
    const { state } = message;
    const start = Math.max(firstPx * framesPerPx, state?.firstFrame ?? 0, message.completeFrom);
    this.#known = [start, Math.max(start, Math.min((firstPx + widthPx) * framesPerPx, state?.endFrame ?? 0))];
    return done;
  }

  clear(): void {
    this.#view = null;
    this.#samples = null;
    this.#extents = new Float32Array(0);
    this.#known = [0, 0];
    this.#revision++;
  }

  /** True when single samples are there for this zoom, so that a line through them can be drawn. */
  hasSamples(scale: TimeScale): boolean {
    return this.#samples !== null && scale.framesPerPx < 1;
  }

  samples(channel: number): SampleRun | null {
    const lane = this.#view?.channels.indexOf(channel) ?? -1;
    const samples = this.#samples;
    if (!samples || lane < 0) return null;
    const n = samples.samplesPerChannel;
    return { firstSample: samples.firstSample, values: samples.values.subarray(lane * n, (lane + 1) * n) };
  }

  /**
   * Minimum and maximum of every pixel column of `scale` into `min` and `max` (widthPx values each), NaN where nothing is
   * known. At the zoom of the result columns are exact; at another one, for the frame or two until the next result, they
   * are gathered from the columns there are.
   */
  extents(channel: number, scale: TimeScale, min: Float32Array, max: Float32Array): void {
    const view = this.#view;
    const lane = view?.channels.indexOf(channel) ?? -1;
    if (!view || lane < 0 || this.#extents.length < 2 * view.widthPx * (lane + 1)) {
      min.fill(NaN, 0, scale.widthPx);
      max.fill(NaN, 0, scale.widthPx);
      return;
    }
    const data = this.#extents;
    const base = 2 * view.widthPx * lane;
    const ratio = scale.framesPerPx / view.framesPerPx;
    const exact = ratio === 1;
    for (let x = 0; x < scale.widthPx; x++) {
      const px = scale.firstPx + x;
      const from = (exact ? px : Math.floor(px * ratio)) - view.firstPx;
      const end = exact ? from + 1 : Math.max(from + 1, Math.ceil((px + 1) * ratio) - view.firstPx);
      let low = NaN;
      let high = NaN;
      for (let i = Math.max(0, from); i < Math.min(end, view.widthPx); i++) {
        const a = data[base + 2 * i]!;
        const b = data[base + 2 * i + 1]!;
        if (!(low <= a)) low = Number.isNaN(a) ? low : a;
        if (!(high >= b)) high = Number.isNaN(b) ? high : b;
      }
      min[x] = low;
      max[x] = high;
    }
  }

  /** Like `extents`; between single samples, those of the straight line that joins them. */
  lineExtents(channel: number, scale: TimeScale, min: Float32Array, max: Float32Array): void {
    const run = this.hasSamples(scale) ? this.samples(channel) : null;
    if (!run) return this.extents(channel, scale, min, max);
    for (let x = 0; x < scale.widthPx; x++) {
      // A sample stands in the middle of its frame.
      const from = (scale.firstPx + x) * scale.framesPerPx - 0.5 - run.firstSample;
      const end = from + scale.framesPerPx;
      const values = [lineAt(run.values, from), lineAt(run.values, end)];
      for (let i = Math.ceil(from); i < end; i++) values.push(run.values[i] ?? NaN);
      const known = values.filter((value) => !Number.isNaN(value));
      min[x] = known.length > 0 ? Math.min(...known) : NaN;
      max[x] = known.length > 0 ? Math.max(...known) : NaN;
    }
  }

  /** Largest magnitude in a pixel column, or of the sample there; NaN where there is nothing. */
  peakAt(channel: number, scale: TimeScale, xPx: number): number {
    const run = this.hasSamples(scale) ? this.samples(channel) : null;
    if (run) return Math.abs(run.values[Math.floor(frameAtX(scale, xPx)) - run.firstSample] ?? NaN);
    const low = new Float32Array(1);
    const high = new Float32Array(1);
    this.extents(channel, { ...scale, firstPx: scale.firstPx + Math.floor(xPx), widthPx: 1 }, low, high);
    return Math.max(Math.abs(low[0]!), Math.abs(high[0]!));
  }

  /** `extents` for all channels together: the lowest minimum and the highest maximum. */
  unitedExtents(scale: TimeScale, min: Float32Array, max: Float32Array): void {
    min.fill(NaN);
    max.fill(NaN);
    const low = new Float32Array(scale.widthPx);
    const high = new Float32Array(scale.widthPx);
    for (const channel of this.#view?.channels ?? []) {
      this.extents(channel, scale, low, high);
      for (let x = 0; x < Math.min(scale.widthPx, min.length); x++) {
        if (!(min[x]! <= low[x]!)) min[x] = Number.isNaN(low[x]!) ? min[x]! : low[x]!;
        if (!(max[x]! >= high[x]!)) max[x] = Number.isNaN(high[x]!) ? max[x]! : high[x]!;
      }
    }
  }
}

/** Value of the line through `values` at a place between them. */
function lineAt(values: Float32Array, at: number): number {
  const i = Math.floor(at);
  const part = at - i;
  return part === 0 ? (values[i] ?? NaN) : (values[i] ?? NaN) * (1 - part) + (values[i + 1] ?? NaN) * part;
}
