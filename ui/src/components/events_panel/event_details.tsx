// The selected event in full. A marker of the user can be renamed, explained and taken away.

import { Trash2, X } from 'lucide-react';
import { useId, useState } from 'react';
import type { BusEvent } from '../../base/bus_event';
import { grouped } from '../../base/format';
import { isMarker, markerLabel, markerNote } from '../../base/marker_fold';
import { placeOf, type EventPlace } from '../../views/event_seek';
import { Button } from '../controls';
import { useEventLog, useEvents, useServices, useSession } from '../services';
import css from './event_details.module.css';
import { isoTime, streamTime, wallTime } from './event_times';

/** Longest label and note, characters. */
const MOST_LABEL = 200;
const MOST_NOTE = 2000;
/** An outsider's event may say thousands of things. */
const MOST_FACTS = 100;

const PLACES: Record<EventPlace, string | null> = {
  here: null,
  'no-place': null,
  'other-stream': 'Belongs to another stream than the one on screen.',
  overwritten: 'The history has gone past it: its sound is no longer in memory.',
};

export function EventDetails() {
  const { events, eventLog } = useServices();
  const selected = useEvents((s) => s.selected);
  useEvents((s) => s.revision);
  useEventLog((s) => s.events);
  if (selected === null) return null;
  const event = events.live.get(selected) ?? eventLog.getState().events.find(({ id }) => id === selected);
  return event ? <Details key={event.id} event={event} /> : null;
}

function Details({ event }: { event: BusEvent }) {
  const { events, stage } = useServices();
  const inStream = streamTime(event, useSession((s) => s.stream));
  const place = PLACES[placeOf(stage, event)];
  const payload = payloadFacts(event);
  const facts: [name: string, value: string][] = [
    ['Time', wallTime(event.ts)],
    ...(event.frame === null ? [] : [['Frame', grouped(event.frame)] as [string, string]]),
    ...(event.dur_frames === null ? [] : [['Length', `${grouped(event.dur_frames)} frames`] as [string, string]]),
    ...(inStream === null ? [] : [['In the stream', inStream] as [string, string]]),
    ['Channel', event.channel],
    ['From', event.source],
    ...(event.audio_ch.length === 0 ? [] : [['Inputs', event.audio_ch.map((c) => c + 1).join(', ')] as [string, string]]),
  ];
  return (
    <section className={css['details']} aria-label="Selected event" data-testid="event-details" data-id={event.id}>
      <header className={css['head']}>
        <h3 className={css['kind']} title={isoTime(event.ts)}>
          {event.kind}
        </h3>
        <Button icon look="quiet" aria-label="Close" onClick={() => events.select(null)} data-testid="event-details-close">
          <X aria-hidden />
        </Button>
      </header>
      {isMarker(event) ? <MarkerFields event={event} /> : <p className={css['message']}>{event.message}</p>}
      {place && <p className={css['place']}>{place}</p>}
      <dl className={css['facts']}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd data-fact={name}>{value}</dd>
          </div>
        ))}
      </dl>
      <dl className={css['facts']} data-testid="event-payload">
        {payload.slice(0, MOST_FACTS).map(([name, value]) => (
          <div key={name}>
            <dt title={name}>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {payload.length > MOST_FACTS && <p className={css['message']}>And {grouped(payload.length - MOST_FACTS)} more.</p>}
    </section>
  );
}

/** What the payload says, in its own words. A marker's are in its fields. */
function payloadFacts(event: BusEvent): [name: string, value: string][] {
  const shown = Object.entries(event.payload).filter(([name]) => !isMarker(event) || (name !== 'label' && name !== 'note'));
  return shown.map(([name, value]) => [name, value === null ? '–' : typeof value === 'string' ? value : JSON.stringify(value)]);
}

/** Kept when the field is left or Enter is pressed; Escape brings back what was. */
function MarkerFields({ event }: { event: BusEvent }) {
  const { actions } = useServices();
  return (
    <div className={css['marker']}>
      <TextField name="Label" value={markerLabel(event)} most={MOST_LABEL} required onKeep={(label) => void actions.renameMarker(event.id, label)} testId="marker-label" />
      <TextField name="Note" value={markerNote(event)} most={MOST_NOTE} onKeep={(note) => void actions.noteMarker(event.id, note)} testId="marker-note" />
      <Button look="quiet" className={css['delete']} onClick={() => void actions.deleteMarker(event.id)} data-testid="marker-delete">
        <Trash2 aria-hidden /> Delete the marker
      </Button>
    </div>
  );
}

interface TextFieldProps {
  name: string;
  value: string;
  most: number;
  required?: boolean;
  onKeep(value: string): void;
  testId: string;
}

function TextField({ name, value, most, required = false, onKeep, testId }: TextFieldProps) {
  const id = useId();
  /** Null while it shows what is kept. */
  const [draft, setDraft] = useState<string | null>(null);
  const keep = (): void => {
    const next = draft?.trim();
    if (next !== undefined && next !== value && !(required && next === '')) onKeep(next);
    setDraft(null);
  };
  return (
    <div className={css['field']}>
      <label htmlFor={id}>{name}</label>
      <input
        id={id}
        type="text"
        value={draft ?? value}
        maxLength={most}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === 'Enter') keep();
          else if (event.key === 'Escape') setDraft(null);
          else return;
          event.preventDefault();
        }}
        data-testid={testId}
      />
    </div>
  );
}
