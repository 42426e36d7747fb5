// One of many waveform lanes on Canvas 2D.

import type { Picture, PicturePart } from '../render/picture';
import type { PlotSize } from '../render/plot_size';
import { Waveform2d } from '../render/waveform2d';
import type { ShapeLooks } from './shape_looks';

export class SmallWaveformView implements PicturePart {
  readonly #drawer: Waveform2d;
  readonly #looks: ShapeLooks;
  #ready = false;

  constructor(canvas: HTMLCanvasElement, channel: number, looks: ShapeLooks) {
    this.#drawer = new Waveform2d(canvas, channel);
    this.#looks = looks;
  }

  resize({ widthPx, heightPx }: PlotSize): void {
    this.#ready = widthPx > 0 && heightPx > 0;
    if (this.#ready) this.#drawer.resize(widthPx, heightPx);
  }

  draw(picture: Picture): void {
    if (this.#ready && picture.palette) this.#drawer.draw(picture, this.#looks.of(picture));
  }
}
