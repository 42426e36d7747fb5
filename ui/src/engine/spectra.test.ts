import { beforeEach, describe, expect, test } from 'vitest';
import { SpectrumColumns } from '../../wasm/audiotab_wasm.js';
import { ColumnBudget } from './budget';
import { BufferPool } from './buffers';
import type { ColumnBatch, StftSettings, ViewRequest } from './protocol';
import { Spectra, type SpectraFrame } from './spectra';
import { ModelSource } from './testing/model_source';
import { RingModel } from './testing/ring_model';
import { memory } from './testing/wasm';
import { WasmMemory } from './wasm_memory';

const STFT: StftSettings = { window: 'hann', size: 256, hop: 64, pad: 1 };
const BINS = 129;
/** A different chirp per channel. */
const sample = (channel: number, frame: number): number => Math.sin(frame * (0.3 + 0.1 * channel) + 1e-6 * frame * frame);

/** What the page does with columns, with every entry counted. */
class Page {
  readonly entries = new Map<string, Uint16Array>();
  readonly times = new Map<string, number>();
  take(batches: readonly ColumnBatch[]): void {
    for (const batch of batches) {
      expect(batch.codes).toHaveLength(batch.count * batch.bins);
      for (let i = 0; i < batch.count; i++) {
        const key = `${batch.channel}/${batch.level}/${batch.firstIndex + i}`;
        this.times.set(key, (this.times.get(key) ?? 0) + 1);
        this.entries.set(key, batch.codes.slice(i * batch.bins, (i + 1) * batch.bins));
      }
    }
  }
}

let ring: RingModel;
let source: ModelSource;
let page: Page;
const pool = new BufferPool();
const open = (settings = STFT, channelBytes = 1e6, nowMs = () => 0): Spectra =>
  new Spectra({ memory: new WasmMemory(memory), pool, budget: new ColumnBudget(), nowMs }, 1, settings, channelBytes);
const step = (spectra: Spectra, view: ViewRequest): SpectraFrame => {
  const frame = spectra.compute(source, source.header(), view);
  page.take(frame.columns);
  pool.give(frame.columns.map((batch) => batch.codes.buffer as ArrayBuffer));
  return frame;
};
const finish = (spectra: Spectra, view: ViewRequest): void => {
  for (let i = 0; i < 3000; i++) if (step(spectra, view).computed === 0) return;
  throw new Error('never done');
};
const liveView = (seconds: number, channels = [0, 1]): ViewRequest => {
  const widthPx = 500;
  const framesPerPx = (seconds * ring.sampleRateHz) / widthPx;
  return { framesPerPx, firstPx: Math.ceil(ring.readableEnd / framesPerPx) - widthPx, widthPx, channels };
};

beforeEach(() => {
  ring = new RingModel({ sampleRateHz: 8000, capacityFrames: 80_000, channels: 3, sample });
  source = new ModelSource(ring);
  page = new Page();
});

function expectExact(settings: StftSettings, channel: number, level: number, entry: number): void {
  const engine = new SpectrumColumns(settings.window, settings.size, settings.hop, settings.pad, 1);
  const group = 2 ** level;
  for (let column = entry * group; column < (entry + 1) * group; column++) {
    const samples = Float64Array.from({ length: settings.size }, (_, n) => ring.expected(channel, column * settings.hop + n));
    new Float64Array(memory.buffer, engine.samples_ptr, settings.size).set(samples);
    engine.feed(1, level);
  }
  const want = new Uint16Array(memory.buffer, engine.codes_ptr, engine.rows);
  const got = page.entries.get(`${channel}/${level}/${entry}`);
  expect(got, `entry ${entry} of channel ${channel}`).toBeDefined();
  const peak = Math.max(...want);
  for (let bin = 0; bin < engine.rows; bin++) {
    if (want[bin]! > peak - 6000) expect(Math.abs(got![bin]! - want[bin]!)).toBeLessThanOrEqual(2);
  }
  engine.free();
}

describe('spectra', () => {
  test('everything the page keeps is computed once, and right', () => {
    ring.writeTo(79_000);
    const spectra = open();
    finish(spectra, liveView(2));
    const { readableFirst, readableEnd } = ring;
    const columns = Math.floor((readableEnd - 256) / 64) + 1;
    const first = Math.ceil(readableFirst / 64);
    const kept = Math.min(columns - first, spectra.grid(source.header()).columnsKept);
    expect(page.entries.size).toBe(2 * kept);
    for (const times of page.times.values()) expect(times).toBe(1);
    for (const entry of [columns - 1, columns - 2, columns - 33, columns - 500, columns - kept]) {
      expectExact(STFT, 0, 0, entry);
      expectExact(STFT, 1, 0, entry);
    }
    expect(step(spectra, liveView(2)).pending).toBe(0);
  });

  test('live: each new column is sent once, as soon as its samples are there and not before', () => {
    ring.writeTo(16_000);
    const spectra = open();
    finish(spectra, liveView(2));
    const before = page.entries.size;
    for (let block = 0; block < 200; block++) {
      const end = ring.readableEnd;
      ring.sequence++;
      const { columns } = step(spectra, liveView(2));
      for (const batch of columns) {
        const firstFrame = batch.firstIndex * 64;
        expect(firstFrame + (batch.count - 1) * 64 + 256).toBeLessThanOrEqual(ring.readableEnd);
        expect(firstFrame + 256).toBeGreaterThan(end);
      }
    }
    expect(page.entries.size - before).toBe(2 * 200);
    for (const times of page.times.values()) expect(times).toBe(1);
  });

  test('the live edge comes first, then the view, then the rest', () => {
    ring.writeTo(79_000);
    // A clock by which every look takes 2 ms: few columns per frame.
    let ms = 0;
    const spectra = open(STFT, 1e6, () => (ms += 2));
    const view = liveView(2, [0]);
    const first = step(spectra, view);
    const newest = Math.floor((ring.readableEnd - 256) / 64);
    expect(first.columns[0]!.firstIndex + first.columns[0]!.count - 1).toBe(newest);
    const order: number[] = [];
    for (let i = 0; i < 40 && first.pending > 0; i++) order.push(...step(spectra, view).columns.map((batch) => batch.firstIndex));
    // Blocks are aligned, so the order falls from block to block.
    for (let i = 1; i < order.length; i++) expect(order[i]).toBeLessThan(order[i - 1]!);
  });

  test('a view of the past is filled from its middle', () => {
    ring.writeTo(79_000);
    let ms = 0;
    const spectra = open(STFT, 1e6, () => (ms += 2));
    const view = { framesPerPx: 16, firstPx: 1500, widthPx: 500, channels: [0] };
    const { columns } = step(spectra, view);
    const middle = ((1500 + 250) * 16 - 96) / 64;
    expect(Math.abs(columns[0]!.firstIndex + columns[0]!.count / 2 - middle)).toBeLessThanOrEqual(32);
  });

  test('a history that does not fit has its maxima in a base layer, and single columns for short views', () => {
    const settings = { ...STFT, hop: 16 };
    ring.writeTo(79_000);
    const spectra = open(settings, 0);
    expect(spectra.grid(source.header())).toMatchObject({ bins: BINS, columnsKept: 512, enbwBins: 1.5 });
    const view = liveView(9);
    finish(spectra, view);
    const levels = (): string[] => [...new Set([...page.entries.keys()].map((key) => key.split('/')[1]!))];
    expect(levels()).toEqual(['4']);
    const entry = Math.floor((ring.readableEnd - 256) / 16 / 16) - 7;
    expectExact(settings, 0, 4, entry);
    expectExact(settings, 1, 4, entry - 200);
    // Half a second is 250 columns.
    finish(spectra, liveView(0.5));
    expect(levels()).toEqual(['4', '0']);
    expect(step(spectra, liveView(0.5)).level).toBe(0);
    // Back and forth: both layers are still there.
    expect(step(spectra, view)).toMatchObject({ level: 4, computed: 0 });
    expect(step(spectra, liveView(0.5))).toMatchObject({ level: 0, computed: 0 });
    for (const times of page.times.values()) expect(times).toBe(1);
  });

  test('entries too long for one frame are finished over several', () => {
    const settings = { ...STFT, hop: 16 };
    ring.writeTo(79_000);
    let ms = 0;
    // Every look at the clock takes 8 ms, so the budget falls to two columns per frame; an entry has sixteen.
    const spectra = open(settings, 0, () => (ms += 8));
    const view = liveView(9, [0]);
    for (let i = 0; i < 800; i++) expect(step(spectra, view).computed).toBeLessThanOrEqual(i < 5 ? 1500 : 600);
    const newest = Math.max(...[...page.entries.keys()].map((key) => Number(key.split('/')[2])));
    expectExact(settings, 0, 4, newest);
    expectExact(settings, 0, 4, newest - 3);
    for (const times of page.times.values()) expect(times).toBe(1);
  });

  test('samples on their way are waited for, everything around them is not', () => {
    ring.writeTo(16_000);
    source.pending.add(0, 4000);
    source.pending.add(8000, 9000);
    const spectra = open();
    const view = liveView(2, [0]);
    finish(spectra, view);
    const has = (column: number): boolean => page.entries.has(`0/0/${column}`);
    const columns = Math.floor((ring.readableEnd - 256) / 64) + 1;
    for (let column = 0; column < columns; column++) {
      const [start, end] = [column * 64, column * 64 + 256];
      const waits = start < 4000 || (start < 9000 && end > 8000);
      expect(has(column), `column ${column}`).toBe(!waits);
    }
    expect(step(spectra, view).pending).toBeGreaterThan(0);
    source.pending.clear();
    finish(spectra, view);
    expect(page.entries.size).toBe(columns);
    for (const times of page.times.values()) expect(times).toBe(1);
  });

  test('lost samples are gaps, and a stream that ended shows its last columns', () => {
    const settings = { ...STFT, hop: 16 };
    ring.lose(10_000, 10_001);
    ring.finish(79_011);
    const spectra = open(settings, 0);
    finish(spectra, liveView(9, [0]));
    const columns = Math.floor((79_011 - 256) / 16) + 1;
    const last = Math.ceil(columns / 16) - 1;
    expect(page.entries.has(`0/4/${last}`)).toBe(true);
    const gap = page.entries.get(`0/4/${Math.floor((10_000 - 100) / 256)}`);
    expect(gap?.every((code) => code === 0)).toBe(true);
  });

  test('scrubbing and coming back recomputes only what the page had to drop', () => {
    ring.writeTo(79_000);
    const spectra = open(STFT, 0);
    const live = liveView(2, [0]);
    finish(spectra, live);
    const past = { ...live, firstPx: live.firstPx - 100 };
    expect(step(spectra, past).computed).toBe(0);
    const far = { ...live, firstPx: 0 };
    finish(spectra, far);
    finish(spectra, live);
    const { columnsKept } = spectra.grid(source.header());
    const available = Math.floor((ring.readableEnd - 256) / 64) + 1;
    expect(available).toBeGreaterThan(columnsKept);
    const computed = [...page.times.values()].reduce((sum, times) => sum + times, 0);
    expect(computed).toBeLessThanOrEqual(columnsKept + 2 * (available - columnsKept) + 64);
  });

  test('a channel that leaves and returns is sent anew only if the page did not keep it', () => {
    ring.writeTo(16_000);
    const spectra = open();
    finish(spectra, liveView(2));
    finish(spectra, { ...liveView(2, [0]), kept: [0, 1] });
    finish(spectra, liveView(2));
    for (const times of page.times.values()) expect(times).toBe(1);
    finish(spectra, { ...liveView(2, [0]), kept: [0] });
    finish(spectra, liveView(2));
    for (const [key, times] of page.times) expect(times).toBe(key.startsWith('0') ? 1 : 2);
    finish(spectra, liveView(2, [0, 1, 9]));
  });

  test('nothing is allocated for pictures that run: buffers come back', () => {
    ring.writeTo(16_000);
    const spectra = open();
    finish(spectra, liveView(2));
    const seen = new Set<ArrayBufferLike>();
    for (let block = 0; block < 50; block++) {
      ring.sequence++;
      for (const batch of step(spectra, liveView(2)).columns) seen.add(batch.codes.buffer);
    }
    expect(seen.size).toBeLessThanOrEqual(2);
  });
});

describe('probe', () => {
  test('the level under the cursor and the refined peak beside it', () => {
    ring = new RingModel({ sampleRateHz: 48_000, capacityFrames: 48_000, sample: (_, n) => 0.5 * Math.sin((2 * Math.PI * 440 * n) / 48_000) });
    source = new ModelSource(ring);
    ring.writeTo(40_000);
    const spectra = open({ window: 'hann', size: 4096, hop: 1024, pad: 1 });
    const answer = spectra.probe(source, source.header(), { channel: 1, frame: 20_000, frequencyHz: 450, reachHz: 0 });
    // The column whose stamp is nearest: k * 1024 + 2048.
    expect(answer.frame).toBe(18 * 1024 + 2048);
    expect(answer.frequencyHz).toBeCloseTo((38 * 48_000) / 4096, 6);
    expect(answer.dbfs).toBeCloseTo(-6.0206 - 1.17, 1);
    expect(Math.abs(answer.peak!.frequencyHz - 440)).toBeLessThan(0.1);
    expect(answer.peak!.dbfs).toBeGreaterThan(-6.2);
    const from9000 = (reachHz: number) => spectra.probe(source, source.header(), { channel: 0, frame: 20_000, frequencyHz: 9000, reachHz });
    expect(from9000(0).peak?.dbfs ?? -200).toBeLessThan(-60);
    // Pixels that cover many bins: what they show is near, however many bins away.
    expect(Math.abs(from9000(8600).peak!.frequencyHz - 440)).toBeLessThan(0.1);
  });

  test('nothing where there is nothing', () => {
    ring.lose(4000, 4010);
    ring.writeTo(16_000);
    const spectra = open();
    const ask = (frame: number, channel = 0, frequencyHz = 1000) => spectra.probe(source, source.header(), { channel, frame, frequencyHz, reachHz: 0 });
    for (const answer of [ask(-5000), ask(4000), ask(1e9), ask(8000, 7), ask(NaN)]) {
      expect(answer.dbfs).toBeNaN();
      expect(answer.peak).toBeNull();
    }
    expect(ask(8000, 0, 1e9).dbfs).not.toBeNaN();
    expect(ask(8000, 0, -5).frequencyHz).toBe(0);
  });
});
