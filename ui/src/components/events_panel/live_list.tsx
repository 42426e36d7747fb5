// The events in memory. New ones appear on top while the top is in sight; a reader further down keeps what they read.

import { useState } from 'react';
import { grouped } from '../../base/format';
import { useEvents, useServices } from '../services';
import { EventList } from './event_list';

export function LiveList() {
  const { events } = useServices();
  const { live } = events;
  useEvents((s) => s.revision);
  const filter = useEvents((s) => s.filter);
  /** Position after the newest row while the reader is not at the top. */
  const [held, setHeld] = useState<{ filter: object; end: number } | null>(null);
  const end = held?.filter === filter ? Math.min(held.end, live.shownEnd) : live.shownEnd;
  const news = live.shownEnd - end;
  return (
    <EventList
      count={Math.max(0, end - live.shownStart)}
      eventAt={(index) => live.shownAt(end - 1 - index)}
      indexOf={(id) => {
        const position = live.positionOf(id);
        return position === null || position >= end ? null : end - 1 - position;
      }}
      onTop={(atTop) => {
        if (atTop !== (held?.filter !== filter)) setHeld(atTop ? null : { filter, end: live.shownEnd });
      }}
      pill={news > 0 ? { text: `${grouped(news)} new`, onPress: () => setHeld(null) } : null}
      empty={live.size === 0 ? 'Nothing has happened yet.' : 'No event in memory passes these filters; the log reaches further back.'}
    />
  );
}
