// What of the events is drawn where, in device pixels from the left edge: a tick in every column in which one begins, bars
// where they last, and an icon for as many of them as find room. Its cost and its size depend on the width, not on how
// many events there are.

import { forRuns } from '../base/column_runs';
import { EVENT_LOOKS, lookOf, type EventDensity, type EventLook, type EventTimeline, type PlacedEvent } from '../base/event_timeline';
import { endOf } from '../base/event_track';
import { peaksApart } from '../base/peaks_apart';
import { firstFrameInPx, pxOfFrame, startFrame, xOfFrame, type TimeScale } from '../base/time_scale';

export interface EventGlyph {
  event: PlacedEvent;
  look: EventLook;
  /** Column that the icon stands over. */
  xPx: number;
  /** It began before the view: its icon waits at the edge. */
  pinned: boolean;
  /** From its column to that of the next icon, or to the right edge. */
  roomPx: number;
}

/** Column of an event's icon: where it begins; in the middle of the frame where frames are wider than columns. */
export const columnOf = ({ framesPerPx, firstPx }: Omit<TimeScale, 'widthPx'>, frame: number): number =>
  pxOfFrame(framesPerPx, frame + (framesPerPx < 1 ? 0.5 : 0)) - firstPx;

/** Lines through the lanes are elements of the page: a bounded number of them. */
const MOST_MARKS = 64;

/** Above every other score: the chosen event shows. */
const CHOSEN = 2 ** 40;
const scoreOf = (rank: number, event: PlacedEvent): number => (rank + 1) * 2 ** 33 + spread(event.frame);

/** Spreads frames that follow each other, so that of many alike a fair sample shows, the same one at every zoom. */
function spread(frame: number): number {
  const low = Math.imul((frame % 2 ** 32) ^ Math.floor(frame / 2 ** 32), 0x9e3779b1);
  return (low ^ (low >>> 15)) >>> 0;
}

export class EventLayout {
  /** Events that begin in each column. */
  totals = new Uint32Array(0);
  /** The same for a look and those drawn over it; 0 where none of this look begins. */
  readonly stacks: Record<EventLook, Uint32Array> = { info: new Uint32Array(0), success: new Uint32Array(0), warning: new Uint32Array(0), error: new Uint32Array(0), marker: new Uint32Array(0) };
  /** Pairs of columns [from, end) in which events of a look last; `runCounts` says how many pairs. */
  readonly runs: Record<EventLook, Int32Array> = { info: new Int32Array(0), success: new Int32Array(0), warning: new Int32Array(0), error: new Int32Array(0), marker: new Int32Array(0) };
  readonly runCounts: Record<EventLook, number> = { info: 0, success: 0, warning: 0, error: 0, marker: 0 };
  /** From left to right. */
  glyphs: EventGlyph[] = [];
  /** Columns of marks whose lines run through the lanes: all of few, those with an icon of many. */
  marks: number[] = [];
  #scores = new Float64Array(0);
  #density: EventDensity | undefined;
  #ticks = 0;

  /** Things to draw. */
  get primitives(): number {
    return this.#ticks + this.glyphs.length + EVENT_LOOKS.reduce((sum, look) => sum + this.runCounts[look], 0);
  }

  /** `glyphPx`: least distance of two icons. `chosenId`: an event whose icon always shows. */
  update(timeline: EventTimeline, scale: TimeScale, glyphPx: number, chosenId: string | null): void {
    const { widthPx, framesPerPx } = scale;
    // Icons beyond the edges keep the place of those within.
    const margin = glyphPx;
    this.#resize(widthPx, margin);
    const density = timeline.density((scale.firstPx - margin) * framesPerPx, framesPerPx, widthPx + 2 * margin, this.#density);
    this.#density = density;
    const chosen = chosenId === null ? undefined : timeline.get(chosenId);
    const chosenX = chosen ? pxOfFrame(framesPerPx, chosen.frame) - scale.firstPx + margin : -1;
    this.#ticks = 0;
    for (let x = 0; x < density.widthPx; x++) {
      const at = x - margin;
      const within = at >= 0 && at < widthPx;
      let total = 0;
      this.#scores[x] = 0;
      for (let i = EVENT_LOOKS.length - 1; i >= 0; i--) {
        const look = EVENT_LOOKS[i]!;
        const count = density.counts[look][x]!;
        if (count > 0 && total === 0) this.#scores[x] = scoreOf(i, timeline.eventAt(look, density.firsts[look][x]!)!) + (x === chosenX ? CHOSEN : 0);
        total += count;
        if (!within) continue;
        this.stacks[look][at] = count > 0 ? total : 0;
        if (count > 0) this.#ticks++;
      }
      if (within) this.totals[at] = total;
    }
    for (const look of EVENT_LOOKS) this.#findRuns(look, density.covered[look].subarray(margin, margin + widthPx));
    this.#placeGlyphs(timeline, density, scale, margin, chosen, chosenX);
    this.#findMarks(scale);
  }

  /** Nothing at all. */
  clear(): void {
    this.totals.fill(0);
    for (const look of EVENT_LOOKS) {
      this.stacks[look].fill(0);
      this.runCounts[look] = 0;
    }
    this.#ticks = 0;
    this.glyphs = [];
    this.marks = [];
  }

  /** The icon at x, null beside all of them. */
  glyphAt(xPx: number, reachPx: number): EventGlyph | null {
    let best: EventGlyph | null = null;
    for (const glyph of this.glyphs) {
      const distance = Math.abs(glyph.xPx + 0.5 - xPx);
      if (distance <= reachPx && !(best && Math.abs(best.xPx + 0.5 - xPx) <= distance)) best = glyph;
    }
    return best;
  }

  #findRuns(look: EventLook, covered: Uint8Array): void {
    const runs = this.runs[look];
    let count = 0;
    forRuns(covered.length, (x) => covered[x]!, (from, end) => {
      runs[2 * count] = from;
      runs[2 * count++ + 1] = end;
    });
    this.runCounts[look] = count;
  }

  #placeGlyphs(timeline: EventTimeline, density: EventDensity, scale: TimeScale, reach: number, chosen: PlacedEvent | undefined, chosenX: number): void {
    this.glyphs = [];
    peaksApart(this.#scores, reach, (x) => {
      const top = EVENT_LOOKS.findLast((look) => density.counts[look][x]! > 0)!;
      const event = x === chosenX ? chosen! : timeline.eventAt(top, density.firsts[top][x]!)!;
      const xPx = columnOf(scale, event.frame);
      if (xPx >= 0 && xPx < scale.widthPx) this.glyphs.push({ event, look: lookOf(event), xPx, pinned: false, roomPx: 0 });
    });
    this.#pin(timeline, scale, reach);
    this.glyphs.forEach((glyph, i) => {
      glyph.roomPx = (this.glyphs[i + 1]?.xPx ?? scale.widthPx) - glyph.xPx;
    });
  }

  /** A view inside a long event says in which. */
  #pin(timeline: EventTimeline, scale: TimeScale, reach: number): void {
    const xPx = reach >> 1;
    const first = this.glyphs[0];
    if (first && first.xPx <= xPx + reach) return;
    const frame = Math.ceil(startFrame(scale));
    const event = timeline.nearest(frame, 0);
    if (!event || columnOf(scale, event.frame) >= 0 || xOfFrame(scale, endOf(event)) <= xPx) return;
    this.glyphs.unshift({ event, look: lookOf(event), xPx, pinned: true, roomPx: 0 });
  }

  #findMarks({ framesPerPx, firstPx, widthPx }: TimeScale): void {
    const marked = this.stacks.marker;
    this.marks = [];
    for (let x = 0; x < widthPx && this.marks.length <= MOST_MARKS; x++) {
      if (marked[x]! > 0) this.marks.push(columnOf({ framesPerPx, firstPx }, firstFrameInPx(framesPerPx, firstPx + x)));
    }
    if (this.marks.length > MOST_MARKS) this.marks = this.glyphs.filter(({ look, pinned }) => look === 'marker' && !pinned).map(({ xPx }) => xPx);
  }

  #resize(widthPx: number, margin: number): void {
    if (this.totals.length !== widthPx) {
      this.totals = new Uint32Array(widthPx);
      for (const look of EVENT_LOOKS) {
        this.stacks[look] = new Uint32Array(widthPx);
        this.runs[look] = new Int32Array(widthPx + 2);
      }
    }
    if (this.#scores.length !== widthPx + 2 * margin) this.#scores = new Float64Array(widthPx + 2 * margin);
  }
}
