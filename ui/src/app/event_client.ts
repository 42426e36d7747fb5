// Events for scripts in the page, such as a test or the console: `audiotab.events.on('audio.*', (event) => …)`.

import type { BusEvent } from '../base/bus_event';
import { kindMatches } from '../base/glob';
import type { EventsStore } from '../store/events';

/** `details` and `data` are the payload by the names it has elsewhere. */
export type ClientEvent = Readonly<BusEvent & { details: BusEvent['payload']; data: BusEvent['payload'] }>;

export interface EventClient {
  /** Calls back with every live event of these kinds until the returned function is called. What throws is
   * reported as an uncaught error and stops nobody else. */
  on(kindGlob: string, callback: (event: ClientEvent) => void): () => void;
}

export function eventClient(events: EventsStore): EventClient {
  return Object.freeze({
    on: (kindGlob: string, callback: (event: ClientEvent) => void) =>
      events.onNews((news) => {
        for (const event of news) {
          if (!kindMatches(kindGlob, event.kind)) continue;
          try {
            callback({ ...event, details: event.payload, data: event.payload });
          } catch (cause) {
            reportError(cause);
          }
        }
      }),
  });
}
