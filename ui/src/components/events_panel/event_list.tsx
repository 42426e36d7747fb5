// A list of any length of which only what is in sight exists. Row 0 is the newest event.

import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { BusEvent } from '../../base/bus_event';
import { showEvent } from '../../views/event_seek';
import { useEvents, useServices } from '../services';
import { EventRow } from './event_row';
import css from './events_panel.module.css';

/** Height of a row, rem. */
const ROW_REM = 3.25;
const OVERSCAN_ROWS = 6;
/** The next page is asked for when this many rows are left, rows. */
const NEAR_END_ROWS = 40;

interface EventListProps {
  count: number;
  eventAt(index: number): BusEvent | undefined;
  /** Row of an event, null when it is not in the list. */
  indexOf(id: string): number | null;
  /** The newest row is in sight, or is not any more. */
  onTop?(atTop: boolean): void;
  /** The oldest rows come in sight. */
  onNearEnd?(): void;
  /** Over the list, at its top. */
  pill: { text: string; onPress(): void } | null;
  /** Shown instead of an empty list, and under the last row. */
  empty: ReactNode;
  foot?: ReactNode;
}

export function EventList({ count, eventAt, indexOf, onTop, onNearEnd, pill, empty, foot }: EventListProps) {
  const { events, stage } = useServices();
  const selected = useEvents((s) => s.selected);
  const scroller = useRef<HTMLDivElement>(null);
  const rowPx = useRem() * ROW_REM;
  // oxlint-disable-next-line react/incompatible-library -- nothing of the list is memoized, and no compiler does it for us
  const list = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN_ROWS,
  });
  useEffect(() => list.measure(), [list, rowPx]);
  const rows = list.getVirtualItems();
  const lastRow = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (count > 0 && lastRow >= count - NEAR_END_ROWS) onNearEnd?.();
  }, [lastRow, count, onNearEnd]);
  /** What the callbacks of the rows ask, so that rows stay as they are while the list grows. */
  const now = useRef({ count, eventAt, indexOf, selected });
  useEffect(() => {
    now.current = { count, eventAt, indexOf, selected };
  });
  // Selected on the lane: the list goes there. Selected here, it is in sight already; the focus goes with it.
  useEffect(() => {
    const index = selected === null ? null : now.current.indexOf(selected);
    if (index === null) return;
    list.scrollToIndex(index, { align: 'auto' });
    if (scroller.current?.contains(document.activeElement)) {
      requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>('[aria-current="true"]')?.focus({ preventScroll: true }));
    }
  }, [list, selected]);

  const choose = useCallback(
    (event: BusEvent): void => {
      events.select(event.id);
      showEvent(stage, event);
    },
    [events, stage],
  );
  const onKeyDown = useCallback(
    (key: KeyboardEvent): void => {
      const step = key.key === 'ArrowDown' ? 1 : key.key === 'ArrowUp' ? -1 : 0;
      if (step === 0) return;
      key.preventDefault();
      const from = now.current.selected === null ? null : now.current.indexOf(now.current.selected);
      const next = now.current.eventAt(from === null ? 0 : from + step);
      if (next) choose(next);
    },
    [choose],
  );
  return (
    <div className={css['listBox']}>
      <div
        className={css['scroller']}
        ref={scroller}
        role="list"
        aria-label="Events, newest first"
        onScroll={(scroll) => onTop?.(scroll.currentTarget.scrollTop < rowPx / 2)}
        data-testid="events-list"
        data-count={count}
      >
        <div className={css['rows']} style={{ height: list.getTotalSize() }}>
          {rows.map(({ index, start, size }) => {
            const event = eventAt(index);
            const place = { event, topPx: start, heightPx: size, selected: event?.id === selected, reachable: event?.id === selected || index === 0 };
            return event && <EventRow key={event.id} {...place} event={event} onChoose={choose} onKeyDown={onKeyDown} />;
          })}
        </div>
        {count === 0 ? <div className={css['empty']}>{empty}</div> : foot}
      </div>
      {pill && (
        <button
          type="button"
          className={css['pill']}
          onClick={() => {
            pill.onPress();
            scroller.current?.scrollTo({ top: 0 });
          }}
          data-testid="events-new"
        >
          {pill.text}
        </button>
      )}
    </div>
  );
}

/** Pixels of a rem: it grows with the window. */
function useRem(): number {
  const [rem, setRem] = useState(remPx);
  useEffect(() => {
    const onResize = (): void => setRem(remPx());
    window.addEventListener('resize', onResize);
    return () => window.removeEventListener('resize', onResize);
  }, []);
  return rem;
}

const remPx = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 12;
