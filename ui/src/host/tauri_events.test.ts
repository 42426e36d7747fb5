import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { busEvent } from '../base/testing/bus_events';
import type { FeedMessage, FeedState } from './events';
import { tauriEvents } from './tauri_events';

/** Tauri's side of a channel, as far as the page sees it. */
vi.mock('@tauri-apps/api/core', () => ({
  Channel: class {
    constructor(readonly hear: (message: unknown) => void) {}
  },
}));

interface TestChannel {
  hear(message: unknown): void;
}

let calls: [command: string, args: Record<string, unknown> | undefined][] = [];
let answer: (command: string) => unknown = () => 7;
const call = <T>(command: string, args?: Record<string, unknown>): Promise<T> => {
  calls.push([command, args]);
  return Promise.resolve().then(() => answer(command) as T);
};
const channel = (): TestChannel => calls.findLast(([command]) => command === 'events_open')![1]!['channel'] as TestChannel;
const settled = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => {});

beforeEach(() => {
  vi.useFakeTimers();
  calls = [];
  answer = () => 7;
});
afterEach(() => void vi.useRealTimers());

describe('live feed of the window', () => {
  it('hears its channel and answers by its number', async () => {
    const messages: FeedMessage[] = [];
    const states: FeedState[] = [];
    const feed = tauriEvents(call).open((message) => messages.push(message), (state) => states.push(state));
    // The first message may be there before the number is.
    channel().hear({ type: 'connected', version: '1', oldest_timestamp_ms: null, newest_timestamp_ms: null, oldest_seq: null, after_seq: 0, last_seq: 0 });
    feed.send({ type: 'history', from_ms: 0, to_ms: 1 });
    channel().hear({ type: 'batch', data: { window_start: 0, window_end: 50, events: [{ ...busEvent({ seq: 1 }), ts_ns: 1 }, 'nonsense'], summary: {} } });
    channel().hear('nonsense');
    await settled();
    expect(states).toEqual(['connecting', 'open']);
    expect(messages.map((message) => message.type)).toEqual(['connected', 'batch']);
    expect(messages[1]).toMatchObject({ data: { events: [busEvent({ seq: 1 })] } });
    expect(calls.slice(1)).toEqual([['events_send', { feed: 7, message: { type: 'history', from_ms: 0, to_ms: 1 } }]]);
    feed.close();
    await settled();
    expect(calls.at(-1)).toEqual(['events_close', { feed: 7 }]);
    channel().hear({ type: 'pong', timestamp_ms: 1 });
    expect(messages).toHaveLength(2);
  });

  it('tries again when it could not be opened', async () => {
    answer = () => {
      throw new Error('no thread');
    };
    const states: FeedState[] = [];
    const feed = tauriEvents(call).open(() => {}, (state) => states.push(state));
    await settled();
    expect(states).toEqual(['connecting', 'waiting']);
    answer = () => 8;
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls.filter(([command]) => command === 'events_open')).toHaveLength(2);
    feed.close();
    await settled();
    expect(calls.at(-1)).toEqual(['events_close', { feed: 8 }]);
  });
});

describe('log and own events of the window', () => {
  it('go over commands', async () => {
    const answers: Record<string, unknown> = {
      event_log: { events: [busEvent({ seq: 3 }), null], nextBefore: 3 },
      event_emit: busEvent({ seq: 4 }),
      event_summary: [],
    };
    answer = (command) => answers[command];
    const events = tauriEvents(call);
    expect(await events.log({ limit: 5 })).toEqual({ events: [busEvent({ seq: 3 })], nextBefore: 3, damaged: [] });
    expect(await events.emit({ kind: 'marker.added' })).toMatchObject({ seq: 4 });
    expect(await events.summary(7)).toEqual([]);
    expect(calls).toEqual([
      ['event_log', { query: { limit: 5 } }],
      ['event_emit', { draft: { kind: 'marker.added' } }],
      ['event_summary', { days: 7 }],
    ]);
  });
});
