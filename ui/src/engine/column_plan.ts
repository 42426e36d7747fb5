// Which spectrum columns a view needs, which the page may keep, and in which order they are worth computing. An
// entry is 2^level STFT columns combined; all ranges are half-open and count entries.

import { entryOfFrame, stampGrid } from '../base/column_grid';
import type { StftSettings, ViewRequest } from './protocol';

export interface EntryRange {
  first: number;
  end: number;
}

/** Room left around a view, so that its edges can be interpolated. */
const MARGIN = 2;
/** Entries that are planned and computed together. */
export const BLOCK_ENTRIES = 32;

/** The smallest level at which the view and its margins fit the page's `kept` entries. */
export function levelFor(view: ViewRequest, settings: StftSettings, kept: number): number {
  const frames = view.widthPx * view.framesPerPx;
  let level = 0;
  while (Math.ceil(frames / (settings.hop * 2 ** level)) + 2 * MARGIN + 2 > kept) level++;
  return level;
}

/** Entries that the view shows, margins included. */
export function entriesInView(view: ViewRequest, settings: StftSettings, level: number): EntryRange {
  const grid = stampGrid(settings.size, settings.hop, level);
  const startFrame = view.firstPx * view.framesPerPx;
  const endFrame = (view.firstPx + view.widthPx) * view.framesPerPx;
  const first = Math.max(0, entryOfFrame(grid, startFrame) - MARGIN);
  return { first, end: Math.max(first, entryOfFrame(grid, endFrame) + 1 + MARGIN) };
}

/**
 * Entries whose samples all lie in [firstFrame, endFrame). When the stream has ended, the last entry may stand for
 * fewer columns than the others: there will be no more.
 */
export function entriesAvailable(
  firstFrame: number,
  endFrame: number,
  ended: boolean,
  settings: StftSettings,
  level: number,
): EntryRange {
  const group = 2 ** level;
  const columns = columnsBefore(endFrame, settings);
  const first = Math.ceil(Math.ceil(firstFrame / settings.hop) / group);
  const end = ended ? Math.ceil(columns / group) : Math.floor(columns / group);
  return { first, end: Math.max(first, end) };
}

/** Whole STFT columns before `endFrame`. */
export function columnsBefore(endFrame: number, settings: StftSettings): number {
  return endFrame < settings.size ? 0 : Math.floor((endFrame - settings.size) / settings.hop) + 1;
}

/** The part of what is available that the page keeps: at most `kept` entries around the view, full where possible. */
export function entriesKept(view: EntryRange, available: EntryRange, kept: number): EntryRange {
  const newestFirst = Math.max(available.first, available.end - kept);
  if (view.end >= available.end) return { first: newestFirst, end: available.end };
  const centred = Math.floor((view.first + view.end - kept) / 2);
  const first = Math.max(available.first, Math.min(centred, newestFirst));
  return { first, end: Math.min(first + kept, available.end) };
}

export function intersect(a: EntryRange, b: EntryRange): EntryRange {
  const first = Math.max(a.first, b.first);
  return { first, end: Math.max(first, Math.min(a.end, b.end)) };
}

/**
 * Calls back with the parts of `range`, nearest to entry `focus` first, cut at multiples of BLOCK_ENTRIES, until the
 * callback returns false.
 */
export function forBlocksAround(focus: number, range: EntryRange, visit: (first: number, end: number) => boolean): void {
  if (range.first >= range.end) return;
  const lowest = Math.floor(range.first / BLOCK_ENTRIES);
  const highest = Math.floor((range.end - 1) / BLOCK_ENTRIES);
  const centre = Math.min(highest, Math.max(lowest, Math.floor(focus / BLOCK_ENTRIES)));
  const visitBlock = (block: number): boolean =>
    visit(Math.max(range.first, block * BLOCK_ENTRIES), Math.min(range.end, (block + 1) * BLOCK_ENTRIES));
  for (let distance = 0; centre - distance >= lowest || centre + distance <= highest; distance++) {
    if (centre + distance <= highest && !visitBlock(centre + distance)) return;
    if (distance > 0 && centre - distance >= lowest && !visitBlock(centre - distance)) return;
  }
}

/** What the page holds of one channel: it keeps entry i in slot i mod `kept`, so this mirrors it exactly. */
export class SentEntries {
  readonly #slots: Float64Array;

  constructor(kept: number) {
    this.#slots = new Float64Array(kept).fill(-1);
  }

  has(entry: number): boolean {
    return this.#slots[entry % this.#slots.length] === entry;
  }

  mark(first: number, count: number): void {
    for (let entry = first; entry < first + count; entry++) this.#slots[entry % this.#slots.length] = entry;
  }

  /** Entries of the range that were never sent. */
  missing(range: EntryRange): number {
    let count = 0;
    for (let entry = range.first; entry < range.end; entry++) if (!this.has(entry)) count++;
    return count;
  }
}
