import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EngineClient, type WorkerLike } from './client';
import type { FromWorker, MapRequest, ToWorker } from './protocol';

class ScriptedWorker implements WorkerLike {
  readonly sent: ToWorker[] = [];
  readonly transferred: Transferable[][] = [];
  terminated = false;
  #message: (event: MessageEvent<FromWorker | MapRequest>) => void = () => {};
  #error: (event: ErrorEvent) => void = () => {};
  addEventListener(type: 'message' | 'error', listener: never): void {
    if (type === 'message') this.#message = listener;
    else this.#error = listener;
  }
  postMessage(message: ToWorker, transfer: Transferable[]): void {
    this.sent.push(message);
    this.transferred.push(transfer);
  }
  terminate(): void {
    this.terminated = true;
  }
  say(data: FromWorker | MapRequest): void {
    this.#message({ data } as MessageEvent<FromWorker | MapRequest>);
  }
  crash(message: string): void {
    this.#error({ message, preventDefault: () => {} } as ErrorEvent);
  }
}

const workers: ScriptedWorker[] = [];
const heard: FromWorker[] = [];
const view = { framesPerPx: 1, firstPx: 0, widthPx: 0, channels: [] };
const frame = (id: number): ToWorker => ({ type: 'frame', id, view, done: [] });
const answer = (id: number, seenAtMs: number): FromWorker => ({
  type: 'frame',
  id,
  state: { firstFrame: 0, endFrame: 1, lostFrames: 0, running: true, seenAtMs },
  view,
  waveform: new Float32Array(0),
  samples: null,
  columns: [],
  busyMs: 0,
  columnsComputed: 0,
  completeFrom: 0,
  columnsPending: 0,
  level: 0,
  columnsDropped: 0,
  bytesCopied: 0,
});

let client: EngineClient;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  workers.length = 0;
  heard.length = 0;
  client = new EngineClient(
    (message) => heard.push(message),
    () => {
      const worker = new ScriptedWorker();
      workers.push(worker);
      return worker;
    },
  );
});
afterEach(() => {
  client.close();
  vi.useRealTimers();
});

test('one frame at a time, and its time is on the clock of the page', () => {
  expect(client.busy).toBe(false);
  client.send(frame(1));
  expect(client.busy).toBe(true);
  const pageMs = performance.now() - 3;
  workers[0]!.say(answer(1, performance.timeOrigin + pageMs));
  expect(client.busy).toBe(false);
  const [message] = heard;
  expect(message?.type === 'frame' && message.state?.seenAtMs).toBeCloseTo(pageMs, 1);
  // A clock that was set backwards in between must not promise sound from the future.
  client.send(frame(2));
  workers[0]!.say(answer(2, performance.timeOrigin + 1e9));
  const second = heard[1];
  expect(second?.type === 'frame' && second.state!.seenAtMs).toBeLessThanOrEqual(performance.now());
});

test('a crashed worker is replaced, told the same, and the crash is said', () => {
  const open: ToWorker = { type: 'open', endpoint: { kind: 'fetch', url: 'ring://x' }, columnBudgetBytes: 1 };
  const stft: ToWorker = { type: 'stft', generation: 3, settings: { window: 'hann', size: 2048, hop: 512, pad: 1 } };
  client.send(open);
  client.send(stft);
  client.send(frame(1));
  workers[0]!.crash('out of memory');
  expect(workers[0]!.terminated).toBe(true);
  expect(client.busy).toBe(false);
  expect(heard).toMatchObject([{ type: 'trouble', kind: 'internal', message: expect.stringContaining('out of memory') as string }]);
  client.send(frame(2));
  vi.advanceTimersByTime(250);
  expect(workers).toHaveLength(2);
  expect(workers[1]!.sent).toEqual([open, stft]);
  // What the old worker still says is not heard.
  workers[0]!.say(answer(1, 0));
  expect(heard).toHaveLength(1);
  // Crashing again at once waits longer.
  workers[1]!.crash('');
  vi.advanceTimersByTime(250);
  expect(workers).toHaveLength(2);
  vi.advanceTimersByTime(250);
  expect(workers).toHaveLength(3);
});

test('each worker that asks gets a mapping of its own, or the sentence why there is none', () => {
  client.close();
  const mappings: ArrayBuffer[] = [];
  let refusal = '';
  client = new EngineClient(
    (message) => heard.push(message),
    () => {
      const worker = new ScriptedWorker();
      workers.push(worker);
      return worker;
    },
    () => {
      if (refusal) throw new Error(refusal);
      mappings.push(new ArrayBuffer(8));
      return mappings.at(-1)!;
    },
  );
  const ring: ToWorker = { type: 'ring', streamId: 'ab', mayMap: true };
  client.send(ring);
  workers[1]!.say({ type: 'map' });
  expect(workers[1]!.sent).toEqual([ring, { type: 'mapped', buffer: mappings[0], reason: '' }]);
  expect(workers[1]!.transferred.at(-1)).toEqual([mappings[0]]);
  workers[1]!.crash('x');
  vi.advanceTimersByTime(250);
  workers[2]!.say({ type: 'map' });
  expect(workers[2]!.sent).toEqual([ring, { type: 'mapped', buffer: mappings[1], reason: '' }]);
  expect(mappings).toHaveLength(2);
  refusal = 'Nothing is being captured.';
  workers[2]!.say({ type: 'map' });
  expect(workers[2]!.sent.at(-1)).toEqual({ type: 'mapped', buffer: null, reason: refusal });
  expect(heard.filter(({ type }) => type !== 'trouble')).toEqual([]);
});

test('after close nothing is started again', () => {
  workers[0]!.crash('x');
  client.close();
  vi.advanceTimersByTime(60_000);
  expect(workers).toHaveLength(1);
});
