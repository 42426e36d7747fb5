import { expect, test } from 'vitest';
import type { Quality, StftSettings } from '../engine/protocol';
import { qualityText, WorkerLoad } from './vitals';

test('the worker’s load is that of the last second, what went by uncomputed adds up', () => {
  const load = new WorkerLoad();
  for (let i = 0; i < 120; i++) load.add(i * 20, { busyMs: 2, columnsComputed: 3, columnsDropped: i === 10 ? 7 : 0, bytesCopied: 100 });
  expect(load.rate(2380)).toEqual({ busy: expect.closeTo(0.1, 9) as number, columnsPerSecond: 150, bytesPerSecond: 5000 });
  expect(load.totals).toEqual({ columnsComputed: 360, columnsDropped: 7, bytesCopied: 12_000 });
  expect(load.rate(10_000)).toEqual({ busy: 0, columnsPerSecond: 0, bytesPerSecond: 0 });
});

test('a badge says what is less than it should be', () => {
  const stft: StftSettings = { window: 'hann', size: 2048, hop: 512, pad: 1 };
  const quality = (effective: StftSettings, frameDivisor: number): Quality => ({ level: 1, stride: 2, frameDivisor, stft, effective, reason: '' });
  expect(qualityText(quality({ ...stft, hop: 1024 }, 1), stft)).toBe('overlap 50 %');
  expect(qualityText(quality({ ...stft, hop: 1024 }, 2), stft)).toBe('overlap 50 % · 1/2 frame rate');
  expect(qualityText(quality({ ...stft, size: 1024, hop: 1024 }, 2), stft)).toBe('overlap 0 % · 1/2 frame rate · window 1024');
});
