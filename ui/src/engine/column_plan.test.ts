import { describe, expect, test } from 'vitest';
import { ColumnBudget } from './budget';
import { BufferPool } from './buffers';
import { bytesPerChannel, COLUMN_BYTES, entriesAvailable, entriesInView, entriesKept, forBlocksAround, intersect, levelFor, planLayers } from './column_plan';
import type { StftSettings, ViewRequest } from './protocol';
import { SentEntries } from './sent_entries';

const STFT: StftSettings = { window: 'hann', size: 2048, hop: 512, pad: 1 };
const view = (framesPerPx: number, firstPx: number, widthPx: number): ViewRequest => ({ framesPerPx, firstPx, widthPx, channels: [0] });

/** Small seeded random numbers. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('column plan', () => {
  test('30 s at 48 kHz and 2048/512 are one layer of single columns, for 64 channels too', () => {
    for (const channels of [1, 8, 64]) {
      const plan = planLayers(1_440_000, STFT, 1025, bytesPerChannel(COLUMN_BYTES, channels));
      expect(plan).toEqual({ baseLevel: 0, kept: 2829 });
      expect(channels * plan.kept * 1025 * 2).toBeLessThan(COLUMN_BYTES);
    }
    // 97 % overlap on one channel: longer than a texture.
    expect(planLayers(1_440_000, { ...STFT, hop: 64 }, 1025, bytesPerChannel(COLUMN_BYTES, 1))).toMatchObject({ baseLevel: 2 });
  });

  test('whatever the setting, the base layer holds the history and memory is bounded', () => {
    for (const capacityFrames of [1000, 1_440_000, 28_800_000, 115_200_000, 600_000_000]) {
      for (const size of [256, 2048, 32_768]) {
        for (const hop of [16, 100, size / 4, size]) {
          for (const channels of [1, 7, 256]) {
            for (const rows of [129, 1025, 8193]) {
              const settings = { ...STFT, size, hop };
              const { baseLevel, kept } = planLayers(capacityFrames, settings, rows, bytesPerChannel(COLUMN_BYTES, channels));
              const columns = Math.max(0, Math.floor((capacityFrames - size) / hop) + 1);
              const bytes = (baseLevel > 0 ? 2 : 1) * kept * rows * 2;
              const bounded = bytes <= Math.max(bytesPerChannel(COLUMN_BYTES, channels), 2 * 512 * rows * 2) && kept <= 8192;
              const holds = Math.ceil(columns / 2 ** baseLevel) + 2 <= kept;
              expect({ bounded, holds }, JSON.stringify({ capacityFrames, size, hop, channels, rows })).toEqual({ bounded: true, holds: true });
            }
          }
        }
      }
    }
  });

  test('one layer serves every view; of two the fine one those that fit it and gain from it', () => {
    const one = { baseLevel: 0, kept: 2829 };
    const two = { baseLevel: 4, kept: 1024 };
    for (const framesPerPx of [0.1, 1, 50, 900, 40_000]) expect(levelFor(view(framesPerPx, 0, 1600), STFT, one)).toBe(0);
    const settings = { ...STFT, hop: 16 };
    expect(levelFor(view(0.5, 0, 1600), settings, two)).toBe(0);
    expect(levelFor(view(10, 0, 1600), settings, two)).toBe(0);
    expect(levelFor(view(11, 0, 1600), settings, two)).toBe(4);
    // Entries of 256 frames are no wider than these pixels.
    expect(levelFor(view(256, 0, 40), settings, two)).toBe(4);
    for (const framesPerPx of [0.1, 1, 5, 10]) {
      const { first, end } = entriesInView(view(framesPerPx, 12_345, 1600), settings, 0);
      expect(end - first).toBeLessThanOrEqual(two.kept);
    }
  });

  test('entries are available when all their samples are, the last one also when the stream has ended', () => {
    expect(entriesAvailable(0, 2047, false, STFT, 0)).toEqual({ first: 0, end: 0 });
    expect(entriesAvailable(0, 2048, false, STFT, 0)).toEqual({ first: 0, end: 1 });
    expect(entriesAvailable(1, 2048 + 512 * 4, false, STFT, 0)).toEqual({ first: 1, end: 5 });
    expect(entriesAvailable(1, 2048 + 512 * 4, false, STFT, 1)).toEqual({ first: 1, end: 2 });
    expect(entriesAvailable(1, 2048 + 512 * 4, true, STFT, 1)).toEqual({ first: 1, end: 3 });
  });

  test('a live view keeps the newest entries, a view of the past those around it', () => {
    const available = { first: 100, end: 10_000 };
    expect(entriesKept({ first: 9900, end: 10_005 }, available, 1000)).toEqual({ first: 9000, end: 10_000 });
    expect(entriesKept({ first: 5000, end: 5100 }, available, 1000)).toEqual({ first: 4550, end: 5550 });
    expect(entriesKept({ first: 0, end: 150 }, available, 1000)).toEqual({ first: 100, end: 1100 });
    expect(entriesKept({ first: 9800, end: 9900 }, available, 1000)).toEqual({ first: 9000, end: 10_000 });
    expect(entriesKept({ first: 0, end: 50 }, { first: 3, end: 20 }, 1000)).toEqual({ first: 3, end: 20 });
    expect(intersect({ first: 0, end: 5 }, { first: 7, end: 9 })).toEqual({ first: 7, end: 7 });
  });

  test('blocks cover the range once, nearest to the focus first', () => {
    for (const focus of [-5, 40, 333, 10_000]) {
      const seen: number[] = [];
      const distances: number[] = [];
      forBlocksAround(focus, { first: 37, end: 500 }, (first, end) => {
        for (let entry = first; entry < end; entry++) seen.push(entry);
        distances.push(Math.max(0, first - focus, focus - end + 1));
        return true;
      });
      expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 463 }, (_, n) => 37 + n));
      for (let i = 2; i < distances.length; i++) expect(distances[i]!).toBeGreaterThanOrEqual(distances[i - 2]!);
    }
    let visits = 0;
    forBlocksAround(0, { first: 0, end: 1000 }, () => ++visits < 3);
    expect(visits).toBe(3);
  });

  test('what was sent is known until a ring length later', () => {
    const sent = new SentEntries(8);
    sent.mark(3, 8);
    expect(sent.missing({ first: 0, end: 12 })).toBe(4);
    sent.mark(11, 1);
    expect([sent.has(3), sent.has(4), sent.has(11)]).toEqual([false, true, true]);
  });

  test('whatever is marked in whatever order, what is known is what a plain ring would hold', () => {
    const random = mulberry(7);
    for (let run = 0; run < 40; run++) {
      const length = 20 + Math.floor(random() * 40);
      const sent = new SentEntries(length);
      const plain = Array.from({ length }, (): [entry: number, stride: number] => [-1, 1]);
      let stride = 1;
      let at = 100;
      for (let i = 0; i < 80; i++) {
        if (random() < 0.1) sent.setStride((stride = random() < 0.5 ? 1 : 2));
        at = Math.max(0, at + Math.floor((random() - 0.4) * 30));
        const count = 1 + Math.floor(random() * 12);
        sent.mark(at, count);
        for (let entry = at; entry < at + count; entry++) plain[entry % length] = [entry, stride];
        const there = (entry: number): boolean => plain[entry % length]![0] === entry && plain[entry % length]![1] <= stride;
        const first = Math.max(0, at - Math.floor(random() * 40));
        const range = { first, end: first + Math.floor(random() * 60) };
        const missing = Array.from({ length: range.end - range.first }, (_, n) => range.first + n).filter((entry) => !there(entry));
        expect(sent.missing(range)).toBe(missing.length);
        const part = sent.unsettled(range);
        expect(missing.filter((entry) => entry < part.first || entry >= part.end)).toEqual([]);
      }
    }
  });

  test('a live edge that moves on leaves only itself to look at', () => {
    const sent = new SentEntries(64);
    sent.mark(32, 32);
    sent.mark(0, 32);
    for (let entry = 64; entry < 500; entry++) {
      expect(sent.unsettled({ first: entry - 63, end: entry + 1 })).toEqual({ first: entry, end: entry + 1 });
      sent.mark(entry, 1);
    }
  });
});

describe('budget', () => {
  test('finds the true cost through a clock of whole milliseconds', () => {
    const budget = new ColumnBudget();
    budget.reset(2048);
    const trueMs = 0.004;
    let exactMs = 0;
    for (let frame = 0; frame < 200; frame++) {
      const columns = budget.allowance(6);
      const before = Math.floor(exactMs);
      exactMs += columns * trueMs;
      budget.measured(columns, Math.floor(exactMs) - before);
    }
    expect(budget.allowance(6)).toBeGreaterThan(1200);
    expect(budget.allowance(6)).toBeLessThan(1800);
    budget.measured(0, 1000);
    expect(budget.allowance(6)).toBeGreaterThan(1200);
  });

  test('new settings begin with what the machine has shown', () => {
    const budget = new ColumnBudget();
    budget.reset(2048);
    for (let i = 0; i < 200; i++) budget.measured(1000, 3);
    budget.reset(4096);
    expect(budget.costMs).toBeGreaterThan(0.006);
    expect(budget.costMs).toBeLessThan(0.0075);
  });

  test('always lets two columns through', () => {
    const budget = new ColumnBudget();
    budget.reset(262_144);
    for (let i = 0; i < 50; i++) budget.measured(2, 100);
    expect(budget.allowance(6)).toBe(2);
  });
});

describe('buffers', () => {
  test('what comes back is used again, what is not ours is not', () => {
    const pool = new BufferPool();
    const first = pool.take(5000);
    expect(first.byteLength).toBe(8192);
    pool.give([first, new ArrayBuffer(5000), new ArrayBuffer(0)]);
    expect(pool.take(8000)).toBe(first);
    expect(pool.take(8000)).not.toBe(first);
  });
});
