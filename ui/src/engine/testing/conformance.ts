// What every RingSource must do, whichever way the samples take. A source joins by calling this with its own `open`.

import { expect, test } from 'vitest';
import type { RingSource } from '../source';
import type { RingModel, RingModelOptions } from './ring_model';

export interface SourceUnderTest {
  ring: RingModel;
  source: RingSource;
  /** Blocks this source keeps away from the writer beyond those the ring's rule asks for. */
  spareBlocks?: number;
  /** Resolves when everything the ring has for channels 0 and 1 can be taken from the source. */
  settle(): Promise<void>;
}

export function ringSourceConformance(open: (options: RingModelOptions) => SourceUnderTest): void {
  const oldest = ({ ring, spareBlocks = 0 }: SourceUnderTest): number =>
    ring.readableFirst === 0 ? Math.max(0, (ring.sequence + 1 + spareBlocks) * ring.blockFrames - ring.capacityFrames) : ring.readableFirst + spareBlocks * ring.blockFrames;
  const check = (under: SourceUnderTest, channel: number, startFrame: number, length: number): void => {
    const dest = new Float64Array(length + 1).fill(-1);
    expect(under.source.copyInto(channel, startFrame, length, dest)).toEqual({ kind: 'copied' });
    const expected = Array.from({ length }, (_, n) => under.ring.expected(channel, startFrame + n));
    expect([...dest.subarray(0, length)]).toEqual(expected);
    expect(dest[length], 'nothing beyond the range is touched').toBe(-1);
  };

  test('before there is a stream there is no header and no sample', () => {
    const { source } = open({});
    expect(source.header()).toBeNull();
    expect(source.copyInto(0, 0, 1, new Float64Array(1))).toEqual({ kind: 'no-such-channel' });
  });

  test('the header is that of the ring', async () => {
    const under = open({ sampleRateHz: 44_100, channels: 3, capacityFrames: 44_100 + 7, streamId: 0xabcn });
    under.ring.writeTo(640);
    await under.settle();
    expect(under.source.header()).toEqual({
      streamId: '0000000000000abc',
      sampleRateHz: 44_100,
      channels: 3,
      capacityFrames: 44_107,
      blockFrames: 64,
      startTimeUnixMs: 1_700_000_000_000,
      firstFrame: 0,
      endFrame: 640,
      lostFrames: 0,
      running: true,
    });
    expect(under.source.sequence()).toBe(10);
    expect(under.source.completeFrom(0)).toBe(0);
  });

  test('every frame of every channel is right while a ring that is no multiple of its block wraps', async () => {
    const under = open({ capacityFrames: 1000, blockFrames: 64 });
    for (const frame of [64, 192, 960, 1024, 1600, 1984, 2048, 5120, 5184, 5248]) {
      under.ring.writeTo(frame);
      // oxlint-disable-next-line no-await-in-loop -- one state after the other
      await under.settle();
      const { firstFrame, endFrame } = under.source.header()!;
      expect(endFrame).toBe(under.ring.readableEnd);
      expect(firstFrame).toBeLessThanOrEqual(oldest(under));
      for (const channel of [0, 1]) {
        check(under, channel, oldest(under), endFrame - oldest(under));
        check(under, channel, endFrame - 1, 1);
        check(under, channel, endFrame - 60, 33);
        check(under, channel, endFrame, 0);
      }
    }
  });

  test('frames outside the history are refused with where it begins or ends, and nothing is written', async () => {
    const under = open({});
    under.ring.writeTo(4096);
    await under.settle();
    const { firstFrame } = under.source.header()!;
    const dest = new Float64Array(8).fill(-1);
    expect(under.source.copyInto(0, firstFrame - 1, 8, dest)).toEqual({ kind: 'overwritten', firstFrame });
    expect(under.source.copyInto(0, 0, 8, dest)).toEqual({ kind: 'overwritten', firstFrame });
    expect(under.source.copyInto(0, 4090, 8, dest)).toEqual({ kind: 'not-yet-written', endFrame: 4096 });
    expect(under.source.copyInto(7, 4000, 8, dest)).toEqual({ kind: 'no-such-channel' });
    expect([...dest]).toEqual(Array(8).fill(-1));
  });

  test('frames lost at the input are NaN at their place', async () => {
    const under = open({});
    under.ring.lose(100, 130);
    under.ring.writeTo(320);
    await under.settle();
    check(under, 0, 0, 320);
    check(under, 1, 99, 32);
    expect(under.source.header()!.lostFrames).toBe(30);
  });

  test('a stream that ends stops at its exact last frame', async () => {
    const under = open({});
    under.ring.finish(301);
    await under.settle();
    expect(under.source.header()).toMatchObject({ endFrame: 301, running: false });
    check(under, 0, 0, 301);
    const dest = new Float64Array(1);
    expect(under.source.copyInto(0, 301, 1, dest)).toEqual({ kind: 'not-yet-written', endFrame: 301 });
  });

  test('after another stream has begun nothing of the old one is left', async () => {
    const under = open({});
    under.ring.writeTo(4096);
    await under.settle();
    under.ring.restart(2n);
    under.ring.writeTo(128);
    await under.settle();
    expect(under.source.header()).toMatchObject({ streamId: '0000000000000002', firstFrame: 0, endFrame: 128 });
    check(under, 0, 0, 128);
    const refused = under.source.copyInto(0, 3500, 10, new Float64Array(10));
    expect(refused).toEqual({ kind: 'not-yet-written', endFrame: 128 });
  });

  test('frame numbers far beyond 32 bits stay exact', async () => {
    const under = open({ capacityFrames: 1000 });
    under.ring.sequence = 2 ** 40;
    await under.settle();
    const endFrame = 2 ** 46;
    expect(under.source.header()!.endFrame).toBe(endFrame);
    check(under, 1, endFrame - 800, 800);
  });

  test('440 Hz arrives sample for sample, all channels aligned', async () => {
    const sample = (channel: number, frame: number): number =>
      0.5 * Math.sin((2 * Math.PI * 440 * frame) / 44_100 + channel);
    const under = open({ sampleRateHz: 44_100, capacityFrames: 44_100, blockFrames: 1024, sample });
    for (let frame = 1024; frame <= 3 * 44_100; frame += 7 * 1024) {
      under.ring.writeTo(frame);
      // oxlint-disable-next-line no-await-in-loop -- as time goes by
      await under.settle();
    }
    const first = oldest(under);
    for (const channel of [0, 1]) check(under, channel, first, under.ring.readableEnd - first);
  });
}
