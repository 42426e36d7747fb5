import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EngineSession } from './session';
import type { FromWorker, StftSettings, ToWorker, ViewRequest } from './protocol';
import { RingModel } from './testing/ring_model';
import { memory } from './testing/wasm';

const STFT: StftSettings = { window: 'hann', size: 1024, hop: 256, pad: 1 };
type Message<T extends FromWorker['type']> = Extract<FromWorker, { type: T }>;

let ring: RingModel;
let posted: FromWorker[];
let transfers: Transferable[][];
let mapRequests: number;
let session: EngineSession;
let nowMs: number;
let reachable: boolean;
let inSession: boolean;
let nextId: number;

const send = (message: ToWorker): void => session.receive(message);
const of = <T extends FromWorker['type']>(type: T): Message<T>[] => posted.filter((message): message is Message<T> => message.type === type);
const settle = async (): Promise<void> => {
  for (let i = 0; i < 60; i++) await Promise.resolve();
};
/** One drawn frame and the answers to its requests. */
async function draw(view: Partial<ViewRequest> = {}): Promise<Message<'frame'>> {
  nowMs += 17;
  const done = of('frame').slice(-1).flatMap((last) => last.columns.map((batch) => batch.codes.buffer as ArrayBuffer));
  send({ type: 'frame', id: nextId++, view: { framesPerPx: 32, firstPx: 0, widthPx: 400, channels: [0, 1], ...view }, done });
  await settle();
  return of('frame').at(-1)!;
}
const open = (): void => send({ type: 'open', endpoint: { kind: 'fetch', url: 'test:' }, columnBudgetBytes: 4e6 });

beforeEach(() => {
  ring = new RingModel({ sampleRateHz: 8000, capacityFrames: 80_000, channels: 2, sample: (c, n) => Math.sin(n * 0.1 * (c + 1)) });
  posted = [];
  transfers = [];
  mapRequests = 0;
  nowMs = 0;
  nextId = 1;
  reachable = true;
  inSession = true;
  session = new EngineSession({
    memory,
    post: (message, transfer) => {
      if (message.type === 'map') return void mapRequests++;
      posted.push(message);
      transfers.push(transfer);
    },
    nowMs: () => nowMs,
    connect: () => ({
      request: (query) => {
        if (!reachable) return Promise.reject(new Error('The server is gone.'));
        return Promise.resolve(inSession ? ring.answer(query) : new ArrayBuffer(0));
      },
      close: () => {},
    }),
  });
});
afterEach(() => session.close());

describe('session', () => {
  test('from open to the first complete picture', async () => {
    ring.writeTo(12_800);
    send({ type: 'stft', generation: 1, settings: STFT });
    open();
    await settle();
    expect(Object.keys(of('ready')[0]!.colormaps)).toContain('viridis');
    expect(of('stream').map((message) => message.info?.streamId)).toEqual(['feed000000000001']);
    let last = await draw();
    expect(of('grid')[0]!.grid).toMatchObject({ generation: 1, settings: STFT, bins: 513, columnsKept: 329 });
    for (let i = 0; i < 20; i++) last = await draw();
    expect(last.columnsPending).toBe(0);
    expect(last.state).toMatchObject({ firstFrame: 0, endFrame: 12_800, lostFrames: 0, running: true });
    // Seen before the first frame was drawn; since the epoch.
    expect(last.state!.seenAtMs).toBe(performance.timeOrigin);
    expect([...last.waveform].every((value) => Math.abs(value) <= 1)).toBe(true);
    const columns = of('frame').flatMap((message) => message.columns);
    expect(columns.reduce((sum, batch) => sum + batch.count, 0)).toBe(2 * (Math.floor((12_800 - 1024) / 256) + 1));
    for (const batch of columns) expect(batch).toMatchObject({ generation: 1, streamId: 'feed000000000001', bins: 513, level: 0 });
  });

  test('a mapped ring draws the same picture without one packet', async () => {
    // Written out after each frame: its buffers go back with the next one.
    const picture = async (): Promise<{ columns: string[]; waveform: number[] }> => {
      const columns: string[] = [];
      for (let i = 0; i < 30; i++) {
        for (const { channel, firstIndex, count, bins, codes } of (await draw()).columns) {
          for (let n = 0; n < count; n++) columns.push(`${channel} ${firstIndex + n} ${codes.subarray(n * bins, (n + 1) * bins).join()}`);
        }
      }
      return { columns: columns.toSorted(), waveform: [...of('frame').at(-1)!.waveform] };
    };
    ring.writeTo(12_800);
    send({ type: 'stft', generation: 1, settings: STFT });
    open();
    const streamed = await picture();
    send({ type: 'ring', streamId: ring.streamHex, mayMap: true });
    expect(mapRequests).toBe(1);
    const asked = ring.queries.length;
    send({ type: 'mapped', buffer: ring.image(), reason: '' });
    expect(of('transport').at(-1)).toEqual({ type: 'transport', transport: 'mapped', reason: null });
    expect(await picture()).toEqual(streamed);
    expect(streamed.columns).toHaveLength(2 * 47);
    expect(ring.queries).toHaveLength(asked);
    expect(of('frame').at(-1)!.state).toMatchObject({ firstFrame: 0, endFrame: 12_800, running: true });
  });

  test('every buffer of a frame is transferred, none twice', async () => {
    ring.writeTo(12_800);
    send({ type: 'stft', generation: 1, settings: STFT });
    open();
    for (let i = 0; i < 5; i++) await draw({ framesPerPx: i % 2 === 0 ? 32 : 0.5 });
    posted.forEach((message, i) => {
      if (message.type !== 'frame') return;
      const buffers = [message.waveform.buffer, ...(message.samples ? [message.samples.values.buffer] : []), ...message.columns.map((batch) => batch.codes.buffer)];
      expect(new Set(transfers[i])).toEqual(new Set(buffers));
      expect(transfers[i]).toHaveLength(new Set(buffers).size);
    });
  });

  test('new settings start a new generation with the visible part first', async () => {
    ring.writeTo(79_000);
    open();
    send({ type: 'stft', generation: 1, settings: STFT });
    const view = { framesPerPx: 32, firstPx: 1200, widthPx: 400 };
    for (let i = 0; i < 30; i++) await draw(view);
    send({ type: 'stft', generation: 2, settings: { ...STFT, window: 'blackman-harris', size: 2048 } });
    const { columns } = await draw(view);
    expect(of('grid').at(-1)!.grid).toMatchObject({ generation: 2, bins: 1025 });
    const visible = ({ firstIndex, count }: { firstIndex: number; count: number }): boolean =>
      (firstIndex + count) * 256 + 1024 > 1200 * 32 - 2000 && firstIndex * 256 + 1024 < 1600 * 32 + 2000;
    expect(columns.length).toBeGreaterThan(0);
    expect(visible(columns[0]!)).toBe(true);
    for (const batch of columns) expect(batch.generation).toBe(2);
  });

  test('wrong settings are a sentence and the former ones stay', async () => {
    ring.writeTo(12_800);
    open();
    send({ type: 'stft', generation: 1, settings: STFT });
    await draw();
    send({ type: 'stft', generation: 2, settings: { ...STFT, size: 1000 } });
    ring.writeTo(16_000);
    await draw();
    expect(of('trouble')).toMatchObject([{ kind: 'settings', message: expect.stringMatching(/1000.*\.$/) as string }]);
    const { columns } = await draw({ firstPx: 100 });
    expect(columns.length).toBeGreaterThan(0);
    for (const batch of columns) expect(batch.generation).toBe(1);
  });

  test('an overview costs no columns and leaves the plan of the last view alone', async () => {
    ring.writeTo(12_800);
    open();
    send({ type: 'stft', generation: 1, settings: STFT });
    for (let i = 0; i < 20; i++) await draw();
    const overview = await draw({ framesPerPx: 400, widthPx: 200, waveformOnly: true });
    expect(overview).toMatchObject({ columns: [], columnsComputed: 0, columnsPending: 0 });
    expect(overview.waveform).toHaveLength(2 * 2 * 200);
    expect((await draw()).columnsComputed).toBe(0);
  });

  test('a broken view is a sentence, and the page still gets its answer', async () => {
    ring.writeTo(12_800);
    open();
    await draw();
    const broken: Partial<ViewRequest>[] = [
      { framesPerPx: 0 },
      { framesPerPx: NaN },
      { framesPerPx: Infinity },
      { widthPx: 1e9 },
      { widthPx: 1.5 },
      { firstPx: NaN },
      { firstPx: 2 ** 53 },
      { channels: [-1] },
      { channels: [0.5] },
      { channels: Array.from({ length: 300 }, (_, n) => n) },
    ];
    for (const view of broken) {
      const before = of('trouble').length;
      const answer = await draw(view);
      expect(answer.id).toBe(nextId - 1);
      expect(of('trouble')).toHaveLength(before + 1);
      expect(of('trouble').at(-1)!.message).toMatch(/^[A-Z].*\.$/);
    }
    expect((await draw({ channels: [5] })).state).not.toBeNull();
    expect((await draw({ widthPx: 0 })).waveform).toHaveLength(0);
  });

  test('trouble with the transport is said once; the stream, said again, ends it', async () => {
    ring.writeTo(12_800);
    open();
    await draw();
    reachable = false;
    for (let i = 0; i < 100; i++) await draw();
    expect(of('trouble')).toEqual([{ type: 'trouble', kind: 'transport', message: 'The server is gone.' }]);
    expect(of('stream')).toHaveLength(1);
    reachable = true;
    ring.writeTo(14_080);
    for (let i = 0; i < 300; i++) await draw();
    expect(of('stream')).toHaveLength(2);
    expect(of('stream')[1]).toEqual(of('stream')[0]);
    expect(of('frame').at(-1)!.state!.endFrame).toBe(14_080);
    expect(of('loss')).toEqual([]);
  });

  test('no session, then one; a page that sleeps for a minute learns what it missed and goes on', async () => {
    inSession = false;
    open();
    send({ type: 'stft', generation: 1, settings: STFT });
    expect((await draw()).state).toBeNull();
    inSession = true;
    ring.writeTo(6400);
    for (let i = 0; i < 30; i++) await draw();
    expect(of('stream')).toHaveLength(1);
    nowMs += 60_000;
    ring.writeTo(6400 + 60 * 8000);
    for (let i = 0; i < 5; i++) await draw({ firstPx: Math.floor(ring.readableEnd / 32) - 400 });
    expect(of('loss')).toEqual([{ type: 'loss', startFrame: 6400, frames: ring.readableFirst - 6400 }]);
    const last = of('frame').at(-1)!;
    expect(last.state!.endFrame).toBe(ring.readableEnd);
    expect(last.waveform.filter(Number.isNaN).length).toBeLessThan(10);
    inSession = false;
    for (let i = 0; i < 30; i++) await draw();
    expect(of('stream').at(-1)).toEqual({ type: 'stream', info: null });
  });

  test('while nobody draws, the timer keeps the history complete', async () => {
    ring.writeTo(6400);
    open();
    await draw();
    for (let i = 0; i < 600; i++) {
      nowMs += 100;
      ring.writeTo(6400 + i * 800);
      session.tick();
      await settle();
    }
    for (let i = 0; i < 4; i++) await draw();
    expect(of('loss')).toEqual([]);
    expect(of('frame').at(-1)!.state!.endFrame).toBe(ring.readableEnd);
  });

  test('the cursor reads the exact level, or that there is none', async () => {
    ring.writeTo(12_800);
    send({ type: 'probe', id: 1, channel: 0, frame: 5000, frequencyHz: 100, reachHz: 0 });
    open();
    send({ type: 'stft', generation: 1, settings: STFT });
    for (let i = 0; i < 5; i++) await draw();
    send({ type: 'probe', id: 2, channel: 0, frame: 5000, frequencyHz: (0.1 * 8000) / (2 * Math.PI), reachHz: 0 });
    const [early, answer] = of('probe');
    expect(early).toMatchObject({ id: 1, dbfs: NaN, peak: null });
    expect(answer!.id).toBe(2);
    expect(Math.abs(answer!.peak!.frequencyHz - (0.1 * 8000) / (2 * Math.PI))).toBeLessThan(0.15);
    expect(Math.abs(answer!.peak!.dbfs)).toBeLessThan(0.35);
  });
});
