// The lane of events under the signal: icons with a stem to the very column, bars where something lasted, a profile of
// how many where there are many.

import type { EventTimeline, PlacedEvent } from '../base/event_timeline';
import { frameAtX, type TimeScale } from '../base/time_scale';
import type { Palette } from '../render/palette';
import type { Picture, PicturePart } from '../render/picture';
import type { PlotSize } from '../render/plot_size';
import { colourOf } from './event_colours';
import { EventLayout, type EventGlyph } from './event_layout';
import { EventStrip } from './event_strip';
import { FittedText } from './fitted_text';
import { IconSprites } from './icon_sprites';

/** What the lane draws from. */
export interface LaneEvents {
  timeline: EventTimeline;
  /** Id of the event that is pointed out, null for none. */
  selected(): string | null;
  /** An icon and its name, which stands for no other. */
  icon(event: PlacedEvent): { name: string; svg: SVGElement } | null;
  label(event: PlacedEvent): string;
}

/** All CSS px. */
const ICON = 14;
const ICON_MIDDLE = 11;
/** Least distance of two icons. */
const SLOT = 19;
const LABEL_GAP = 10;
/** The name of a mark says something even when it is cut short; half a sentence does not. */
const LEAST_LABEL = { marker: 26, other: 52 };
/** The strip of bars and ticks ends above the lower edge. */
const FOOT = 3;
/** Pointing this near to an event is pointing at it. */
const REACH = 6;

export class EventLaneView implements PicturePart {
  readonly layout = new EventLayout();
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  readonly #events: LaneEvents;
  readonly #sprites = new IconSprites();
  readonly #strip = new EventStrip();
  readonly #labels = new FittedText();
  #size: PlotSize | null = null;
  #laidOut = '';
  #drawn = '';
  #pointerPx: number | null = null;
  #hovered: PlacedEvent | null = null;

  constructor(canvas: HTMLCanvasElement, events: LaneEvents) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    this.#events = events;
  }

  resize(size: PlotSize): void {
    this.#size = size;
    this.#canvas.width = size.widthPx;
    this.#canvas.height = size.heightPx;
    this.#laidOut = '';
    this.#drawn = '';
  }

  /** Device pixels from the left edge; null when the pointer is elsewhere. */
  pointAt(xPx: number | null): void {
    this.#pointerPx = xPx;
  }

  /** The event under the pointer, as of the last drawn frame. */
  get hovered(): PlacedEvent | null {
    return this.#hovered;
  }

  draw(picture: Picture): void {
    const { scale, palette, stream, lookRevision } = picture;
    const size = this.#size;
    if (!this.#context || !size || !palette || size.widthPx !== scale.widthPx) return;
    const { timeline } = this.#events;
    const selected = this.#events.selected();
    const shown = timeline.session === (stream?.streamId ?? null);
    const laidOut = `${scale.firstPx} ${scale.framesPerPx} ${timeline.revision} ${selected} ${shown}`;
    if (laidOut !== this.#laidOut) {
      this.#laidOut = laidOut;
      if (shown) this.layout.update(timeline, scale, Math.round(SLOT * size.pixelRatio), selected);
      else this.layout.clear();
    }
    this.#hovered = this.#pointerPx === null || !shown ? null : this.eventAt(picture, this.#pointerPx);
    const drawn = `${laidOut} ${lookRevision} ${this.#hovered?.id}`;
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#paint(this.#context, size, palette, scale, selected);
  }

  /** What a place of the lane stands for: an icon before anything else, then what is nearest. */
  eventAt({ scale }: Picture, xPx: number): PlacedEvent | null {
    const ratio = this.#size?.pixelRatio ?? 1;
    const glyph = this.layout.glyphAt(xPx, (ICON / 2 + 1) * ratio);
    return glyph ? glyph.event : this.#events.timeline.nearest(Math.floor(frameAtX(scale, xPx)), REACH * ratio * scale.framesPerPx);
  }

  #paint(context: CanvasRenderingContext2D, size: PlotSize, palette: Palette, scale: TimeScale, selected: string | null): void {
    const { layout } = this;
    const ratio = size.pixelRatio;
    const thin = Math.max(1, Math.round(ratio));
    const foot = size.heightPx - Math.round(FOOT * ratio);
    context.clearRect(0, 0, size.widthPx, size.heightPx);
    context.fillStyle = palette.gridStrong;
    context.fillRect(0, foot, size.widthPx, thin);
    this.#strip.draw(context, layout, palette, scale, foot, ratio);
    context.font = `${palette.labelSizePx * ratio}px ${palette.labelFont}`;
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    for (const glyph of layout.glyphs) this.#glyph(context, glyph, palette, size, foot, selected);
  }

  #glyph(context: CanvasRenderingContext2D, { event, look, xPx, roomPx, pinned }: EventGlyph, palette: Palette, size: PlotSize, foot: number, selected: string | null): void {
    const ratio = size.pixelRatio;
    const thin = Math.max(1, Math.round(ratio));
    const side = Math.round(ICON * ratio);
    const top = Math.round(ICON_MIDDLE * ratio - side / 2);
    const left = xPx + Math.floor((thin - side) / 2);
    const colour = colourOf(palette, look);
    const isSelected = event.id === selected;
    const icon = this.#events.icon(event);
    if (!pinned) {
      context.fillStyle = colour;
      context.fillRect(xPx, top + side, thin, foot - top - side);
    }
    if (isSelected || event.id === this.#hovered?.id) {
      const rim = Math.round(2 * ratio);
      context.globalAlpha = isSelected ? 0.34 : 0.2;
      context.fillStyle = colour;
      context.fillRect(left - rim, top - rim, side + 2 * rim, side + 2 * rim);
      context.globalAlpha = 1;
    }
    if (icon) context.drawImage(this.#sprites.of(icon.name, icon.svg, colour, side, look === 'marker'), left, top);
    const room = roomPx - (LABEL_GAP + SLOT / 2) * ratio;
    if (room < LEAST_LABEL[look === 'marker' ? look : 'other'] * ratio) return;
    context.fillStyle = look === 'marker' || isSelected ? palette.text : palette.textSoft;
    const label = this.#labels.fit(context, this.#events.label(event), room);
    context.fillText(label, xPx + LABEL_GAP * ratio, ICON_MIDDLE * ratio);
  }
}
