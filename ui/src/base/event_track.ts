// Events in the order of their first frame, with the questions a picture asks of them answered in logarithmic time.
// Columns of plain numbers beside the events: a picture of 100,000 of them looks at frames, hardly ever at an event.

import type { BusEvent } from './bus_event';

/** `between` passes over this many events at a time when none of them reaches into the range. */
const BLOCK = 128;

/** An event that has a place in the sound. */
export type PlacedEvent = BusEvent & { frame: number };

export const isPlaced = (event: BusEvent): event is PlacedEvent => event.frame !== null && event.frame >= 0;

/** Exclusive. A moment lasts as long as the frame it is in. */
export const endOf = (event: PlacedEvent): number => event.frame + Math.max(1, event.dur_frames ?? 1);

const inOrder = (a: PlacedEvent, b: PlacedEvent): number => a.frame - b.frame || a.seq - b.seq;

export class EventTrack {
  #events: PlacedEvent[] = [];
  #starts = new Float64Array(64);
  #ends = new Float64Array(64);
  /** Of the events up to here the one that reaches furthest, as an index. */
  #furthest = new Uint32Array(64);
  /** Furthest end within each block. */
  #blockEnds: number[] = [];
  #steps = 0;

  /** Frames looked at so far: what the questions cost. */
  get steps(): number {
    return this.#steps;
  }

  get size(): number {
    return this.#events.length;
  }

  at(index: number): PlacedEvent | undefined {
    return this.#events[index];
  }

  endAt(index: number): number {
    return this.#ends[index]!;
  }

  /** Costs what moves: nothing but the new ones when they are the latest. */
  add(events: readonly PlacedEvent[]): void {
    if (events.length === 0) return;
    const fresh = [...events].sort(inOrder);
    let from = this.#events.length;
    while (from > 0 && inOrder(this.#events[from - 1]!, fresh[0]!) > 0) from--;
    const moved = this.#events.splice(from);
    let i = 0;
    for (const event of moved) {
      while (i < fresh.length && inOrder(fresh[i]!, event) < 0) this.#events.push(fresh[i++]!);
      this.#events.push(event);
    }
    while (i < fresh.length) this.#events.push(fresh[i++]!);
    this.#index(from);
  }

  remove(event: PlacedEvent): void {
    for (let i = this.seek(event.frame, 0); i < this.size && this.#starts[i] === event.frame; i++) {
      if (this.#events[i]!.id !== event.id) continue;
      this.#events.splice(i, 1);
      return this.#index(i);
    }
  }

  /** Takes the oldest out. */
  shift(count: number): PlacedEvent[] {
    const gone = this.#events.splice(0, count);
    this.#index(0);
    return gone;
  }

  /** The first event that begins at `frame` or later; looks from `from` on, which costs the logarithm of the way. */
  seek(frame: number, from: number): number {
    const { size } = this;
    const starts = this.#starts;
    let low = from;
    let step = 1;
    while (low + step <= size && starts[low + step - 1]! < frame) {
      low += step;
      step *= 2;
      this.#steps++;
    }
    let high = Math.min(size, low + step);
    for (this.#steps++; low < high; this.#steps++) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! < frame) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Of the first `count` events the one that reaches furthest, as an index; -1 of none. */
  furthestOf(count: number): number {
    return count > 0 ? this.#furthest[count - 1]! : -1;
  }

  /** Calls back with the events that share a frame with [startFrame, endFrame), oldest first. */
  between(startFrame: number, endFrame: number, visit: (event: PlacedEvent) => void): void {
    const end = this.seek(endFrame, 0);
    for (let i = 0; i < end; this.#steps++) {
      if (i % BLOCK === 0 && this.#blockEnds[i / BLOCK]! <= startFrame) {
        i += BLOCK;
        continue;
      }
      if (this.#ends[i]! > startFrame) visit(this.#events[i]!);
      i++;
    }
  }

  #index(from: number): void {
    const { size } = this;
    if (size > this.#starts.length) this.#grow(size);
    for (let i = from; i < size; i++) {
      const event = this.#events[i]!;
      const end = endOf(event);
      this.#starts[i] = event.frame;
      this.#ends[i] = end;
      const before = this.furthestOf(i);
      this.#furthest[i] = before >= 0 && this.#ends[before]! >= end ? before : i;
    }
    this.#blockEnds.length = Math.ceil(size / BLOCK);
    for (let block = Math.floor(from / BLOCK); block < this.#blockEnds.length; block++) {
      let furthest = 0;
      for (let i = block * BLOCK; i < Math.min(size, (block + 1) * BLOCK); i++) furthest = Math.max(furthest, this.#ends[i]!);
      this.#blockEnds[block] = furthest;
    }
  }

  #grow(size: number): void {
    const room = Math.max(size, 2 * this.#starts.length);
    const starts = new Float64Array(room);
    const ends = new Float64Array(room);
    const furthest = new Uint32Array(room);
    starts.set(this.#starts);
    ends.set(this.#ends);
    furthest.set(this.#furthest);
    this.#starts = starts;
    this.#ends = ends;
    this.#furthest = furthest;
  }
}
