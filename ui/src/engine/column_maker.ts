// From samples to columns: stages the frames of columns in WASM and hands out their codes.

import { SpectrumColumns } from '../../wasm/audiotab_wasm.js';
import { BLOCK_ENTRIES } from './column_plan';
import type { SampleReader } from './metered_source';
import type { StftSettings } from './protocol';
import type { WasmMemory } from './wasm_memory';

/** Frames that cannot be had (yet). */
export interface Blocked {
  startFrame: number;
  endFrame: number;
}

export class ColumnMaker {
  /** The hop is that of the columns made here: every `stride`-th of the setting. */
  readonly settings: StftSettings;
  readonly #memory: WasmMemory;
  readonly #runs: SpectrumColumns;

  /** Throws an `Error` with one sentence when a setting is out of range. */
  constructor(memory: WasmMemory, settings: StftSettings, stride: number) {
    this.#memory = memory;
    this.settings = { ...settings, hop: settings.hop * stride };
    this.#runs = new SpectrumColumns(settings.window, settings.size, this.settings.hop, settings.pad, BLOCK_ENTRIES);
  }

  free(): void {
    this.#runs.free();
  }

  get engine(): SpectrumColumns {
    return this.#runs;
  }

  get rows(): number {
    return this.#runs.rows;
  }

  get columnsPerFeed(): number {
    return this.#runs.columns_per_feed;
  }

  /** Copies the samples of consecutive columns; the frames that prevent it, or null. */
  stage(reader: SampleReader, channel: number, firstColumn: number, columns: number): Blocked | null {
    const { hop, size } = this.settings;
    const length = (columns - 1) * hop + size;
    const result = reader.copyInto(channel, firstColumn * hop, length, this.#memory.f64(this.#runs.samples_ptr, length));
    switch (result.kind) {
      case 'copied':
        return null;
      case 'pending':
        return result;
      case 'overwritten':
        return { startFrame: -Infinity, endFrame: result.firstFrame };
      case 'not-yet-written':
        return { startFrame: result.endFrame, endFrame: Infinity };
      case 'no-such-channel':
        return { startFrame: -Infinity, endFrame: Infinity };
    }
  }

  /** Transforms what was staged; `restart` first unless it goes on with an entry. */
  feed(columns: number, level: number): void {
    this.#runs.feed(columns, level);
  }

  restart(): void {
    this.#runs.restart();
  }

  /** Codes of the first `entries` entries since the last restart. Use them before the next call. */
  codes(entries: number): Uint16Array {
    return this.#memory.u16(this.#runs.codes_ptr, entries * this.rows);
  }
}
