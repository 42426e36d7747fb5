// Spectrum columns for the page: what the view lacks first, then the rest of the history, a frame's worth of work at a
// time, and nothing twice.

import type { BufferPool } from './buffers';
import type { ColumnBudget } from './budget';
import { ColumnMaker } from './column_maker';
import {
  columnsBefore,
  entriesAvailable,
  entriesInView,
  entriesKept,
  intersect,
  levelFor,
  planLayers,
  type LayerPlan,
} from './column_plan';
import { ColumnWork, entriesOf, unitsOf, type Round } from './column_work';
import { HeldColumns } from './held_columns';
import type { SampleReader } from './metered_source';
import { probe, type ProbeAnswer, type ProbeRequest } from './probe';
import type { ColumnBatch, ColumnGrid, StftSettings, ViewRequest } from './protocol';
import type { RingHeader } from './source';
import type { WasmMemory } from './wasm_memory';

/** Worker time per drawn frame for columns in view, ms: the display goes on while it waits for the answer. */
const VISIBLE_MS = 10;
/** For the history behind them. */
const BEHIND_MS = 5;
/** A frame's columns end here, however wrong the guess at their cost was. */
const LONGEST_MS = 14;

export interface SpectraFrame {
  columns: ColumnBatch[];
  /** Time spent, ms. */
  busyMs: number;
  level: number;
  computed: number;
  /** Columns still missing in the view. */
  pending: number;
  /** Columns in view that the ring overwrote before they could be computed. */
  dropped: number;
}

export interface SpectraParts {
  memory: WasmMemory;
  pool: BufferPool;
  budget: ColumnBudget;
  nowMs: () => number;
}

export class Spectra {
  readonly #parts: SpectraParts;
  readonly #generation: number;
  readonly #settings: StftSettings;
  readonly #channelBytes: number;
  readonly #held = new HeldColumns();
  /** By stride. */
  readonly #works = new Map<number, ColumnWork>();
  #work: ColumnWork;
  #stride = 1;
  #frameDivisor = 1;
  #plan: LayerPlan = { baseLevel: 0, kept: 1 };
  #capacityFrames = 0;
  #level = 0;

  /** `channelBytes`: memory for one channel's columns. Throws an `Error` with one sentence when a setting is out of range. */
  constructor(parts: SpectraParts, generation: number, settings: StftSettings, channelBytes: number) {
    this.#parts = parts;
    this.#generation = generation;
    this.#settings = settings;
    this.#channelBytes = channelBytes;
    this.#work = this.#workAt(1);
    parts.budget.reset(settings.size * settings.pad);
  }

  free(): void {
    for (const work of this.#works.values()) work.maker.free();
  }

  /** The page holds nothing any more: another stream. */
  forgetSent(): void {
    this.#held.clear();
    this.#work.forget();
  }

  /**
   * 1, or a power of two: only every `stride`-th column is transformed, and stands for those after it until there is
   * time for them. What the page has stays.
   */
  setStride(stride: number): void {
    if (stride === this.#stride) return;
    this.#stride = stride;
    this.#work = this.#workAt(stride);
    this.#work.forget();
    this.#held.setStride(stride);
  }

  /** One picture in so many is drawn, so each has that much more time. */
  setFrameDivisor(divisor: number): void {
    this.#frameDivisor = divisor;
  }

  get settings(): StftSettings {
    return this.#settings;
  }

  grid(header: RingHeader): ColumnGrid {
    this.#follow(header);
    const { engine } = this.#workAt(1).maker;
    return {
      generation: this.#generation,
      settings: this.#settings,
      bins: engine.rows,
      binEdgesHz: engine.row_edges_hz(header.sampleRateHz),
      columnsKept: this.#plan.kept,
      enbwBins: engine.enbw_bins,
    };
  }

  /** Columns worth sending in this frame. */
  compute(reader: SampleReader, header: RingHeader, view: ViewRequest): SpectraFrame {
    this.#follow(header);
    const { budget, nowMs } = this.#parts;
    const level = levelFor(view, this.#settings, this.#plan);
    if (level !== this.#level) this.#work.forget();
    this.#level = level;
    const unitEntries = Math.max(1, this.#stride >> level);
    const unitLevel = Math.max(0, level - Math.log2(this.#stride));
    const { settings, rows: bins } = this.#work.maker;

    const available = entriesAvailable(header.firstFrame, header.endFrame, !header.running, settings, unitLevel);
    const wanted = unitsOf(entriesInView(view, this.#settings, level), unitEntries);
    const visible = intersect(wanted, available);
    const kept = entriesKept(wanted, available, Math.floor(this.#plan.kept / unitEntries));
    const focus = wanted.end >= available.end ? available.end - 1 : (wanted.first + wanted.end) / 2;

    const sent = this.#held.follow(view, level, this.#plan.kept, header.channels);
    const visibleEntries = entriesOf(visible, unitEntries);
    const overwritten = this.#held.overwritten(level, visibleEntries, available.first * unitEntries, sent);
    const startedMs = nowMs();
    const round: Round = {
      reader,
      batch: { generation: this.#generation, streamId: header.streamId, level, bins },
      unitEntries,
      unitLevel,
      sent,
      columnsWritten: columnsBefore(header.endFrame, settings),
      stopAtMs: startedMs + LONGEST_MS * this.#frameDivisor,
      columnsLeft: budget.allowance(VISIBLE_MS * this.#frameDivisor),
      computed: 0,
      columns: [],
    };
    this.#work.continueOpen(round, kept);
    this.#work.pass(round, visible, focus);
    round.columnsLeft = Math.min(round.columnsLeft, budget.allowance(BEHIND_MS * this.#frameDivisor) - round.computed);
    this.#work.pass(round, kept, focus);
    const busyMs = nowMs() - startedMs;
    budget.measured(round.computed, busyMs);
    let missing = 0;
    for (const entries of sent.values()) missing += entries.missing(visibleEntries);
    const { columns, computed } = round;
    return { columns, busyMs, level, computed, pending: missing * 2 ** level, dropped: overwritten * 2 ** level };
  }

  /** The exact spectrum at the cursor. */
  probe(reader: SampleReader, header: RingHeader, request: ProbeRequest): ProbeAnswer {
    return probe(this.#workAt(1).maker, reader, header, request);
  }

  #workAt(stride: number): ColumnWork {
    let work = this.#works.get(stride);
    if (!work) {
      const { memory, pool, nowMs } = this.#parts;
      work = new ColumnWork(new ColumnMaker(memory, this.#settings, stride), pool, nowMs);
      this.#works.set(stride, work);
    }
    return work;
  }

  #follow(header: RingHeader): void {
    if (header.capacityFrames === this.#capacityFrames) return;
    this.#capacityFrames = header.capacityFrames;
    const { rows } = this.#workAt(1).maker;
    this.#plan = planLayers(header.capacityFrames, this.#settings, rows, this.#channelBytes);
    this.forgetSent();
  }
}
