// Writes the readout into its fields, at a pace eyes can follow and without React.

import type { Picture, PicturePart } from '../render/picture';
import { EMPTY_READOUT, READOUT_FIELDS, readout, spokenReadout, type Readout, type ReadoutField } from './readout';

const INTERVAL_MS = 50;
/** Screen readers get a cursor that rests, and every step of one moved by keys, ms. */
const REST_MS = 600;

export class ReadoutView implements PicturePart {
  readonly #fields: Record<ReadoutField, HTMLElement>;
  readonly #spoken: HTMLElement;
  readonly #nameOf: (channel: number) => string;
  readonly #peakOf: (channel: number, xPx: number) => number;
  #shown: Readout = EMPTY_READOUT;
  #shownMs = -Infinity;
  #place: unknown = null;
  #movedMs = 0;
  #said = true;

  constructor(
    fields: Record<ReadoutField, HTMLElement>,
    spoken: HTMLElement,
    nameOf: (channel: number) => string,
    peakOf: (channel: number, xPx: number) => number,
  ) {
    this.#fields = fields;
    this.#spoken = spoken;
    this.#nameOf = nameOf;
    this.#peakOf = peakOf;
  }

  draw(picture: Picture, nowMs: number): void {
    const { place } = picture.cursor;
    if (place !== this.#place) {
      this.#place = place;
      this.#movedMs = nowMs;
      this.#said = place?.by !== 'keyboard';
    }
    if (nowMs - this.#shownMs < INTERVAL_MS) return;
    this.#shownMs = nowMs;
    const next = readout(picture, this.#nameOf, this.#peakOf);
    for (const field of READOUT_FIELDS) {
      if (next[field] !== this.#shown[field]) this.#fields[field].textContent = next[field];
    }
    this.#shown = next;
    if (!this.#said && nowMs - this.#movedMs > REST_MS) {
      this.#said = true;
      this.#spoken.textContent = spokenReadout(next);
    }
  }
}
