// The whole history as one envelope of all lanes, with the window that the lanes show.

import { endFrame, startFrame, type TimeScale } from '../base/time_scale';
import type { Picture, PicturePart } from '../render/picture';
import type { PlotSize } from '../render/plot_size';
import { envelopePath } from '../render/waveform_path';

export interface OverviewElements {
  canvas: HTMLCanvasElement;
  /** Moves over the canvas: what the lanes show. */
  window: HTMLElement;
}

/** The window never gets too narrow to be seen and grabbed, CSS px. */
const LEAST_WINDOW_CSS = 6;
/** Screen readers hear about a moving window no more often than this, ms. */
const ARIA_INTERVAL_MS = 500;

export class OverviewView implements PicturePart {
  readonly #elements: OverviewElements;
  readonly #context: CanvasRenderingContext2D | null;
  readonly #scaleOf: () => TimeScale;
  #size: PlotSize | null = null;
  #min = new Float32Array(0);
  #max = new Float32Array(0);
  #drawn = '';
  #placed = '';
  #ariaMs = -Infinity;

  constructor(elements: OverviewElements, scaleOf: () => TimeScale) {
    this.#elements = elements;
    this.#context = elements.canvas.getContext('2d');
    this.#scaleOf = scaleOf;
  }

  resize(size: PlotSize): void {
    this.#size = size;
    this.#elements.canvas.width = size.widthPx;
    this.#elements.canvas.height = size.heightPx;
    this.#min = new Float32Array(size.widthPx);
    this.#max = new Float32Array(size.widthPx);
    this.#drawn = '';
  }

  draw(picture: Picture, nowMs: number): void {
    const size = this.#size;
    if (!size || size.widthPx < 1) return;
    const scale = this.#scaleOf();
    this.#envelope(picture, scale, size);
    this.#window(picture, scale, size);
    if (nowMs - this.#ariaMs > ARIA_INTERVAL_MS) {
      this.#ariaMs = nowMs;
      this.#describe(picture);
    }
  }

  #envelope(picture: Picture, scale: TimeScale, size: PlotSize): void {
    const { palette, overview, lookRevision } = picture;
    const context = this.#context;
    const key = `${overview.revision} ${scale.firstPx} ${scale.framesPerPx} ${lookRevision}`;
    if (!context || !palette || key === this.#drawn) return;
    this.#drawn = key;
    context.clearRect(0, 0, size.widthPx, size.heightPx);
    overview.unitedExtents(scale, this.#min, this.#max);
    const outline = new Path2D();
    const box = { left: 0, top: 0, width: size.widthPx, height: size.heightPx };
    const gain = 10 ** (picture.look.gainDb / 20);
    envelopePath(outline, box, this.#min, this.#max, gain, size.pixelRatio);
    context.fillStyle = palette.traceSoft;
    context.fill(outline);
  }

  #window(picture: Picture, scale: TimeScale, size: PlotSize): void {
    const ratio = size.pixelRatio;
    const from = startFrame(picture.scale) / scale.framesPerPx - scale.firstPx;
    const to = endFrame(picture.scale) / scale.framesPerPx - scale.firstPx;
    const right = Math.min(size.widthPx, Math.max(to, LEAST_WINDOW_CSS * ratio));
    const left = Math.max(0, Math.min(from, right - LEAST_WINDOW_CSS * ratio));
    const placed = `${Math.round(left)} ${Math.round(right)} ${picture.stream !== null}`;
    if (placed === this.#placed) return;
    this.#placed = placed;
    const { style } = this.#elements.window;
    style.visibility = picture.stream ? 'visible' : 'hidden';
    style.transform = `translateX(${Math.round(left) / ratio}px)`;
    style.width = `${Math.round(right - left) / ratio}px`;
  }

  #describe(picture: Picture): void {
    const { stream, liveFrame, scale } = picture;
    if (!stream) return;
    const seconds = (frames: number): number => frames / stream.sampleRateHz;
    const end = Math.min(0, seconds(endFrame(scale) - liveFrame));
    const span = seconds(endFrame(scale) - startFrame(scale));
    const slider = this.#elements.window;
    slider.setAttribute('aria-valuemin', (-seconds(stream.capacityFrames)).toFixed(1));
    slider.setAttribute('aria-valuemax', '0');
    slider.setAttribute('aria-valuenow', end.toFixed(2));
    const place = picture.view.following ? 'live' : `${Math.abs(end).toFixed(2)} seconds before live`;
    slider.setAttribute('aria-valuetext', `${span.toFixed(2)} seconds, ending ${place}`);
  }
}
