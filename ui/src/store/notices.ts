// Sentences for the user: errors until they are closed, the loss warning until it has been quiet for a while.

import { createStore } from 'zustand/vanilla';

export type NoticeLevel = 'error' | 'warning' | 'info';

export interface NoticeEntry {
  id: number;
  level: NoticeLevel;
  /** Kind of the error, to match on in tests and styles. */
  kind: string;
  message: string;
  /** The event of the bus it repeats. */
  eventId?: string;
  /** How many times it happened, 1 unless said. */
  count?: number;
}

/** What happened, as one notice per kind. */
export type Happening = Required<Pick<NoticeEntry, 'level' | 'kind' | 'message' | 'eventId'>>;

/** Fixed by contract; outside programs and tests look for it. */
export const LOSS_WARNING = 'Data loss detected (buffer overrun)';

export interface NoticesState {
  entries: NoticeEntry[];
  /** Set while the loss warning is on screen: frames lost since it appeared. */
  loss: { frames: number } | null;
}

/** The warning goes by itself when nothing was lost for this long, ms. */
export const LOSS_SHOWN_MS = 5000;
const INFO_SHOWN_MS = 8000;
/** What happened is in the list of events; the notice only points to it, ms since it happened last. */
export const HAPPENING_SHOWN_MS = 10_000;
const MAX_ENTRIES = 4;

export type NoticesStore = ReturnType<typeof createNotices>;

export function createNotices() {
  const store = createStore<NoticesState>()(() => ({ entries: [], loss: null }));
  let nextId = 1;
  let lossTimer: ReturnType<typeof setTimeout> | undefined;
  const happeningTimers = new Map<number, ReturnType<typeof setTimeout>>();
  const close = (id: number): void => store.setState((s) => ({ entries: s.entries.filter((entry) => entry.id !== id) }));
  return Object.assign(store, {
    /** The same sentence twice is one notice. */
    say(level: NoticeLevel, kind: string, message: string): void {
      if (store.getState().entries.some((entry) => entry.message === message)) return;
      const entry = { id: nextId++, level, kind, message };
      store.setState((s) => ({ entries: [...s.entries, entry].slice(-MAX_ENTRIES) }));
      if (level === 'info') setTimeout(() => close(entry.id), INFO_SHOWN_MS);
    },
    close,
    /** What is over is taken back. */
    clear(kind: string): void {
      store.setState((s) =>
        s.entries.some((entry) => entry.kind === kind) ? { entries: s.entries.filter((entry) => entry.kind !== kind) } : s,
      );
    },
    /** `count` more of a kind. A sentence that is on screen already is not said again. */
    happened(happening: Happening, count: number): void {
      const { entries } = store.getState();
      const known = entries.find((entry) => entry.eventId !== undefined && entry.kind === happening.kind);
      if (!known && entries.some((entry) => entry.message === happening.message)) return;
      const entry = { ...happening, id: known?.id ?? nextId++, count: count + (known?.count ?? 0) };
      store.setState({ entries: known ? entries.map((e) => (e === known ? entry : e)) : [...entries, entry].slice(-MAX_ENTRIES) });
      clearTimeout(happeningTimers.get(entry.id));
      const timer = setTimeout(() => {
        happeningTimers.delete(entry.id);
        close(entry.id);
      }, HAPPENING_SHOWN_MS);
      happeningTimers.set(entry.id, timer);
    },
    lost(frames: number): void {
      store.setState((s) => ({ loss: { frames: (s.loss?.frames ?? 0) + frames } }));
      clearTimeout(lossTimer);
      lossTimer = setTimeout(() => store.setState({ loss: null }), LOSS_SHOWN_MS);
    },
  });
}
