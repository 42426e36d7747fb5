// The time axis under the lanes. It counts frames, so it moves with the picture and cannot drift from it.

import type { Picture, PicturePart } from '../render/picture';
import type { PlotSize } from '../render/plot_size';
import { timeTicks } from './time_ticks';

const LABEL_SPACING_CSS = 96;

export class TimeAxisView implements PicturePart {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  #size: PlotSize | null = null;
  #drawn = '';

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
  }

  resize(size: PlotSize): void {
    this.#size = size;
    this.#canvas.width = size.widthPx;
    this.#canvas.height = size.heightPx;
    this.#drawn = '';
  }

  draw(picture: Picture): void {
    const { scale, palette, stream, lookRevision } = picture;
    const context = this.#context;
    const size = this.#size;
    if (!context || !size || !palette) return;
    const key = `${scale.firstPx} ${scale.framesPerPx} ${lookRevision} ${stream?.streamId}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    context.clearRect(0, 0, size.widthPx, size.heightPx);
    if (!stream) return;
    const ratio = size.pixelRatio;
    context.font = `${palette.labelSizePx * ratio}px ${palette.labelFont}`;
    context.textBaseline = 'middle';
    context.textAlign = 'center';
    for (const { xPx, label } of timeTicks(scale, stream.sampleRateHz, LABEL_SPACING_CSS * ratio)) {
      context.fillStyle = label ? palette.textSoft : palette.gridStrong;
      context.fillRect(xPx, 0, Math.max(1, Math.round(ratio)), (label ? 5 : 3) * ratio);
      if (!label) continue;
      // A label that does not fit is left out rather than cut.
      const half = context.measureText(label).width / 2;
      if (xPx - half >= 0 && xPx + half <= size.widthPx) context.fillText(label, xPx, size.heightPx * 0.6);
    }
  }
}
