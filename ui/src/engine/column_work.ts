// Does the work of one frame: which of the missing columns to make now, a block of a channel at a time, and what is
// left for the next frame. Work is counted in units: entries that are made together. Without a stride a unit is an entry.

import type { BufferPool } from './buffers';
import type { ColumnMaker } from './column_maker';
import { columnsBefore, forBlocksAround } from './column_plan';
import type { SampleReader } from './metered_source';
import type { ColumnBatch } from './protocol';
import type { EntryRange, SentEntries } from './sent_entries';

/** A unit of so many columns that it takes more than one frame: its maximum so far waits in WASM. */
interface OpenUnit {
  channel: number;
  unit: number;
  columnsDone: number;
}

/** What stays the same while one frame is computed, and what comes of it. */
export interface Round {
  readonly reader: SampleReader;
  /** What every batch of this frame says. */
  readonly batch: Pick<ColumnBatch, 'generation' | 'streamId' | 'level' | 'bins'>;
  /** A unit is `unitEntries` entries, made of `2^unitLevel` columns. */
  readonly unitEntries: number;
  readonly unitLevel: number;
  readonly sent: ReadonlyMap<number, SentEntries>;
  /** Whole columns in the stream so far. */
  readonly columnsWritten: number;
  readonly stopAtMs: number;
  columnsLeft: number;
  computed: number;
  readonly columns: ColumnBatch[];
}

export class ColumnWork {
  readonly maker: ColumnMaker;
  readonly #pool: BufferPool;
  readonly #nowMs: () => number;
  #open: OpenUnit | null = null;

  constructor(maker: ColumnMaker, pool: BufferPool, nowMs: () => number) {
    this.maker = maker;
    this.#pool = pool;
    this.#nowMs = nowMs;
  }

  /** What was begun belongs to another layer, stride or stream. */
  forget(): void {
    this.#open = null;
  }

  /** Computes what is missing in a range of units, nearest to the focus first. */
  pass(round: Round, range: EntryRange, focus: number): void {
    const { unitEntries, sent: channels } = round;
    const missing: EntryRange = { first: Infinity, end: -Infinity };
    for (const sent of channels.values()) {
      const part = unitsOf(sent.unsettled(entriesOf(range, unitEntries)), unitEntries);
      if (part.first >= part.end) continue;
      missing.first = Math.min(missing.first, part.first);
      missing.end = Math.max(missing.end, part.end);
    }
    forBlocksAround(focus, missing, (first, end) => {
      for (const [channel, sent] of channels) this.#fill(round, channel, sent, first, end);
      return round.columnsLeft > 0 && this.#nowMs() < round.stopAtMs;
    });
  }

  /** Computes what is missing in units [first, end), newest first. */
  #fill(round: Round, channel: number, sent: SentEntries, first: number, end: number): void {
    const { unitEntries } = round;
    const has = (unit: number): boolean => {
      for (let i = 0; i < unitEntries; i++) if (!sent.has(unit * unitEntries + i)) return false;
      return true;
    };
    for (let runEnd = end; runEnd > first && round.columnsLeft > 0; ) {
      if (has(runEnd - 1)) {
        runEnd--;
        continue;
      }
      let runFirst = runEnd - 1;
      while (runFirst > first && !has(runFirst - 1)) runFirst--;
      this.#run(round, channel, runFirst, runEnd);
      runEnd = runFirst;
    }
  }

  /** Computes units [first, end), none of which is there, as far as samples and time allow. */
  #run(round: Round, channel: number, first: number, end: number): void {
    const maker = this.maker;
    const group = 2 ** round.unitLevel;
    while (first < end && round.columnsLeft > 0) {
      const affordable = Math.floor(Math.min(maker.columnsPerFeed, round.columnsLeft) / group);
      const count = Math.min(end - first, affordable);
      if (count === 0) {
        // A unit that takes more memory or time than a frame has.
        this.#open = { channel, unit: end - 1, columnsDone: 0 };
        maker.restart();
        if (!this.#feedOpen(round)) return;
        end--;
        continue;
      }
      const pieceFirst = end - count;
      const columns = Math.min(end * group, round.columnsWritten) - pieceFirst * group;
      const blocked = maker.stage(round.reader, channel, pieceFirst * group, columns);
      if (blocked) {
        // Samples are still on their way, or gone: go on at both sides of them.
        const { hop } = maker.settings;
        const after = Math.ceil(Math.ceil(blocked.endFrame / hop) / group);
        if (after < end) this.#run(round, channel, Math.max(after, pieceFirst), end);
        end = Math.min(pieceFirst + count - 1, Math.floor(columnsBefore(blocked.startFrame, maker.settings) / group));
        continue;
      }
      maker.restart();
      maker.feed(columns, round.unitLevel);
      spend(round, columns);
      this.#emit(round, channel, pieceFirst, count, maker.codes(count));
      end = pieceFirst;
    }
  }

  /** Goes on with what the last frame did not finish. */
  continueOpen(round: Round, kept: EntryRange): void {
    const open = this.#open;
    if (!open) return;
    const sent = round.sent.get(open.channel);
    const wanted = sent && !sent.has(open.unit * round.unitEntries) && open.unit >= kept.first && open.unit < kept.end;
    if (wanted) this.#feedOpen(round);
    else this.#open = null;
  }

  /** Works on the open unit; true when it is done and sent, false when the frame is over or samples are missing. */
  #feedOpen(round: Round): boolean {
    const open = this.#open;
    if (!open) return false;
    const maker = this.maker;
    const firstColumn = open.unit * 2 ** round.unitLevel;
    const total = Math.min(2 ** round.unitLevel, round.columnsWritten - firstColumn);
    while (open.columnsDone < total) {
      const columns = Math.min(total - open.columnsDone, maker.columnsPerFeed, round.columnsLeft);
      if (columns <= 0) return false;
      if (maker.stage(round.reader, open.channel, firstColumn + open.columnsDone, columns)) {
        this.#open = null;
        return false;
      }
      maker.feed(columns, round.unitLevel);
      open.columnsDone += columns;
      spend(round, columns);
    }
    this.#open = null;
    this.#emit(round, open.channel, open.unit, 1, maker.codes(1));
    return true;
  }

  #emit(round: Round, channel: number, firstUnit: number, units: number, made: Uint16Array): void {
    const { unitEntries } = round;
    const { bins } = round.batch;
    const count = units * unitEntries;
    const firstIndex = firstUnit * unitEntries;
    const codes = new Uint16Array(this.#pool.take(2 * count * bins), 0, count * bins);
    if (unitEntries === 1) codes.set(made);
    else for (let i = 0; i < count; i++) codes.set(columnOf(made, Math.floor(i / unitEntries), bins), i * bins);
    round.columns.push({ ...round.batch, channel, firstIndex, count, codes });
    round.sent.get(channel)?.mark(firstIndex, count);
  }
}

const columnOf = (codes: Uint16Array, column: number, bins: number): Uint16Array =>
  codes.subarray(column * bins, (column + 1) * bins);

function spend(round: Round, columns: number): void {
  round.columnsLeft -= columns;
  round.computed += columns;
}

export function entriesOf(units: EntryRange, unitEntries: number): EntryRange {
  return { first: units.first * unitEntries, end: units.end * unitEntries };
}

export function unitsOf(entries: EntryRange, unitEntries: number): EntryRange {
  return { first: Math.floor(entries.first / unitEntries), end: Math.ceil(entries.end / unitEntries) };
}
