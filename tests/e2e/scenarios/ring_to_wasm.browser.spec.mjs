// What the backend wrote is what the wasm module reads, bit for bit: no page between, the two real ends.

import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { RingBufferReader, initSync } from '../../../ui/wasm/audiotab_wasm.js';
import { audiotab } from '../harness/programs.mjs';

/** The default level of a test signal, -6 dBFS peak. */
const AMPLITUDE = 10 ** (-6 / 20);
const HISTORY_S = 30;

test.beforeAll(() => {
  initSync({ module: readFileSync(new URL('../../../ui/wasm/audiotab_wasm_bg.wasm', import.meta.url)) });
});

/** @param {string} path @param {string} input @param {number} seconds */
function capture(path, input, seconds) {
  execFileSync(audiotab(), ['capture', '--fast', '--input', input, '--duration', String(seconds), '--ring', path]);
  return new RingBufferReader(readFileSync(path));
}

/** Largest difference from the sine. @param {Float64Array} samples @param {number} first @param {number} hz @param {number} rateHz */
function worstError(samples, first, hz, rateHz) {
  let worst = 0;
  for (let i = 0; i < samples.length; i++) {
    // The phase by whole cycles first, so that the reference is exact too.
    const cycles = (((first + i) * hz) % rateHz) / rateHz;
    worst = Math.max(worst, Math.abs((samples[i] ?? Number.NaN) - AMPLITUDE * Math.sin(2 * Math.PI * cycles)));
  }
  return Number.isNaN(samples.reduce((sum, x) => sum + x, 0)) ? Number.NaN : worst;
}

test('440 Hz arrives sample for sample', () => {
  const reader = capture(test.info().outputPath('sine.ring'), 'signal:sine?freq=440', 2);
  const samples = reader.get_samples(0, 0n, 96_000);
  expect(samples.length).toBe(96_000);
  expect(worstError(samples, 0, 440, 48_000)).toBeLessThan(1e-12);
});

test('eight channels stay aligned through 60 s in a ring of 30 s at 44.1 kHz', () => {
  const rateHz = 44_100;
  const reader = capture(test.info().outputPath('wrapped.ring'), `signal:multitone?channels=8&rate=${rateHz}`, 60);
  // One block of 1,024 is never readable, and the last one was filled up.
  const first = (60 - HISTORY_S) * rateHz + 2 * 1024;
  for (let channel = 0; channel < 8; channel++) {
    const samples = reader.get_samples(channel, BigInt(first), 60 * rateHz - first);
    expect(worstError(samples, first, 200 * (channel + 1), rateHz), `channel ${channel}`).toBeLessThan(1e-12);
  }
});
