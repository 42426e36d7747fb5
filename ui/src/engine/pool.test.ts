import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EngineClient } from './client';
import { EnginePool, workersFor } from './pool';
import type { FromWorker, StftSettings, ViewRequest } from './protocol';
import { RingModel } from './testing/ring_model';
import { SessionWorker, settle } from './testing/session_worker';

const STFT: StftSettings = { window: 'hann', size: 256, hop: 64, pad: 1 };
const CHANNELS = [0, 1, 2, 3, 4, 5];
type Message<T extends FromWorker['type']> = Extract<FromWorker, { type: T }>;

test('one core is left to the page, and a few channels are one worker', () => {
  expect(workersFor(2, 64)).toBe(1);
  expect(workersFor(1, 1)).toBe(1);
  expect(workersFor(8, 3)).toBe(1);
  expect(workersFor(8, 5)).toBe(2);
  expect(workersFor(4, 64)).toBe(3);
  expect(workersFor(64, 64)).toBe(4);
});

describe('pool', () => {
  let ring: RingModel;
  let spawned: SessionWorker[];
  let heard: FromWorker[];
  let pool: EnginePool;
  let nextId: number;
  let nowMs: number;
  /** Entries the page has been sent, and how often. */
  const times = new Map<string, number>();
  const of = <T extends FromWorker['type']>(type: T): Message<T>[] => heard.filter((message): message is Message<T> => message.type === type);

  function start(workers: number): void {
    pool = new EnginePool((message) => heard.push(message), {
      cores: 8,
      workers,
      connect: (onMessage) =>
        new EngineClient(onMessage, () => {
          const worker = new SessionWorker(ring, () => nowMs);
          spawned.push(worker);
          return worker;
        }),
    });
    pool.send({ type: 'open', endpoint: { kind: 'fetch', url: 'test:' }, columnBudgetBytes: 64e6 });
    pool.send({ type: 'stft', generation: 1, settings: STFT });
  }

  /** One drawn frame of the page, which gives back every buffer it was sent; null when there was no answer. */
  async function draw(view: Partial<ViewRequest> = {}): Promise<Message<'frame'> | null> {
    nowMs += 17;
    const last = of('frame').at(-1);
    const done = last ? [last.waveform.buffer, ...(last.samples ? [last.samples.values.buffer] : []), ...last.columns.map((batch) => batch.codes.buffer)] : [];
    heard = heard.filter((message) => message.type !== 'frame');
    const firstPx = Math.ceil(ring.readableEnd / 40) - 400;
    const whole: ViewRequest = { framesPerPx: 40, firstPx, widthPx: 400, channels: CHANNELS, kept: CHANNELS, ...view };
    pool.send({ type: 'frame', id: nextId++, view: whole, done: done.filter((buffer) => buffer.byteLength > 0) as ArrayBuffer[] });
    await settle();
    const answer = of('frame').at(-1) ?? null;
    for (const batch of answer?.columns ?? []) {
      for (let i = 0; i < batch.count; i++) {
        const key = `${batch.generation}/${batch.channel}/${batch.firstIndex + i}`;
        times.set(key, (times.get(key) ?? 0) + 1);
      }
    }
    return answer;
  }
  const drawMany = async (count: number): Promise<void> => {
    // oxlint-disable-next-line no-await-in-loop -- one frame after the other
    for (let i = 0; i < count; i++) await draw();
  };

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    ring = new RingModel({ sampleRateHz: 8000, capacityFrames: 80_000, channels: 6, sample: (c, n) => Math.sin(n * 0.05 * (c + 1)) });
    spawned = [];
    heard = [];
    nextId = 1;
    nowMs = 0;
    times.clear();
  });
  afterEach(() => {
    pool.close();
    vi.useRealTimers();
  });

  test('three workers give the picture of one, every column once', async () => {
    const pictures = [];
    for (const workers of [1, 3]) {
      ring.restart(BigInt(workers));
      ring.writeTo(16_000);
      nextId = 1;
      times.clear();
      heard = [];
      spawned = [];
      start(workers);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await drawMany(40);
      expect(spawned).toHaveLength(workers);
      ring.sequence += 4;
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await drawMany(3);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const wide = await draw();
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const fine = await draw({ framesPerPx: 0.5, firstPx: 2 * ring.readableEnd - 300, widthPx: 300 });
      expect(wide!.columnsPending).toBe(0);
      for (const count of times.values()) expect(count).toBe(1);
      for (const type of ['ready', 'stream', 'grid'] as const) expect(of(type), type).toHaveLength(1);
      pictures.push({ entries: [...times.keys()].toSorted(), waveform: [...wide!.waveform], samples: [...fine!.samples!.values], state: wide!.state!.endFrame });
      pool.close();
    }
    expect(pictures[0]!.entries).toHaveLength(6 * (Math.floor((16_256 - 256) / 64) + 1));
    expect(pictures[1]).toEqual(pictures[0]);
  });

  test('buffers go back to the worker they came from', async () => {
    ring.writeTo(16_000);
    start(3);
    await drawMany(20);
    ring.sequence += 10;
    await drawMany(5);
    let returned = 0;
    for (const worker of spawned) {
      for (const message of worker.received) {
        if (message.type !== 'frame') continue;
        for (const buffer of message.done) expect(worker.given.has(buffer)).toBe(true);
        returned += message.done.length;
      }
    }
    expect(returned).toBeGreaterThan(3 * 20);
  });

  test('a crashed worker is replaced alone: said, the others go on, and its channels are back within a second', async () => {
    ring.writeTo(16_000);
    start(3);
    await drawMany(30);
    const before = new Map(times);
    pool.send({ type: 'frame', id: 999, view: { framesPerPx: 40, firstPx: 0, widthPx: 400, channels: CHANNELS, kept: CHANNELS }, done: [] });
    spawned[1]!.crash('out of memory');
    await settle();
    // Its part of the frame under way is missing, and no gap.
    const torn = of('frame').at(-1)!;
    expect(torn.id).toBe(999);
    expect(torn.completeFrom).toBe(torn.state!.endFrame);
    expect(of('trouble')).toMatchObject([{ kind: 'internal', message: expect.stringContaining('out of memory') as string }]);
    expect(pool.busy).toBe(false);
    const missing = await draw();
    expect([...missing!.waveform.subarray(0, 800)].some(Number.isFinite)).toBe(true);
    expect([...missing!.waveform.subarray(800, 1600)].every(Number.isNaN)).toBe(true);
    vi.advanceTimersByTime(250);
    await drawMany(45);
    const back = await draw();
    expect(back!.columnsPending).toBe(0);
    expect([...back!.waveform.subarray(800, 1600)].some(Number.isFinite)).toBe(true);
    expect(back!.completeFrom).toBe(0);
    expect(spawned).toHaveLength(4);
    // Only what the lost worker held is sent again, and on the same grid.
    for (const [key, count] of times) {
      const owner = spawned[1]!.received.some((message) => message.type === 'frame' && message.view.channels.includes(Number(key.split('/')[1])));
      expect(count).toBe(owner ? before.get(key)! + 1 : 1);
    }
    expect(of('grid')).toHaveLength(1);
    expect(of('stream')).toHaveLength(1);
  });

  test('a hidden page for ten minutes: nothing piles up, the live edge is back with the next frames, and what was missed is said once', async () => {
    ring.writeTo(16_000);
    start(2);
    await drawMany(30);
    const missedFrom = ring.readableEnd;
    const queriesBefore = ring.queries.length;
    nowMs += 600_000;
    ring.writeTo(16_000 + 600 * 8000);
    await settle();
    // Nothing is asked and nothing computed for nobody.
    expect(ring.queries.length).toBe(queriesBefore);
    await draw();
    const back = await draw();
    expect(back!.state!.endFrame).toBe(ring.readableEnd);
    expect(of('loss')).toEqual([{ type: 'loss', startFrame: missedFrom, frames: ring.readableFirst - missedFrom }]);
    await drawMany(40);
    const last = await draw();
    expect(last!.columnsPending).toBe(0);
    expect(last!.waveform.filter(Number.isNaN).length).toBeLessThan(24);
    // The history once per channel before and once after; not ten minutes of it.
    expect(times.size).toBeLessThan(6 * (2 * 80_000) / 64);
    for (const count of times.values()) expect(count).toBe(1);
  });

  test('channels stay with their worker while the page keeps them', async () => {
    ring.writeTo(16_000);
    start(3);
    await drawMany(20);
    const sent = [...times.values()].reduce((sum, count) => sum + count, 0);
    await draw({ channels: [4, 1] });
    await draw({ channels: [1, 5, 0, 2] });
    await drawMany(10);
    expect([...times.values()].reduce((sum, count) => sum + count, 0)).toBe(sent);
    await draw({ channels: [4, 1], kept: [4, 1] });
    await drawMany(20);
    for (const [key, count] of times) expect(count).toBe(['1', '4'].includes(key.split('/')[1]!) ? 1 : 2);
  });
});
