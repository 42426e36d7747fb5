// What happened, as a list: live from memory, or everything the journal has.

import { useState } from 'react';
import { Segments } from '../controls';
import { EventDetails } from './event_details';
import { EventFilters } from './event_filters';
import css from './events_panel.module.css';
import { FeedLine } from './feed_line';
import { LiveList } from './live_list';
import { LogList } from './log_list';

type Mode = 'live' | 'log';

const MODES: { value: Mode; label: string }[] = [
  { value: 'live', label: 'Live' },
  { value: 'log', label: 'Log' },
];

export function EventsPanel() {
  const [mode, setMode] = useState<Mode>('live');
  return (
    <div className={css['panel']} data-testid="events-panel">
      <div className={css['head']}>
        <div className={css['mode']}>
          <Segments<Mode> label="Events of" value={mode} choices={MODES} onChange={setMode} testId="events-mode" />
          <FeedLine />
        </div>
        <EventFilters log={mode === 'log'} />
      </div>
      {mode === 'live' ? <LiveList /> : <LogList />}
      <EventDetails />
    </div>
  );
}
