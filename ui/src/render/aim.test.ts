import { describe, expect, it } from 'vitest';
import { frequencyScale, yOfHz } from '../base/frequency_scale';
import type { ColumnGrid } from '../engine/protocol';
import { Aiming } from './aim';
import { LaneColumns } from './column_store';

const BINS = 1025;
const BIN_HZ = 48_000 / 2048;
const GRID: ColumnGrid = {
  generation: 1,
  settings: { window: 'hann', size: 2048, hop: 512, pad: 1 },
  bins: BINS,
  binEdgesHz: Float64Array.from({ length: BINS + 1 }, (_, r) => Math.max(0, (r - 0.5) * BIN_HZ)),
  columnsKept: 128,
  enbwBins: 1.5,
};

function lane(loudEntry: number, loudBin: number): LaneColumns {
  const codes = new Uint16Array(64 * BINS).fill(18_000);
  codes[loudEntry * BINS + loudBin] = 29_000;
  const result = new LaneColumns();
  result.put(GRID, { generation: 1, streamId: 's', channel: 0, level: 0, firstIndex: 0, count: 64, bins: BINS, codes });
  return result;
}

describe('what a pixel shows', () => {
  const linear = frequencyScale('linear', 48_000);

  it('is the loudest bin and column it combines', () => {
    const scale = { firstPx: 0, framesPerPx: 4000, widthPx: 10 };
    const bin = 517;
    const entry = 20;
    const stamp = entry * 512 + 1024;
    const aim = new Aiming().at(Math.floor(stamp / 4000) + 0.3, Math.floor(yOfHz(linear, bin * BIN_HZ, 100)), 100, scale, linear, lane(entry, bin));
    expect(aim.frequencyHz).toBeCloseTo(bin * BIN_HZ, 6);
    expect(aim.frame).toBe(stamp);
  });

  it('is the middle of the pixel where a bin covers several', () => {
    const scale = { firstPx: 1000, framesPerPx: 10, widthPx: 100 };
    const log = frequencyScale('log', 48_000);
    const aim = new Aiming().at(5.5, 890.2, 900, scale, log, lane(20, 1));
    expect(aim.frame).toBe(10_055);
    expect(Math.floor(yOfHz(log, aim.frequencyHz, 900))).toBe(890);
  });

  it('needs no columns', () => {
    const scale = { firstPx: 0, framesPerPx: 100, widthPx: 100 };
    expect(new Aiming().at(1, 50, 100, scale, linear, null)).toEqual({ frame: 150, frequencyHz: (1 - 50.5 / 100) * 24_000, reachHz: expect.closeTo(3 * 240, 6) });
  });
});
