// The foot of the lane of events, pixel by pixel: bars where something lasted, ticks as high as there are many. Thousands
// of shapes of a pixel's width would cost a canvas more than a millisecond; writing their pixels does not.

import { forRuns } from '../base/column_runs';
import { EVENT_LOOKS } from '../base/event_timeline';
import { firstFrameInPx, type TimeScale } from '../base/time_scale';
import { pixelOfHex } from '../render/colours';
import type { Palette } from '../render/palette';
import { colourOf } from './event_colours';
import type { EventLayout } from './event_layout';

/** CSS px. */
export const PROFILE = 14;
const BAR = 6;
/** Of 255. */
const BAR_ALPHA = 108;

export class EventStrip {
  #image: ImageData | null = null;
  #pixels = new Uint32Array(0);

  /** Draws the strip of `layout` over whatever the canvas has there, its lower edge at `footPx`. */
  draw(context: CanvasRenderingContext2D, layout: EventLayout, palette: Palette, scale: TimeScale, footPx: number, ratio: number): void {
    const width = scale.widthPx;
    const height = Math.round(PROFILE * ratio);
    if (this.#image?.width !== width || this.#image.height !== height) {
      this.#image = context.createImageData(width, height);
      this.#pixels = new Uint32Array(this.#image.data.buffer);
    }
    this.#pixels.fill(0);
    for (const look of EVENT_LOOKS) {
      const colour = pixelOfHex(colourOf(palette, look));
      const bar = ((colour & 0xffffff) | (BAR_ALPHA << 24)) >>> 0;
      const runs = layout.runs[look];
      for (let i = 0; i < layout.runCounts[look]; i++) this.#fill(runs[2 * i]!, runs[2 * i + 1]!, Math.round(BAR * ratio), bar);
    }
    for (const look of EVENT_LOOKS) {
      const colour = pixelOfHex(colourOf(palette, look));
      const stack = layout.stacks[look];
      const heightOf = (x: number): number => (stack[x]! > 0 ? Math.round(Math.min(PROFILE, BAR + Math.log2(stack[x]!)) * ratio) : 0);
      forRuns(width, heightOf, (from, end, rows) => this.#fill(from, Math.min(width, lastColumn(scale, end)), rows, colour));
    }
    context.putImageData(this.#image, 0, footPx - height);
  }

  #fill(from: number, end: number, rows: number, pixel: number): void {
    const { width, height } = this.#image!;
    for (let row = height - rows; row < height; row++) this.#pixels.fill(pixel, row * width + from, row * width + end);
  }
}

/** Where a run of first columns ends: where frames are wider than columns, with all columns of its last frame. */
function lastColumn({ framesPerPx, firstPx }: TimeScale, end: number): number {
  return framesPerPx < 1 ? Math.ceil((firstFrameInPx(framesPerPx, firstPx + end - 1) + 1) / framesPerPx) - firstPx : end;
}
