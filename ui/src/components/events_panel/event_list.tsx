// A list of any length of which only what is in sight exists. Row 0 is the newest event. React makes the frame of it; the
// rows are plain elements (`event_rows.ts`), so that scrolling renders nothing.

import { useCallback, useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import type { BusEvent } from '../../base/bus_event';
import { showEvent } from '../../views/event_seek';
import { iconName, IconShelf } from '../event_icons';
import { useEvents, useServices, useSession } from '../services';
import type { RowIcons } from './event_row';
import { EventRows, type RowSource } from './event_rows';
import css from './events_panel.module.css';

/** Height of a row, rem. */
const ROW_REM = 3.25;
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
  const stream = useSession((s) => s.stream);
  const scroller = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const shelf = useRef<HTMLDivElement>(null);
  const rows = useRef<EventRows | null>(null);
  const rowPx = useRem() * ROW_REM;
  /** What the list is now, for what happens between renders. */
  const now = useRef({ source: { count, eventAt, indexOf, selected, stream, rowPx } as RowSource, onTop, onNearEnd });

  const fill = useCallback((): void => {
    if (!scroller.current || !rows.current) return;
    const { scrollTop, clientHeight } = scroller.current;
    const { source, onNearEnd: nearEnd } = now.current;
    const end = rows.current.show(source, scrollTop, scrollTop + clientHeight);
    if (source.count > 0 && end > source.count - NEAR_END_ROWS) nearEnd?.();
  }, []);
  const choose = useCallback(
    (event: BusEvent): void => {
      events.select(event.id);
      showEvent(stage, event);
    },
    [events, stage],
  );

  useLayoutEffect(() => {
    if (!scroller.current || !box.current || !shelf.current) return;
    const list = scroller.current;
    const made = new EventRows(box.current, iconsOf(shelf.current));
    rows.current = made;
    const onScroll = (): void => {
      now.current.onTop?.(list.scrollTop < now.current.source.rowPx / 2);
      fill();
    };
    const onClick = ({ target }: MouseEvent): void => {
      const event = made.eventOf(target);
      if (event) choose(event);
    };
    const onKeyDown = (key: KeyboardEvent): void => {
      const step = key.key === 'ArrowDown' ? 1 : key.key === 'ArrowUp' ? -1 : 0;
      if (step === 0 || !made.eventOf(key.target)) return;
      key.preventDefault();
      const { source } = now.current;
      const from = source.selected === null ? null : source.indexOf(source.selected);
      const next = source.eventAt(from === null ? 0 : from + step);
      if (next) choose(next);
    };
    const size = new ResizeObserver(fill);
    size.observe(list);
    list.addEventListener('scroll', onScroll, { passive: true });
    list.addEventListener('click', onClick);
    list.addEventListener('keydown', onKeyDown);
    return () => {
      size.disconnect();
      list.removeEventListener('scroll', onScroll);
      list.removeEventListener('click', onClick);
      list.removeEventListener('keydown', onKeyDown);
      made.destroy();
      rows.current = null;
    };
  }, [choose, fill]);
  useLayoutEffect(() => {
    now.current = { source: { count, eventAt, indexOf, selected, stream, rowPx }, onTop, onNearEnd };
    fill();
  });
  // Selected on the lane: the list goes there. Selected here, it is in sight already; the focus goes with it.
  useEffect(() => {
    const list = scroller.current;
    const index = selected === null ? null : now.current.source.indexOf(selected);
    if (!list || selected === null || index === null) return;
    const focused = list.contains(document.activeElement);
    const { rowPx: heightPx } = now.current.source;
    const topPx = index * heightPx;
    if (topPx < list.scrollTop) list.scrollTop = topPx;
    else if (topPx + heightPx > list.scrollTop + list.clientHeight) list.scrollTop = topPx + heightPx - list.clientHeight;
    fill();
    if (focused) rows.current?.focus(selected);
  }, [fill, selected]);

  return (
    <div className={css['listBox']}>
      <div className={css['scroller']} ref={scroller} role="list" aria-label="Events, newest first" data-testid="events-list" data-count={count}>
        <div className={css['rows']} ref={box} style={{ height: count * rowPx, ['--row' as string]: `${rowPx}px` }} />
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
      <IconShelf ref={shelf} />
    </div>
  );
}

/** Copies of the icons on a shelf. */
function iconsOf(shelf: HTMLElement): RowIcons {
  const icons = new Map([...shelf.children].map((icon) => [icon.getAttribute('data-icon'), icon]));
  return {
    nameOf: ({ kind, actor }) => iconName(kind, actor === 'external'),
    copy: (name) => {
      const icon = icons.get(name)!.cloneNode(true) as Element;
      icon.removeAttribute('data-icon');
      return icon;
    },
  };
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
