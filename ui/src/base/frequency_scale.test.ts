import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frequencyScale, hzAtPosition, hzOfRow, pannedBand, positionOfHz, yOfHz, zoomedBand } from './frequency_scale';

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

describe('a zoomed frequency axis', () => {
  const kinds = ['linear', 'log'] as const;

  it('keeps what is under the pointer, whatever the zoom', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.double({ min: 0.2, max: 0.8, noNaN: true }), fc.double({ min: 0.05, max: 0.9, noNaN: true }), (kind, position, factor) => {
        const whole = frequencyScale(kind, 48_000);
        const zoomed = frequencyScale(kind, 48_000, zoomedBand(whole, whole, factor, position));
        expect(positionOfHz(zoomed, hzAtPosition(whole, position))).toBeCloseTo(position, 6);
        expect(zoomed.minHz).toBeGreaterThanOrEqual(whole.minHz);
        expect(zoomed.maxHz).toBeLessThanOrEqual(whole.maxHz);
      }),
    );
  });

  it('stops at the edges of the whole and at the closest zoom, and is whole again when zoomed out', () => {
    for (const kind of kinds) {
      const whole = frequencyScale(kind, 48_000);
      let scale = whole;
      for (let i = 0; i < 50; i++) scale = frequencyScale(kind, 48_000, zoomedBand(whole, scale, 0.7, 0.5));
      const share = positionOfHz(whole, scale.maxHz) - positionOfHz(whole, scale.minHz);
      expect(share).toBeCloseTo(kind === 'linear' ? 1 / 200 : 1 / 100, 6);
      for (let i = 0; i < 400; i++) scale = frequencyScale(kind, 48_000, pannedBand(whole, scale, 0.9));
      expect(scale.maxHz).toBeCloseTo(24_000, 6);
      expect(positionOfHz(whole, scale.maxHz) - positionOfHz(whole, scale.minHz)).toBeCloseTo(share, 6);
      for (let i = 0; i < 400; i++) scale = frequencyScale(kind, 48_000, pannedBand(whole, scale, -0.9));
      expect(scale.minHz).toBeCloseTo(whole.minHz, 6);
      expect(zoomedBand(whole, scale, 1000, 0.5)).toBeNull();
    }
  });

  it('forgets a band that the stream does not have, and cuts one that it has in part', () => {
    expect(frequencyScale('linear', 8000, [20_000, 22_000])).toEqual(frequencyScale('linear', 8000));
    expect(frequencyScale('linear', 8000, [1000, 22_000])).toEqual({ kind: 'linear', minHz: 1000, maxHz: 4000 });
    expect(frequencyScale('log', 48_000, [0, 1000])).toEqual({ kind: 'log', minHz: 20, maxHz: 1000 });
  });
});
