// What a pixel column of a small waveform lane looks like, in sixteenths of a pixel: the one shape that both renderers
// fill, so that their pixels are the same. The look is that of the large lanes.

import type { TimeScale } from '../base/time_scale';
import type { WaveformData } from './waveform_data';

/** Values per column: top and bottom of the trace in sixteenths of a pixel, marks, and one unused. */
export const SHAPE_VALUES = 4;
export const MARK = { data: 1, gap: 2, tick: 4, clipTop: 8, clipBottom: 16 } as const;
const PARTS = 16;
const LEAST_FOR_DOTS = 28;

export interface ShapeLane {
  channel: number;
  heightPx: number;
}

/** Colours of a lane, as canvas pixels. */
export interface ShapeColours {
  plot: number;
  trace: number;
  grid: number;
  gridStrong: number;
  clip: number;
  gap: [dark: number, light: number];
}

export interface ShapeLook {
  gain: number;
  /** Least height of the trace and width of lines, px. */
  thinPx: number;
  /** First columns of vertical grid lines within a scale, from its left edge. */
  ticks(scale: TimeScale): readonly number[];
  colours: ShapeColours;
}

export class WaveformShaper {
  #min = new Float32Array(0);
  #max = new Float32Array(0);

  /** Shapes of columns [fromPx, endPx) of the absolute grid into `out` at `at`. */
  shape(out: Uint16Array, at: number, data: WaveformData, lane: ShapeLane, look: ShapeLook, framesPerPx: number, fromPx: number, endPx: number): void {
    // One more to the left: a column reaches to the one before it.
    const scale: TimeScale = { firstPx: fromPx - 1, framesPerPx, widthPx: endPx - fromPx + 1 };
    if (this.#min.length < scale.widthPx) {
      this.#min = new Float32Array(scale.widthPx);
      this.#max = new Float32Array(scale.widthPx);
    }
    const [min, max] = [this.#min, this.#max];
    data.lineExtents(lane.channel, scale, min, max);
    // What the result does not speak about is unknown, not lost.
    const [knownFirst, knownEnd] = data.has(lane.channel) ? data.wholePx(scale) : [0, 0];
    const half = 0.5 * lane.heightPx;
    const y = (amplitude: number): number => (1 - Math.min(1, Math.max(-1, amplitude * look.gain))) * half;
    let lastTop = NaN;
    let lastBottom = NaN;
    for (let i = 0; i < scale.widthPx; i++) {
      const ownTop = y(max[i]!);
      const ownBottom = y(min[i]!);
      if (i > 0) {
        let marks = 0;
        let top = lastBottom < ownTop ? lastBottom : ownTop;
        let bottom = lastTop > ownBottom ? lastTop : ownBottom;
        if (bottom - top < look.thinPx) {
          top = Math.min(lane.heightPx, Math.max(look.thinPx, (top + bottom + look.thinPx) / 2)) - look.thinPx;
          bottom = top + look.thinPx;
        }
        const px = fromPx + i - 1;
        if (!Number.isNaN(ownTop)) marks |= MARK.data;
        else if (px >= knownFirst && px < knownEnd) marks |= MARK.gap;
        if (max[i]! >= 1) marks |= MARK.clipTop;
        if (min[i]! <= -1) marks |= MARK.clipBottom;
        const to = at + SHAPE_VALUES * (i - 1);
        out[to] = marks & MARK.data ? Math.round(top * PARTS) : 0;
        out[to + 1] = marks & MARK.data ? Math.round(bottom * PARTS) : 0;
        out[to + 2] = marks;
        out[to + 3] = 0;
      }
      lastTop = ownTop;
      lastBottom = ownBottom;
    }
    this.#markTicks(out, at, look, scale, endPx - fromPx);
    this.#dots(out, at, data, lane, look, framesPerPx, fromPx, endPx);
  }

  /** A square on each sample, where samples are far enough apart and the lane is high enough. */
  #dots(out: Uint16Array, at: number, data: WaveformData, lane: ShapeLane, look: ShapeLook, framesPerPx: number, fromPx: number, endPx: number): void {
    const half = 2 * look.thinPx;
    const run = 1 / framesPerPx >= 3 * half && lane.heightPx >= LEAST_FOR_DOTS * look.thinPx ? data.samples(lane.channel) : null;
    if (!run) return;
    const first = Math.max(0, Math.floor((fromPx - half) * framesPerPx) - run.firstSample);
    const last = Math.min(run.values.length - 1, Math.ceil((endPx + half) * framesPerPx) - run.firstSample);
    for (let i = first; i <= last; i++) {
      const centre = (run.firstSample + i + 0.5) / framesPerPx;
      const y = (1 - Math.min(1, Math.max(-1, run.values[i]! * look.gain))) * 0.5 * lane.heightPx;
      const top = Math.round(PARTS * Math.max(0, y - half));
      const bottom = Math.round(PARTS * Math.min(lane.heightPx, y + half));
      for (let px = Math.max(fromPx, Math.ceil(centre - half - 0.5)); px < Math.min(endPx, centre + half - 0.5); px++) {
        const to = at + SHAPE_VALUES * (px - fromPx);
        if (!(out[to + 2]! & MARK.data) || Number.isNaN(y)) continue;
        out[to] = Math.min(out[to]!, top);
        out[to + 1] = Math.max(out[to + 1]!, bottom);
      }
    }
  }

  #markTicks(out: Uint16Array, at: number, look: ShapeLook, scale: TimeScale, count: number): void {
    for (const tick of look.ticks(scale)) {
      // A line may begin one column before the first.
      for (let i = tick - 1; i < tick - 1 + look.thinPx; i++) if (i >= 0 && i < count) out[at + SHAPE_VALUES * i + 2]! |= MARK.tick;
    }
  }
}

/** Rows of horizontal lines: [first, end) of the zero line, and of those half way where there is room for them. */
export function levelRows(heightPx: number, thinPx: number): [from: number, end: number, strong: boolean][] {
  const rows = (y: number): [number, number] => [Math.round(y - thinPx / 2), Math.round(y - thinPx / 2) + thinPx];
  const zero: [number, number, boolean] = [...rows(heightPx / 2), true];
  if (heightPx < ROOM_FOR_HALVES * thinPx) return [zero];
  return [[...rows(heightPx / 4), false], [...rows((3 * heightPx) / 4), false], zero];
}

const ROOM_FOR_HALVES = 32;
