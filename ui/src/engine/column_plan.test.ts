import { describe, expect, test } from 'vitest';
import { ColumnBudget } from './budget';
import { BufferPool } from './buffers';
import { entriesAvailable, entriesInView, entriesKept, forBlocksAround, intersect, levelFor, SentEntries } from './column_plan';
import type { StftSettings, ViewRequest } from './protocol';

const STFT: StftSettings = { window: 'hann', size: 2048, hop: 512, pad: 1 };
const view = (framesPerPx: number, firstPx: number, widthPx: number): ViewRequest => ({ framesPerPx, firstPx, widthPx, channels: [0] });

describe('column plan', () => {
  test('the level is the smallest whose entries fit the page', () => {
    expect(levelFor(view(900, 0, 1600), STFT, 4096)).toBe(0);
    expect(levelFor(view(900, 0, 1600), STFT, 2048)).toBe(1);
    expect(levelFor(view(900, 0, 1600), { ...STFT, hop: 16 }, 4096)).toBe(5);
    for (const kept of [1024, 3000, 4096]) {
      for (const hop of [16, 100, 512]) {
        for (const framesPerPx of [0.1, 1, 50, 900, 40_000]) {
          const settings = { ...STFT, hop };
          const wanted = view(framesPerPx, 12_345, 1600);
          const level = levelFor(wanted, settings, kept);
          const { first, end } = entriesInView(wanted, settings, level);
          expect(end - first).toBeLessThanOrEqual(kept);
        }
      }
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
});

describe('budget', () => {
  test('finds the true cost through a clock of whole milliseconds', () => {
    const budget = new ColumnBudget(6);
    budget.reset(2048);
    const trueMs = 0.004;
    let exactMs = 0;
    for (let frame = 0; frame < 200; frame++) {
      const columns = budget.allowance();
      const before = Math.floor(exactMs);
      exactMs += columns * trueMs;
      budget.measured(columns, Math.floor(exactMs) - before);
    }
    expect(budget.allowance()).toBeGreaterThan(1200);
    expect(budget.allowance()).toBeLessThan(1800);
    budget.measured(0, 1000);
    expect(budget.allowance()).toBeGreaterThan(1200);
  });

  test('always lets two columns through', () => {
    const budget = new ColumnBudget(6);
    budget.reset(262_144);
    for (let i = 0; i < 50; i++) budget.measured(2, 100);
    expect(budget.allowance()).toBe(2);
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
