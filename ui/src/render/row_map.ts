// Which rows of a spectrum column stand behind each pixel row of a lane.

import { hzAtPosition, type FrequencyScale } from '../base/frequency_scale';
import type { ColumnGrid } from '../engine/protocol';

export interface RowMap {
  /** Pixel row y shows the maximum of spectrum rows [first[y], last[y]]; y = 0 is the top. */
  readonly first: Uint16Array;
  readonly last: Uint16Array;
}

export const sameAxis = (a: FrequencyScale | null, b: FrequencyScale): boolean =>
  a?.kind === b.kind && a.minHz === b.minHz && a.maxHz === b.maxHz;

/**
 * Rows finer than pixels are combined, each in exactly one pixel; rows coarser than pixels are shown by every pixel
 * whose middle lies in them.
 */
export function rowMap(grid: ColumnGrid, scale: FrequencyScale, heightPx: number): RowMap {
  const first = new Uint16Array(heightPx);
  const last = new Uint16Array(heightPx);
  const edges = grid.binEdgesHz;
  const centre = (row: number): number => (edges[row]! + edges[row + 1]!) / 2;
  // From the bottom up, so that the search for the next edge only moves forward.
  let containing = 0;
  let lowest = 0;
  while (lowest < grid.bins - 1 && centre(lowest) < scale.minHz) lowest++;
  for (let y = heightPx - 1; y >= 0; y--) {
    const topHz = hzAtPosition(scale, 1 - y / heightPx);
    const middleHz = hzAtPosition(scale, 1 - (y + 0.5) / heightPx);
    while (containing < grid.bins - 1 && edges[containing + 1]! <= middleHz) containing++;
    // An axis up to the last row shows all of it in its top pixel; a zoomed one shows nothing from above its edge.
    const limitHz = y === 0 && scale.maxHz >= centre(grid.bins - 1) ? Infinity : topHz;
    let end = lowest;
    while (end < grid.bins && centre(end) < limitHz) end++;
    first[y] = end > lowest ? lowest : containing;
    last[y] = end > lowest ? end - 1 : containing;
    lowest = end;
  }
  return { first, last };
}
