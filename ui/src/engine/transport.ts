// The wire to the ring: one query out, one packet back. Two ways, same bytes.

import type { RingEndpoint } from '../host/types';

/** A request that takes longer has failed, ms. */
const REQUEST_TIMEOUT_MS = 10_000;

export interface PacketTransport {
  /** Resolves with the packet (0 bytes: no session). Rejects with a `TransportError`. */
  request(query: string): Promise<ArrayBuffer>;
  close(): void;
}

/** One sentence for the user; `kind` is the host's error kind, or `unreachable`. */
export class TransportError extends Error {
  readonly kind: string;
  constructor(kind: string, message: string) {
    super(message);
    this.name = 'TransportError';
    this.kind = kind;
  }
}

export function openTransport(endpoint: RingEndpoint): PacketTransport {
  switch (endpoint.kind) {
    case 'fetch':
      return fetchTransport(endpoint.url);
    case 'socket':
      return socketTransport(endpoint.url);
  }
}

/** GET `${url}?${query}`: the desktop app's custom scheme, or HTTP. */
export function fetchTransport(url: string): PacketTransport {
  const closed = new AbortController();
  return {
    async request(query) {
      const timeout = new AbortController();
      const timer = setTimeout(() => timeout.abort(), REQUEST_TIMEOUT_MS);
      const stop = (): void => timeout.abort();
      closed.signal.addEventListener('abort', stop);
      try {
        const reply = await fetch(`${url}?${query}`, { signal: timeout.signal, cache: 'no-store' });
        if (!reply.ok) throw errorFromBody(await reply.text(), `The ring stream answered with status ${reply.status}.`);
        return await reply.arrayBuffer();
      } catch (error) {
        if (error instanceof TransportError) throw error;
        throw new TransportError('unreachable', 'The sample stream cannot be reached; AudioTab keeps trying.');
      } finally {
        clearTimeout(timer);
        closed.signal.removeEventListener('abort', stop);
      }
    },
    close: () => closed.abort(),
  };
}

interface Waiting {
  resolve: (packet: ArrayBuffer) => void;
  reject: (error: TransportError) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** The query as a text message, the packet as a binary one, replies strictly in order. Connects on demand. */
export function socketTransport(url: string, open: (url: string) => WebSocket = (u) => new WebSocket(u)): PacketTransport {
  let socket: WebSocket | null = null;
  let closed = false;
  let waiting: Waiting[] = [];

  const fail = (error: TransportError): void => {
    const failed = waiting;
    waiting = [];
    for (const one of failed) {
      clearTimeout(one.timer);
      one.reject(error);
    }
  };

  /** Order is lost after any failure, so the connection goes with it; the next request opens a new one. */
  const drop = (which: WebSocket, error: TransportError): void => {
    if (socket !== which) return;
    socket = null;
    which.close();
    fail(error);
  };

  const connect = (): WebSocket => {
    const fresh = open(url);
    fresh.binaryType = 'arraybuffer';
    fresh.addEventListener('message', (event: MessageEvent<string | ArrayBuffer>) => {
      if (socket !== fresh) return;
      const first = waiting.shift();
      if (!first) return drop(fresh, new TransportError('protocol', 'The server sent a packet nobody asked for.'));
      clearTimeout(first.timer);
      if (typeof event.data === 'string') first.reject(errorFromBody(event.data, 'The server refused the request.'));
      else first.resolve(event.data);
    });
    const lost = (): void =>
      drop(fresh, new TransportError('unreachable', 'The connection to the AudioTab server is lost; trying again.'));
    fresh.addEventListener('close', lost);
    fresh.addEventListener('error', lost);
    return fresh;
  };

  return {
    request(query) {
      if (closed) return Promise.reject(new TransportError('unreachable', 'The connection has been closed.'));
      socket ??= connect();
      const current = socket;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => drop(current, new TransportError('unreachable', 'The AudioTab server does not answer; trying again.')),
          REQUEST_TIMEOUT_MS,
        );
        waiting.push({ resolve, reject, timer });
        if (current.readyState === current.OPEN) current.send(query);
        else current.addEventListener('open', () => current.send(query), { once: true });
      });
    },
    close() {
      closed = true;
      if (socket) drop(socket, new TransportError('unreachable', 'The connection has been closed.'));
    },
  };
}

/** The host's ErrorBody, or `otherwise` when the text is none. */
function errorFromBody(text: string, otherwise: string): TransportError {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string') {
      const kind = 'kind' in body && typeof body.kind === 'string' ? body.kind : 'internal';
      return new TransportError(kind, body.message);
    }
  } catch {
    // Not JSON: a proxy's page, for example. The sentence below says enough.
  }
  return new TransportError('unreachable', otherwise);
}
