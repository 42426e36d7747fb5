// Frame <-> pixel, the one place where it is computed. Pixel columns lie on an absolute grid: column p covers frames
// [p * framesPerPx, (p + 1) * framesPerPx), so a picture that scrolls moves by whole columns and never resamples.

/** Zoom is a multiple of this, so that p * framesPerPx is exact in a double for any frame below 2^43 (5 years). */
const ZOOM_GRAIN = 1 / 1024;

/** 32 device pixels per sample: single samples are dots with room between them. */
export const MIN_FRAMES_PER_PX = 1 / 32;

export interface TimeScale {
  /** First pixel column on screen, on the absolute grid. Negative before frame 0. */
  readonly firstPx: number;
  /** Frames per device pixel; below 1 several pixels share a frame. */
  readonly framesPerPx: number;
  /** Device pixels. */
  readonly widthPx: number;
}

/** The nearest zoom the grid can hold, at least MIN_FRAMES_PER_PX. */
export function snapFramesPerPx(framesPerPx: number): number {
  return Math.max(MIN_FRAMES_PER_PX, Math.round(framesPerPx / ZOOM_GRAIN) * ZOOM_GRAIN);
}

/** Where column p begins, in frames (a fraction when columns are narrower than or not whole numbers of frames). */
export function frameOfPx(framesPerPx: number, px: number): number {
  return px * framesPerPx;
}

/** The column that holds frame position `frame`. */
export function pxOfFrame(framesPerPx: number, frame: number): number {
  return Math.floor(frame / framesPerPx);
}

/** The first whole frame inside column p. */
export function firstFrameInPx(framesPerPx: number, px: number): number {
  return Math.ceil(px * framesPerPx);
}

export function startFrame(scale: TimeScale): number {
  return frameOfPx(scale.framesPerPx, scale.firstPx);
}

/** Exclusive. */
export function endFrame(scale: TimeScale): number {
  return frameOfPx(scale.framesPerPx, scale.firstPx + scale.widthPx);
}

/** Screen x in device pixels (a fraction) of a frame position. */
export function xOfFrame(scale: TimeScale, frame: number): number {
  return frame / scale.framesPerPx - scale.firstPx;
}

/** Frame position in the middle of the column under screen x. */
export function frameAtX(scale: TimeScale, xPx: number): number {
  return (scale.firstPx + Math.floor(xPx) + 0.5) * scale.framesPerPx;
}

/** The same width at another zoom, with the frame under screen x staying where it is (to half a column). */
export function zoomedAt(scale: TimeScale, framesPerPx: number, xPx: number): TimeScale {
  const next = snapFramesPerPx(framesPerPx);
  const anchorFrame = (scale.firstPx + xPx) * scale.framesPerPx;
  return { firstPx: Math.round(anchorFrame / next - xPx), framesPerPx: next, widthPx: scale.widthPx };
}

export function sameScale(a: TimeScale, b: TimeScale): boolean {
  return a.firstPx === b.firstPx && a.framesPerPx === b.framesPerPx && a.widthPx === b.widthPx;
}
