// The observation bus as the page sees it: messages of the live feed, the log, and what the page itself tells.

import type { BusEvent, Severity } from '../base/bus_event';

/** From the bus. The same on a WebSocket and in the desktop window. */
export type FeedMessage =
  | {
      type: 'connected';
      version: string;
      /** Of the events still in memory; null when there is none. */
      oldest_timestamp_ms: number | null;
      newest_timestamp_ms: number | null;
      oldest_seq: number | null;
      /** Events after this one follow. */
      after_seq: number;
      /** The newest event of the bus, 0 before the first. */
      last_seq: number;
    }
  | {
      type: 'batch';
      data: { window_start: number; window_end: number; events: BusEvent[]; summary: Record<string, number> };
      /** An answer to `history`. */
      history?: boolean;
    }
  | { type: 'pong'; timestamp_ms: number }
  | { type: 'error'; message: string }
  /** This reader did not get `missed` events: it was paused or too slow. Also answers every `resume`. */
  | { type: 'gap'; missed: number; from_seq: number; to_seq: number }
  | { type: 'history_end'; from_ms: number; to_ms: number; events: number; complete: boolean };

/** To the bus. An empty or missing list of a filter lets everything pass. */
export type FeedRequest =
  | { type: 'filter'; nodes?: string[]; types?: string[]; shards?: number[]; levels?: boolean }
  | { type: 'pause' }
  | { type: 'resume'; catch_up?: boolean }
  | { type: 'history'; from_ms: number; to_ms: number }
  | { type: 'ping' }
  /** Share of its time that the page spends on drawing, 0 to 1. */
  | { type: 'load'; render_load: number };

/** `waiting`: the bus does not answer; the feed tries again by itself. */
export type FeedState = 'connecting' | 'open' | 'waiting';

export interface EventFeed {
  /** What cannot be sent now is dropped: every connection begins anew. */
  send(request: FeedRequest): void;
  close(): void;
}

export interface LogQuery {
  channels?: string[];
  severities?: Severity[];
  /** Globs. */
  kinds?: string[];
  /** Wall clock, Unix ms. */
  fromMs?: number;
  toMs?: number;
  /** Frames [fromFrame, toFrame) of a stream. */
  session?: string;
  fromFrame?: number;
  toFrame?: number;
  /** Words anywhere in the event. */
  text?: string;
  /** Only events before this one in the order of the bus. */
  before?: number;
  limit?: number;
}

export interface LogPage {
  /** Newest first. */
  events: BusEvent[];
  /** `before` of the next page, null on the last one. A page can be short, even empty, and not be the last. */
  nextBefore: number | null;
  /** Places in the order of the bus whose rows cannot be read or are not what was written; they are withheld. */
  damaged: readonly { from_seq: number; to_seq: number }[];
}

/** What the page says about an event; the bus fills in the rest. */
export interface EventDraft {
  kind: string;
  /** Makes telling it twice telling it once. */
  id?: string;
  frame?: number;
  dur_frames?: number;
  session?: string;
  severity?: Severity;
  audio_ch?: number[];
  message?: string;
  payload?: Record<string, unknown>;
}

export interface DaySummary {
  /** `2026-02-03`, UTC. */
  day: string;
  channel: string;
  /** All of them, then by severity. */
  events: number;
  info: number;
  success: number;
  warning: number;
  error: number;
}

export interface HostEvents {
  /** Live events from now on, in order and none twice, until closed; comes back by itself after a failure. */
  open(onMessage: (message: FeedMessage) => void, onState: (state: FeedState) => void): EventFeed;
  /** Everything that is recorded. Rejects with a `HostError`. */
  log(query: LogQuery): Promise<LogPage>;
  emit(draft: EventDraft): Promise<BusEvent>;
  /** Counts per day and channel, newest day first. */
  summary(days: number): Promise<DaySummary[]>;
}
