import { encode } from '@msgpack/msgpack';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { busEvent } from '../base/testing/bus_events';
import type { FeedMessage, FeedState } from './events';
import { webHost } from './web';

const PAGE = { protocol: 'http:', host: '127.0.0.1:9090', pathname: '/' };

/** A socket whose other end is the test. */
class TestSocket extends EventTarget {
  static readonly OPEN = 1;
  static all: TestSocket[] = [];
  binaryType = '';
  readyState = 0;
  readonly sent: unknown[] = [];
  constructor(readonly url: string) {
    super();
    TestSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  say(message: object): void {
    this.readyState = 1;
    const bytes = encode(message);
    this.dispatchEvent(new MessageEvent('message', { data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) }));
  }
  close(): void {
    this.readyState = 3;
    this.dispatchEvent(new Event('close'));
  }
}

const connected = (afterSeq: number): object => ({ type: 'connected', version: '1', oldest_timestamp_ms: null, newest_timestamp_ms: null, oldest_seq: null, after_seq: afterSeq, last_seq: afterSeq });
const batch = (...seqs: number[]): object => ({ type: 'batch', data: { window_start: 0, window_end: 50, events: seqs.map((seq) => ({ ...busEvent({ seq }), ts_ns: 17e17 })), summary: {} } });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', TestSocket);
  TestSocket.all = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function open() {
  const messages: FeedMessage[] = [];
  const states: FeedState[] = [];
  const feed = webHost(PAGE).events.open((message) => messages.push(message), (state) => states.push(state));
  return { feed, messages, states, socket: () => TestSocket.all.at(-1)! };
}

describe('live feed of a browser', () => {
  it('comes back where it was', async () => {
    const { messages, states, socket } = open();
    expect(socket().url).toBe('ws://127.0.0.1:9090/ws/events');
    socket().say(connected(40));
    socket().say(batch(41, 42));
    socket().say({ ...batch(7), history: true });
    socket().close();
    expect(states).toEqual(['connecting', 'open', 'waiting']);
    await vi.advanceTimersByTimeAsync(1300);
    expect(socket().url).toBe('ws://127.0.0.1:9090/ws/events?after=42');
    socket().say(connected(42));
    expect(states.at(-1)).toBe('open');
    expect(messages.map((message) => message.type)).toEqual(['connected', 'batch', 'batch', 'connected']);
    expect(messages[1]).toMatchObject({ data: { events: [busEvent({ seq: 41 }), busEvent({ seq: 42 })] } });
  });

  it('comes back also when nothing happened since it was connected', async () => {
    const { socket } = open();
    socket().say(connected(40));
    socket().close();
    await vi.advanceTimersByTimeAsync(1300);
    expect(socket().url).toMatch(/\?after=40$/);
  });

  it('waits 1, 2, 4 … 30 s and up to 30 % more, and 1 s again after it was connected', async () => {
    for (const [chance, factor] of [[0, 1], [0.999999, 1.3]] as const) {
      vi.spyOn(Math, 'random').mockReturnValue(chance);
      const { socket, feed } = open();
      for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
        const before = TestSocket.all.length;
        socket().close();
        await vi.advanceTimersByTimeAsync(seconds * 1000 * factor - 2);
        expect([seconds, TestSocket.all.length - before]).toEqual([seconds, 0]);
        await vi.advanceTimersByTimeAsync(3);
        expect([seconds, TestSocket.all.length - before]).toEqual([seconds, 1]);
      }
      socket().say(connected(0));
      const before = TestSocket.all.length;
      socket().close();
      await vi.advanceTimersByTimeAsync(1000 * factor + 1);
      expect(TestSocket.all.length - before).toBe(1);
      feed.close();
    }
  });

  it('asks every 30 s whether anybody is there, and gives up a connection that says nothing', async () => {
    const { socket, states } = open();
    socket().say(connected(0));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(socket().sent).toEqual([{ type: 'ping' }]);
    socket().say({ type: 'pong', timestamp_ms: 1 });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(states.at(-1)).toBe('open');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(states.at(-1)).toBe('waiting');
  });

  it('passes over what is no message, and is silent once closed', async () => {
    const { feed, messages, states, socket } = open();
    socket().say(connected(0));
    for (const data of ['{', 'null', '{"type":"batch"}', '{"type":"else"}', new ArrayBuffer(3), 7]) socket().dispatchEvent(new MessageEvent('message', { data }));
    socket().dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ type: 'batch', data: { events: [{ id: 'x', kind: 'a.b' }, null, { kind: 3 }] } }) }));
    expect(messages).toHaveLength(2);
    expect(messages[1]).toMatchObject({ data: { events: [{ id: 'x', topic: 'a' }] } });
    feed.close();
    await vi.advanceTimersByTimeAsync(100_000);
    expect(TestSocket.all).toHaveLength(1);
    expect(states).toEqual(['connecting', 'open']);
  });
});

describe('log and own events of a browser', () => {
  it('go over HTTP', async () => {
    const answers: Record<string, unknown> = {
      '/api/log': { events: [busEvent({ seq: 3 }), 'nonsense'], next_before: 3, damaged: [{ from_seq: 1, to_seq: 2 }, 7] },
      '/api/event': { status: 'recorded', id: 'event-4', seq: 4, durable: true, event: busEvent({ seq: 4, kind: 'marker.added' }) },
      '/api/summary': { days: [{ day: '2026-02-03', channel: 'device', events: 2, info: 1, success: 0, warning: 1, error: 0 }] },
    };
    const fetched = vi.fn<typeof fetch>((path) => Promise.resolve(new Response(JSON.stringify(answers[String(path).split('?')[0]!]))));
    vi.stubGlobal('fetch', fetched);
    const { events } = webHost(PAGE);
    const query = { channels: ['device', 'marks'], severities: ['error' as const], text: 'a b', session: 'f1', fromFrame: 1, toFrame: 9, before: 7, limit: 200 };
    expect(await events.log(query)).toEqual({ events: [busEvent({ seq: 3 })], nextBefore: 3, damaged: [{ from_seq: 1, to_seq: 2 }] });
    expect(fetched.mock.lastCall![0]).toBe('/api/log?channels=device%2Cmarks&severity=error&session=f1&from_frame=1&to_frame=8&q=a+b&before=7&limit=200');
    expect(await events.emit({ kind: 'marker.added', payload: { label: 'x' } })).toMatchObject({ seq: 4 });
    expect(fetched.mock.lastCall![1]).toMatchObject({ method: 'POST', body: '{"kind":"marker.added","payload":{"label":"x"}}' });
    expect(await events.summary(7)).toHaveLength(1);
  });
});
