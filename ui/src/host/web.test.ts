import { afterEach, describe, expect, it, vi } from 'vitest';
import { hostFailure } from './errors';
import { webHost } from './web';

const PAGE = { protocol: 'http:', host: '127.0.0.1:9090', pathname: '/' };
const reply = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('browser host', () => {
  it('calls the server it came from', async () => {
    const fetched = vi.fn<typeof fetch>(() => Promise.resolve(reply(200, { state: 'running' })));
    vi.stubGlobal('fetch', fetched);
    const host = webHost(PAGE);
    await host.start('signal:sine?freq=440');
    await host.stop();
    await host.devices();
    expect(fetched.mock.calls.map(([path, init]) => [path, init?.method ?? 'GET'])).toEqual([
      ['/api/session', 'POST'],
      ['/api/session', 'DELETE'],
      ['/api/devices', 'GET'],
    ]);
    expect(fetched.mock.calls[0]![1]!.body).toBe('{"address":"signal:sine?freq=440"}');
    expect(host.ringEndpoint()).toEqual({ kind: 'socket', url: 'ws://127.0.0.1:9090/ws/ring' });
    expect(webHost({ ...PAGE, protocol: 'https:', pathname: '/lab/index.html' }).ringEndpoint()).toEqual({
      kind: 'socket',
      url: 'wss://127.0.0.1:9090/lab/ws/ring',
    });
  });

  it('rejects with the kind and sentence of the server', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(reply(409, { kind: 'device-busy', message: 'It is in use.' })));
    await expect(webHost(PAGE).start('x')).rejects.toMatchObject({ kind: 'device-busy', message: 'It is in use.' });
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>', { status: 403 })));
    await expect(webHost(PAGE).status()).rejects.toMatchObject({ message: expect.stringContaining('token') });
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(webHost(PAGE).status()).rejects.toMatchObject({ kind: 'transport' });
  });

  it('keeps watching while the server is away', async () => {
    vi.useFakeTimers();
    let up = false;
    vi.stubGlobal('fetch', () => (up ? Promise.resolve(reply(200, { state: 'idle' })) : Promise.reject(new TypeError('down'))));
    const seen: string[] = [];
    const stop = webHost(PAGE).watch(
      (status) => seen.push(status.state),
      (error) => seen.push(error.kind),
    );
    await vi.advanceTimersByTimeAsync(600);
    up = true;
    await vi.advanceTimersByTimeAsync(600);
    stop();
    const count = seen.length;
    await vi.advanceTimersByTimeAsync(5000);
    expect(seen.slice(0, 2)).toEqual(['transport', 'transport']);
    expect(seen).toContain('idle');
    expect(seen).toHaveLength(count);
  });
});

describe('failures', () => {
  it('have a sentence whatever was thrown', () => {
    for (const cause of [null, undefined, 7, {}, { message: '' }, { message: 3 }, '']) {
      expect(hostFailure(cause, 'Fallback.')).toMatchObject({ kind: 'internal', message: 'Fallback.' });
    }
    expect(hostFailure('plain text', 'F.').message).toBe('plain text');
    expect(hostFailure({ kind: 'file', message: 'No.' }, 'F.')).toMatchObject({ kind: 'file', message: 'No.' });
  });
});
