// The window's own observation bus, over commands and one channel: no port is open for it.

import { Channel } from '@tauri-apps/api/core';
import { readBusEvent } from '../base/bus_event';
import { HostFailure } from './errors';
import type { DaySummary, FeedMessage, FeedRequest, HostEvents } from './events';

type Call = <T>(command: string, args?: Record<string, unknown>) => Promise<T>;

/** A feed the window could not open is tried again after this, ms: nothing but the window itself can be in the way. */
const RETRY_MS = 1000;

export function tauriEvents(call: Call): HostEvents {
  return {
    open(onMessage, onState) {
      let over = false;
      let feed: number | null = null;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const send = (request: FeedRequest): void => {
        if (feed !== null) void call('events_send', { feed, message: request }).catch(() => {});
      };
      const connect = async (): Promise<void> => {
        onState('connecting');
        try {
          const channel = new Channel<FeedMessage>((message) => {
            if (over) return;
            if (message.type === 'connected') onState('open');
            onMessage(message);
          });
          feed = await call<number>('events_open', { channel });
          if (over) void call('events_close', { feed }).catch(() => {});
        } catch {
          if (over) return;
          onState('waiting');
          timer = setTimeout(() => void connect(), RETRY_MS);
        }
      };
      void connect();
      return {
        send,
        close() {
          over = true;
          clearTimeout(timer);
          if (feed !== null) void call('events_close', { feed }).catch(() => {});
        },
      };
    },
    async log(query) {
      const page = await call<{ events: unknown[]; nextBefore: number | null }>('event_log', { query });
      return { events: page.events.map(readBusEvent).filter((event) => event !== null), nextBefore: page.nextBefore };
    },
    async emit(draft) {
      const event = readBusEvent(await call<unknown>('event_emit', { draft }));
      if (!event) throw new HostFailure('internal', 'The event was taken but not shown; restart AudioTab.');
      return event;
    },
    summary: (days) => call<DaySummary[]>('event_summary', { days }),
  };
}
