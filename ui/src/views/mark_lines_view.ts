// Marks and the selected event over the signal itself: thin lines through all lanes, and a shade over what it covers.

import { endOf } from '../base/event_track';
import { pxOfFrame } from '../base/time_scale';
import type { Picture, PicturePart } from '../render/picture';
import { columnOf } from './event_layout';
import type { EventLaneView, LaneEvents } from './event_lane_view';

export interface MarkElements {
  /** Over all lanes, as wide as the plots. Lines are made in here, as many as there have to be. */
  lines: HTMLElement;
  /** Over what the selected event covers. */
  selection: HTMLElement;
}

export class MarkLinesView implements PicturePart {
  readonly #elements: MarkElements;
  readonly #lane: EventLaneView;
  readonly #events: Pick<LaneEvents, 'timeline' | 'selected'>;
  readonly #lines: { element: HTMLElement; xCss: number }[] = [];
  #selection = '';

  /** `lane` knows which marks there are; it is drawn before this part. */
  constructor(elements: MarkElements, lane: EventLaneView, events: Pick<LaneEvents, 'timeline' | 'selected'>) {
    this.#elements = elements;
    this.#lane = lane;
    this.#events = events;
  }

  draw(picture: Picture): void {
    const ratio = window.devicePixelRatio || 1;
    this.#place(this.#lane.layout.marks, ratio);
    this.#select(picture, ratio);
  }

  /** Takes its lines off the page. */
  destroy(): void {
    for (const { element } of this.#lines.splice(0)) element.remove();
  }

  #place(marks: readonly number[], ratio: number): void {
    while (this.#lines.length < marks.length) {
      const element = document.createElement('div');
      element.dataset['testid'] = 'mark-line';
      this.#elements.lines.append(element);
      this.#lines.push({ element, xCss: NaN });
    }
    this.#lines.forEach((line, i) => {
      const xCss = (marks[i] ?? -1) / ratio;
      if (xCss === line.xCss) return;
      line.xCss = xCss;
      line.element.style.visibility = xCss < 0 ? 'hidden' : 'visible';
      line.element.style.transform = `translateX(${xCss}px)`;
    });
  }

  #select({ scale }: Picture, ratio: number): void {
    const id = this.#events.selected();
    const event = id === null ? undefined : this.#events.timeline.get(id);
    let placed = '';
    if (event) {
      // A moment is a line where its icon stands; what lasts covers all columns that share a frame with it.
      const moment = !event.dur_frames;
      const from = moment ? columnOf(scale, event.frame) : pxOfFrame(scale.framesPerPx, event.frame) - scale.firstPx;
      const end = moment ? from + 1 : Math.ceil(endOf(event) / scale.framesPerPx) - scale.firstPx;
      const left = Math.max(-1, from);
      const right = Math.min(scale.widthPx + 1, end);
      if (right > left && right > 0 && left < scale.widthPx) placed = `${left / ratio} ${(right - left) / ratio}`;
    }
    if (placed === this.#selection) return;
    this.#selection = placed;
    const { style } = this.#elements.selection;
    const [left, width] = placed.split(' ');
    style.visibility = placed ? 'visible' : 'hidden';
    if (!placed) return;
    style.transform = `translateX(${left}px)`;
    style.width = `${width}px`;
  }
}
