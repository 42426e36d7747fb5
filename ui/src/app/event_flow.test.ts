import { describe, expect, it, vi } from 'vitest';
import { busEvent } from '../base/testing/bus_events';
import type { EventDraft, FeedMessage, FeedRequest, HostEvents, LogPage } from '../host/events';
import type { Host } from '../host/types';
import type { Picture } from '../render/picture';
import { createEvents } from '../store/events';
import { createNotices } from '../store/notices';
import { followBus, tellBus, tellLoad } from './event_flow';

const batch = (...seqs: number[]): FeedMessage => ({
  type: 'batch',
  data: { window_start: 0, window_end: 50, events: seqs.map((seq) => busEvent({ seq })), summary: {} },
});
const connected = (afterSeq: number, lastSeq: number): FeedMessage => ({
  type: 'connected',
  version: '1',
  oldest_timestamp_ms: 1000,
  newest_timestamp_ms: 90_000,
  oldest_seq: 1,
  after_seq: afterSeq,
  last_seq: lastSeq,
});

function bus(log: () => Promise<LogPage>) {
  const sent: FeedRequest[] = [];
  let hear: (message: FeedMessage) => void = () => {};
  const events = createEvents();
  const host: Pick<HostEvents, 'open' | 'log'> = {
    open(onMessage) {
      hear = onMessage;
      return { send: (request) => void sent.push(request), close: () => {} };
    },
    log: vi.fn(log),
  };
  followBus({ events: host } as unknown as Host, { events, notices: createNotices() });
  return { events, sent, host, say: (message: FeedMessage) => hear(message) };
}

const seqs = (events: ReturnType<typeof createEvents>): number[] => events.live.newest(99).map((event) => event.seq);

describe('following the bus', () => {
  it('begins with the journal and what is too new for it', async () => {
    const { events, sent, say } = bus(() => Promise.resolve({ events: [busEvent({ seq: 2 }), busEvent({ seq: 1 })], nextBefore: null, damaged: [] }));
    say(connected(5, 5));
    say(batch(6));
    await vi.waitFor(() => expect(seqs(events)).toEqual([6, 2, 1]));
    // Levels are for others: nothing here shows them.
    expect(sent).toEqual([{ type: 'filter', levels: false }, { type: 'history', from_ms: 60_000, to_ms: 90_000 }]);
  });

  it('begins with the memory of the bus where there is no journal', async () => {
    const { sent, say } = bus(() => Promise.reject(new Error('no journal')));
    say(connected(5, 5));
    await vi.waitFor(() => expect(sent.at(-1)).toEqual({ type: 'history', from_ms: 0, to_ms: 90_000 }));
  });

  it('goes on after a break without asking again, and begins anew with a bus that did', async () => {
    const { events, host, say } = bus(() => Promise.resolve({ events: [], nextBefore: null, damaged: [] }));
    say(connected(5, 5));
    say(batch(6, 7));
    say(connected(7, 9));
    say(batch(8, 9));
    expect(seqs(events)).toEqual([9, 8, 7, 6]);
    expect(host.log).toHaveBeenCalledTimes(1);
    say(connected(3, 3));
    expect(seqs(events)).toEqual([]);
    expect(host.log).toHaveBeenCalledTimes(2);
    say(batch(4));
    expect(seqs(events)).toEqual([4]);
  });
});

describe('what the page notices', () => {
  const told: EventDraft[] = [];
  const emit = vi.fn((draft: EventDraft) => {
    told.push(draft);
    return Promise.reject(new Error('nobody listens'));
  });
  const picture = { stream: { streamId: 'abc' }, state: { endFrame: 1000 } } as unknown as Picture;
  const { quality, loss } = tellBus({ events: { emit } } as unknown as Host, () => picture);
  const stft = { window: 'hann', size: 2048, hop: 512, pad: 1 } as const;
  const reduced = { level: 2, stride: 2, frameDivisor: 1, stft, effective: stft, reason: 'Every second column.' };

  it('is told once', () => {
    quality(null);
    quality(reduced);
    quality({ ...reduced });
    quality(null);
    quality(null);
    loss(512, 4096);
    expect(told).toMatchObject([
      { kind: 'ui.quality_reduced', frame: 999, session: 'abc', payload: { reason: 'Every second column.', level: 2, stride: 2, window_size: 2048 } },
      { kind: 'ui.quality_restored', frame: 999, session: 'abc' },
      { kind: 'ring.reader_gap', severity: 'warning', frame: 512, dur_frames: 4096, session: 'abc', message: 'Data loss detected (buffer overrun)' },
    ]);
  });
});

describe('telling the load of drawing', () => {
  it('is a share of time, once a second, and nothing while the page is hidden', () => {
    vi.useFakeTimers();
    const page = { hidden: false };
    vi.stubGlobal('document', page);
    const sent: FeedRequest[] = [];
    let busy = 0.25;
    tellLoad({ send: (request) => void sent.push(request), close: () => {} }, () => busy);
    vi.advanceTimersByTime(1000);
    busy = 1.2;
    vi.advanceTimersByTime(1000);
    page.hidden = true;
    vi.advanceTimersByTime(5000);
    expect(sent).toEqual([{ type: 'load', render_load: 0.25 }, { type: 'load', render_load: 1 }]);
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
});
