import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCompact, LANE_LINE, laneHeights, lanesInSight } from './lane_layout';

const total = (lanes: { waveform: number; spectrogram: number }[]): number =>
  lanes.reduce((sum, lane) => sum + lane.waveform + lane.spectrogram + LANE_LINE, 0);

describe('lane heights', () => {
  it('fill the room to the pixel while lanes are large enough, on whole pixels', () => {
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 2100 }), fc.integer({ min: 1, max: 8 }), fc.constantFrom('both', 'waveform', 'spectrogram'), (room, count, mode) => {
        const lanes = laneHeights(room, count, mode as 'both', 'comfortable');
        for (const lane of lanes) {
          expect(Number.isInteger(lane.waveform) && Number.isInteger(lane.spectrogram)).toBe(true);
          expect(lane.waveform + lane.spectrogram).toBeGreaterThanOrEqual(44);
        }
        const least = mode === 'both' ? 84 : mode === 'waveform' ? 44 : 56;
        if (room / count >= least + 1) expect(total(lanes)).toBe(room);
        else expect(total(lanes)).toBeGreaterThanOrEqual(room);
      }),
    );
  });

  it('shrink until all lanes are in sight, and scroll only when a row would be no row any more', () => {
    const lanes = laneHeights(706, 64, 'both', 'fit');
    expect(total(lanes)).toBe(706);
    expect(lanes.every(isCompact)).toBe(true);
    expect(lanes.every((lane) => lane.waveform === 0)).toBe(true);
    expect(laneHeights(706, 64, 'waveform', 'fit')[63]).toEqual({ waveform: 10, spectrogram: 0 });
    expect(total(laneHeights(706, 128, 'both', 'fit'))).toBe(128 * 9);
    const twelve = laneHeights(706, 12, 'both', 'fit');
    expect(twelve[0]).toEqual({ waveform: 17, spectrogram: 41 });
    expect(twelve.some(isCompact)).toBe(false);
    // Where there is room for all of them, both wishes are the same.
    expect(laneHeights(706, 6, 'both', 'fit')).toEqual(laneHeights(706, 6, 'both', 'comfortable'));
  });

  it('show one kind alone when asked', () => {
    expect(laneHeights(400, 2, 'waveform')).toEqual([{ waveform: 199, spectrogram: 0 }, { waveform: 199, spectrogram: 0 }]);
    expect(laneHeights(401, 2, 'spectrogram')[0]).toEqual({ waveform: 0, spectrogram: 200 });
    expect(laneHeights(400, 0, 'both')).toEqual([]);
  });

  it('finds the lanes in sight of a scrolled list', () => {
    const lanes = laneHeights(300, 10, 'both', 'comfortable');
    expect(lanesInSight(lanes, 0, 300)).toEqual([0, 4]);
    expect(lanesInSight(lanes, 85, 300)).toEqual([1, 5]);
    expect(lanesInSight(lanes, 84, 300)).toEqual([0, 5]);
    expect(lanesInSight(lanes, 1e6, 300)).toEqual([0, 0]);
    expect(lanesInSight([], 0, 300)).toEqual([0, 0]);
  });
});
