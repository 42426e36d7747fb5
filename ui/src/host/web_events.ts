// The observation bus of the server this page came from: live events over a WebSocket that comes back by itself and goes
// on where it was, the log and the page's own events over HTTP.

import { readBusEvent } from '../base/bus_event';
import { HostFailure } from './errors';
import type { DaySummary, EventFeed, FeedMessage, FeedRequest, HostEvents, LogQuery } from './events';
import { decodeFeedMessage, readLogPage } from './feed_messages';

/** First wait, longest wait and what chance adds, so that not all pages come back in the same moment. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const JITTER = 0.3;
const PING_INTERVAL_MS = 30_000;

type Call = <T>(path: string, init?: RequestInit) => Promise<T>;

export function webEvents(call: Call, url: string): HostEvents {
  return {
    open: (onMessage, onState) => openFeed(url, onMessage, onState),
    log: async (query) => readLogPage(await call<unknown>(`log?${logParameters(query)}`)),
    async emit(draft) {
      const reply = await call<{ event?: unknown }>('event', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(draft),
      });
      const event = readBusEvent(reply.event ?? reply);
      if (!event) throw new HostFailure('internal', 'The server took the event but did not say so; reload the page.');
      return event;
    },
    async summary(days) {
      const reply = await call<{ days: DaySummary[] }>(`summary?days=${days}`);
      return reply.days;
    },
  };
}

function logParameters({ channels, severities, kinds, fromMs, toMs, session, fromFrame, toFrame, text, before, limit }: LogQuery): URLSearchParams {
  const parameters = new URLSearchParams();
  const put = (name: string, value: string | number | undefined): void => {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  };
  put('channels', channels?.join(','));
  put('severity', severities?.join(','));
  put('kinds', kinds?.join(','));
  put('from', fromMs);
  put('to', toMs);
  put('session', session);
  put('from_frame', fromFrame);
  // There it is the last frame, not the one after it.
  put('to_frame', toFrame === undefined ? undefined : toFrame - 1);
  put('q', text);
  put('before', before);
  put('limit', limit);
  return parameters;
}

function openFeed(url: string, onMessage: (message: FeedMessage) => void, onState: Parameters<HostEvents['open']>[1]): EventFeed {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let heard = false;
  let lastSeq = 0;
  let over = false;

  const send = (request: FeedRequest): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request));
  };

  function connect(): void {
    onState('connecting');
    socket = new WebSocket(lastSeq > 0 ? `${url}?after=${lastSeq}` : url);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => {
      heard = true;
      const message = decodeFeedMessage(data);
      if (message) take(message);
    });
    socket.addEventListener('close', again);
  }

  function take(message: FeedMessage): void {
    if (message.type === 'connected') {
      failures = 0;
      lastSeq = message.after_seq;
      onState('open');
    } else if (message.type === 'batch' && !message.history) {
      lastSeq = message.data.events.at(-1)?.seq ?? lastSeq;
    }
    onMessage(message);
  }

  function again(): void {
    if (over) return;
    socket = null;
    onState('waiting');
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++);
    timer = setTimeout(connect, waitMs * (1 + JITTER * Math.random()));
  }

  const pinging = setInterval(() => {
    // A connection that is dead without knowing it would be waited for all day.
    if (!heard && socket?.readyState === WebSocket.OPEN) socket.close();
    heard = false;
    send({ type: 'ping' });
  }, PING_INTERVAL_MS);
  connect();
  return {
    send,
    close(): void {
      over = true;
      clearTimeout(timer);
      clearInterval(pinging);
      socket?.close();
    },
  };
}
