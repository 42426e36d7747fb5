// One event in two lines: what happened, and when, where and who says so. Plain elements that are filled anew for other
// events, because a row made by React for every row scrolled past costs more than a frame has. Everything from outside is
// text.

import type { BusEvent } from '../../base/bus_event';
import { lookOf } from '../../base/event_timeline';
import css from './events_panel.module.css';
import { isoTime, wallTime } from './event_times';

/** How an event stands in the list. */
export interface RowPlace {
  topPx: number;
  selected: boolean;
  /** By Tab; the others by the arrow keys. */
  reachable: boolean;
  /** Place in the stream on screen, null in another or none. */
  streamTime: string | null;
}

/** The icon of an event: its name, and a copy of it to keep. */
export interface RowIcons {
  nameOf(event: BusEvent): string;
  copy(name: string): Element;
}

export class EventRow {
  readonly element = document.createElement('div');
  readonly button = document.createElement('button');
  readonly #icon = span('icon');
  readonly #message = span('message');
  readonly #time = document.createElement('time');
  readonly #streamTime = span('streamTime');
  readonly #source = span('source');
  readonly #icons: RowIcons;
  #iconName = '';
  #event: BusEvent | null = null;
  #place: RowPlace | null = null;

  constructor(icons: RowIcons) {
    this.#icons = icons;
    this.element.className = css['row'] ?? '';
    this.element.setAttribute('role', 'listitem');
    this.button.type = 'button';
    this.button.className = css['rowButton'] ?? '';
    this.button.dataset['testid'] = 'event-row';
    const facts = span('facts');
    facts.append(this.#time, this.#streamTime, this.#source);
    this.button.append(this.#icon, this.#message, facts);
    this.element.append(this.button);
  }

  get event(): BusEvent | null {
    return this.#event;
  }

  /** Writes what is another than before, and nothing else. */
  show(event: BusEvent, place: RowPlace): void {
    if (event !== this.#event) this.#fill(event);
    const before = this.#place;
    if (place.topPx !== before?.topPx) this.element.style.top = `${place.topPx}px`;
    if (place.selected !== before?.selected) this.button.setAttribute('aria-current', String(place.selected));
    if (place.reachable !== before?.reachable) this.button.tabIndex = place.reachable ? 0 : -1;
    if (place.streamTime !== before?.streamTime) {
      this.#streamTime.textContent = place.streamTime ?? '';
      this.#streamTime.hidden = place.streamTime === null;
    }
    this.#event = event;
    this.#place = place;
  }

  #fill(event: BusEvent): void {
    const { button, element } = this;
    const message = event.message || event.kind;
    element.dataset['look'] = lookOf(event);
    element.toggleAttribute('data-replayed', event.replayed);
    button.title = `${message}\n${event.kind} \u00b7 ${event.source}`;
    button.dataset['id'] = event.id;
    button.dataset['kind'] = event.kind;
    this.#message.textContent = message;
    this.#time.textContent = wallTime(event.ts);
    this.#time.dateTime = isoTime(event.ts) ?? '';
    this.#source.textContent = event.source;
    const name = this.#icons.nameOf(event);
    if (name !== this.#iconName) this.#icon.replaceChildren(this.#icons.copy(name));
    this.#iconName = name;
  }
}

function span(look: string): HTMLSpanElement {
  const element = document.createElement('span');
  element.className = css[look] ?? '';
  return element;
}
