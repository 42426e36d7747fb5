// What the page holds of one channel in one layer: it keeps entry i in slot i mod `kept`, so this mirrors it exactly.

export interface EntryRange {
  first: number;
  end: number;
}

export class SentEntries {
  readonly #slots: Float64Array;
  /** Columns per transform of each entry: above 1 it stands in for what there was no time for. */
  readonly #strides: Uint8Array;
  /** A run in which everything is there, so that what is complete costs nothing to look through. */
  #solid: EntryRange = { first: 0, end: 0 };
  #stride = 1;

  constructor(kept: number) {
    this.#slots = new Float64Array(kept).fill(-1);
    this.#strides = new Uint8Array(kept);
  }

  /** From now on entries made with up to this many columns per transform count as there. */
  setStride(stride: number): void {
    if (stride === this.#stride) return;
    this.#stride = stride;
    this.#solid = { first: 0, end: 0 };
  }

  has(entry: number): boolean {
    const slot = entry % this.#slots.length;
    return this.#slots[slot] === entry && this.#strides[slot]! <= this.#stride;
  }

  /** Marks entries as sent, made with the current stride. */
  mark(first: number, count: number): void {
    for (let entry = first; entry < first + count; entry++) {
      const slot = entry % this.#slots.length;
      this.#slots[slot] = entry;
      this.#strides[slot] = this.#stride;
    }
    this.#settle(first, first + count);
  }

  /** The smallest part of the range outside of which nothing is missing. */
  unsettled(range: EntryRange): EntryRange {
    let { first, end } = range;
    const solid = this.#solid;
    if (solid.end > solid.first) {
      if (solid.first <= first && first < solid.end) first = Math.min(end, solid.end);
      if (solid.first < end && end <= solid.end) end = Math.max(first, solid.first);
    }
    // After a change of stride nothing is known: begin where the question begins.
    if (first < end && solid.first === solid.end) this.#settle(first, first);
    return { first, end };
  }

  /** Entries of the range that were never sent. */
  missing(range: EntryRange): number {
    const { first, end } = this.unsettled(range);
    let count = 0;
    for (let entry = first; entry < end; entry++) if (!this.has(entry)) count++;
    return count;
  }

  /** Takes [first, end), all of it there, into the known run, and whatever adjoins it without a hole. */
  #settle(first: number, end: number): void {
    const length = this.#slots.length;
    // What shares a slot with the new entries has been displaced.
    const former = { first: Math.max(this.#solid.first, end - length), end: Math.min(this.#solid.end, first + length) };
    const touches = first <= former.end && end >= former.first && former.first <= former.end;
    let solid = { first, end };
    if (touches) solid = { first: Math.min(former.first, first), end: Math.max(former.end, end) };
    else if (former.end - former.first > end - first) solid = former;
    while (solid.end - solid.first < length && this.has(solid.end)) solid.end++;
    while (solid.end - solid.first < length && solid.first > 0 && this.has(solid.first - 1)) solid.first--;
    this.#solid = solid;
  }
}
