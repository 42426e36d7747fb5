// The spectrum columns of one channel under one setting at one level: a ring of codes. Entry i lives in slot
// i mod columnsKept, which the worker mirrors, so nothing is sent twice. Behind its codes each slot says which lap of the
// ring they are from: a renderer that holds a copy of the slots can tell for itself what is there and what is left over.

import { stampGrid, type StampGrid } from '../base/column_grid';
import type { ColumnBatch, ColumnGrid } from '../engine/protocol';

/** Laps are counted modulo this: the tag repeats after weeks, its slot is written again within a lap. */
export const MOST_TAG = 65_535;

export interface SlotRun {
  first: number;
  count: number;
}

export class ColumnLayer {
  readonly grid: ColumnGrid;
  readonly level: number;
  readonly stamps: StampGrid;
  /** Slot after slot: `grid.bins` codes and the tag. */
  readonly codes: Uint16Array;
  /** Values per slot. */
  readonly stride: number;
  readonly #entryInSlot: Float64Array;
  #filled = 0;

  /** `reuse`: codes of a layer that is no longer needed, taken over when they have the right size. */
  constructor(grid: ColumnGrid, level: number, reuse?: Uint16Array) {
    this.grid = grid;
    this.level = level;
    this.stamps = stampGrid(grid.settings.size, grid.settings.hop, level);
    this.stride = grid.bins + 1;
    const length = grid.columnsKept * this.stride;
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
    return this.#entryInSlot[slot] === index ? slot * this.stride : -1;
  }

  /** What stands behind the codes of entry `index`: never 0, which is a slot without codes. */
  tagOf(index: number): number {
    return 1 + (Math.floor(index / this.grid.columnsKept) % MOST_TAG);
  }

  /** Runs of slots that hold an entry. */
  filledSlots(): SlotRun[] {
    const runs: SlotRun[] = [];
    this.#entryInSlot.forEach((entry, slot) => {
      const last = runs[runs.length - 1];
      if (entry === -1) return;
      if (last && last.first + last.count === slot) last.count++;
      else runs.push({ first: slot, count: 1 });
    });
    return runs;
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
      this.codes.set(batch.codes.subarray(i * bins, (i + 1) * bins), slot * this.stride);
      this.codes[slot * this.stride + bins] = this.tagOf(index);
    }
  }
}
