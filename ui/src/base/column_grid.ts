// STFT columns <-> pixel columns. Column k covers frames [k * hop, k * hop + size) and is stamped at its centre; what it
// shows is the time around that stamp, half a hop to either side. At level L an entry combines 2^L such columns.

export interface StampGrid {
  /** Frames from one entry to the next: hop * 2^level. */
  readonly spacing: number;
  /** Frame where entry 0 begins to stand for the sound: (size - hop) / 2. */
  readonly origin: number;
}

export function stampGrid(size: number, hop: number, level: number): StampGrid {
  return { spacing: hop * 2 ** level, origin: (size - hop) / 2 };
}

/** Frames [start, end) that entry i stands for. */
export function entrySpan(grid: StampGrid, index: number): [startFrame: number, endFrame: number] {
  const start = grid.origin + index * grid.spacing;
  return [start, start + grid.spacing];
}

/** The entry that stands for a frame position. */
export function entryOfFrame(grid: StampGrid, frame: number): number {
  return Math.floor((frame - grid.origin) / grid.spacing);
}

/**
 * Entries [first, last] a pixel column shows: every one stamped inside it, so that each is seen exactly once, or the
 * nearest one when columns are wider apart than pixels.
 */
export function entriesOfPx(grid: StampGrid, framesPerPx: number, px: number): [first: number, last: number] {
  const startFrame = px * framesPerPx;
  const centre = grid.origin + grid.spacing / 2;
  const first = Math.ceil((startFrame - centre) / grid.spacing);
  const last = Math.ceil((startFrame + framesPerPx - centre) / grid.spacing) - 1;
  if (last >= first) return [first, last];
  const nearest = entryOfFrame(grid, startFrame + framesPerPx / 2);
  return [nearest, nearest];
}

/** Pixel columns [first, end) whose picture can depend on entries [index, index + count). */
export function pxOfEntries(grid: StampGrid, framesPerPx: number, index: number, count: number): [first: number, end: number] {
  const start = grid.origin + index * grid.spacing;
  const end = start + count * grid.spacing;
  return [Math.floor(start / framesPerPx), Math.ceil(end / framesPerPx)];
}
