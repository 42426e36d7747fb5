// What stands behind one pixel column of a spectrogram: the one rule that all renderers share.

import { entriesOfPx } from '../base/column_grid';
import type { ColumnLayer } from './column_layer';
import type { LaneColumns } from './column_store';

export interface PxColumns {
  /** Null where nothing is known. */
  layer: ColumnLayer | null;
  /** Entries [first, last] to combine; some in between may be missing. */
  first: number;
  last: number;
  /** Samples were lost here, which is never hidden behind neighbours. */
  gap: boolean;
}

/** Entries of the current setting, or of the one before it where there are none yet. Writes into `out`. */
export function columnsOfPx(out: PxColumns, lane: LaneColumns | null, framesPerPx: number, px: number): void {
  out.gap = false;
  out.layer = null;
  if (!lane) return;
  if (lane.current && present(out, lane.current, framesPerPx, px)) return;
  if (lane.previous) present(out, lane.previous, framesPerPx, px);
}

function present(out: PxColumns, layer: ColumnLayer, framesPerPx: number, px: number): boolean {
  const [first, last] = entriesOfPx(layer.stamps, framesPerPx, px);
  for (let index = first; index <= last; index++) {
    const at = layer.offsetOf(index);
    if (at < 0) continue;
    if (!out.layer) out.first = index;
    out.layer = layer;
    out.last = index;
    if (layer.codes[at] === 0) {
      out.gap = true;
      return true;
    }
  }
  return out.layer !== null;
}
