import { describe, expect, it } from 'vitest';
import type { ColumnBatch, ColumnGrid } from '../engine/protocol';
import { changedFrames, ColumnStore, LaneColumns } from './column_store';

function grid(generation: number, bins = 4, columnsKept = 8): ColumnGrid {
  return {
    generation,
    settings: { window: 'hann', size: 1024, hop: 256, pad: 1 },
    bins,
    binEdgesHz: Float64Array.from({ length: bins + 1 }, (_, i) => i * 1000),
    columnsKept,
    enbwBins: 1.5,
  };
}

function batch(generation: number, firstIndex: number, count: number, code: number, level = 0, bins = 4): ColumnBatch {
  const codes = new Uint16Array(count * bins).fill(code);
  return { generation, streamId: 's', channel: 0, level, firstIndex, count, bins, codes };
}

describe('column store', () => {
  it('keeps entry i in slot i mod columnsKept and forgets what it displaced', () => {
    const store = new ColumnStore();
    store.beginStream('s');
    store.setGrid(grid(1));
    expect(store.put(batch(1, 0, 8, 10))).toBe(true);
    store.put(batch(1, 8, 3, 20));
    const layer = store.lane(0)!.current!;
    for (const gone of [0, 1, 2]) expect(layer.offsetOf(gone)).toBe(-1);
    for (const there of [3, 7, 8, 10]) expect(layer.offsetOf(there)).toBe((there % 8) * 5);
    expect(layer.codes[layer.offsetOf(9)]).toBe(20);
    expect(layer.codes[layer.offsetOf(5)]).toBe(10);
    expect(layer.offsetOf(-1)).toBe(-1);
    expect(layer.filled).toBe(8);
  });

  it('takes the newest part of a batch longer than the ring', () => {
    const lane = new LaneColumns();
    lane.put(grid(1), batch(1, 0, 20, 7));
    expect(lane.current!.offsetOf(11)).toBe(-1);
    expect(lane.current!.offsetOf(12)).toBeGreaterThanOrEqual(0);
    expect(lane.current!.offsetOf(19)).toBeGreaterThanOrEqual(0);
  });

  it('ignores other generations, other streams and batches that are too short', () => {
    const store = new ColumnStore();
    store.beginStream('s');
    expect(store.put(batch(1, 0, 1, 5))).toBe(false);
    store.setGrid(grid(2));
    expect(store.put(batch(1, 0, 1, 5))).toBe(false);
    expect(store.put({ ...batch(2, 0, 1, 5), streamId: 'other' })).toBe(false);
    expect(store.put({ ...batch(2, 0, 2, 5), codes: new Uint16Array(4) })).toBe(false);
    expect(store.lane(0)).toBeNull();
    expect(store.put(batch(2, 0, 1, 5))).toBe(true);
  });

  it('keeps the picture of the former setting until the new one covers the view', () => {
    const store = new ColumnStore();
    store.beginStream('s');
    store.setGrid(grid(1));
    store.put(batch(1, 0, 8, 10));
    store.setGrid(grid(2));
    const lane = store.lane(0)!;
    store.settle();
    expect(lane.current!.offsetOf(3)).toBeGreaterThanOrEqual(0);
    store.put(batch(2, 7, 1, 30));
    expect(lane.current!.grid.generation).toBe(2);
    expect(lane.previous!.grid.generation).toBe(1);
    expect(lane.previous!.offsetOf(3)).toBeGreaterThanOrEqual(0);
    store.settle();
    expect(lane.previous).toBeNull();
  });

  it('keeps the fuller picture when settings change faster than columns come', () => {
    const lane = new LaneColumns();
    lane.put(grid(1), batch(1, 0, 8, 10));
    lane.put(grid(2), batch(2, 7, 1, 20));
    lane.put(grid(3), batch(3, 7, 1, 30));
    expect(lane.current!.grid.generation).toBe(3);
    expect(lane.previous!.grid.generation).toBe(1);
  });

  it('starts a layer of its own for every level', () => {
    const lane = new LaneColumns();
    const g = grid(1);
    lane.put(g, batch(1, 0, 8, 10));
    lane.put(g, batch(1, 0, 2, 20, 2));
    expect(lane.current!.level).toBe(2);
    expect(lane.current!.stamps.spacing).toBe(1024);
    expect(lane.previous!.level).toBe(0);
  });

  it('keeps two levels of a setting side by side, whatever else comes and goes', () => {
    const store = new ColumnStore();
    store.beginStream('s');
    store.setGrid(grid(1));
    store.put(batch(1, 0, 8, 10));
    store.setGrid(grid(2));
    store.put(batch(2, 0, 3, 20, 4));
    store.put(batch(2, 5, 1, 30));
    const lane = store.lane(0)!;
    expect([lane.current!.level, lane.previous!.level]).toEqual([0, 4]);
    lane.takeChanges();
    store.settle();
    store.show(4);
    expect(lane.current!.codes[lane.current!.offsetOf(2)]).toBe(20);
    expect(lane.previous!.codes[lane.previous!.offsetOf(5)]).toBe(30);
    expect(lane.swaps).toBe(1);
    store.show(4);
    store.show(7);
    expect(lane.swaps).toBe(1);
    expect(lane.takeChanges()).toEqual([]);
    expect(lane.current!.level).toBe(4);
  });

  it('says which columns changed, once', () => {
    const lane = new LaneColumns();
    lane.put(grid(1), batch(1, 4, 2, 1));
    const layer = lane.current!;
    const changes = lane.takeChanges();
    expect(changes).toEqual([{ layer, firstIndex: 4, count: 2 }]);
    expect(changedFrames(changes[0]!)).toEqual([384 + 4 * 256, 384 + 6 * 256]);
    expect(lane.takeChanges()).toEqual([]);
  });

  it('joins changes that touch, whichever way they grow, and all when there are too many', () => {
    const lane = new LaneColumns();
    const g = grid(1);
    for (const i of [9, 8, 7, 20, 21]) lane.put(g, batch(1, i, 1, 1));
    expect(lane.takeChanges()).toMatchObject([{ firstIndex: 7, count: 3 }, { firstIndex: 20, count: 2 }]);
    for (let i = 0; i < 200; i++) lane.put(g, batch(1, 3 * i, 1, 1));
    const many = lane.takeChanges();
    expect(many.length).toBeLessThanOrEqual(64);
    expect(many[0]!.firstIndex).toBe(0);
    expect(Math.max(...many.map((c) => c.firstIndex + c.count))).toBe(598);
  });

  it('tags each slot with the lap of the ring its codes are from', () => {
    const lane = new LaneColumns();
    lane.put(grid(1), batch(1, 5, 6, 7));
    const { codes, stride } = lane.current!;
    const tags = Array.from({ length: 8 }, (_, slot) => codes[slot * stride + 4]);
    expect(tags).toEqual([2, 2, 2, 0, 0, 1, 1, 1]);
    expect(lane.current!.filledSlots()).toEqual([{ first: 0, count: 3 }, { first: 5, count: 3 }]);
    expect(lane.current!.tagOf(8 * 65_535)).toBe(1);
  });

  it('forgets everything of another stream and channels that left the screen', () => {
    const store = new ColumnStore();
    store.beginStream('s');
    store.setGrid(grid(1));
    store.put(batch(1, 0, 1, 5));
    store.put({ ...batch(1, 0, 1, 5), channel: 3 });
    store.retain([3]);
    expect(store.lane(0)).toBeNull();
    expect(store.lane(3)).not.toBeNull();
    store.beginStream('s');
    expect(store.lane(3)).not.toBeNull();
    store.beginStream('t');
    expect(store.lane(3)).toBeNull();
  });
});
