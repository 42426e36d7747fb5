import { beforeEach, expect, test } from 'vitest';
import { PoolVoices } from './pool_voices';
import type { FromWorker, Quality, StftSettings, StreamInfo } from './protocol';

const STFT: StftSettings = { window: 'hann', size: 2048, hop: 512, pad: 1 };
const info = (streamId: string): StreamInfo => ({ streamId, sampleRateHz: 48_000, channels: 8, capacityFrames: 1, blockFrames: 1, startTimeUnixMs: null });
const stream = (streamId: string | null): Extract<FromWorker, { type: 'stream' }> => ({ type: 'stream', info: streamId === null ? null : info(streamId) });
const trouble = (kind: 'transport' | 'settings' | 'internal', message = 'No.'): Extract<FromWorker, { type: 'trouble' }> => ({ type: 'trouble', kind, message });
const quality = (level: number): Extract<FromWorker, { type: 'quality' }> => ({
  type: 'quality',
  quality: { level, stride: 1, frameDivisor: 1, stft: STFT, effective: STFT, reason: '' } satisfies Quality,
});

let said: FromWorker[];
let voices: PoolVoices;
beforeEach(() => {
  said = [];
  voices = new PoolVoices((message) => said.push(message));
});
const streams = (): unknown[] => said.flatMap((message) => (message.type === 'stream' ? [message.info?.streamId ?? null] : []));

test('a stream begins with the first worker that sees it and ends with the last', () => {
  voices.hear(0, stream('a'));
  expect([voices.inStream(0), voices.inStream(1)]).toEqual([true, false]);
  voices.hear(1, stream('a'));
  voices.hear(1, stream('b'));
  expect([voices.inStream(0), voices.inStream(1)]).toEqual([false, true]);
  voices.hear(0, stream('b'));
  voices.hear(0, stream(null));
  expect(streams()).toEqual(['a', 'b']);
  // The first is in the next stream before the second has noticed the end.
  voices.hear(0, stream('c'));
  voices.hear(1, stream(null));
  voices.hear(1, stream('c'));
  expect(streams()).toEqual(['a', 'b', 'c']);
  voices.hear(0, stream(null));
  voices.hear(1, stream(null));
  expect(streams()).toEqual(['a', 'b', 'c', null]);
});

test('trouble with the transport is said by the first and over with the last', () => {
  voices.hear(0, stream('a'));
  voices.hear(1, stream('a'));
  voices.hear(0, trouble('transport'));
  voices.hear(1, trouble('transport'));
  expect(said.filter((message) => message.type === 'trouble')).toHaveLength(1);
  voices.hear(1, stream('a'));
  expect(streams()).toEqual(['a']);
  voices.hear(0, stream('a'));
  expect(streams()).toEqual(['a', 'a']);
});

test('a setting out of range is one sentence until others are chosen; a crash is always one', () => {
  for (const worker of [0, 1, 2]) voices.hear(worker, trouble('settings', 'No such size.'));
  expect(said).toHaveLength(1);
  voices.chosen(STFT);
  voices.hear(0, trouble('settings', 'No such size.'));
  voices.hear(0, trouble('internal'));
  voices.hear(1, trouble('internal'));
  expect(said).toHaveLength(4);
});

test('what several workers missed is one loss, frame by frame', () => {
  voices.hear(0, stream('a'));
  const lost = (): [number, number][] => said.flatMap((message) => (message.type === 'loss' ? [[message.startFrame, message.frames] as [number, number]] : []));
  voices.hear(0, { type: 'loss', startFrame: 100, frames: 50 });
  voices.hear(1, { type: 'loss', startFrame: 90, frames: 80 });
  voices.hear(2, { type: 'loss', startFrame: 100, frames: 50 });
  expect(lost()).toEqual([[100, 50], [90, 10], [150, 20]]);
  voices.hear(0, stream('b'));
  voices.hear(0, { type: 'loss', startFrame: 100, frames: 50 });
  expect(lost().at(-1)).toEqual([100, 50]);
});

test('the slowest worker sets the quality, until all have room', () => {
  const levels = (): number[] => said.flatMap((message) => (message.type === 'quality' ? [message.quality.level] : []));
  voices.hear(0, quality(1));
  voices.hear(1, quality(1));
  voices.hear(1, quality(2));
  voices.hear(0, quality(0));
  expect(levels()).toEqual([1, 2]);
  voices.hear(1, quality(1));
  voices.hear(1, quality(0));
  expect(levels()).toEqual([1, 2, 1, 0]);
  voices.hear(1, quality(2));
  voices.chosen({ ...STFT, size: 1024 });
  voices.hear(0, quality(1));
  expect(levels().at(-1)).toBe(1);
});

test('a worker that begins anew begins at full quality', () => {
  const levels = (): number[] => said.flatMap((message) => (message.type === 'quality' ? [message.quality.level] : []));
  voices.chosen(STFT);
  for (const worker of [0, 1]) voices.hear(worker, { type: 'ready', colormaps: {} });
  voices.hear(1, quality(3));
  voices.hear(1, { type: 'ready', colormaps: {} });
  expect(levels()).toEqual([3, 0]);
  expect(said.filter((message) => message.type === 'ready')).toHaveLength(1);
});

test('the same grid from another worker is not said again, a new one is', () => {
  const grid = (generation: number): Extract<FromWorker, { type: 'grid' }> => ({
    type: 'grid',
    grid: { generation, settings: STFT, bins: 2, binEdgesHz: Float64Array.of(0, 1, 2), columnsKept: 8, enbwBins: 1.5 },
  });
  voices.hear(0, grid(1));
  voices.hear(1, grid(1));
  voices.hear(0, grid(2));
  voices.hear(1, grid(2));
  expect(said).toHaveLength(2);
});

test('the ring is mapped when every worker has it mapped', () => {
  const hear = (worker: number, transport: 'mapped' | 'streamed', reason: string | null): void => voices.hear(worker, { type: 'transport', transport, reason });
  hear(0, 'mapped', null);
  hear(1, 'mapped', null);
  expect(said).toEqual([{ type: 'transport', transport: 'mapped', reason: null }]);
  hear(1, 'streamed', 'No room.');
  hear(0, 'mapped', null);
  expect(said.at(-1)).toEqual({ type: 'transport', transport: 'streamed', reason: 'No room.' });
  expect(said).toHaveLength(2);
  hear(1, 'mapped', null);
  expect(said.at(-1)).toMatchObject({ transport: 'mapped' });
});
