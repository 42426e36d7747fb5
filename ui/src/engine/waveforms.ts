// The waveform of a view: samples below one frame per pixel, exact extremes from the samples at fine zooms, the
// pyramid above.

import { SamplesBuffer, type WaveformPyramid } from '../../wasm/audiotab_wasm.js';
import type { BufferPool } from './buffers';
import { ChannelHistory } from './channel_history';
import type { ViewRequest } from './protocol';
import { readThrough } from './read_through';
import type { SampleReader } from './metered_source';
import type { RingHeader } from './source';
import type { WasmMemory } from './wasm_memory';
import { WaveformMemo, type MemoView } from './waveform_memo';

/** From here on the pyramid answers: its buckets of 64 frames are then no wider than a pixel. */
const PYRAMID_FRAMES_PER_PX = 64;
/** Frames of the past that all pyramids together take per drawn frame, about 2 ms, but never so few that one stands still. */
const FRAMES_PER_DRAW = 1_048_576;
const LEAST_FRAMES_PER_DRAW = 16_384;

export interface WaveformFrame {
  /** Every channel of the view is known from this frame on. */
  completeFrom: number;
  /** Per channel 2 * widthPx values: min, max; empty when there are samples instead. */
  waveform: Float32Array<ArrayBuffer>;
  samples: { firstSample: number; samplesPerChannel: number; values: Float32Array<ArrayBuffer> } | null;
}

/** What is kept of a channel: its pyramid, and what its two pictures showed last. */
interface Lane {
  history: ChannelHistory;
  view: WaveformMemo;
  overview: WaveformMemo;
}

export class Waveforms {
  readonly #memory: WasmMemory;
  readonly #pool: BufferPool;
  readonly #buffer = new SamplesBuffer();
  readonly #lanes = new Map<number, Lane>();

  constructor(memory: WasmMemory, pool: BufferPool) {
    this.#memory = memory;
    this.#pool = pool;
  }

  /** Another stream: nothing known holds. */
  clear(): void {
    this.#retain([]);
  }

  draw(source: SampleReader, header: RingHeader, view: ViewRequest): WaveformFrame {
    this.#follow(source, header, view);
    const completeFrom = this.#completeFrom(source, view);
    if (view.framesPerPx < 1) {
      return { completeFrom, waveform: this.#floats(0), samples: this.#samples(source, header, view) };
    }
    const perChannel = 2 * view.widthPx;
    const waveform = this.#floats(perChannel * view.channels.length);
    view.channels.forEach((channel, i) => {
      const lane = this.#lanes.get(channel);
      const part = waveform.subarray(i * perChannel, (i + 1) * perChannel);
      if (!lane) return void part.fill(NaN);
      const memo = view.waveformOnly ? lane.overview : lane.view;
      const { pyramid, completeFrom: builtFrom } = lane.history;
      const { framesPerPx } = view;
      const fine = framesPerPx < PYRAMID_FRAMES_PER_PX;
      // The pyramid does not split its buckets: a neighbour's frames may count too, and come later.
      const reach = fine ? 0 : PYRAMID_FRAMES_PER_PX;
      const lowFrame = Math.max(header.firstFrame, fine ? source.completeFrom(channel) : builtFrom) + reach;
      const endFrame = header.endFrame - reach;
      memo.draw(view, { lowFrame, endFrame }, part, (firstPx, widthPx, out) => {
        const pointer = fine
          ? this.#fine(source, header, { framesPerPx, firstPx, widthPx }, channel, pyramid)
          : pyramid.min_max(BigInt(firstPx), framesPerPx, widthPx);
        out.set(this.#memory.f32(pointer, 2 * widthPx));
      });
    });
    return { completeFrom, waveform, samples: null };
  }

  #completeFrom(source: SampleReader, view: ViewRequest): number {
    // The pyramid answers from what it has seen; finer views need the samples themselves.
    const fine = view.framesPerPx < PYRAMID_FRAMES_PER_PX;
    const froms = view.channels.map((channel) =>
      Math.max(fine ? source.completeFrom(channel) : 0, this.#lanes.get(channel)?.history.completeFrom ?? 0),
    );
    return Math.max(0, ...froms);
  }

  #floats(length: number): Float32Array<ArrayBuffer> {
    // An empty array has nothing to come back for.
    return length === 0 ? new Float32Array(0) : new Float32Array(this.#pool.take(4 * length), 0, length);
  }

  #fine(source: SampleReader, header: RingHeader, view: MemoView, channel: number, pyramid: WaveformPyramid): number {
    const startFrame = Math.max(0, Math.ceil(view.firstPx * view.framesPerPx));
    const endFrame = Math.max(startFrame, Math.ceil((view.firstPx + view.widthPx) * view.framesPerPx));
    const frames = endFrame - startFrame;
    const staging = this.#memory.f64(this.#buffer.reserve(frames), frames);
    readThrough(source, header, channel, startFrame, staging);
    const { firstPx, framesPerPx, widthPx } = view;
    return pyramid.min_max_fine(this.#buffer, frames, BigInt(startFrame), BigInt(firstPx), framesPerPx, widthPx);
  }

  /** Every sample of the view and one more on either side, so that lines reach the edges. */
  #samples(source: SampleReader, header: RingHeader, view: ViewRequest): WaveformFrame['samples'] {
    const firstSample = Math.max(0, Math.floor(view.firstPx * view.framesPerPx) - 1);
    const endSample = Math.ceil((view.firstPx + view.widthPx) * view.framesPerPx) + 1;
    const samplesPerChannel = Math.max(0, endSample - firstSample);
    const values = this.#floats(samplesPerChannel * view.channels.length);
    view.channels.forEach((channel, lane) => {
      const staging = this.#memory.f64(this.#buffer.reserve(samplesPerChannel), samplesPerChannel);
      readThrough(source, header, channel, firstSample, staging);
      values.set(staging, lane * samplesPerChannel);
    });
    return { firstSample, samplesPerChannel, values };
  }

  /** Brings the pyramids of the view's channels up to date and lets go of those the page does not keep. */
  #follow(source: SampleReader, header: RingHeader, view: ViewRequest): void {
    if (!view.waveformOnly) this.#retain(view.kept ?? view.channels);
    const perChannel = Math.max(LEAST_FRAMES_PER_DRAW, Math.floor(FRAMES_PER_DRAW / Math.max(1, view.channels.length)));
    for (const channel of view.channels) {
      if (channel >= header.channels) continue;
      let lane = this.#lanes.get(channel);
      if (!lane) {
        lane = { history: new ChannelHistory(header), view: new WaveformMemo(), overview: new WaveformMemo() };
        this.#lanes.set(channel, lane);
      }
      lane.history.follow(source, header, channel, perChannel, this.#memory, this.#buffer);
    }
  }

  #retain(channels: readonly number[]): void {
    for (const [channel, lane] of this.#lanes) {
      if (channels.includes(channel)) continue;
      lane.history.pyramid.free();
      this.#lanes.delete(channel);
    }
  }
}
