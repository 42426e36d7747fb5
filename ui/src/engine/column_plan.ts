// Which spectrum columns a view needs, which the page may keep, and in which order they are worth computing. An
// entry is 2^level STFT columns combined; all ranges are half-open and count entries.

import { entryOfFrame, stampGrid } from '../base/column_grid';
import type { StftSettings, ViewRequest } from './protocol';
import type { EntryRange } from './sent_entries';

/** Room left around a view, so that its edges can be interpolated. */
const MARGIN = 2;
/** Entries that are planned and computed together. */
export const BLOCK_ENTRIES = 32;

/**
 * Memory for the columns of all channels, on the page; while a setting changes the picture of the former one takes as
 * much again. 64 channels of 30 s at 48 kHz and 2048/512 take 371 MB of it, 8 take 46 MB.
 */
export const COLUMN_BYTES = 384 * 2 ** 20;
/** Of that one channel takes at most this; enough for 30 s at 48 kHz and 2048/64. */
const MOST_CHANNEL_BYTES = 48 * 2 ** 20;
/** A layer is a texture on the GPU: every one that runs WebGL 2 well takes so many rows. */
const MOST_KEPT = 8192;
/** Fewer would be no picture: 8193 rows of 512 columns in two layers, 17 MB, is the least at the finest padding. */
const LEAST_KEPT = 512;
/** Room beyond the history: entries at both ends of it that are only partly in it, and what quality steps round up. */
const SLACK = 16;

/**
 * What the page keeps of each channel under one setting and stream. The base layer holds the whole history at
 * 2^baseLevel columns per entry: level 0 wherever that fits, and then it is the only one and every column is computed
 * once, whatever is looked at. Where it does not fit, a second layer of as many entries at level 0 serves views that
 * are short enough for it; each entry of either layer is still computed once while the layer holds it.
 */
export interface LayerPlan {
  baseLevel: number;
  /** Entries per layer. */
  kept: number;
}

/** `channelBytes`: this channel's share of the memory. Depends on nothing a view can change. */
export function planLayers(capacityFrames: number, settings: StftSettings, rows: number, channelBytes: number): LayerPlan {
  const columns = Math.ceil(capacityFrames / settings.hop);
  const affordable = Math.floor(channelBytes / (2 * rows));
  if (columns + SLACK <= Math.min(MOST_KEPT, affordable)) return { baseLevel: 0, kept: columns + SLACK };
  const kept = Math.max(LEAST_KEPT, Math.min(MOST_KEPT, Math.floor(affordable / 2)));
  let baseLevel = 0;
  while (Math.ceil(columns / 2 ** baseLevel) + SLACK > kept) baseLevel++;
  return { baseLevel, kept };
}

/** One channel's share when so many are on screen. */
export function bytesPerChannel(totalBytes: number, channels: number): number {
  return Math.min(MOST_CHANNEL_BYTES, totalBytes / Math.max(1, channels));
}

/** The layer a view is drawn from: the fine one when it holds all of the view and shows more than the base layer. */
export function levelFor(view: ViewRequest, settings: StftSettings, plan: LayerPlan): number {
  const entries = Math.ceil((view.widthPx * view.framesPerPx) / settings.hop) + 2 * MARGIN + 2;
  const finer = settings.hop * 2 ** plan.baseLevel > view.framesPerPx;
  return finer && entries <= plan.kept ? 0 : plan.baseLevel;
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
