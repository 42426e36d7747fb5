import { beforeEach, expect, test } from 'vitest';
import './testing/wasm';
import { RingLink } from './ring_link';
import { RingModel } from './testing/ring_model';

let ring: RingModel;
let told: string[];
let requests: number;
let asked: number;
let nowMs: number;
let link: RingLink;

const settle = async (): Promise<void> => {
  for (let i = 0; i < 40; i++) await Promise.resolve();
};
const draw = async (frames: number): Promise<void> => {
  for (let i = 0; i < frames; i++) {
    nowMs += 17;
    link.frame();
    link.tick();
    // oxlint-disable-next-line no-await-in-loop -- as time goes by
    await settle();
  }
};

beforeEach(() => {
  ring = new RingModel({ capacityFrames: 1000, blockFrames: 64 });
  ring.writeTo(640);
  told = [];
  requests = 0;
  asked = 0;
  nowMs = 0;
  link = new RingLink(
    {
      stream: (header) => told.push(`stream ${header?.streamId.slice(-1) ?? 'none'}`),
      recovered: () => told.push('recovered'),
      loss: (startFrame, frames) => told.push(`loss ${startFrame} ${frames}`),
      trouble: () => told.push('trouble'),
      transport: (transport, reason) => told.push(`${transport}${reason ? `: ${reason}` : ''}`),
      needMapping: () => void asked++,
    },
    () => nowMs,
    () => ({
      request: (query) => {
        requests++;
        return Promise.resolve(ring.answer(query));
      },
      close: () => told.push('closed'),
    }),
  );
});

const open = (): void => link.open({ kind: 'fetch', url: 'test:' });

test('without any word of a ring to map, samples are streamed', async () => {
  open();
  await draw(2);
  expect(told).toEqual(['streamed', 'stream 1']);
  expect(asked).toBe(0);
});

test('while mapped, not one packet is asked for', async () => {
  link.ringChanged(null, true);
  open();
  await draw(10);
  link.ringChanged(ring.streamHex, true);
  const mapping = ring.image();
  link.mapped(mapping, '');
  for (let i = 0; i < 100; i++) {
    ring.writeTo(ring.readableEnd + 64);
    ring.image(mapping);
    // oxlint-disable-next-line no-await-in-loop -- as time goes by
    await draw(1);
  }
  expect(requests).toBe(0);
  expect(asked).toBe(1);
  expect(told).toEqual(['mapped', 'stream 1']);
  expect(link.header()!.endFrame).toBe(ring.readableEnd);
  expect(link.seenAtMs).toBe(nowMs);
});

test('a ring that cannot be mapped is streamed, with the reason, and the next one is tried again', async () => {
  link.ringChanged(ring.streamHex, true);
  open();
  link.mapped(null, 'The ring cannot be shared.');
  await draw(3);
  expect(told).toEqual(['streamed: The ring cannot be shared.', 'stream 1']);
  link.ringChanged(ring.streamHex, true);
  expect(asked, 'once per stream').toBe(1);
  ring.restart(2n);
  link.ringChanged(ring.streamHex, true);
  expect(asked).toBe(2);
  link.mapped(ring.image(), '');
  expect(told.slice(2)).toEqual(['closed', 'mapped', 'stream 2']);
  const before = requests;
  await draw(3);
  expect(requests).toBe(before);
});

test('what comes as a mapping but is no ring is streamed, and given back', async () => {
  link.ringChanged(ring.streamHex, true);
  open();
  const junk = new ArrayBuffer(8192);
  link.mapped(junk, '');
  await draw(2);
  expect(told).toEqual(['streamed: The shared memory holds no ring of this version.', 'stream 1']);
  expect(junk.byteLength).toBe(0);
});

test('another stream takes another mapping; the one before is given back', () => {
  link.ringChanged(ring.streamHex, true);
  open();
  const first = ring.image();
  link.mapped(first, '');
  const next = new RingModel({ channels: 5, sampleRateHz: 2000, capacityFrames: 2000, streamId: 2n });
  next.writeTo(64);
  link.ringChanged(next.streamHex, true);
  expect(link.header(), 'the old one goes on until the answer').toMatchObject({ channels: 2 });
  link.mapped(next.image(), '');
  expect(link.header()).toMatchObject({ channels: 5, sampleRateHz: 2000, endFrame: 64 });
  expect(first.byteLength).toBe(0);
  link.ringChanged(null, true);
  expect(link.header()).toBeNull();
  expect(told).toEqual(['mapped', 'stream 1', 'mapped', 'stream 2', 'stream none']);
});

test('shared memory is turned off and on again while the stream runs', async () => {
  link.ringChanged(ring.streamHex, true);
  open();
  const mapping = ring.image();
  link.mapped(mapping, '');
  link.ringChanged(ring.streamHex, false);
  expect(mapping.byteLength).toBe(0);
  await draw(2);
  expect(told).toEqual(['mapped', 'stream 1', 'streamed', 'stream 1']);
  link.ringChanged(ring.streamHex, true);
  expect(asked).toBe(2);
  link.mapped(ring.image(), '');
  expect(told.slice(4)).toEqual(['closed', 'mapped', 'stream 1']);
  // An answer that comes too late is given back.
  link.ringChanged(ring.streamHex, false);
  const late = ring.image();
  link.mapped(late, '');
  expect(late.byteLength).toBe(0);
});

test('what the writer overwrote before anybody looked is said to be lost', async () => {
  link.ringChanged(ring.streamHex, true);
  open();
  const mapping = ring.image();
  link.mapped(mapping, '');
  ring.writeTo(6400);
  ring.image(mapping);
  await draw(3);
  expect(told.slice(2)).toEqual([`loss 640 ${link.header()!.firstFrame - 640}`]);
});
