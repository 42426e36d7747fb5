import { expect, test } from 'vitest';
import type { Quality, StftSettings } from '../engine/protocol';
import { Analysis } from './analysis';

const STFT: StftSettings = { window: 'hann', size: 2048, hop: 512, pad: 1 };
const shorter: StftSettings = { ...STFT, size: 1024 };
const reduced = (level: number, stft: StftSettings): Quality => ({ level, stride: 1, frameDivisor: 1, stft, effective: stft, reason: '' });

test('the settings in force follow the load, the chosen ones stay known', () => {
  const analysis = new Analysis();
  expect(analysis.choose(STFT, true)).toEqual({ type: 'stft', generation: 1, settings: STFT, chosen: STFT, adaptiveWindow: true, sharers: 1 });
  // Fewer columns under the same settings: nothing to tell.
  expect(analysis.reduce(reduced(1, STFT))).toBeNull();
  expect(analysis.quality?.level).toBe(1);
  expect(analysis.reduce(reduced(2, shorter))).toMatchObject({ generation: 2, settings: shorter, chosen: STFT });
  // More channels on screen: another share of the memory, the same reduced settings.
  expect(analysis.share(3)).toMatchObject({ generation: 3, settings: shorter, chosen: STFT, sharers: 4 });
  expect(analysis.share(4)).toBeNull();
  expect(analysis.reduce(reduced(0, STFT))).toMatchObject({ generation: 4, settings: STFT });
  expect(analysis.quality).toBeNull();
});

test('what the user chooses is tried in full', () => {
  const analysis = new Analysis();
  analysis.choose(STFT, true);
  analysis.reduce(reduced(2, shorter));
  const other = { ...STFT, size: 4096 };
  expect(analysis.choose(other, true)).toMatchObject({ settings: other, chosen: other });
  expect(analysis.quality).toBeNull();
});

test('channels before the first settings tell nothing yet', () => {
  const analysis = new Analysis();
  expect(analysis.share(8)).toBeNull();
  expect(analysis.choose(STFT, false)).toMatchObject({ sharers: 8 });
});
