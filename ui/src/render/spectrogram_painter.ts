// Spectrum columns to pixels, on plain arrays: the same on every canvas, and testable without one.

import { entriesOfPx } from '../base/column_grid';
import type { ColumnLayer } from './column_layer';
import type { LaneColumns } from './column_store';
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

const HATCH_PX = 8;

export class SpectrogramPainter {
  #combined = new Uint16Array(0);

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
    for (const layer of [lane?.current, lane?.previous]) {
      if (layer && this.#paintLayer(target, x, px, framesPerPx, layer, rows(layer), colours)) return;
    }
    fillColumn(target, x, colours.empty);
  }

  #paintLayer(
    target: PaintTarget,
    x: number,
    px: number,
    framesPerPx: number,
    layer: ColumnLayer,
    map: RowMap,
    colours: PaintColours,
  ): boolean {
    const [firstEntry, lastEntry] = entriesOfPx(layer.stamps, framesPerPx, px);
    const bins = layer.grid.bins;
    let source = layer.codes;
    let offset = -1;
    let combined = false;
    for (let index = firstEntry; index <= lastEntry; index++) {
      const at = layer.offsetOf(index);
      if (at < 0) continue;
      // A gap is never hidden behind its neighbours.
      if (layer.codes[at] === 0) {
        hatchColumn(target, x, px, colours.gap);
        return true;
      }
      if (offset < 0) {
        offset = at;
      } else if (!combined) {
        if (this.#combined.length < bins) this.#combined = new Uint16Array(bins);
        maxOf(this.#combined, layer.codes, offset, layer.codes, at, bins);
        combined = true;
        source = this.#combined;
        offset = 0;
      } else {
        maxOf(this.#combined, this.#combined, 0, layer.codes, at, bins);
      }
    }
    if (offset < 0) return false;
    const { pixels, stridePx, heightPx } = target;
    const { first, last } = map;
    const { table } = colours;
    for (let y = 0, at = x; y < heightPx; y++, at += stridePx) {
      const end = offset + last[y]!;
      let code = source[offset + first[y]!]!;
      for (let i = offset + first[y]! + 1; i <= end; i++) if (source[i]! > code) code = source[i]!;
      pixels[at] = table[code]!;
    }
    return true;
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
