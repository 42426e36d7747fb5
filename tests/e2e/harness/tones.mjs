// The sound of the tests: eight sines whose frequencies fall on bins of a 4096-point spectrum at 48 kHz, so that their
// levels read exactly, each on its own level. The file loops without a seam.

import { writeFileSync } from 'node:fs';

export const RATE_HZ = 48_000;
export const BIN_HZ = RATE_HZ / 4096;
/** A whole number of periods of every tone: a multiple of 4096 frames, 10.24 s. */
const LOOP_FRAMES = 4096 * 120;

/** Even, so that they fall on bins of a 2048-point spectrum too. */
const BINS = [20, 44, 86, 128, 172, 256, 342, 512];
const LEVELS_DBFS = [-3, -6, -9, -12, -15, -18, -21, -24];

/**
 * One tone per channel.
 * @typedef {{ channel: number, bin: number, frequencyHz: number, dbfs: number, amplitude: number }} Tone
 * @type {Tone[]}
 */
export const TONES = BINS.map((bin, channel) => {
  const dbfs = LEVELS_DBFS[channel] ?? 0;
  return { channel, bin, frequencyHz: bin * BIN_HZ, dbfs, amplitude: 10 ** (dbfs / 20) };
});

/** Writes the loop as raw interleaved 32-bit floats. @param {string} path */
export function writeLoop(path) {
  const samples = new Float32Array(LOOP_FRAMES * TONES.length);
  for (const { channel, bin, amplitude } of TONES) {
    for (let frame = 0; frame < LOOP_FRAMES; frame++) {
      // The phase is reduced before the sine, so that the last period is as exact as the first.
      const turn = ((bin * frame) % 4096) / 4096;
      samples[frame * TONES.length + channel] = amplitude * Math.sin(2 * Math.PI * turn);
    }
  }
  writeFileSync(path, new Uint8Array(samples.buffer));
}
