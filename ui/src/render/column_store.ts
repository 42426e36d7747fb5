// What the page knows of the spectrum: per channel the columns of the current setting, and behind them those of the
// setting before, which stay on screen until the new ones arrive. So a changed setting repaints the past without a flash.

import type { ColumnBatch, ColumnGrid } from '../engine/protocol';
import { ColumnLayer } from './column_layer';

export interface ChangedColumns {
  layer: ColumnLayer;
  firstIndex: number;
  count: number;
}

/** Frames [start, end) whose picture such a change touches. */
export function changedFrames({ layer, firstIndex, count }: ChangedColumns): [startFrame: number, endFrame: number] {
  const { origin, spacing } = layer.stamps;
  return [origin + firstIndex * spacing, origin + (firstIndex + count) * spacing];
}

/** More changes of a layer than this between two pictures are one big change. */
const MAX_CHANGES = 64;

export class LaneColumns {
  current: ColumnLayer | null = null;
  previous: ColumnLayer | null = null;
  #changes: ChangedColumns[] = [];
  #swaps = 0;
  #spare: Uint16Array | undefined;

  put(grid: ColumnGrid, batch: ColumnBatch): void {
    if (!this.show(grid, batch.level)) this.#begin(grid, batch.level);
    const layer = this.current!;
    layer.put(batch);
    this.#note({ layer, firstIndex: batch.firstIndex, count: batch.count });
  }

  /** Draws from this level from now on; the other one stays behind it. False when there is none of it yet. */
  show(grid: ColumnGrid, level: number): boolean {
    const { current, previous } = this;
    if (current?.grid === grid && current.level === level) return true;
    if (previous?.grid !== grid || previous.level !== level) return false;
    this.current = previous;
    this.previous = current;
    this.#swaps++;
    return true;
  }

  /** Counts how often the two layers changed places: all of the picture does then, though no column did. */
  get swaps(): number {
    return this.#swaps;
  }

  /** Columns that changed since the last call. */
  takeChanges(): ChangedColumns[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }

  /** The current setting covers the view: what stood behind it is no longer needed. */
  settle(): void {
    // Two levels of one setting stay side by side: neither is sent again.
    if (this.previous && this.current && this.current.filled > 0 && this.previous.grid !== this.current.grid) {
      this.#spare = this.previous.codes;
      this.previous = null;
    }
  }

  /** Neighbours become one change, and too many changes one that covers them all. */
  #note(change: ChangedColumns): void {
    const last = this.#changes[this.#changes.length - 1];
    const gap = last ? Math.max(last.firstIndex, change.firstIndex) - Math.min(end(last), end(change)) : NaN;
    if (last?.layer === change.layer && (gap <= 0 || this.#changes.length >= MAX_CHANGES)) {
      const firstIndex = Math.min(last.firstIndex, change.firstIndex);
      last.count = Math.max(end(last), end(change)) - firstIndex;
      last.firstIndex = firstIndex;
    } else {
      this.#changes.push(change);
    }
  }

  #begin(grid: ColumnGrid, level: number): void {
    const current = this.current;
    if (current) {
      // Settings may change faster than columns come: keep whichever picture covers more.
      const keepOlder = current.grid !== grid && this.previous && coverage(this.previous) > coverage(current);
      const dropped = keepOlder ? current : this.previous;
      if (!keepOlder) this.previous = current;
      if (dropped) this.#spare = dropped.codes;
    }
    this.current = new ColumnLayer(grid, level, this.#spare);
    this.#spare = undefined;
  }
}

const end = (change: ChangedColumns): number => change.firstIndex + change.count;

const coverage = (layer: ColumnLayer): number => layer.filled * layer.stamps.spacing;

export class ColumnStore {
  readonly #lanes = new Map<number, LaneColumns>();
  #grid: ColumnGrid | null = null;
  #streamId = '';

  get grid(): ColumnGrid | null {
    return this.#grid;
  }

  setGrid(grid: ColumnGrid): void {
    this.#grid = grid;
  }

  /** A new stream: nothing of the old one means anything. */
  beginStream(streamId: string): void {
    if (streamId === this.#streamId) return;
    this.#streamId = streamId;
    this.#lanes.clear();
  }

  lane(channel: number): LaneColumns | null {
    return this.#lanes.get(channel) ?? null;
  }

  /** Batches of another stream or of settings that are no longer current are ignored. */
  put(batch: ColumnBatch): boolean {
    const grid = this.#grid;
    if (!grid || batch.generation !== grid.generation || batch.streamId !== this.#streamId) return false;
    if (batch.bins !== grid.bins || batch.codes.length < batch.count * batch.bins) return false;
    let lane = this.#lanes.get(batch.channel);
    if (!lane) this.#lanes.set(batch.channel, (lane = new LaneColumns()));
    lane.put(grid, batch);
    return true;
  }

  /** Draws from this level of the current setting from now on. */
  show(level: number): void {
    if (this.#grid) for (const lane of this.#lanes.values()) lane.show(this.#grid, level);
  }

  /** Forgets all other channels. */
  retain(channels: readonly number[]): void {
    for (const channel of this.#lanes.keys()) if (!channels.includes(channel)) this.#lanes.delete(channel);
  }

  settle(): void {
    for (const lane of this.#lanes.values()) lane.settle();
  }
}
