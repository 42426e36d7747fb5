// The spectrum columns of one channel under one setting at one level: a ring of codes. Entry i lives in slot
// i mod columnsKept, which the worker mirrors, so nothing is sent twice.

import { stampGrid, type StampGrid } from '../base/column_grid';
import type { ColumnBatch, ColumnGrid } from '../engine/protocol';

export class ColumnLayer {
  readonly grid: ColumnGrid;
  readonly level: number;
  readonly stamps: StampGrid;
  readonly codes: Uint16Array;
  readonly #entryInSlot: Float64Array;
  #filled = 0;

  /** `reuse`: codes of a layer that is no longer needed, taken over when they have the right size. */
  constructor(grid: ColumnGrid, level: number, reuse?: Uint16Array) {
    this.grid = grid;
    this.level = level;
    this.stamps = stampGrid(grid.settings.size, grid.settings.hop, level);
    const length = grid.columnsKept * grid.bins;
    this.codes = reuse?.length === length ? reuse : new Uint16Array(length);
    this.#entryInSlot = new Float64Array(grid.columnsKept).fill(-1);
  }

  /** Slots that hold an entry. */
  get filled(): number {
    return this.#filled;
  }

  /** Where entry `index` begins in `codes`, -1 when it is not here. */
  offsetOf(index: number): number {
    if (index < 0) return -1;
    const slot = index % this.grid.columnsKept;
    return this.#entryInSlot[slot] === index ? slot * this.grid.bins : -1;
  }

  /** Takes the columns of a batch made for this layer; later entries displace those a ring length older. */
  put(batch: ColumnBatch): void {
    const { bins, columnsKept } = this.grid;
    const skip = Math.max(0, batch.count - columnsKept);
    for (let i = skip; i < batch.count; i++) {
      const index = batch.firstIndex + i;
      const slot = index % columnsKept;
      if (this.#entryInSlot[slot] === -1) this.#filled++;
      this.#entryInSlot[slot] = index;
      this.codes.set(batch.codes.subarray(i * bins, (i + 1) * bins), slot * bins);
    }
  }
}
