// Spectrum columns to pixels, on plain arrays: the same on every canvas, and testable without one.

import type { ColumnLayer } from './column_layer';
import type { LaneColumns } from './column_store';
import { columnsOfPx, type PxColumns } from './px_columns';
import type { RowMap } from './row_map';

export interface PaintColours {
  /** Pixel of each level code. */
  table: Uint32Array;
  /** Where there is nothing (yet). */
  empty: number;
  /** Where samples were lost: two pixels, hatched. */
  gap: [number, number];
}

export interface PaintTarget {
  pixels: Uint32Array;
  /** Pixels from one row to the next. */
  stridePx: number;
  heightPx: number;
}

/** Width of a stripe and the space after it. */
export const HATCH_PX = 8;

export class SpectrogramPainter {
  #combined = new Uint16Array(0);
  readonly #behind: PxColumns = { layer: null, first: 0, last: 0, gap: false };

  /** Paints pixel column `px` of the absolute grid into column x of the target. `rows` gives the row map of a layer. */
  paintColumn(
    target: PaintTarget,
    x: number,
    px: number,
    framesPerPx: number,
    lane: LaneColumns | null,
    rows: (layer: ColumnLayer) => RowMap,
    colours: PaintColours,
  ): void {
    const behind = this.#behind;
    columnsOfPx(behind, lane, framesPerPx, px);
    if (!behind.layer) fillColumn(target, x, colours.empty);
    else if (behind.gap) hatchColumn(target, x, px, colours.gap);
    else this.#paintLayer(target, x, behind.layer, behind.first, behind.last, rows(behind.layer), colours.table);
  }

  #paintLayer(
    target: PaintTarget,
    x: number,
    layer: ColumnLayer,
    firstEntry: number,
    lastEntry: number,
    map: RowMap,
    table: Uint32Array,
  ): void {
    const bins = layer.grid.bins;
    let source = layer.codes;
    let offset = layer.offsetOf(firstEntry);
    let combined = false;
    for (let index = firstEntry + 1; index <= lastEntry; index++) {
      const at = layer.offsetOf(index);
      if (at < 0) continue;
      if (!combined) {
        if (this.#combined.length < bins) this.#combined = new Uint16Array(bins);
        maxOf(this.#combined, layer.codes, offset, layer.codes, at, bins);
        combined = true;
        source = this.#combined;
        offset = 0;
      } else {
        maxOf(this.#combined, this.#combined, 0, layer.codes, at, bins);
      }
    }
    const { pixels, stridePx, heightPx } = target;
    const { first, last } = map;
    for (let y = 0, at = x; y < heightPx; y++, at += stridePx) {
      const end = offset + last[y]!;
      let code = source[offset + first[y]!]!;
      for (let i = offset + first[y]! + 1; i <= end; i++) if (source[i]! > code) code = source[i]!;
      pixels[at] = table[code]!;
    }
  }
}

function maxOf(out: Uint16Array, a: Uint16Array, aAt: number, b: Uint16Array, bAt: number, length: number): void {
  for (let i = 0; i < length; i++) {
    const left = a[aAt + i]!;
    const right = b[bAt + i]!;
    out[i] = left > right ? left : right;
  }
}

function fillColumn(target: PaintTarget, x: number, colour: number): void {
  const end = target.stridePx * target.heightPx;
  for (let at = x; at < end; at += target.stridePx) target.pixels[at] = colour;
}

/** Diagonal stripes on the absolute grid, so that they travel with the picture. */
function hatchColumn(target: PaintTarget, x: number, px: number, [dark, light]: [number, number]): void {
  const phase = ((px % HATCH_PX) + HATCH_PX) % HATCH_PX;
  for (let y = 0, at = x; y < target.heightPx; y++, at += target.stridePx) {
    target.pixels[at] = (phase + y) % HATCH_PX < 2 ? light : dark;
  }
}
