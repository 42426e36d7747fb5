// The whole history as one envelope of all lanes, with the window that the lanes show.

import { endFrame, startFrame, xOfFrame, type TimeScale } from '../base/time_scale';
import { forRuns } from '../base/column_runs';
import { EVENT_LOOKS, type EventDensity, type EventTimeline } from '../base/event_timeline';
import type { FrameRange } from '../base/ranges';
import type { Palette } from '../render/palette';
import type { Picture, PicturePart } from '../render/picture';
import type { PlotSize } from '../render/plot_size';
import { envelopePath } from '../render/waveform_path';
import { colourOf } from './event_colours';

export interface OverviewElements {
  canvas: HTMLCanvasElement;
  /** Moves over the canvas: what the lanes show. */
  window: HTMLElement;
}

/** What happened in that time. */
export interface OverviewEvents {
  timeline: EventTimeline;
  /** The frames that lists are limited to, null when they are not. */
  range(): FrameRange | null;
}

/** Height of the marks of events at the bottom, and of the bar over a range, CSS px. */
const MARKS = 5;
const RANGE = 3;
/** The window never gets too narrow to be seen and grabbed, CSS px. */
const LEAST_WINDOW_CSS = 6;
/** Screen readers hear about a moving window no more often than this, ms. */
const ARIA_INTERVAL_MS = 500;

export class OverviewView implements PicturePart {
  readonly #elements: OverviewElements;
  readonly #context: CanvasRenderingContext2D | null;
  readonly #scaleOf: () => TimeScale;
  readonly #events: OverviewEvents;
  #size: PlotSize | null = null;
  #min = new Float32Array(0);
  #max = new Float32Array(0);
  #density: EventDensity | undefined;
  #drawn = '';
  #placed = '';
  #ariaMs = -Infinity;

  constructor(elements: OverviewElements, scaleOf: () => TimeScale, events: OverviewEvents) {
    this.#elements = elements;
    this.#context = elements.canvas.getContext('2d');
    this.#scaleOf = scaleOf;
    this.#events = events;
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
    const range = this.#events.range();
    const key = `${overview.revision} ${scale.firstPx} ${scale.framesPerPx} ${lookRevision} ${this.#events.timeline.revision} ${range?.startFrame} ${range?.endFrame}`;
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
    this.#marks(context, palette, scale, size);
    if (!range) return;
    context.fillStyle = palette.text;
    const from = Math.floor(xOfFrame(scale, range.startFrame));
    context.fillRect(from, 0, Math.ceil(xOfFrame(scale, range.endFrame)) - from, Math.round(RANGE * size.pixelRatio));
  }

  /** Of each column what matters most. */
  #marks(context: CanvasRenderingContext2D, palette: Palette, scale: TimeScale, size: PlotSize): void {
    const { covered } = (this.#density = this.#events.timeline.density(startFrame(scale), scale.framesPerPx, scale.widthPx, this.#density));
    const height = Math.round(MARKS * size.pixelRatio);
    const topOf = (x: number): number => EVENT_LOOKS.findLastIndex((look) => covered[look][x]) + 1;
    forRuns(scale.widthPx, topOf, (from, end, top) => {
      context.fillStyle = colourOf(palette, EVENT_LOOKS[top - 1]!);
      context.fillRect(from, size.heightPx - height, end - from, height);
    });
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
