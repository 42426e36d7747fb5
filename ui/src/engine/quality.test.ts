import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SpectrumColumns } from '../../wasm/audiotab_wasm.js';
import type { FromWorker, Quality, StftSettings } from './protocol';
import { ladder, QualityControl } from './quality';
import { EngineSession } from './session';
import { RingModel } from './testing/ring_model';
import { memory } from './testing/wasm';

const STFT: StftSettings = { window: 'hann', size: 1024, hop: 128, pad: 1 };
const RATE = 8000;
type Message<T extends FromWorker['type']> = Extract<FromWorker, { type: T }>;

describe('the ladder', () => {
  test('columns first, while every sample is seen twice; then pictures; the window only when allowed', () => {
    const steps = (adaptive: boolean): unknown[] =>
      ladder(STFT, adaptive).map(({ stride, frameDivisor, stft }) => [stft.hop * stride, frameDivisor, stft.size]);
    const always = [
      [128, 1, 1024],
      [256, 1, 1024],
      [512, 1, 1024],
      [512, 2, 1024],
    ];
    expect(steps(false)).toEqual(always);
    expect(steps(true)).toEqual([...always, [512, 2, 512], [256, 2, 256]]);
    expect(ladder({ ...STFT, hop: 1024 }, false)).toHaveLength(2);
  });
});

describe('quality control', () => {
  const control = new QualityControl();
  let nowMs = 0;
  /** Seconds of a load of two channels at 48 kHz, 2048/512: 187.5 columns a second. */
  const run = (seconds: number, columnMs: number, otherMs = 0.2): Quality[] => {
    const seen: Quality[] = [];
    for (let i = 0; i < seconds * 60; i++) {
      nowMs += 1000 / 60;
      const quality = control.note({ nowMs, columnMs, framesPerSecond: 96_000, otherMs }, control.rung!.stft);
      if (quality) seen.push(quality);
    }
    return seen;
  };
  beforeEach(() => control.choose({ ...STFT, size: 2048, hop: 512, pad: 1 }, true));

  test('a load between the two limits changes nothing, in either direction', () => {
    expect(run(20, 2.5)).toEqual([]);
    // 4 ms a column is 75 % of a core; at half the columns it is 38 %, and 75 % is what the way back would cost.
    expect(run(10, 4).map((quality) => quality.level)).toEqual([1]);
    expect(run(60, 4)).toEqual([]);
    expect(run(60, 2.5)).toEqual([]);
    expect(run(10, 1.5).map((quality) => quality.level)).toEqual([0]);
  });

  test('a moment of load is no reason', () => {
    for (let i = 0; i < 20; i++) {
      expect(run(0.8, 20)).toEqual([]);
      expect(run(0.5, 1)).toEqual([]);
    }
  });

  test('a hidden page says nothing about the load', () => {
    for (let i = 0; i < 20; i++) {
      run(0.3, 20);
      nowMs += 10_000;
    }
    expect(control.rung).toMatchObject({ stride: 1, frameDivisor: 1 });
  });
});

describe('a session that cannot keep up', () => {
  let ring: RingModel;
  let session: EngineSession;
  let posted: FromWorker[];
  let nowMs: number;
  let costMs: number;
  let generation: number;
  const of = <T extends FromWorker['type']>(type: T): Message<T>[] => posted.filter((message): message is Message<T> => message.type === type);

  beforeEach(() => {
    ring = new RingModel({ sampleRateHz: RATE, capacityFrames: 80_000, channels: 2, sample: (c, n) => Math.sin(n * 0.1 * (c + 1)) });
    posted = [];
    nowMs = 0;
    costMs = 0;
    generation = 0;
    // Every transformed column takes so long on the session's clock.
    const feed = SpectrumColumns.prototype.feed;
    vi.spyOn(SpectrumColumns.prototype, 'feed').mockImplementation(function (this: SpectrumColumns, columns, level) {
      nowMs += columns * costMs;
      return feed.call(this, columns, level);
    });
    session = new EngineSession({
      memory,
      post: (message) => void (message.type !== 'map' && posted.push(message)),
      nowMs: () => nowMs,
      connect: () => ({ request: (query) => Promise.resolve(ring.answer(query)), close: () => {} }),
    });
    session.receive({ type: 'open', endpoint: { kind: 'fetch', url: 'test:' }, columnBudgetBytes: 64e6 });
  });
  afterEach(() => {
    session.close();
    vi.restoreAllMocks();
  });

  const stft = (settings: StftSettings, adaptiveWindow: boolean): void =>
    session.receive({ type: 'stft', generation: ++generation, settings, chosen: STFT, adaptiveWindow });

  /** Drawn frames, one every 17 ms or as often as the worker manages, until `untilMs`; the page does what quality asks. */
  async function run(untilMs: number, adaptiveWindow: boolean): Promise<void> {
    for (let id = 1; nowMs < untilMs; id++) {
      nowMs += 17;
      ring.writeTo(40_000 + (nowMs * RATE) / 1000);
      const before = of('quality').length;
      const framesPerPx = 40;
      const firstPx = Math.ceil(ring.readableEnd / framesPerPx) - 200;
      session.receive({ type: 'frame', id, view: { framesPerPx, firstPx, widthPx: 200, channels: [0, 1] }, done: [] });
      for (const { quality } of of('quality').slice(before)) {
        const inForce = of('grid').at(-1)!.grid.settings;
        if (JSON.stringify(inForce) !== JSON.stringify(quality.stft)) stft(quality.stft, adaptiveWindow);
      }
      // oxlint-disable-next-line no-await-in-loop -- one frame after the other
      for (let i = 0; i < 40; i++) await Promise.resolve();
    }
  }

  test('sheds columns, then pictures, and without leave no more than that; comes back step by step', async () => {
    stft(STFT, false);
    await run(2000, false);
    expect(of('quality')).toEqual([]);
    const { generation: first } = of('grid').at(-1)!.grid;
    costMs = 40;
    await run(14_000, false);
    const levels = (): unknown[] => of('quality').map(({ quality }) => [quality.effective.hop, quality.frameDivisor, quality.effective.size]);
    const down = [
      [256, 1, 1024],
      [512, 1, 1024],
      [512, 2, 1024],
    ];
    expect(levels()).toEqual(down);
    for (const { quality } of of('quality')) expect(quality.reason).toMatch(/^[A-Z].*\d+ %.*\.$/);
    // Half as many columns a second are transformed, each of them stands for four, and every batch is of the same grid.
    posted = posted.filter((message) => message.type !== 'frame');
    const startMs = nowMs;
    await run(startMs + 2000, false);
    const batches = of('frame').flatMap((frame) => frame.columns);
    expect(batches.length).toBeGreaterThan(10);
    for (const batch of batches) {
      expect([batch.firstIndex % 4, batch.count % 4, batch.generation]).toEqual([0, 0, first]);
      expect([...batch.codes.subarray(0, 5)]).toEqual([...batch.codes.subarray(3 * batch.bins, 3 * batch.bins + 5)]);
    }
    costMs = 0;
    await run(nowMs + 17_000, false);
    expect(levels()).toEqual([...down, down[1], down[0], [128, 1, 1024]]);
    // Nothing was thrown away, and what was shed in view has been made up for.
    expect(of('grid').at(-1)!.grid.generation).toBe(first);
    expect(of('frame').at(-1)!.columnsPending).toBe(0);
    expect(of('quality').at(-1)!.quality).toMatchObject({ level: 0, stride: 1 });
  });

  test('with leave halves the window to the smallest, and comes back', async () => {
    stft(STFT, true);
    await run(2000, true);
    costMs = 200;
    await run(16_000, true);
    const sizes = (): number[] => of('quality').map(({ quality }) => quality.effective.size);
    expect(sizes()).toEqual([1024, 1024, 1024, 512, 256]);
    expect(of('grid').at(-1)!.grid.settings).toMatchObject({ size: 256, hop: 256 });
    costMs = 0;
    await run(nowMs + 28_000, true);
    expect(sizes()).toEqual([1024, 1024, 1024, 512, 256, 512, 1024, 1024, 1024, 1024]);
    expect(of('grid').at(-1)!.grid.settings).toEqual(STFT);
    expect(of('frame').at(-1)!.columnsPending).toBe(0);
  });
});
