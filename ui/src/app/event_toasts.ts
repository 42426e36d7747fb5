// Warnings and errors of the bus as notices: each once, and none that the page says already where it happens.

import type { BusEvent } from '../base/bus_event';
import type { EventsStore } from '../store/events';
import type { NoticesStore } from '../store/notices';

/** The place of the lanes says that a device is waited for, the status bar what is computed, the session that it is silent. */
const SAID_ELSEWHERE = new Set(['device.lost', 'ui.quality_reduced', 'ring.reader_gap', 'audio.silence_started']);

/** Follows the live events; what was before is for the list to show. */
export function tellToasts(events: EventsStore, notices: NoticesStore): () => void {
  return events.onNews((news) => {
    /** The newest of each kind: a storm of one kind is one notice that counts. */
    const byKind = new Map<string, { newest: BusEvent; count: number }>();
    let lostFrames = 0;
    for (const event of news) {
      if (event.replayed) continue;
      if (event.kind === 'audio.overrun') lostFrames += event.dur_frames ?? 0;
      else if ((event.severity === 'warning' || event.severity === 'error') && !SAID_ELSEWHERE.has(event.kind)) {
        byKind.set(event.kind, { newest: event, count: (byKind.get(event.kind)?.count ?? 0) + 1 });
      }
    }
    if (lostFrames > 0) notices.lost(lostFrames);
    for (const { newest, count } of byKind.values()) {
      notices.happened({ level: newest.severity === 'error' ? 'error' : 'warning', kind: newest.kind, message: newest.message || newest.kind, eventId: newest.id }, count);
    }
  });
}
