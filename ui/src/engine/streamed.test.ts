import { describe, expect, test } from 'vitest';
import './testing/wasm';
import { RingModel, type RingModelOptions } from './testing/ring_model';
import { StreamedSource } from './streamed';
import type { RingHeader } from './source';

interface Rig {
  ring: RingModel;
  source: StreamedSource;
  losses: [startFrame: number, frames: number][];
  streams: (RingHeader | null)[];
  /** Set to answer with no session. */
  link: { session: boolean; before: (query: string) => void };
  settle(): Promise<void>;
}

function rig(options: RingModelOptions & { mirrorBytes?: number } = {}): Rig {
  const ring = new RingModel(options);
  const losses: Rig['losses'] = [];
  const streams: Rig['streams'] = [];
  const link: Rig['link'] = { session: true, before: () => {} };
  let nowMs = 0;
  const source = new StreamedSource({
    transport: {
      request: async (query) => {
        link.before(query);
        // A ms per request: a poll fetches a few pieces of history, not all.
        nowMs += 1;
        return link.session ? ring.answer(query) : new ArrayBuffer(0);
      },
      close: () => {},
    },
    events: {
      stream: (header) => streams.push(header),
      loss: (startFrame, frames) => losses.push([startFrame, frames]),
    },
    nowMs: () => nowMs,
    mirrorBytes: options.mirrorBytes,
  });
  source.setVisible([0, 1]);
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 100; i++) {
      // oxlint-disable-next-line no-await-in-loop -- polls follow each other
      const active = await source.poll();
      const header = source.header();
      const complete = (channel: number): boolean =>
        source.copyInto(channel, 0, 0, new Float64Array(0)).kind === 'no-such-channel' ||
        source.completeFrom(channel) <= header!.firstFrame;
      if (!active || (header!.endFrame === ring.readableEnd && [0, 1, 2, 3].every(complete))) return;
    }
    throw new Error('never complete');
  };
  return { ring, source, losses, streams, link, settle };
}

function values(source: StreamedSource, channel: number, startFrame: number, length: number): number[] | string {
  const dest = new Float64Array(length);
  const result = source.copyInto(channel, startFrame, length, dest);
  return result.kind === 'copied' ? [...dest] : result.kind;
}

describe('what travels', () => {
  test('the first request asks for the header alone, then only new frames of visible channels', async () => {
    const { ring, source } = rig({ channels: 8, capacityFrames: 100_000, sampleRateHz: 48_000 });
    source.setVisible([6, 2]);
    await source.poll();
    ring.writeTo(640);
    await source.poll();
    ring.writeTo(960);
    await source.poll();
    await source.poll();
    expect(ring.queries).toEqual([
      '',
      'stream=feed000000000001&start=0&frames=65536&channels=6,2',
      'stream=feed000000000001&start=640&frames=65536&channels=6,2',
      'stream=feed000000000001&start=960&frames=65536&channels=6,2',
    ]);
    expect(values(source, 2, 958, 2)).toEqual([2e12 + 958, 2e12 + 959]);
  });

  test('with no channel on screen the header is still followed', async () => {
    const { ring, source } = rig();
    source.setVisible([]);
    await source.poll();
    ring.writeTo(640);
    await source.poll();
    expect(ring.queries).toEqual(['', 'stream=feed000000000001']);
    expect(source.header()!.endFrame).toBe(640);
  });

  test('history comes newest first in pieces and never holds up the live edge', async () => {
    const { ring, source } = rig({ capacityFrames: 2_000_000, sampleRateHz: 48_000 });
    ring.writeTo(1_900_000);
    const end = ring.readableEnd;
    await source.poll();
    await source.poll();
    expect(values(source, 0, end - 1000, 1000)).toHaveLength(1000);
    expect(values(source, 0, 0, 10)).toBe('pending');
    const completeFrom = source.completeFrom(0);
    expect(completeFrom).toBeLessThan(end);
    ring.writeTo(end + 640);
    const before = ring.queries.length;
    await source.poll();
    expect(ring.queries[before]).toContain(`start=${end}&frames=65536`);
    expect(values(source, 0, end - 1000, 1640)).toHaveLength(1640);
    // Eight requests of at most 65,536 frames and 1 MiB in a poll.
    expect(completeFrom - source.completeFrom(0)).toBeLessThanOrEqual(8 * 65_536);
    for (const query of ring.queries) expect(Number(/frames=(\d+)/.exec(query)?.[1] ?? 0)).toBeLessThanOrEqual(65_536);
  });

  test('a channel that comes on screen is filled in without touching the others', async () => {
    const { ring, source, settle } = rig({ channels: 4, capacityFrames: 4000 });
    ring.writeTo(3000);
    await settle();
    source.setVisible([0, 1, 3]);
    expect(values(source, 3, 2000, 4)).toBe('pending');
    expect(values(source, 0, 0, 2)).toEqual([0, 1]);
    const before = ring.queries.length;
    await source.poll();
    const asked = ring.queries.slice(before + 1);
    expect(asked.length).toBeGreaterThan(0);
    for (const query of asked) expect(query).toMatch(/channels=3$/);
    expect(values(source, 3, 0, 2)).toEqual([3e12, 3e12 + 1]);
  });

  test('a channel that comes and goes while a request is under way does no harm', async () => {
    const { ring, source, link, settle, losses } = rig({ channels: 4, capacityFrames: 4000 });
    ring.writeTo(640);
    await settle();
    ring.writeTo(1280);
    link.before = () => {
      source.setVisible([1, 2]);
      link.before = () => {};
    };
    await source.poll();
    source.setVisible([0, 1, 2]);
    await settle();
    for (const channel of [0, 1, 2]) expect(values(source, channel, 600, 100)).toEqual(Array.from({ length: 100 }, (_, n) => channel * 1e12 + 600 + n));
    expect(values(source, 3, 600, 1)).toBe('no-such-channel');
    expect(losses).toEqual([]);
  });

  test('memory has a limit: the mirrors then hold the newest part', async () => {
    const { ring, source, settle } = rig({ channels: 4, capacityFrames: 4000, mirrorBytes: 2 * 1000 * 8 });
    ring.writeTo(3904);
    await settle();
    expect(source.header()!.firstFrame).toBe(ring.readableEnd - 1000);
    expect(values(source, 0, ring.readableEnd - 1000, 1)).toEqual([ring.readableEnd - 1000]);
    source.setVisible([0]);
    await settle();
    expect(source.header()!.firstFrame).toBe(ring.readableEnd - 2000);
    expect(values(source, 0, ring.readableEnd - 2000, 2)).toEqual([ring.readableEnd - 2000, ring.readableEnd - 1999]);
    source.setVisible([0, 1, 2, 3]);
    expect(values(source, 0, ring.readableEnd - 500, 500)).toHaveLength(500);
    expect(values(source, 0, ring.readableEnd - 501, 1)).toBe('overwritten');
    await settle();
    expect(values(source, 3, ring.readableEnd - 1, 1)).toEqual([3e12 + ring.readableEnd - 1]);
  });
});

describe('what goes wrong', () => {
  test('a sleep longer than the history is one loss of exactly the frames that are gone', async () => {
    const { ring, source, losses, settle } = rig({ capacityFrames: 1000 });
    ring.writeTo(640);
    await settle();
    ring.writeTo(64_000);
    await settle();
    expect(losses).toEqual([[640, ring.readableFirst - 640]]);
    expect(values(source, 1, ring.readableFirst, 2)).toEqual([1e12 + ring.readableFirst, 1e12 + ring.readableFirst + 1]);
    ring.writeTo(64_640);
    await settle();
    expect(losses).toHaveLength(1);
  });

  test('a sleep within the history loses nothing', async () => {
    const { ring, source, losses, settle } = rig({ capacityFrames: 1_000_000, sampleRateHz: 48_000 });
    ring.writeTo(640);
    await settle();
    ring.writeTo(700_000);
    await source.poll();
    // The live edge is there before what was missed.
    expect(source.header()!.endFrame).toBe(ring.readableEnd);
    await settle();
    expect(losses).toEqual([]);
    expect(values(source, 0, 600, 100)).toEqual(Array.from({ length: 100 }, (_, n) => 600 + n));
  });

  test('missed frames that the ring overwrites while they are being fetched are reported once', async () => {
    const { ring, source, link, losses, settle } = rig({ capacityFrames: 400_000, sampleRateHz: 48_000 });
    ring.writeTo(640);
    await settle();
    ring.writeTo(390_000);
    let polls = 0;
    link.before = () => {
      if (++polls === 3) ring.writeTo(700_000);
    };
    await source.poll();
    link.before = () => {};
    await settle();
    await settle();
    const frames = losses.reduce((sum, loss) => sum + loss[1], 0);
    expect(losses[0]![0]).toBe(640 + 65_536);
    expect(frames).toBeGreaterThan(0);
    // Every frame was either fetched or reported; none twice.
    const reported = new Set(losses.flatMap(([start, count]) => [start, start + count - 1]));
    expect(reported.size).toBe(2 * losses.length);
    for (const [start, count] of losses) expect(start + count).toBeLessThanOrEqual(ring.readableFirst);
  });

  test('history that is overwritten before a new channel has it is no loss', async () => {
    const { ring, source, losses, settle } = rig({ channels: 3, capacityFrames: 1000 });
    ring.writeTo(900);
    await settle();
    source.setVisible([2]);
    ring.writeTo(1500);
    await settle();
    expect(values(source, 2, ring.readableFirst, 1)).toEqual([2e12 + ring.readableFirst]);
    expect(losses).toEqual([]);
  });

  test('no session, then one, then another, then none', async () => {
    const { ring, source, streams, link, settle } = rig();
    link.session = false;
    expect(await source.poll()).toBe(false);
    expect(streams).toEqual([]);
    link.session = true;
    ring.writeTo(640);
    await settle();
    ring.restart(7n);
    ring.writeTo(64);
    await settle();
    link.session = false;
    expect(await source.poll()).toBe(false);
    expect(streams.map((header) => header?.streamId ?? null)).toEqual(['feed000000000001', '0000000000000007', null]);
    expect(source.header()).toBeNull();
  });

  test('bytes that are no packet and frames nobody asked for are refused with a sentence', async () => {
    const { ring, source, settle } = rig();
    ring.writeTo(640);
    await settle();
    const answer = ring.answer.bind(ring);
    ring.answer = () => new TextEncoder().encode('<!doctype html>').buffer as ArrayBuffer;
    await expect(source.poll()).rejects.toThrow(/^This is not an AudioTab ring.*\.$/);
    ring.answer = () => ring.packet(0, 64, [0, 1]);
    await expect(source.poll()).rejects.toThrow('nobody asked for');
    ring.answer = answer;
    ring.writeTo(704);
    await settle();
    expect(values(source, 0, 700, 2)).toEqual([700, 701]);
  });
});
