// A bus made of nothing, for working on the interface: synthetic events, now and in the past, and a log as long as asked.
//   events=N        this many in the history (default 40)      log=N   rows in the log (default 5000)
//   events-rate=N   new ones per second (default 0.5)          hostile every text tries to be markup

import type { BusEvent } from '../base/bus_event';
import { passes, type EventRange } from '../base/event_filter';
import { HostFailure } from './errors';
import type { DaySummary, EventDraft, EventFeed, FeedMessage, FeedRequest, HostEvents, LogQuery } from './events';
import HOSTILE from './testing/hostile_texts.json';

const STREAM_ID = '00000000000000f1';
const BATCH_MS = 50;
const PAGE = 100;
/** The events of the past lie within this before the start, ms. */
const PAST_MS = 29_000;
const DAY_MS = 86_400_000;

type Sample = Pick<BusEvent, 'kind' | 'channel' | 'severity' | 'source' | 'message' | 'payload'> & { frames?: number; audio_ch?: number[] };

const SAMPLES: Sample[] = [
  { kind: 'audio.clip', channel: 'capture', severity: 'warning', source: 'engine', message: 'Clipped 12 times on Left (peak +0.3 dBFS)', payload: { count: 12, peak_dbfs: 0.3 }, frames: 960, audio_ch: [0] },
  { kind: 'recorder.take_saved', channel: 'takes', severity: 'success', source: 'engine', message: 'Take 183,000 saved (peak: -3.20 dBFS)', payload: { take: 183000, peak_dbfs: -3.2 } },
  { kind: 'audio.silence_started', channel: 'capture', severity: 'info', source: 'engine', message: 'Silence on Right', payload: { channel_index: 1 }, frames: 96_000, audio_ch: [1] },
  { kind: 'device.connected', channel: 'device', severity: 'info', source: 'engine', message: 'Scarlett 18i20 USB was plugged in', payload: { device: 'alsa:hw:2,0' } },
  { kind: 'raft.leader_elected', channel: 'jobs', severity: 'info', source: 'external:node-3', message: 'Node 3 leads shard 42 in term 5', payload: { node: 3, shard: 42, term: 5 } },
  { kind: 'audio.overrun', channel: 'device', severity: 'warning', source: 'engine', message: 'Data loss detected (buffer overrun)', payload: {}, frames: 512 },
  { kind: 'export.failed', channel: 'jobs', severity: 'error', source: 'external:lab', message: 'The export \u201cevening take\u201d could not be written: the disk is full', payload: { path: 'evening.wav', error: 'ENOSPC' } },
];

/** The next text that tries to be markup or script, in every field that is text. */
function hostile(sample: Sample, seq: number): Sample {
  const text = HOSTILE[seq % HOSTILE.length]!;
  const severity = seq % 2 === 0 ? 'warning' : 'error';
  return { ...sample, kind: `plant.${text}`, channel: text, severity, source: `external:${text}`, message: text, payload: { [text]: text, deep: { [text]: [text] } } };
}

export function fakeEvents(query: URLSearchParams, rateHz: number): HostEvents {
  const number = (name: string, fallback: number): number => Number(query.get(name) ?? fallback);
  const openedMs = Date.now() - number('age', 47) * 1000;
  const kept: BusEvent[] = [];
  const feeds = new Set<(event: BusEvent) => void>();
  const logRows = number('log', 5000);
  let seq = logRows;

  const event = (index: number, ts: number, eventSeq: number): BusEvent => {
    const told = SAMPLES[index % SAMPLES.length]!;
    const { frames = null, audio_ch = [], ...sample } = query.has('hostile') ? hostile(told, eventSeq) : told;
    const frame = Math.round(((ts - openedMs) * rateHz) / 1000);
    return {
      ...sample,
      seq: eventSeq,
      id: `00000000-0000-7000-8000-${eventSeq.toString(16).padStart(12, '0')}`,
      ts,
      frame: frame >= 0 ? frame : null,
      dur_frames: frame >= 0 ? frames : null,
      topic: sample.kind.split('.')[0]!,
      actor: sample.source.startsWith('external') ? 'external' : 'engine',
      audio_ch,
      session: frame >= 0 ? STREAM_ID : null,
      replayed: false,
    };
  };

  const tell = (told: BusEvent): BusEvent => {
    kept.push(told);
    for (const hear of feeds) hear(told);
    return told;
  };

  const past = number('events', 40);
  const nowMs = Date.now();
  for (let i = 0; i < past; i++) kept.push(event(i, nowMs - ((past - i) * PAST_MS) / past, ++seq));
  const perSecond = number('events-rate', 0.5);
  if (perSecond > 0) {
    let owed = 0;
    setInterval(() => {
      for (owed += (perSecond * BATCH_MS) / 1000; owed >= 1; owed--) tell(event(seq, Date.now(), ++seq));
    }, BATCH_MS);
  }

  // Whatever a test wants to have happened: `dispatchEvent(new CustomEvent('fake-event', { detail: { frame, ... } }))`.
  window.addEventListener('fake-event', ({ detail }: CustomEventInit<Partial<BusEvent>>) => tell({ ...event(0, Date.now(), ++seq), ...detail }));

  /** Older than everything that is kept: one every minute. */
  const logged = (rowSeq: number): BusEvent => event(rowSeq, openedMs - (logRows - rowSeq + 1) * 60_000, rowSeq);

  return {
    open(onMessage, onState): EventFeed {
      let waiting: BusEvent[] = [];
      let paused = false;
      const batch = (events: BusEvent[], history = false): FeedMessage => ({
        type: 'batch',
        data: { window_start: events[0]?.ts ?? 0, window_end: (events[0]?.ts ?? 0) + BATCH_MS, events, summary: {} },
        history,
      });
      const hear = (told: BusEvent): void => void waiting.push(told);
      const timer = setInterval(() => {
        if (waiting.length === 0 || paused) return;
        onMessage(batch(waiting));
        waiting = [];
      }, BATCH_MS);
      const opened = setTimeout(() => {
        feeds.add(hear);
        onState('open');
        onMessage({
          type: 'connected',
          version: 'fake',
          oldest_timestamp_ms: kept[0]?.ts ?? null,
          newest_timestamp_ms: kept.at(-1)?.ts ?? null,
          oldest_seq: kept[0]?.seq ?? null,
          after_seq: seq,
          last_seq: seq,
        });
      }, 20);
      onState('connecting');
      return {
        send(request: FeedRequest): void {
          if (request.type === 'history') {
            const found = kept.filter(({ ts }) => ts >= request.from_ms && ts <= request.to_ms);
            onMessage(batch(found, true));
            onMessage({ type: 'history_end', from_ms: request.from_ms, to_ms: request.to_ms, events: found.length, complete: true });
          } else if (request.type === 'ping') onMessage({ type: 'pong', timestamp_ms: Date.now() });
          else if (request.type === 'pause') paused = true;
          else if (request.type === 'resume') paused = false;
        },
        close(): void {
          clearInterval(timer);
          clearTimeout(opened);
          feeds.delete(hear);
        },
      };
    },

    log(asked: LogQuery) {
      if (query.has('no-log')) return Promise.reject(new HostFailure('internal', 'The journal could not be read; its disk may be full.'));
      const fits = passes({ channels: asked.channels ?? [], severities: asked.severities ?? [], text: asked.text ?? '', range: rangeOf(asked) });
      const limit = asked.limit ?? PAGE;
      const found: BusEvent[] = [];
      for (let at = Math.min(asked.before ?? Infinity, seq + 1) - 1; at > 0 && found.length <= limit; at--) {
        const row = at > logRows ? kept[at - logRows - 1] : logged(at);
        if (row && fits(row)) found.push(row);
      }
      const events = found.slice(0, limit);
      return Promise.resolve({ events, nextBefore: found.length > limit ? events.at(-1)!.seq : null, damaged: [] });
    },

    emit: (draft: EventDraft) =>
      Promise.resolve(
        tell({
          ...event(0, Date.now(), ++seq),
          kind: draft.kind,
          topic: draft.kind.split('.')[0]!,
          id: draft.id ?? crypto.randomUUID(),
          frame: draft.frame ?? null,
          dur_frames: draft.dur_frames ?? null,
          session: draft.session ?? (draft.frame === undefined ? null : STREAM_ID),
          channel: draft.kind.startsWith('marker.') ? 'marks' : 'system',
          severity: draft.severity ?? 'info',
          source: 'ui',
          actor: 'user',
          audio_ch: draft.audio_ch ?? [],
          message: draft.message ?? String(draft.payload?.['label'] ?? draft.payload?.['reason'] ?? ''),
          payload: draft.payload ?? {},
        }),
      ),

    summary: (days) =>
      Promise.resolve(
        Array.from({ length: days }, (_, i): DaySummary => ({
          day: new Date(Date.now() - i * DAY_MS).toISOString().slice(0, 10),
          channel: 'capture',
          events: 1440,
          info: 720,
          success: 240,
          warning: 240,
          error: 240,
        })),
      ),
  };
}

const rangeOf = ({ session, fromFrame, toFrame }: LogQuery): EventRange | null =>
  session === undefined ? null : { session, startFrame: fromFrame ?? 0, endFrame: toFrame ?? Infinity };
