// The waveform of a view: samples below one frame per pixel, exact extremes from the samples at fine zooms, the
// pyramid above. The pyramids follow the live edge and are built anew when more of the past has arrived.

import { SamplesBuffer, WaveformPyramid } from '../../wasm/audiotab_wasm.js';
import type { BufferPool } from './buffers';
import type { ViewRequest } from './protocol';
import { readThrough } from './read_through';
import type { SampleReader } from './metered_source';
import type { RingHeader } from './source';
import type { WasmMemory } from './wasm_memory';

/** From here on the pyramid answers: its buckets of 64 frames are then no wider than a pixel. */
const PYRAMID_FRAMES_PER_PX = 64;
/** Samples moved into WASM at a time. */
const PUSH_FRAMES = 65_536;

export interface WaveformFrame {
  /** Every channel of the view is known from this frame on. */
  completeFrom: number;
  /** Per channel 2 * widthPx values: min, max; empty when there are samples instead. */
  waveform: Float32Array<ArrayBuffer>;
  samples: { firstSample: number; samplesPerChannel: number; values: Float32Array<ArrayBuffer> } | null;
}

/** What a pyramid knows of its channel. */
interface History {
  pyramid: WaveformPyramid;
  /** Frames [builtFrom, builtTo) have been pushed. */
  builtFrom: number;
  builtTo: number;
  /** Frames from here on were skipped because they had not arrived; null when none were. */
  skippedFrom: number | null;
}

export class Waveforms {
  readonly #memory: WasmMemory;
  readonly #pool: BufferPool;
  readonly #buffer = new SamplesBuffer();
  readonly #histories = new Map<number, History>();

  constructor(memory: WasmMemory, pool: BufferPool) {
    this.#memory = memory;
    this.#pool = pool;
  }

  /** Another stream: nothing known holds. */
  clear(): void {
    for (const history of this.#histories.values()) history.pyramid.free();
    this.#histories.clear();
  }

  draw(source: SampleReader, header: RingHeader, view: ViewRequest): WaveformFrame {
    this.#follow(source, header, view);
    const completeFrom = this.#completeFrom(source, view);
    if (view.framesPerPx < 1) {
      return { completeFrom, waveform: this.#floats(0), samples: this.#samples(source, header, view) };
    }
    const perChannel = 2 * view.widthPx;
    const waveform = this.#floats(perChannel * view.channels.length);
    view.channels.forEach((channel, lane) => {
      const history = this.#histories.get(channel);
      const lanePart = waveform.subarray(lane * perChannel, (lane + 1) * perChannel);
      if (!history) return void lanePart.fill(NaN);
      const pointer =
        view.framesPerPx < PYRAMID_FRAMES_PER_PX
          ? this.#fine(source, header, view, channel, history.pyramid)
          : history.pyramid.min_max(BigInt(view.firstPx), view.framesPerPx, view.widthPx);
      lanePart.set(this.#memory.f32(pointer, perChannel));
    });
    return { completeFrom, waveform, samples: null };
  }

  #completeFrom(source: SampleReader, view: ViewRequest): number {
    const froms = view.channels.map((channel) =>
      Math.max(source.completeFrom(channel), this.#histories.get(channel)?.builtFrom ?? 0),
    );
    return Math.max(0, ...froms);
  }

  #floats(length: number): Float32Array<ArrayBuffer> {
    // An empty array has nothing to come back for.
    return length === 0 ? new Float32Array(0) : new Float32Array(this.#pool.take(4 * length), 0, length);
  }

  #fine(source: SampleReader, header: RingHeader, view: ViewRequest, channel: number, pyramid: WaveformPyramid): number {
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

  /** Brings the pyramids of the view's channels up to date and lets go of the others. */
  #follow(source: SampleReader, header: RingHeader, view: ViewRequest): void {
    for (const [channel, history] of this.#histories) {
      if (view.channels.includes(channel)) continue;
      history.pyramid.free();
      this.#histories.delete(channel);
    }
    // Building anew takes a few ms, so one channel at a time.
    let mayRebuild = true;
    for (const channel of view.channels) {
      if (channel >= header.channels) continue;
      const history = this.#histories.get(channel) ?? this.#fresh(channel, header);
      const completeFrom = source.completeFrom(channel);
      if (mayRebuild && worthRebuilding(history, completeFrom, header)) {
        history.pyramid.clear();
        history.builtFrom = completeFrom;
        history.builtTo = completeFrom;
        history.skippedFrom = null;
        mayRebuild = false;
      }
      if (completeFrom > history.builtTo && completeFrom < header.endFrame) {
        history.skippedFrom ??= history.builtTo;
        history.builtTo = completeFrom;
      }
      this.#push(source, header, channel, history);
    }
  }

  #fresh(channel: number, header: RingHeader): History {
    const pyramid = new WaveformPyramid(header.capacityFrames);
    const history = { pyramid, builtFrom: header.endFrame, builtTo: header.endFrame, skippedFrom: null };
    this.#histories.set(channel, history);
    return history;
  }

  #push(source: SampleReader, header: RingHeader, channel: number, history: History): void {
    while (history.builtTo < header.endFrame) {
      const frames = Math.min(PUSH_FRAMES, header.endFrame - history.builtTo);
      const staging = this.#memory.f64(this.#buffer.reserve(frames), frames);
      if (source.copyInto(channel, history.builtTo, frames, staging).kind !== 'copied') return;
      history.pyramid.push(this.#buffer, frames, BigInt(history.builtTo));
      history.builtTo += frames;
    }
  }
}

/**
 * True when a skipped part has arrived, or so much of the past that what is known at least doubles, or the last of
 * it. Doubling keeps the whole cost proportional to the history.
 */
function worthRebuilding(history: History, completeFrom: number, header: RingHeader): boolean {
  if (history.skippedFrom !== null) return completeFrom <= history.skippedFrom;
  if (completeFrom >= history.builtFrom) return false;
  const doubles = header.endFrame - completeFrom >= 2 * (header.endFrame - history.builtFrom);
  // Within a block the ring's moving start makes the difference, not the history.
  const whole = completeFrom <= header.firstFrame;
  return doubles || (whole && history.builtFrom > header.firstFrame);
}
