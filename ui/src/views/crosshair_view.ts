// The crosshair: one vertical line through all lanes, one horizontal line in the lane under the cursor.

import type { Picture, PicturePart } from '../render/picture';

export interface CrosshairElements {
  /** Over all lanes, as wide as the plots. */
  vertical: HTMLElement;
  horizontal: HTMLElement;
}

/** Top of a channel's plot within the overlay, CSS px. */
export type PlotTop = (channel: number, kind: 'waveform' | 'spectrogram') => number | null;

export class CrosshairView implements PicturePart {
  readonly #elements: CrosshairElements;
  readonly #plotTop: PlotTop;
  #drawn = -1;

  constructor(elements: CrosshairElements, plotTop: PlotTop) {
    this.#elements = elements;
    this.#plotTop = plotTop;
  }

  draw(picture: Picture): void {
    const { cursor } = picture;
    if (cursor.revision === this.#drawn) return;
    this.#drawn = cursor.revision;
    const place = cursor.place;
    const top = place ? this.#plotTop(place.channel, place.kind) : null;
    const { vertical, horizontal } = this.#elements;
    const visibility = place && top !== null ? 'visible' : 'hidden';
    vertical.style.visibility = visibility;
    horizontal.style.visibility = visibility;
    if (!place || top === null) return;
    const ratio = window.devicePixelRatio || 1;
    // On the middle of a device pixel, so that the line is one pixel wide and over the column it reads.
    vertical.style.transform = `translateX(${Math.floor(place.xPx) / ratio}px)`;
    horizontal.style.transform = `translateY(${top + Math.floor(place.yPx) / ratio}px)`;
  }
}
