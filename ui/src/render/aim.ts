// What a pixel of the spectrogram really shows: the loudest of the bins and columns it combines. The crosshair asks for
// that one, so that the number belongs to the colour under it.

import { entriesOfPx } from '../base/column_grid';
import { hzOfRow, type FrequencyScale } from '../base/frequency_scale';
import { frameAtX, type TimeScale } from '../base/time_scale';
import type { LaneColumns } from './column_store';
import { rowMap, type RowMap } from './row_map';
import type { ColumnGrid } from '../engine/protocol';

/** Pixel rows above and below the pointer in which a peak counts as near: a hand does not hit one row. */
const REACH_PX = 3;

export interface Aim {
  frame: number;
  frequencyHz: number;
  /** How far from there a peak is still near, Hz. */
  reachHz: number;
}

export class Aiming {
  #map: { grid: ColumnGrid; frequency: FrequencyScale; heightPx: number; rows: RowMap } | null = null;

  /** The column and bin behind pixel (x, y); the middle of the pixel where it combines none or nothing is known. */
  at(xPx: number, yPx: number, heightPx: number, scale: TimeScale, frequency: FrequencyScale, lane: LaneColumns | null): Aim {
    const frequencyHz = hzOfRow(frequency, yPx, heightPx);
    const reachHz = hzOfRow(frequency, yPx - REACH_PX, heightPx) - frequencyHz;
    const aim = { frame: frameAtX(scale, xPx), frequencyHz, reachHz };
    const layer = lane?.current;
    if (!layer) return aim;
    const rows = this.#rows(layer.grid, frequency, heightPx);
    const y = Math.min(heightPx - 1, Math.max(0, Math.floor(yPx)));
    const [firstRow, lastRow] = [rows.first[y]!, rows.last[y]!];
    const [firstEntry, lastEntry] = entriesOfPx(layer.stamps, scale.framesPerPx, scale.firstPx + Math.floor(xPx));
    let loudest = 0;
    for (let entry = firstEntry; entry <= lastEntry; entry++) {
      const offset = layer.offsetOf(entry);
      if (offset < 0) continue;
      for (let row = firstRow; row <= lastRow; row++) {
        const code = layer.codes[offset + row]!;
        if (code <= loudest) continue;
        loudest = code;
        const edges = layer.grid.binEdgesHz;
        if (lastRow > firstRow) aim.frequencyHz = (edges[row]! + edges[row + 1]!) / 2;
        if (lastEntry > firstEntry) aim.frame = layer.stamps.origin + (entry + 0.5) * layer.stamps.spacing;
      }
    }
    return aim;
  }

  #rows(grid: ColumnGrid, frequency: FrequencyScale, heightPx: number): RowMap {
    const kept = this.#map;
    if (kept?.grid === grid && kept.frequency === frequency && kept.heightPx === heightPx) return kept.rows;
    const rows = rowMap(grid, frequency, heightPx);
    this.#map = { grid, frequency, heightPx, rows };
    return rows;
  }
}
