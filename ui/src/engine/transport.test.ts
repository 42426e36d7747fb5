import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { fetchTransport, socketTransport } from './transport';

/** A WebSocket whose other end is the test. */
class ScriptedSocket extends EventTarget {
  readonly OPEN = 1;
  readyState = 0;
  binaryType = '';
  readonly sent: string[] = [];
  closed = false;
  send(query: string): void {
    this.sent.push(query);
  }
  close(): void {
    this.closed = true;
  }
  accept(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }
  reply(data: string | ArrayBuffer): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }
  drop(): void {
    this.readyState = 3;
    this.dispatchEvent(new Event('close'));
  }
}

function socketRig() {
  const sockets: ScriptedSocket[] = [];
  const transport = socketTransport('ws://test', () => {
    const socket = new ScriptedSocket();
    sockets.push(socket);
    return socket as unknown as WebSocket;
  });
  return { sockets, transport };
}

describe('socket transport', () => {
  test('queries wait for the connection and replies come in order', async () => {
    const { sockets, transport } = socketRig();
    const replies = [transport.request('a'), transport.request('b')];
    expect(sockets).toHaveLength(1);
    expect(sockets[0]!.sent).toEqual([]);
    sockets[0]!.accept();
    expect(sockets[0]!.sent).toEqual(['a', 'b']);
    sockets[0]!.reply(new ArrayBuffer(1));
    sockets[0]!.reply(new ArrayBuffer(2));
    expect((await Promise.all(replies)).map((reply) => reply.byteLength)).toEqual([1, 2]);
  });

  test('a text reply is the host saying no, and the connection stays', async () => {
    const { sockets, transport } = socketRig();
    const refused = transport.request('a');
    sockets[0]!.accept();
    sockets[0]!.reply('{"kind":"ring","message":"There is no channel 9."}');
    await expect(refused).rejects.toMatchObject({ kind: 'ring', message: 'There is no channel 9.' });
    const next = transport.request('b');
    sockets[0]!.reply(new ArrayBuffer(0));
    expect((await next).byteLength).toBe(0);
    expect(sockets).toHaveLength(1);
  });

  test('a lost connection fails what waits, and the next request connects anew', async () => {
    const { sockets, transport } = socketRig();
    const lost = [transport.request('a'), transport.request('b')];
    sockets[0]!.accept();
    sockets[0]!.drop();
    for (const one of lost) await expect(one).rejects.toMatchObject({ kind: 'unreachable' });
    const next = transport.request('c');
    expect(sockets).toHaveLength(2);
    sockets[0]!.reply(new ArrayBuffer(9));
    sockets[1]!.accept();
    sockets[1]!.reply(new ArrayBuffer(3));
    expect((await next).byteLength).toBe(3);
  });

  test('a packet nobody asked for ends the connection, and close ends everything', async () => {
    const { sockets, transport } = socketRig();
    const first = transport.request('a');
    sockets[0]!.accept();
    sockets[0]!.reply(new ArrayBuffer(1));
    await first;
    sockets[0]!.reply(new ArrayBuffer(1));
    expect(sockets[0]!.closed).toBe(true);
    const waiting = transport.request('b');
    transport.close();
    await expect(waiting).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(transport.request('c')).rejects.toMatchObject({ kind: 'unreachable' });
    expect(sockets).toHaveLength(2);
  });
});

describe('fetch transport', () => {
  let server: Server | null = null;
  afterEach(() => server?.close());

  async function serve(status: number, body: string | Uint8Array): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    server = createServer((request, reply) => {
      asked.push(request.url ?? '');
      reply.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/packet`, asked };
  }

  test('asks by query and gives the bytes', async () => {
    const { url, asked } = await serve(200, new Uint8Array([1, 2, 3]));
    const reply = await fetchTransport(url).request('start=0&frames=1&channels=0');
    expect([...new Uint8Array(reply)]).toEqual([1, 2, 3]);
    expect(asked).toEqual(['/packet?start=0&frames=1&channels=0']);
  });

  test("says what the host's error says, or that it cannot be reached", async () => {
    const host = await serve(400, '{"kind":"usage","message":"Cannot read \\"start=x\\"."}');
    await expect(fetchTransport(host.url).request('start=x')).rejects.toMatchObject({ kind: 'usage', message: 'Cannot read "start=x".' });
    server?.close();
    const proxy = await serve(502, '<html>bad gateway</html>');
    await expect(fetchTransport(proxy.url).request('')).rejects.toThrow(/status 502\.$/);
    await expect(fetchTransport('http://127.0.0.1:1/packet').request('')).rejects.toMatchObject({ kind: 'unreachable' });
  });

  test('close ends requests under way', async () => {
    server = createServer(() => {});
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const transport = fetchTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}/packet`);
    const waiting = transport.request('');
    setTimeout(() => transport.close(), 20);
    await expect(waiting).rejects.toMatchObject({ kind: 'unreachable' });
    server.closeAllConnections();
  });
});
