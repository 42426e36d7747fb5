// What happened: the live events with markers as they are now, which of them are shown, and the one that is selected.

import { createStore } from 'zustand/vanilla';
import type { BusEvent } from '../base/bus_event';
import { EVERYTHING, type EventFilter, type EventRange } from '../base/event_filter';
import { EventList } from '../base/event_list';
import { EventTimeline } from '../base/event_timeline';
import { isMarkerChange, MarkerFold } from '../base/marker_fold';
import type { FeedMessage, FeedState } from '../host/events';

export interface EventsState {
  feed: FeedState;
  /** Changes with every change of the events. */
  revision: number;
  /** Channels of the events so far, sorted. */
  channels: readonly string[];
  filter: EventFilter;
  /** Id of the event that the list and the lanes point out. */
  selected: string | null;
  /** Events the bus forgot before this page came to them. */
  missed: number;
}

export type EventsStore = ReturnType<typeof createEvents>;

/** The list reaches at least this far back. */
const LEAST_EVENTS = 100_000;
/** Outsiders may name as many channels as they like. */
const MOST_CHANNELS = 24;
/** Many times a second and no news to anybody: levels, gauges and how long the journal took. */
const TELEMETRY = /^(level|engine)\.sample$|^journal\.op$/;

/** It is a row of its own in a list of events. */
const isShowable = (event: BusEvent): boolean => !isMarkerChange(event) && !TELEMETRY.test(event.kind);

export function createEvents(timeline = new EventTimeline(), least = LEAST_EVENTS) {
  const store = createStore<EventsState>()(() => ({
    feed: 'connecting',
    revision: 0,
    channels: [],
    filter: EVERYTHING,
    selected: null,
    missed: 0,
  }));
  const live = new EventList(least);
  const markers = new MarkerFold();
  const newsListeners = new Set<(events: readonly BusEvent[]) => void>();
  /** An answer to `history` comes in many pieces; it is taken in once. */
  let history: BusEvent[] = [];
  let session: string | null = null;

  const changed = (more: Partial<EventsState> = {}): void => store.setState((s) => ({ ...more, revision: s.revision + 1 }));

  function take(events: readonly BusEvent[]): void {
    let another = false;
    for (const event of events) if (isMarkerChange(event)) another = applyChange(event) || another;
    const kept = events
      .filter(isShowable)
      .map((event) => markers.now(event))
      .filter((event) => event !== null);
    if (kept.length > 0) {
      live.add(kept);
      timeline.add(kept);
    } else if (!another) return;
    const { channels } = store.getState();
    const seen = new Set([...channels, ...kept.map((event) => event.channel)]);
    const more = seen.size > channels.length && channels.length < MOST_CHANNELS;
    changed(more ? { channels: [...seen].slice(0, MOST_CHANNELS).sort() } : {});
  }

  /** True when an event that is held is another now, or gone. */
  function applyChange(event: BusEvent): boolean {
    const id = markers.hear(event);
    const known = id === null ? undefined : live.get(id);
    if (!known) return false;
    const now = markers.now(known);
    if (now) {
      live.replace(now);
      timeline.add([now]);
    } else {
      live.remove(known.id);
      timeline.remove(known.id);
      if (store.getState().selected === known.id) store.setState({ selected: null });
    }
    return true;
  }

  function takeHistory(): void {
    const events = history;
    history = [];
    if (events.length > 0) take(events);
  }

  return Object.assign(store, {
    live,
    timeline,
    isShowable,

    /** Takes a message of the feed. */
    hear(message: FeedMessage): void {
      if (message.type === 'batch') {
        const { events } = message.data;
        if (message.history) return void history.push(...events);
        take(events);
        for (const listener of newsListeners) listener(events);
      } else if (message.type === 'history_end') takeHistory();
      else if (message.type === 'gap') changed({ missed: store.getState().missed + message.missed });
    },

    /** Events of the past, in any order; those that are known stay as they are. */
    hearPast(events: readonly BusEvent[]): void {
      take(events);
    },

    /** Calls back with every live event as it was told, until the returned function is called. */
    onNews(listener: (events: readonly BusEvent[]) => void): () => void {
      newsListeners.add(listener);
      return () => newsListeners.delete(listener);
    },

    /** The stream on screen: its events are what `timeline` holds. */
    setSession(next: string | null): void {
      if (next === session) return;
      session = next;
      timeline.begin(next);
      timeline.add(live.newest(live.size));
      changed();
    },

    setFilter(change: Partial<EventFilter>): void {
      const filter = { ...store.getState().filter, ...change };
      live.setFilter(filter);
      changed({ filter });
    },

    /** Only events within these frames; null for all. What the brush of the overview chooses. */
    setRange(range: EventRange | null): void {
      this.setFilter({ range });
    },

    select(id: string | null): void {
      store.setState({ selected: id });
    },

    /** The bus began anew: what was read of the old one is no part of it. */
    clear(): void {
      live.clear();
      markers.clear();
      timeline.begin(session);
      changed({ selected: null, missed: 0, channels: [] });
    },
  });
}
