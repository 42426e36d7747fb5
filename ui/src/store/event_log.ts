// Pages of the journal, newest first, read as far as the list was scrolled.

import { createStore } from 'zustand/vanilla';
import type { BusEvent } from '../base/bus_event';
import { EVERYTHING, type EventFilter } from '../base/event_filter';
import { isMarkerChange, MarkerFold } from '../base/marker_fold';
import { hostFailure } from '../host/errors';
import type { HostEvents, LogPage } from '../host/events';

export interface EventLogState {
  events: readonly BusEvent[];
  loading: boolean;
  /** Older ones may be there. */
  more: boolean;
  /** Rows that the journal withholds because they are damaged. */
  damaged: number;
  /** Events per channel over the last days, sorted by name; empty until `countDays`. */
  channels: readonly { name: string; events: number }[];
  /** One sentence when the last page could not be had. */
  error: string | null;
}

export type EventLogStore = ReturnType<typeof createEventLog>;

const PAGE = 200;
export const SUMMARY_DAYS = 7;
const MOST_CHANNELS = 24;
const NOTHING: Pick<EventLogState, 'events' | 'damaged'> = { events: [], damaged: 0 };
/** A search reads on over pages with less than this before it shows what it found. */
const LEAST_NEW = 50;

export function createEventLog({ log, summary }: Pick<HostEvents, 'log' | 'summary'>) {
  const store = createStore<EventLogState>()(() => ({ events: [], loading: false, more: false, damaged: 0, channels: [], error: null }));
  let filter = EVERYTHING;
  let before: number | null = null;
  /** Answers to what is no longer asked are thrown away. */
  let question = 0;
  let markers = new MarkerFold();
  /** The rows are those of the question before, shown until there is an answer. */
  let stale = false;

  /** Reads on until there is something to show. */
  async function read(): Promise<void> {
    const asked = question;
    store.setState({ loading: true, error: null });
    try {
      const least = (stale ? 0 : store.getState().events.length) + LEAST_NEW;
      do {
        const page = await log({ ...query(filter), limit: PAGE, ...(before === null ? {} : { before }) });
        if (asked !== question) return;
        take(page);
      } while (before !== null && store.getState().events.length < least);
      store.setState({ loading: false });
    } catch (cause) {
      if (asked !== question) return;
      const { message } = hostFailure(cause, 'The log could not be read; try again.');
      store.setState({ loading: false, error: message, ...(stale && NOTHING) });
      stale = false;
    }
  }

  function take(page: LogPage): void {
    before = page.nextBefore;
    // Newest first: what changes a marker comes before the marker.
    for (const event of page.events) markers.hear(event);
    const kept = page.events.filter((event) => !isMarkerChange(event)).map((event) => markers.now(event));
    const withheld = page.damaged.reduce((sum, range) => sum + range.to_seq - range.from_seq + 1, 0);
    const { events, damaged } = stale ? NOTHING : store.getState();
    stale = false;
    store.setState({
      events: [...events, ...kept.filter((event) => event !== null)],
      damaged: damaged + withheld,
      more: before !== null,
    });
  }

  return Object.assign(store, {
    /** The newest page of what passes the filter. */
    open(next: EventFilter): Promise<void> {
      question++;
      filter = next;
      before = null;
      markers = new MarkerFold();
      stale = true;
      store.setState({ more: false });
      return read();
    },

    /** Live events: what changes a marker changes its row. */
    hear(news: readonly BusEvent[]): void {
      if (!news.some((event) => markers.hear(event) !== null)) return;
      const events = store.getState().events.map((event) => markers.now(event));
      store.setState({ events: events.filter((event) => event !== null) });
    },

    /** Learns which channels the log has. Without an answer they are those of the live events. */
    async countDays(): Promise<void> {
      const days = await summary(SUMMARY_DAYS).catch(() => []);
      const counts = new Map<string, number>();
      for (const { channel, events } of days) counts.set(channel, (counts.get(channel) ?? 0) + events);
      const channels = [...counts].map(([name, events]) => ({ name, events }));
      store.setState({ channels: channels.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, MOST_CHANNELS) });
    },

    /** The next older page, if there is one and none is on its way; after an error the same page again. */
    older(): Promise<void> {
      const { loading, more, error } = store.getState();
      return loading || !(more || error !== null) ? Promise.resolve() : read();
    },
  });
}

function query({ channels, severities, text, range }: EventFilter) {
  return {
    channels: [...channels],
    severities: [...severities],
    text: text.trim(),
    ...(range && { session: range.session, fromFrame: range.startFrame, toFrame: range.endFrame }),
  };
}
