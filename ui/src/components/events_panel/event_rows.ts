// The rows of a list that are in sight, and a few beside them. Rows that leave are filled anew for those that come, where
// they are on the page, so that scrolling by a row writes one row and moves no element, however long the list is.

import type { BusEvent } from '../../base/bus_event';
import { EventRow, type RowIcons } from './event_row';
import { streamTime, type StreamOnScreen } from './event_times';

/** Rows beyond both edges, there before the picture gets to them. */
const OVERSCAN_ROWS = 6;
/** The order in which rows are read out is right when the list has rested this long, ms. */
const REST_MS = 150;

/** Row 0 is the newest. */
export interface RowSource {
  count: number;
  eventAt(index: number): BusEvent | undefined;
  /** Null when it is not in the list. */
  indexOf(id: string): number | null;
  selected: string | null;
  stream: StreamOnScreen | null;
  rowPx: number;
}

export class EventRows {
  readonly #box: HTMLElement;
  readonly #icons: RowIcons;
  /** In the order of the list. */
  #rows: EventRow[] = [];
  #resting: ReturnType<typeof setTimeout> | null = null;
  #shown: { source: RowSource; first: number; end: number } | null = null;

  /** Rows are made in `box`, whose top is that of row 0. */
  constructor(box: HTMLElement, icons: RowIcons) {
    this.#box = box;
    this.#icons = icons;
  }

  /** Shows what lies between two heights of the list; returns the row after the last one there is now. */
  show(source: RowSource, fromPx: number, endPx: number): number {
    const { count, rowPx } = source;
    const first = Math.max(0, Math.min(count, Math.floor(fromPx / rowPx) - OVERSCAN_ROWS));
    const end = Math.max(first, Math.min(count, Math.ceil(endPx / rowPx) + OVERSCAN_ROWS));
    const shown = this.#shown;
    if (source !== shown?.source || first !== shown.first || end !== shown.end) this.#fill(source, first, end);
    return end;
  }

  /** The event a row stands for, by any element in it. */
  eventOf(target: EventTarget | null): BusEvent | null {
    return this.#rows.find(({ element }) => target instanceof Node && element.contains(target))?.event ?? null;
  }

  focus(id: string): void {
    this.#rows.find(({ event }) => event?.id === id)?.button.focus({ preventScroll: true });
  }

  /** Takes its rows off the page. */
  destroy(): void {
    if (this.#resting !== null) clearTimeout(this.#resting);
    this.#resting = null;
    for (const { element } of this.#rows.splice(0)) element.remove();
    this.#shown = null;
  }

  #fill(source: RowSource, first: number, end: number): void {
    const scrolled = source === this.#shown?.source;
    this.#shown = { source, first, end };
    const wanted = this.#wanted(source, first, end);
    const ids = new Set([...wanted.keys()].map(({ id }) => id));
    const there = new Map<string, EventRow>();
    const spare: EventRow[] = [];
    for (const row of this.#rows) {
      const id = row.event?.id;
      if (id !== undefined && ids.has(id) && !there.has(id)) there.set(id, row);
      else spare.push(row);
    }
    // The focus belongs to an event that is gone: no other one inherits it.
    for (const { button } of spare) if (button === document.activeElement) button.blur();
    this.#rows = Array.from(wanted, ([event, index]) => {
      const row = there.get(event.id) ?? spare.pop() ?? new EventRow(this.#icons);
      there.delete(event.id);
      const selected = event.id === source.selected;
      row.show(event, { topPx: index * source.rowPx, selected, reachable: selected || index === 0, streamTime: streamTime(event, source.stream) });
      // Where it is on the page it stays for now: an element that is moved is laid out and painted from nothing.
      if (!row.element.parentNode) this.#box.append(row.element);
      return row;
    });
    for (const row of spare) row.element.remove();
    this.#settle(scrolled);
  }

  /** In order at once, but not while it is scrolled: that would move many elements in every frame. */
  #settle(scrolled: boolean): void {
    if (!scrolled && this.#resting === null) return this.#sort();
    if (!scrolled) return;
    if (this.#resting !== null) clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      this.#resting = null;
      this.#sort();
    }, REST_MS);
  }

  /** Puts the elements in the order of the list, around the one with the focus, which would lose it by being moved. */
  #sort(): void {
    const elements = this.#rows.map(({ element }) => element);
    const still = elements.findIndex((element) => element.contains(document.activeElement));
    const pivot = elements[still] ?? null;
    let next = this.#box.firstElementChild;
    const put = (element: Element): void => {
      if (element === next) next = next.nextElementSibling;
      else this.#box.insertBefore(element, next);
    };
    elements.slice(0, Math.max(0, still)).forEach(put);
    if (pivot) next = pivot.nextElementSibling;
    elements.slice(still + 1).forEach(put);
  }

  /** The events of the rows, and where they are; that with the focus stays, so that the keys go on from it. */
  #wanted(source: RowSource, first: number, end: number): Map<BusEvent, number> {
    const indexes = Array.from({ length: end - first }, (_, i) => first + i);
    const focused = this.#rows.find(({ button }) => button === document.activeElement)?.event;
    const stays = focused ? source.indexOf(focused.id) : null;
    if (stays !== null && stays < first) indexes.unshift(stays);
    if (stays !== null && stays >= end) indexes.push(stays);
    const wanted = new Map<BusEvent, number>();
    for (const index of indexes) {
      const event = source.eventAt(index);
      if (event) wanted.set(event, index);
    }
    return wanted;
  }
}
