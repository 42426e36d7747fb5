// One spectrogram lane: hands the picture of its channel to whichever renderer draws it.

import type { Picture, PicturePart } from '../render/picture';
import type { PlotSize } from '../render/plot_size';
import type { SpectrogramRenderer } from '../render/spectrogram_renderer';

export class SpectrogramView implements PicturePart {
  readonly #renderer: SpectrogramRenderer;
  readonly #channel: number;
  #ready = false;

  constructor(renderer: SpectrogramRenderer, channel: number) {
    this.#renderer = renderer;
    this.#channel = channel;
  }

  resize(size: PlotSize): void {
    this.#ready = size.widthPx > 0 && size.heightPx > 0;
    if (this.#ready) this.#renderer.resize(size.widthPx, size.heightPx);
  }

  draw(picture: Picture): void {
    if (!this.#ready || !picture.palette) return;
    this.#renderer.draw({
      scale: picture.scale,
      lane: picture.columns.lane(this.#channel),
      frequency: picture.frequency,
      colours: picture.colours,
      coloursRevision: picture.lookRevision,
      deadlineMs: picture.deadlineMs,
    });
  }
}
