import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesOfPx, entryOfFrame, entrySpan, pxOfEntries, stampGrid } from './column_grid';
import { snapFramesPerPx } from './time_scale';

const gridArb = fc
  .tuple(fc.integer({ min: 8, max: 15 }), fc.integer({ min: 16, max: 4096 }), fc.integer({ min: 0, max: 6 }))
  .map(([sizeLog2, hop, level]) => stampGrid(2 ** sizeLog2, Math.min(hop, 2 ** sizeLog2), level));
const zoomArb = fc.double({ min: -3, max: 12, noNaN: true }).map((x) => snapFramesPerPx(Math.exp(x)));

describe('columns on pixels', () => {
  it('every entry is shown by some pixel, and by one alone when entries are finer', () => {
    fc.assert(
      fc.property(gridArb, zoomArb, fc.integer({ min: 0, max: 1_000_000 }), (grid, framesPerPx, index) => {
        const [first, end] = pxOfEntries(grid, framesPerPx, index, 1);
        let seen = 0;
        const from = Math.max(first, end - 200);
        for (let px = from; px < end; px++) {
          const [a, b] = entriesOfPx(grid, framesPerPx, px);
          if (a <= index && index <= b) seen++;
        }
        expect(seen).toBeGreaterThanOrEqual(1);
        if (framesPerPx >= grid.spacing) expect(seen).toBe(1);
      }),
    );
  });

  it('no pixel outside pxOfEntries depends on an entry', () => {
    fc.assert(
      fc.property(gridArb, zoomArb, fc.integer({ min: 0, max: 100_000 }), (grid, framesPerPx, index) => {
        const [first, end] = pxOfEntries(grid, framesPerPx, index, 1);
        for (const px of [first - 1, end]) {
          const [a, b] = entriesOfPx(grid, framesPerPx, px);
          expect(a <= index && index <= b).toBe(false);
        }
      }),
    );
  });

  it('stamps an impulse where it is', () => {
    // Frame 100,000 sits in the middle of the columns that see it; the nearest stamp is within half a hop.
    const grid = stampGrid(2048, 512, 0);
    const [start, end] = entrySpan(grid, entryOfFrame(grid, 100_000));
    expect(start).toBeLessThanOrEqual(100_000);
    expect(end).toBeGreaterThan(100_000);
    expect(Math.abs((start + end) / 2 - 100_000)).toBeLessThanOrEqual(256);
  });
});
