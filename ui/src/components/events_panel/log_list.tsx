// The whole journal, newest first, a page at a time as it is scrolled.

import { useCallback, useEffect, useState } from 'react';
import { passes } from '../../base/event_filter';
import { grouped } from '../../base/format';
import { Button } from '../controls';
import { useEventLog, useEvents, useServices } from '../services';
import { EventList } from './event_list';
import css from './events_panel.module.css';

/** Typing asks once, when it rests, ms. */
const REST_MS = 250;

export function LogList() {
  const { events, eventLog } = useServices();
  const filter = useEvents((s) => s.filter);
  const { events: rows, loading, more, damaged, error } = useEventLog((s) => s);
  /** Live events since the log was read that would be in it. */
  const [news, setNews] = useState(0);
  const open = useCallback(() => {
    setNews(0);
    void eventLog.open(filter);
  }, [eventLog, filter]);
  useEffect(() => void eventLog.countDays(), [eventLog]);
  useEffect(() => {
    const timer = setTimeout(open, REST_MS);
    return () => clearTimeout(timer);
  }, [open]);
  useEffect(() => {
    const fits = passes(filter);
    return events.onNews((told) => {
      eventLog.hear(told);
      const count = told.filter((event) => events.isShowable(event) && fits(event)).length;
      if (count > 0) setNews((before) => before + count);
    });
  }, [events, eventLog, filter]);
  const older = useCallback(() => void eventLog.older(), [eventLog]);
  const trouble = error !== null && (
    <div className={css['trouble']} role="alert" data-testid="log-error">
      <span>{error}</span>
      <Button onClick={rows.length > 0 ? older : open}>Try again</Button>
    </div>
  );
  return (
    <EventList
      count={rows.length}
      eventAt={(index) => rows[index]}
      indexOf={(id) => {
        const index = rows.findIndex((event) => event.id === id);
        return index < 0 ? null : index;
      }}
      {...(error === null && { onNearEnd: older })}
      pill={news > 0 ? { text: `${grouped(news)} new`, onPress: open } : null}
      empty={trouble || (loading ? 'Reading the log\u2026' : 'The log has no event that passes these filters.')}
      foot={
        trouble || (
          <div className={css['foot']}>
            {more ? 'Reading on\u2026' : `${grouped(rows.length)} events, and that is all`}
            {damaged > 0 && <div data-testid="log-damaged">{grouped(damaged)} more are damaged and left out.</div>}
          </div>
        )
      }
    />
  );
}
