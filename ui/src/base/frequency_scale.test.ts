import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frequencyScale, hzAtPosition, hzOfRow, positionOfHz, yOfHz } from './frequency_scale';

const scaleArb = fc
  .tuple(fc.constantFrom('linear' as const, 'log' as const), fc.constantFrom(8000, 44_100, 48_000, 96_000, 192_000))
  .map(([kind, rate]) => frequencyScale(kind, rate));

describe('frequency scale', () => {
  it('position -> Hz -> position round trips', () => {
    fc.assert(
      fc.property(scaleArb, fc.double({ min: 0, max: 1, noNaN: true }), (scale, position) => {
        expect(positionOfHz(scale, hzAtPosition(scale, position))).toBeCloseTo(position, 9);
      }),
    );
  });

  it('rises with frequency and spans the band', () => {
    fc.assert(
      fc.property(scaleArb, (scale) => {
        expect(positionOfHz(scale, scale.minHz)).toBeCloseTo(0, 12);
        expect(positionOfHz(scale, scale.maxHz)).toBeCloseTo(1, 12);
        expect(positionOfHz(scale, 1000)).toBeLessThan(positionOfHz(scale, 1001));
      }),
    );
  });

  it('a row holds its own middle frequency', () => {
    fc.assert(
      fc.property(scaleArb, fc.integer({ min: 0, max: 499 }), (scale, y) => {
        expect(Math.floor(yOfHz(scale, hzOfRow(scale, y, 500), 500))).toBe(y);
      }),
    );
  });

  it('begins at 20 Hz on a logarithmic axis and at 0 on a linear one', () => {
    expect(frequencyScale('log', 48_000).minHz).toBe(20);
    expect(frequencyScale('linear', 48_000).minHz).toBe(0);
    expect(frequencyScale('log', 8000).minHz).toBe(4);
    expect(positionOfHz(frequencyScale('log', 48_000), 0)).toBe(-Infinity);
  });
});
