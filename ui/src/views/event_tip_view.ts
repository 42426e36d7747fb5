// What the event under the pointer says, beside it and without React. Text and nothing but text: outside programs wrote it.

import { clock, duration, grouped } from '../base/format';
import type { PlacedEvent } from '../base/event_timeline';
import { xOfFrame } from '../base/time_scale';
import type { Picture, PicturePart } from '../render/picture';
import { columnOf } from './event_layout';
import type { EventLaneView } from './event_lane_view';

export interface TipElements {
  /** Moves over the lane. */
  tip: HTMLElement;
  title: HTMLElement;
  detail: HTMLElement;
}

/** Distance from the edges of the lane, CSS px. */
const INSET = 4;

export class EventTipView implements PicturePart {
  readonly #lane: EventLaneView;
  readonly #elements: TipElements;
  readonly #label: (event: PlacedEvent) => string;
  #shown: PlacedEvent | null = null;
  #others = -1;
  #widthCss = 0;

  constructor(lane: EventLaneView, elements: TipElements, label: (event: PlacedEvent) => string) {
    this.#lane = lane;
    this.#elements = elements;
    this.#label = label;
  }

  draw(picture: Picture): void {
    const { hovered, layout } = this.#lane;
    const { tip, title, detail } = this.#elements;
    const { scale, stream } = picture;
    const x = hovered ? Math.max(0, columnOf(scale, hovered.frame)) : 0;
    const column = hovered ? Math.floor(xOfFrame(scale, hovered.frame)) : -1;
    const others = Math.max(0, (layout.totals[column] ?? 0) - 1);
    if (hovered !== this.#shown || others !== this.#others) {
      this.#shown = hovered;
      this.#others = others;
      tip.style.visibility = hovered ? 'visible' : 'hidden';
      if (!hovered || !stream) return;
      title.textContent = this.#label(hovered);
      detail.textContent = details(hovered, stream.sampleRateHz, others);
      tip.dataset['severity'] = hovered.severity;
      this.#widthCss = tip.offsetWidth;
    }
    if (!hovered) return;
    const ratio = window.devicePixelRatio || 1;
    const most = scale.widthPx / ratio - this.#widthCss - INSET;
    const left = Math.max(INSET, Math.min(most, x / ratio - this.#widthCss / 2));
    tip.style.transform = `translateX(${Math.round(left * ratio) / ratio}px)`;
  }
}

/** When, for how long, what kind, where and by whom: whatever is known of it. */
export function details(event: PlacedEvent, sampleRateHz: number, others = 0): string {
  const length = event.dur_frames ?? 0;
  const parts = [
    clock(event.frame / sampleRateHz, 3),
    `frame ${grouped(event.frame)}`,
    length > 0 && `${grouped(length)} frames, ${duration(length / sampleRateHz)}`,
    event.kind,
    event.audio_ch.length > 0 && `channel ${event.audio_ch.map((channel) => channel + 1).join(', ')}`,
    event.source.startsWith('external:') && `from ${event.source.slice(9)}`,
    others > 0 && `${grouped(others)} more here`,
  ];
  return parts.filter(Boolean).join('  \u00b7  ');
}
