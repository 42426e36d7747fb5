// The newest events in the order of the bus, and those of them that pass a filter. What is shown has positions that stay
// the same while newer events come and older ones go, so that a list that is being read stands still.

import type { BusEvent } from './bus_event';
import { EVERYTHING, passes, type EventFilter } from './event_filter';

/** Dropped at once, so that it happens seldom: this share of what is kept. */
const DROPPED_SHARE = 0.1;

/** First index whose event is not before `seq`. */
function seek(events: readonly BusEvent[], seq: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (events[middle]!.seq < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class EventList {
  readonly #least: number;
  readonly #byId = new Map<string, BusEvent>();
  #events: BusEvent[] = [];
  #shown: BusEvent[] = [];
  /** Position after the newest shown one. */
  #shownEnd = 0;
  #passes = passes(EVERYTHING);

  /** Keeps the newest `least` events, and some more between two clearings. */
  constructor(least: number) {
    this.#least = least;
  }

  get size(): number {
    return this.#events.length;
  }

  get shownStart(): number {
    return this.#shownEnd - this.#shown.length;
  }

  /** Exclusive. */
  get shownEnd(): number {
    return this.#shownEnd;
  }

  /** The shown event at a position; later positions are newer. */
  shownAt(position: number): BusEvent | undefined {
    return this.#shown[position - this.shownStart];
  }

  /** Null when it is not among the shown ones. */
  positionOf(id: string): number | null {
    const event = this.#byId.get(id);
    const index = event ? this.#indexIn(this.#shown, event) : -1;
    return index < 0 ? null : this.shownStart + index;
  }

  get(id: string): BusEvent | undefined {
    return this.#byId.get(id);
  }

  /** Newest first. */
  newest(count: number): BusEvent[] {
    return this.#events.slice(-count).toReversed();
  }

  setFilter(filter: EventFilter): void {
    this.#passes = passes(filter);
    this.#shown = this.#events.filter(this.#passes);
    this.#shownEnd = this.#shown.length;
  }

  /** Takes events in any order, none twice. Costs what is new when all of it is newer than what is there. */
  add(events: readonly BusEvent[]): void {
    const fresh = events.filter((event) => {
      if (this.#byId.has(event.id)) return false;
      this.#byId.set(event.id, event);
      return true;
    });
    if (fresh.length === 0) return;
    fresh.sort((a, b) => a.seq - b.seq);
    const showable = fresh.filter(this.#passes);
    const lastSeq = this.#events.at(-1)?.seq ?? -1;
    if (fresh[0]!.seq > lastSeq) {
      for (const event of fresh) this.#events.push(event);
      for (const event of showable) this.#shown.push(event);
      this.#shownEnd += showable.length;
    } else {
      const newer = showable.filter((event) => event.seq > lastSeq).length;
      this.#events = [...this.#events, ...fresh].sort((a, b) => a.seq - b.seq);
      this.#shown = [...this.#shown, ...showable].sort((a, b) => a.seq - b.seq);
      this.#shownEnd += newer;
    }
    if (this.size > this.#least * (1 + DROPPED_SHARE)) this.#dropOldest(this.size - this.#least);
  }

  /** Puts an event in the place of the one with its id. */
  replace(event: BusEvent): void {
    const known = this.#byId.get(event.id);
    if (!known) return;
    this.#byId.set(event.id, event);
    this.#events[this.#indexIn(this.#events, known)] = event;
    const index = this.#indexIn(this.#shown, known);
    if (index >= 0) this.#shown[index] = event;
  }

  remove(id: string): void {
    const known = this.#byId.get(id);
    if (!known) return;
    this.#byId.delete(id);
    this.#events.splice(this.#indexIn(this.#events, known), 1);
    const index = this.#indexIn(this.#shown, known);
    if (index < 0) return;
    this.#shown.splice(index, 1);
    this.#shownEnd--;
  }

  clear(): void {
    this.#byId.clear();
    this.#events = [];
    this.#shown = [];
    this.#shownEnd = 0;
  }

  /** -1 where it is not. Events of outsiders may share a `seq`. */
  #indexIn(events: readonly BusEvent[], event: BusEvent): number {
    return events.indexOf(event, seek(events, event.seq));
  }

  #dropOldest(count: number): void {
    for (const event of this.#events.splice(0, count)) this.#byId.delete(event.id);
    this.#shown.splice(0, seek(this.#shown, this.#events[0]?.seq ?? Infinity));
  }
}
