// Whether the list hears what happens, and what it did not hear.

import { grouped } from '../../base/format';
import { useEvents } from '../services';
import css from './events_panel.module.css';

export function FeedLine() {
  const feed = useEvents((s) => s.feed);
  const missed = useEvents((s) => s.missed);
  const text = feed === 'open' ? 'Connected' : feed === 'connecting' ? 'Connecting\u2026' : 'No connection; trying again';
  return (
    <span className={css['feed']} data-feed={feed} role="status" data-testid="events-feed">
      <span className={css['dot']} aria-hidden="true" />
      {text}
      {missed > 0 && (
        <span className={css['missed']} title="The bus had forgotten them before this page came to them; the log may have them." data-testid="events-missed">
          {grouped(missed)} missed
        </span>
      )}
    </span>
  );
}
