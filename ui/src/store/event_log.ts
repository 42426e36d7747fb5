// Pages of the journal, newest first, read as far as the list was scrolled.

import { createStore } from 'zustand/vanilla';
import type { BusEvent } from '../base/bus_event';
import { EVERYTHING, type EventFilter } from '../base/event_filter';
import { isMarkerChange, MarkerFold } from '../base/marker_fold';
import { hostFailure } from '../host/errors';
import type { HostEvents } from '../host/events';

export interface EventLogState {
  events: readonly BusEvent[];
  loading: boolean;
  /** Older ones are there. */
  more: boolean;
  /** One sentence when the last page could not be had. */
  error: string | null;
}

export type EventLogStore = ReturnType<typeof createEventLog>;

const PAGE = 200;

export function createEventLog(log: HostEvents['log']) {
  const store = createStore<EventLogState>()(() => ({ events: [], loading: false, more: false, error: null }));
  let filter = EVERYTHING;
  let before: number | null = null;
  /** Answers to what is no longer asked are thrown away. */
  let question = 0;
  let markers = new MarkerFold();

  async function read(): Promise<void> {
    const asked = question;
    store.setState({ loading: true, error: null });
    try {
      const page = await log({ ...query(filter), limit: PAGE, ...(before === null ? {} : { before }) });
      if (asked !== question) return;
      before = page.nextBefore;
      // Newest first: what changes a marker comes before the marker.
      for (const event of page.events) markers.hear(event);
      const kept = page.events.filter((event) => !isMarkerChange(event)).map((event) => markers.now(event));
      const events = [...store.getState().events, ...kept.filter((event) => event !== null)];
      store.setState({ events, loading: false, more: before !== null });
    } catch (cause) {
      if (asked !== question) return;
      const { message } = hostFailure(cause, 'The log could not be read; try again.');
      store.setState({ loading: false, error: message });
    }
  }

  return Object.assign(store, {
    /** The newest page of what passes the filter. */
    open(next: EventFilter): Promise<void> {
      question++;
      filter = next;
      before = null;
      markers = new MarkerFold();
      store.setState({ events: [], more: false });
      return read();
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
