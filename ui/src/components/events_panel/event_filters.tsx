// Which events the list shows: words, how much they matter, what they are about, and the frames the overview's brush chose.

import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { Search, X } from 'lucide-react';
import { SEVERITIES, type Severity } from '../../base/bus_event';
import { EVERYTHING, isEverything, type EventFilter } from '../../base/event_filter';
import { clock, grouped } from '../../base/format';
import { SUMMARY_DAYS } from '../../store/event_log';
import { ChannelIcon } from '../event_icons';
import { useEventLog, useEvents, useServices, useSession } from '../services';
import css from './event_filters.module.css';

/** What is asked most, as one press. */
const PRESETS: { name: string; filter: Partial<EventFilter> }[] = [
  { name: 'All', filter: {} },
  { name: 'Problems', filter: { severities: ['warning', 'error'] } },
  { name: 'Markers', filter: { channels: ['marks'] } },
  { name: 'Takes', filter: { channels: ['takes'] } },
];

const same = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((each) => b.includes(each));

/** `log`: of everything that is recorded, not only of what is in memory. */
export function EventFilters({ log }: { log: boolean }) {
  const { events } = useServices();
  const filter = useEvents((s) => s.filter);
  const channels = useEvents((s) => s.channels);
  const logged = useEventLog((s) => s.channels);
  // A chosen channel keeps its chip, also before anything happened on it.
  const offered = [...new Set([...channels, ...(log ? logged.map(({ name }) => name) : []), ...filter.channels])].sort();
  const hint = (channel: string): string => {
    const found = log ? logged.find(({ name }) => name === channel) : undefined;
    return found ? `${channel}: ${grouped(found.events)} in the last ${SUMMARY_DAYS} days` : channel;
  };
  const choose = (change: Partial<EventFilter>): void => events.setFilter({ ...EVERYTHING, range: filter.range, ...change });
  return (
    <div className={css['filters']}>
      <div className={css['presets']} role="group" aria-label="Presets">
        {PRESETS.map((preset) => {
          const whole = { ...EVERYTHING, ...preset.filter };
          const on = same(whole.severities, filter.severities) && same(whole.channels, filter.channels) && filter.text === '';
          return (
            <button
              key={preset.name}
              type="button"
              className={css['preset']}
              aria-pressed={on}
              onClick={() => choose(preset.filter)}
              data-testid={`events-preset-${preset.name.toLowerCase()}`}
            >
              {preset.name}
            </button>
          );
        })}
      </div>
      <SearchBox text={filter.text} onChange={(text) => events.setFilter({ text })} />
      <ToggleGroup
        multiple
        className={css['chips']}
        aria-label="Severities"
        value={[...filter.severities]}
        onValueChange={(next) => events.setFilter({ severities: next as Severity[] })}
        data-testid="events-severities"
      >
        {SEVERITIES.map((severity) => (
          <Toggle key={severity} value={severity} className={css['chip']} data-severity={severity} data-testid={`severity-${severity}`}>
            <span className={css['mark']} aria-hidden="true" />
            {severity}
          </Toggle>
        ))}
      </ToggleGroup>
      <ToggleGroup
        multiple
        className={css['chips']}
        aria-label="Channels"
        value={[...filter.channels]}
        onValueChange={(next) => events.setFilter({ channels: next })}
        data-testid="events-channels"
      >
        {offered.map((channel) => (
          <Toggle key={channel} value={channel} className={css['chip']} title={hint(channel)} data-testid={`events-channel-${channel}`}>
            <ChannelIcon channel={channel} />
            <span className={css['name']}>{channel}</span>
          </Toggle>
        ))}
      </ToggleGroup>
      <RangeChip />
      {!isEverything(filter) && (
        <button type="button" className={css['clear']} onClick={() => events.setFilter(EVERYTHING)} data-testid="events-clear">
          Show everything
        </button>
      )}
    </div>
  );
}

function SearchBox({ text, onChange }: { text: string; onChange(text: string): void }) {
  return (
    <div className={css['search']}>
      <Search aria-hidden />
      <input
        type="text"
        value={text}
        maxLength={200}
        placeholder="Search"
        aria-label="Search the events"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          onChange('');
          event.currentTarget.blur();
        }}
        data-testid="events-search"
      />
      {text !== '' && (
        <button type="button" aria-label="Clear the search" onClick={() => onChange('')} data-testid="events-search-clear">
          <X aria-hidden />
        </button>
      )}
    </div>
  );
}

/** The frames chosen with the brush, and the way back. */
function RangeChip() {
  const { events } = useServices();
  const range = useEvents((s) => s.filter.range);
  const rateHz = useSession((s) => s.stream?.sampleRateHz ?? 0);
  if (!range || rateHz === 0) return null;
  return (
    <button type="button" className={css['range']} title="Show all times" onClick={() => events.setRange(null)} data-testid="events-range">
      {clock(range.startFrame / rateHz, 2)} {'\u2013'} {clock(range.endFrame / rateHz, 2)}
      <X aria-hidden />
    </button>
  );
}
