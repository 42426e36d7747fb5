// Minutes of running, looked at from everywhere: columns computed are the columns newly due, exactly.

import { beforeEach, describe, expect, test } from 'vitest';
import { ColumnBudget } from './budget';
import { BufferPool } from './buffers';
import { columnsBefore } from './column_plan';
import type { StftSettings, ViewRequest } from './protocol';
import { Spectra, type SpectraFrame } from './spectra';
import { ModelSource } from './testing/model_source';
import { RingModel } from './testing/ring_model';
import { memory } from './testing/wasm';
import { WasmMemory } from './wasm_memory';

const RATE = 8000;
const FRAMES_PER_TICK = RATE / 60;
const SETTINGS: StftSettings[] = [
  { window: 'hann', size: 256, hop: 64, pad: 1 },
  { window: 'blackman', size: 512, hop: 256, pad: 1 },
  { window: 'hann', size: 256, hop: 100, pad: 2 },
];

let ring: RingModel;
let source: ModelSource;
let spectra: Spectra;
let generation = 0;
let computed = 0;
const parts = { memory: new WasmMemory(memory), pool: new BufferPool(), budget: new ColumnBudget(), nowMs: () => 0 };
const times = new Map<string, number>();

function begin(settings: StftSettings): void {
  spectra?.free();
  spectra = new Spectra(parts, ++generation, settings, 1e6);
}

function step(view: ViewRequest): SpectraFrame {
  const frame = spectra.compute(source, source.header(), view);
  computed += frame.computed;
  for (const batch of frame.columns) {
    expect(batch.generation).toBe(generation);
    for (let i = 0; i < batch.count; i++) {
      const key = `${batch.generation}/${batch.channel}/${batch.level}/${batch.firstIndex + i}`;
      times.set(key, (times.get(key) ?? 0) + 1);
    }
    parts.pool.give([batch.codes.buffer as ArrayBuffer]);
  }
  return frame;
}

const live = (seconds: number): ViewRequest => {
  const framesPerPx = (seconds * RATE) / 400;
  return { framesPerPx, firstPx: Math.ceil(ring.readableEnd / framesPerPx) - 400, widthPx: 400, channels: [0, 1, 2] };
};
/** Columns that can be computed now, and the newest of them. */
const available = (settings: StftSettings): { first: number; end: number } => ({
  first: Math.ceil(ring.readableFirst / settings.hop),
  end: columnsBefore(ring.readableEnd, settings),
});

beforeEach(() => {
  ring = new RingModel({ sampleRateHz: RATE, capacityFrames: 80_000, channels: 3, sample: (c, n) => Math.sin(n * (0.2 + 0.1 * c)) });
  source = new ModelSource(ring);
  times.clear();
  computed = 0;
});

describe('over a long run', () => {
  test('columns computed are the columns newly due, through wrap, gaps, freeze, scrub, zoom and channels', () => {
    const [settings] = SETTINGS as [StftSettings];
    ring.writeTo(79_000);
    ring.lose(85_000, 85_300);
    ring.lose(120_000, 120_001);
    begin(settings);
    while (step(live(2)).computed > 0);
    const { first } = available(settings);
    let frozen = live(2);
    let due = computed;
    let endBefore = available(settings).end;
    expect(due).toBe(3 * (endBefore - first));
    for (let tick = 0; tick < 2000; tick++) {
      ring.writeTo(79_000 + tick * FRAMES_PER_TICK);
      const phase = Math.floor(tick / 100) % 9;
      const now = live(2);
      if (tick % 100 === 0) frozen = now;
      const back = (px: number): ViewRequest => ({ ...frozen, firstPx: frozen.firstPx - px });
      const looks: ViewRequest[] = [
        now,
        live(9),
        live(0.05),
        frozen,
        back(tick % 100),
        { ...back(0), framesPerPx: 3, firstPx: Math.floor((frozen.firstPx * frozen.framesPerPx) / 3) },
        { ...now, channels: [2], kept: [0, 1, 2] },
        { ...now, channels: [2, 0, 1] },
        live(0.01 + 9 * Math.abs(Math.sin(tick / 20))),
      ];
      const view = looks[phase]!;
      const frame = step(view);
      expect([frame.dropped, frame.pending]).toEqual([0, 0]);
      const { end } = available(settings);
      // Channels on screen get what is newly due at once; those that are not, when they come back.
      if (phase !== 6) {
        due += 3 * (end - endBefore);
        endBefore = end;
        expect(computed, `tick ${tick}`).toBe(due);
      }
    }
    expect(ring.readableEnd).toBeGreaterThan(4 * 80_000);
    expect(computed).toBe(times.size);
    expect(new Set(times.values())).toEqual(new Set([1]));
  });

  test('a change of settings computes the history once more, the view first, and only the newest generation', () => {
    ring.writeTo(79_000);
    begin(SETTINGS[0]!);
    while (step(live(2)).computed > 0);
    for (const settings of [...SETTINGS, ...SETTINGS]) {
      computed = 0;
      begin(settings);
      const { first, end } = available(settings);
      const { columns } = step(live(2));
      expect(columns[0]!.firstIndex + columns[0]!.count).toBe(end);
      while (step(live(2)).computed > 0);
      expect(computed).toBe(3 * (end - first));
    }
    expect(new Set(times.values())).toEqual(new Set([1]));
  });

  test('settings at 20 Hz: every one is begun at its view, none piles up, the last one is finished', () => {
    ring.writeTo(79_000);
    for (let change = 0; change < 24; change++) {
      begin(SETTINGS[change % 3]!);
      const before = computed;
      for (let frame = 0; frame < 3; frame++) {
        ring.sequence += 2;
        const { columns } = step(live(2));
        if (frame === 0) expect(columns.length).toBeGreaterThan(0);
      }
      // Never more than the history of the newest, however many came before.
      expect(computed - before).toBeLessThanOrEqual(3 * (80_000 / SETTINGS[change % 3]!.hop + 6));
    }
    while (step(live(2)).computed > 0);
    expect(step(live(2)).pending).toBe(0);
  });

  test('columns in view that the ring overwrites uncomputed are counted', () => {
    ring.writeTo(79_000);
    // Two columns per frame and channel at most: every look at the clock takes 30 ms.
    let ms = 0;
    const slow = { ...parts, budget: new ColumnBudget(), nowMs: () => (ms += 30) };
    spectra = new Spectra(slow, ++generation, SETTINGS[0]!, 1e6);
    const view = { framesPerPx: 200, firstPx: 0, widthPx: 400, channels: [0] };
    for (let i = 0; i < 2; i++) step(view);
    const { pending } = step(view);
    expect(pending).toBeGreaterThan(100);
    // All of what was in view goes by.
    ring.writeTo(200_000);
    expect(step(view)).toMatchObject({ dropped: pending, pending: 0 });
    expect(step(view).dropped).toBe(0);
  });
});
