// A browser on `audiotab serve`: the same calls over HTTP, the ring over a WebSocket of the same origin.

import { HostFailure, hostFailure } from './errors';
import type { DeviceInfo } from './generated/DeviceInfo';
import type { SessionStatus } from './generated/SessionStatus';
import type { Host } from './types';
import { webEvents } from './web_events';

/** Twice a second: the counters on screen are for reading, not for measuring. */
const POLL_MS = 500;

const UNREACHABLE = 'The AudioTab server does not answer; check that “audiotab serve” is still running.';

export interface PageAddress {
  protocol: string;
  host: string;
  /** Directory of the page; the server may sit behind a path. */
  pathname: string;
}

export function webHost(page: PageAddress): Host {
  const base = page.pathname.replace(/[^/]*$/, '');

  async function call<T>(path: string, init?: RequestInit): Promise<T> {
    let reply: Response;
    try {
      reply = await fetch(`${base}api/${path}`, { cache: 'no-store', ...init });
    } catch {
      throw new HostFailure('transport', UNREACHABLE);
    }
    const body: unknown = await reply.json().catch(() => null);
    if (reply.ok && body !== null) return body as T;
    const fallback =
      reply.status === 401 || reply.status === 403
        ? 'The server refused this page; open the address that `audiotab serve` printed, with its token.'
        : `The server answered ${reply.status} to ${path}; its log says why.`;
    throw hostFailure(body, fallback);
  }

  const sockets = `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}${base}ws/`;
  const status = (): Promise<SessionStatus> => call<SessionStatus>('session');
  return {
    kind: 'web',
    devices: () => call<DeviceInfo[]>('devices'),
    start: (address) =>
      call<SessionStatus>('session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ address }),
      }),
    stop: () => call<SessionStatus>('session', { method: 'DELETE' }),
    status,
    watch(onStatus, onLost) {
      let over = false;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const poll = async (): Promise<void> => {
        try {
          const next = await status();
          if (!over) onStatus(next);
        } catch (cause) {
          if (!over) onLost?.(hostFailure(cause, UNREACHABLE));
        }
        if (!over) timer = setTimeout(() => void poll(), POLL_MS);
      };
      void poll();
      return () => {
        over = true;
        clearTimeout(timer);
      };
    },
    pickFile: null,
    share: null,
    mapRing: null,
    lacksGpu: false,
    ringEndpoint: () => ({ kind: 'socket', url: `${sockets}ring` }),
    events: webEvents(call, `${sockets}events`),
  };
}
