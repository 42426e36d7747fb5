// Spectrum columns for the page: what the view lacks first, then the rest of what the page keeps, a frame's worth of
// work at a time, and nothing twice.

import { SpectrumColumns } from '../../wasm/audiotab_wasm.js';
import { entryOfFrame, stampGrid } from '../base/column_grid';
import type { BufferPool } from './buffers';
import { ColumnBudget } from './budget';
import {
  BLOCK_ENTRIES,
  columnsBefore,
  entriesAvailable,
  entriesInView,
  entriesKept,
  forBlocksAround,
  intersect,
  levelFor,
  SentEntries,
  type EntryRange,
} from './column_plan';
import type { ColumnBatch, ColumnGrid, FromWorker, StftSettings, ViewRequest } from './protocol';
import type { RingHeader, RingSource } from './source';
import type { WasmMemory } from './wasm_memory';

const BUDGET_MS = 6;
const LEAST_KEPT = 1024;
const MOST_KEPT = 4096;
/** Window lengths around the cursor in which a peak counts as near: half of a flat-top's main lobe. */
const PEAK_RADIUS_BINS = 4;

export interface SpectraFrame {
  columns: ColumnBatch[];
  computed: number;
  pending: number;
}

/** An entry of so many STFT columns that it takes more than one frame: its maximum so far waits in WASM. */
interface OpenEntry {
  channel: number;
  entry: number;
  columnsDone: number;
}

/** What stays the same while one frame is computed. */
interface Round {
  source: RingSource;
  streamId: string;
  /** Whole STFT columns in the stream so far. */
  columnsWritten: number;
  columnsLeft: number;
  stopAtMs: number;
  result: SpectraFrame;
}

export class Spectra {
  readonly #memory: WasmMemory;
  readonly #pool: BufferPool;
  readonly #nowMs: () => number;
  readonly #budget = new ColumnBudget(BUDGET_MS);
  readonly #sent = new Map<number, SentEntries>();
  readonly #generation: number;
  readonly #settings: StftSettings;
  readonly #engine: SpectrumColumns;
  readonly #kept: number;
  #level = 0;
  #open: OpenEntry | null = null;

  /** Throws an `Error` with one sentence when a setting is out of range. */
  constructor(
    memory: WasmMemory,
    pool: BufferPool,
    generation: number,
    settings: StftSettings,
    columnBudgetBytes: number,
    nowMs: () => number,
  ) {
    const { window, size, hop, pad } = settings;
    this.#engine = new SpectrumColumns(window, size, hop, pad, BLOCK_ENTRIES);
    this.#memory = memory;
    this.#pool = pool;
    this.#nowMs = nowMs;
    this.#generation = generation;
    this.#settings = settings;
    const affordable = Math.floor(columnBudgetBytes / (2 * this.#engine.rows));
    this.#kept = Math.min(MOST_KEPT, Math.max(LEAST_KEPT, affordable));
    this.#budget.reset(size * pad);
  }

  free(): void {
    this.#engine.free();
  }

  /** The page holds nothing any more: another stream. */
  forgetSent(): void {
    this.#sent.clear();
    this.#open = null;
  }

  grid(sampleRateHz: number): ColumnGrid {
    return {
      generation: this.#generation,
      settings: this.#settings,
      bins: this.#engine.rows,
      binEdgesHz: this.#engine.row_edges_hz(sampleRateHz),
      columnsKept: this.#kept,
      enbwBins: this.#engine.enbw_bins,
    };
  }

  /** Columns worth sending in this frame. */
  compute(source: RingSource, header: RingHeader, view: ViewRequest): SpectraFrame {
    const level = levelFor(view, this.#settings, this.#kept);
    if (level !== this.#level) this.forgetSent();
    this.#level = level;
    for (const channel of this.#sent.keys()) if (!view.channels.includes(channel)) this.#sent.delete(channel);
    for (const channel of view.channels) {
      if (channel < header.channels && !this.#sent.has(channel)) this.#sent.set(channel, new SentEntries(this.#kept));
    }

    const ended = !header.running;
    const available = entriesAvailable(header.firstFrame, header.endFrame, ended, this.#settings, level);
    const wanted = entriesInView(view, this.#settings, level);
    const visible = intersect(wanted, available);
    const kept = entriesKept(wanted, available, this.#kept);
    const live = wanted.end >= available.end;
    const focus = live ? available.end - 1 : (wanted.first + wanted.end) / 2;

    const startedMs = this.#nowMs();
    const round: Round = {
      source,
      streamId: header.streamId,
      columnsWritten: columnsBefore(header.endFrame, this.#settings),
      columnsLeft: this.#budget.allowance(),
      stopAtMs: startedMs + 2 * BUDGET_MS,
      result: { columns: [], computed: 0, pending: 0 },
    };
    this.#continueOpen(round, kept);
    for (const range of [visible, kept]) {
      forBlocksAround(focus, range, (first, end) => {
        for (const [channel, sent] of this.#sent) this.#fill(round, channel, sent, first, end);
        return round.columnsLeft > 0 && this.#nowMs() < round.stopAtMs;
      });
    }
    this.#budget.measured(round.result.computed, this.#nowMs() - startedMs);
    for (const sent of this.#sent.values()) round.result.pending += sent.missing(visible) * 2 ** level;
    return round.result;
  }

  /** Computes what is missing in [first, end), newest first. */
  #fill(round: Round, channel: number, sent: SentEntries, first: number, end: number): void {
    for (let runEnd = end; runEnd > first && round.columnsLeft > 0; ) {
      if (sent.has(runEnd - 1)) {
        runEnd--;
        continue;
      }
      let runFirst = runEnd - 1;
      while (runFirst > first && !sent.has(runFirst - 1)) runFirst--;
      this.#run(round, channel, runFirst, runEnd);
      runEnd = runFirst;
    }
  }

  /** Computes entries [first, end), none of which was sent, as far as samples and time allow. */
  #run(round: Round, channel: number, first: number, end: number): void {
    const group = 2 ** this.#level;
    while (first < end && round.columnsLeft > 0) {
      const count = Math.min(
        end - first,
        Math.floor(this.#engine.columns_per_feed / group),
        Math.floor(round.columnsLeft / group),
      );
      if (count === 0) {
        // An entry that takes more memory or time than a frame has.
        this.#open = { channel, entry: end - 1, columnsDone: 0 };
        this.#engine.restart();
        if (!this.#feedOpen(round)) return;
        end--;
        continue;
      }
      const pieceFirst = end - count;
      const columns = Math.min(end * group, round.columnsWritten) - pieceFirst * group;
      const blocked = this.#stage(round, channel, pieceFirst * group, columns);
      if (blocked) {
        // Samples are still on their way, or gone: go on at both sides of them.
        const after = Math.ceil(Math.ceil(blocked.endFrame / this.#settings.hop) / group);
        if (after < end) this.#run(round, channel, Math.max(after, pieceFirst), end);
        end = Math.min(pieceFirst + count - 1, Math.floor(columnsBefore(blocked.startFrame, this.#settings) / group));
        continue;
      }
      this.#engine.restart();
      this.#engine.feed(columns, this.#level);
      round.columnsLeft -= columns;
      round.result.computed += columns;
      this.#emit(round, channel, pieceFirst, count);
      end = pieceFirst;
    }
  }

  #continueOpen(round: Round, kept: EntryRange): void {
    const open = this.#open;
    if (!open) return;
    const sent = this.#sent.get(open.channel);
    const wanted = sent && !sent.has(open.entry) && open.entry >= kept.first && open.entry < kept.end;
    if (wanted) this.#feedOpen(round);
    else this.#open = null;
  }

  /** Works on the open entry; true when it is done and sent, false when the frame is over or samples are missing. */
  #feedOpen(round: Round): boolean {
    const open = this.#open;
    if (!open) return false;
    const firstColumn = open.entry * 2 ** this.#level;
    const total = Math.min(2 ** this.#level, round.columnsWritten - firstColumn);
    while (open.columnsDone < total) {
      const columns = Math.min(total - open.columnsDone, this.#engine.columns_per_feed, round.columnsLeft);
      if (columns <= 0) return false;
      if (this.#stage(round, open.channel, firstColumn + open.columnsDone, columns)) {
        this.#open = null;
        return false;
      }
      this.#engine.feed(columns, this.#level);
      open.columnsDone += columns;
      round.columnsLeft -= columns;
      round.result.computed += columns;
    }
    this.#open = null;
    this.#emit(round, open.channel, open.entry, 1);
    return true;
  }

  /** Copies the samples of STFT columns into WASM; the frames that prevent it, or null. */
  #stage(
    round: Round,
    channel: number,
    firstColumn: number,
    columns: number,
  ): { startFrame: number; endFrame: number } | null {
    const startFrame = firstColumn * this.#settings.hop;
    const length = (columns - 1) * this.#settings.hop + this.#settings.size;
    const staging = this.#memory.f64(this.#engine.samples_ptr, length);
    const result = round.source.copyInto(channel, startFrame, length, staging);
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

  #emit(round: Round, channel: number, firstIndex: number, count: number): void {
    const bins = this.#engine.rows;
    const codes = new Uint16Array(this.#pool.take(2 * count * bins), 0, count * bins);
    codes.set(this.#memory.u16(this.#engine.codes_ptr, count * bins));
    const level = this.#level;
    const generation = this.#generation;
    round.result.columns.push({ generation, streamId: round.streamId, channel, level, firstIndex, count, bins, codes });
    this.#sent.get(channel)?.mark(firstIndex, count);
  }

  /** The exact spectrum at the cursor, f64. */
  probe(
    source: RingSource,
    header: RingHeader,
    request: { channel: number; frame: number; frequencyHz: number },
  ): Omit<Extract<FromWorker, { type: 'probe' }>, 'type' | 'id'> {
    const { size, hop, pad } = this.#settings;
    const column = entryOfFrame(stampGrid(size, hop, 0), request.frame);
    const binHz = header.sampleRateHz / (size * pad);
    const bin = Math.min((size * pad) / 2, Math.max(0, Math.round(request.frequencyHz / binHz)));
    const at = { frame: column * hop + size / 2, frequencyHz: bin * binHz };
    const nothing = { ...at, dbfs: NaN, peak: null };
    if (!(column >= 0)) return nothing;
    // The staging memory is shared: an open entry stages anew anyway.
    const staging = this.#memory.f64(this.#engine.samples_ptr, size);
    if (source.copyInto(request.channel, column * hop, size, staging).kind !== 'copied') return nothing;
    const [dbfs = NaN, peakBin = NaN, peakDbfs = NaN] = this.#engine.probe(bin, PEAK_RADIUS_BINS * pad);
    const peak = Number.isNaN(peakBin) ? null : { frequencyHz: peakBin * binHz, dbfs: peakDbfs };
    return { ...at, dbfs, peak };
  }
}
