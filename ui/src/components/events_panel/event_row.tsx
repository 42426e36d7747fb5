// One event in two lines: what happened, and when, where and who says so. Everything from outside is text.

import { memo, type KeyboardEvent } from 'react';
import type { BusEvent } from '../../base/bus_event';
import { lookOf } from '../../base/event_timeline';
import { clock } from '../../base/format';
import { EventIcon } from '../event_icons';
import { useSession } from '../services';
import css from './events_panel.module.css';

interface EventRowProps {
  event: BusEvent;
  topPx: number;
  heightPx: number;
  selected: boolean;
  /** By Tab; the others by the arrow keys. */
  reachable: boolean;
  onChoose(event: BusEvent): void;
  onKeyDown(key: KeyboardEvent): void;
}

export const EventRow = memo(function EventRow({ event, topPx, heightPx, selected, reachable, onChoose, onKeyDown }: EventRowProps) {
  const streamTime = useStreamTime(event);
  return (
    <div
      className={css['row']}
      style={{ height: heightPx, transform: `translateY(${topPx}px)` }}
      role="listitem"
      data-look={lookOf(event)}
      data-replayed={event.replayed || undefined}
    >
      <button
        type="button"
        className={css['rowButton']}
        tabIndex={reachable ? 0 : -1}
        aria-current={selected}
        title={`${event.message || event.kind}\n${event.kind} \u00b7 ${event.source}`}
        onClick={() => onChoose(event)}
        onKeyDown={onKeyDown}
        data-testid="event-row"
        data-id={event.id}
        data-kind={event.kind}
      >
        <span className={css['icon']}>
          <EventIcon kind={event.kind} fromOutside={event.actor === 'external'} />
        </span>
        <span className={css['message']}>{event.message || event.kind}</span>
        <span className={css['facts']}>
          <time dateTime={isoTime(event.ts)}>{wallTime(event.ts)}</time>
          {streamTime !== null && <span className={css['streamTime']}>{streamTime}</span>}
          <span className={css['source']}>{event.source}</span>
        </span>
      </button>
    </div>
  );
});

/** Place in the stream on screen, null in another or none. */
export function useStreamTime({ frame, session }: BusEvent): string | null {
  const rateHz = useSession((s) => (s.stream && s.stream.streamId === session ? s.stream.sampleRateHz : 0));
  return frame === null || rateHz === 0 ? null : clock(frame / rateHz, 3);
}

const DAY_MS = 86_400_000;
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
const DAY = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' });

/** The day too when it is not within the last one. Outsiders may give times that no calendar has. */
export function wallTime(ms: number): string {
  const at = new Date(ms);
  if (Number.isNaN(at.getTime())) return '\u2013';
  return Math.abs(Date.now() - ms) < DAY_MS ? TIME.format(at) : `${DAY.format(at)} ${TIME.format(at)}`;
}

export function isoTime(ms: number): string | undefined {
  const at = new Date(ms);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
