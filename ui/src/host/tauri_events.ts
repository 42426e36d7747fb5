// The window's own observation bus, over commands and one channel: no port is open for it.

import { Channel } from '@tauri-apps/api/core';
import { readBusEvent } from '../base/bus_event';
import { HostFailure } from './errors';
import type { DaySummary, FeedRequest, HostEvents } from './events';
import { readFeedMessage, readLogPage } from './feed_messages';

type Call = <T>(command: string, args?: Record<string, unknown>) => Promise<T>;

/** A feed the window could not open is tried again after this, ms: nothing but the window itself can be in the way. */
const RETRY_MS = 1000;

export function tauriEvents(call: Call): HostEvents {
  return {
    open(onMessage, onState) {
      let over = false;
      /** Its number comes after its first message. */
      let opening: Promise<number> | null = null;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const tell = (command: string, more: Record<string, unknown> = {}): void => {
        opening?.then((feed) => call(command, { feed, ...more })).catch(() => {});
      };
      const connect = async (): Promise<void> => {
        onState('connecting');
        try {
          const channel = new Channel<unknown>((said) => {
            const message = readFeedMessage(said);
            if (over || !message) return;
            if (message.type === 'connected') onState('open');
            onMessage(message);
          });
          opening = call<number>('events_open', { channel });
          await opening;
        } catch {
          if (over) return;
          onState('waiting');
          timer = setTimeout(() => void connect(), RETRY_MS);
        }
      };
      void connect();
      return {
        send: (request: FeedRequest) => tell('events_send', { message: request }),
        close() {
          over = true;
          clearTimeout(timer);
          tell('events_close');
        },
      };
    },
    log: async (query) => readLogPage(await call<unknown>('event_log', { query })),
    async emit(draft) {
      const event = readBusEvent(await call<unknown>('event_emit', { draft }));
      if (!event) throw new HostFailure('internal', 'The event was taken but not shown; restart AudioTab.');
      return event;
    },
    summary: (days) => call<DaySummary[]>('event_summary', { days }),
  };
}
