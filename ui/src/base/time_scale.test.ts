import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  firstFrameInPx,
  frameAtX,
  frameOfPx,
  MIN_FRAMES_PER_PX,
  pxOfFrame,
  snapFramesPerPx,
  xOfFrame,
  zoomedAt,
} from './time_scale';

const zoom = fc
  .double({ min: Math.log(MIN_FRAMES_PER_PX), max: Math.log(2e6), noNaN: true })
  .map((x) => snapFramesPerPx(Math.exp(x)));
/** A day of 192 kHz and then some. */
const frameNumber = fc.integer({ min: -1_000_000, max: 2 ** 43 - 1 });

describe('time scale', () => {
  it('pixel -> frame -> pixel is the identity at every zoom', () => {
    fc.assert(
      fc.property(zoom, frameNumber, (framesPerPx, frame) => {
        const px = pxOfFrame(framesPerPx, frame);
        expect(pxOfFrame(framesPerPx, frameOfPx(framesPerPx, px))).toBe(px);
        if (framesPerPx >= 1) expect(pxOfFrame(framesPerPx, firstFrameInPx(framesPerPx, px))).toBe(px);
      }),
      { numRuns: 2000 },
    );
  });

  it('a frame lies inside the column that claims it', () => {
    fc.assert(
      fc.property(zoom, frameNumber, (framesPerPx, frame) => {
        const px = pxOfFrame(framesPerPx, frame);
        expect(frameOfPx(framesPerPx, px)).toBeLessThanOrEqual(frame);
        expect(frameOfPx(framesPerPx, px + 1)).toBeGreaterThan(frame);
      }),
      { numRuns: 2000 },
    );
  });

  it('zooming keeps the frame under the pointer to within half a column', () => {
    fc.assert(
      fc.property(zoom, zoom, fc.integer({ min: 0, max: 2 ** 33 }), fc.integer({ min: 0, max: 3839 }), (from, to, frame, x) => {
        const scale = { framesPerPx: from, firstPx: pxOfFrame(from, frame), widthPx: 3840 };
        const before = (scale.firstPx + x) * from;
        const next = zoomedAt(scale, to, x);
        expect(Math.abs((next.firstPx + x) * next.framesPerPx - before)).toBeLessThanOrEqual(0.5 * next.framesPerPx + 1e-6);
      }),
    );
  });

  it('screen positions round trip', () => {
    const scale = { framesPerPx: 400, firstPx: 1000, widthPx: 1200 };
    expect(frameAtX(scale, 0)).toBe(400_200);
    expect(xOfFrame(scale, 400_000)).toBe(0);
    expect(Math.floor(xOfFrame(scale, frameAtX(scale, 777.9)))).toBe(777);
  });

  it('snaps to a zoom the grid can hold', () => {
    expect(snapFramesPerPx(0)).toBe(MIN_FRAMES_PER_PX);
    expect(snapFramesPerPx(1)).toBe(1);
    expect(snapFramesPerPx(400.12345) * 1024).toBe(Math.round(400.12345 * 1024));
  });
});
