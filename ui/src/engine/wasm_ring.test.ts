// The WASM module against the golden ring file, and against bytes that mean harm.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse_packet_head, RingBufferReader } from '../../wasm/audiotab_wasm.js';
import './testing/wasm';
import { decodePacket } from './packet';
import { RingModel } from './testing/ring_model';

// 2 channels, 1 kHz, C = 1000, B = 64; wrapped; ended at frame 1300; frame n of channel c is c + n / 4096, but
// 1100..1110 are lost. Readable: 408..1300.
const GOLDEN = readFileSync(new URL('../../../crates/audiotab-ring/tests/golden/ring_v1.bin', import.meta.url));
/** What an error must look like. */
const SENTENCE = /^[A-Z0-9].*\.$/s;
const golden = (): Uint8Array => new Uint8Array(GOLDEN);

describe('the seed API', () => {
  test('reads the golden ring sample for sample', () => {
    const ring = new RingBufferReader(golden());
    expect([ring.sample_rate_hz, ring.channels, ring.first_frame, ring.end_frame]).toEqual([1000, 2, 408n, 1300n]);
    for (const channel of [0, 1]) {
      const samples = ring.get_samples(channel, 408n, 892);
      for (let n = 0; n < 892; n++) {
        const frame = 408 + n;
        const lost = frame >= 1100 && frame < 1110;
        expect(samples[n]).toBe(lost ? NaN : channel + frame / 4096);
      }
    }
    ring.free();
  });

  test('a waveform keeps the extremes, newest last, and shows what is lost', () => {
    const ring = new RingBufferReader(golden());
    const one = ring.get_waveform(0, 1);
    expect([...one]).toEqual([1299 / 4096]);
    // 892 points: every frame on its own.
    const all = ring.get_waveform(1, 892);
    expect([all[0], all[891]]).toEqual([1 + 408 / 4096, 1 + 1299 / 4096]);
    expect(all.findIndex(Number.isNaN)).toBe(1100 - 408);
    expect(all.filter(Number.isNaN)).toHaveLength(10);
    const fine = ring.get_waveform(1, 2000);
    expect(fine).toHaveLength(2000);
    expect([fine[0], fine[1999]]).toEqual([1 + 408 / 4096, 1 + 1299 / 4096]);
    expect(ring.get_waveform(0, 0)).toHaveLength(0);
  });

  test('a spectrogram is flat, newest last, and NaN where it touches a gap or begins before the history', () => {
    const ring = new RingBufferReader(golden());
    const levels = ring.get_spectrogram(0, 256, 64, 12);
    expect(levels).toHaveLength(12 * 129);
    const column = (k: number): Float32Array => levels.subarray(k * 129, (k + 1) * 129);
    // The window k steps before the newest covers [1300 - 256 - 64 k, 1300 - 64 k).
    for (let k = 0; k < 12; k++) {
      const start = 1300 - 256 - 64 * (11 - k);
      const gap = start < 1110 && start + 256 > 1100;
      expect([...column(k)].every(Number.isNaN), `window ${k}`).toBe(gap || start < 408);
    }
    // DC of a slow ramp is its mean, not doubled.
    const whole = 1300 - 256 - 64 * 7;
    const mean = (whole + 127.9) / 4096;
    expect(column(4)[0]).toBeCloseTo(20 * Math.log10(mean), 1);
  });

  test('a full-scale sine on a bin reads 0 dBFS', () => {
    const ring = new RingModel({ channels: 1, capacityFrames: 4096, sampleRateHz: 1000, sample: (_, n) => Math.cos((2 * Math.PI * 20 * n) / 512) });
    ring.writeTo(4032);
    const reader = new RingBufferReader(fileOf(ring));
    const levels = reader.get_spectrogram(0, 512, 128, 3);
    for (const k of [0, 1, 2]) expect(levels[k * 257 + 20]).toBeCloseTo(0, 5);
  });

  test('wrong questions are answered with a sentence', () => {
    const ring = new RingBufferReader(golden());
    const refused = (ask: () => unknown): void => expect(ask).toThrow(SENTENCE);
    refused(() => ring.get_waveform(2, 10));
    refused(() => ring.get_waveform(0, 4_000_000_000));
    refused(() => ring.get_spectrogram(9, 256, 64, 1));
    refused(() => ring.get_spectrogram(0, 255, 64, 1));
    refused(() => ring.get_spectrogram(0, 256, 8, 1));
    refused(() => ring.get_spectrogram(0, 256, 64, 4_000_000_000));
    refused(() => ring.get_samples(0, 0n, 10));
    refused(() => ring.get_samples(0, 2n ** 64n - 1n, 10));
    refused(() => ring.get_samples(0, 408n, 4_000_000_000));
    expect(ring.get_waveform(0, 2)).toHaveLength(2);
  });
});

describe('hostile bytes', () => {
  /** Never a trap: a value, or an Error with a sentence. A trap would be a WebAssembly.RuntimeError. */
  const survives = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(WebAssembly.RuntimeError);
      expect((error as Error).message).toMatch(SENTENCE);
      expect((error as Error).message).not.toContain('bug in AudioTab');
    }
  };
  const useAll = (bytes: Uint8Array): void => {
    const ring = new RingBufferReader(bytes);
    survives(() => ring.get_waveform(0, 100));
    survives(() => ring.get_spectrogram(1, 256, 100, 20));
    survives(() => ring.get_samples(1, ring.first_frame, 10));
    ring.free();
  };
  const EDGES = [0n, 1n, 63n, 64n, 65n, 256n, 257n, 1000n, 8193n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];

  test('every header field at every edge', () => {
    for (let offset = 0; offset < 128; offset += 8) {
      for (const edge of EDGES) {
        const bytes = golden();
        new DataView(bytes.buffer).setBigUint64(offset, edge, true);
        survives(() => useAll(bytes));
        const packet = new RingModel({ channels: 2 }).packet(0, 64, [0, 1]);
        new DataView(packet).setBigUint64(offset, edge, true);
        survives(() => decodePacket(packet));
      }
    }
    for (let offset = 128; offset < 176; offset += 8) {
      for (const edge of EDGES) {
        const packet = new RingModel({ channels: 2 }).packet(0, 64, [0, 1]);
        new DataView(packet).setBigUint64(offset, edge, true);
        survives(() => decodePacket(packet));
      }
    }
  });

  test('any length of a ring or a packet', () => {
    const packet = new Uint8Array(new RingModel({ channels: 2 }).packet(0, 64, [0, 1]));
    for (let length = 0; length < packet.length; length += length < 300 ? 1 : 97) {
      expect(() => parse_packet_head(packet.slice(0, length), length)).toThrow(SENTENCE);
    }
    for (const length of [0, 1, 7, 8, 127, 128, 4095, 4096, 20_095]) {
      expect(() => new RingBufferReader(golden().slice(0, length))).toThrow(SENTENCE);
    }
    const longer = new Uint8Array(GOLDEN.length + 8);
    longer.set(GOLDEN);
    expect(() => new RingBufferReader(longer)).toThrow(SENTENCE);
  });

  test('ten thousand random changes', () => {
    let state = 12345;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state % below;
    };
    const clean = new Uint8Array(new RingModel({ channels: 2 }).packet(640, 16, [0, 1]));
    for (let round = 0; round < 10_000; round++) {
      const packet = clean.slice();
      for (let change = 0; change <= random(4); change++) packet[random(176)] = random(256);
      survives(() => decodePacket(packet.buffer));
      if (round % 20 > 0) continue;
      const ring = golden();
      for (let change = 0; change <= random(4); change++) ring[random(128)] = random(256);
      survives(() => useAll(ring));
    }
  });
});

/** The whole file of a ring that has not wrapped. */
function fileOf(ring: RingModel): Uint8Array {
  const frames = ring.readableEnd;
  const packet = new Uint8Array(ring.packet(0, frames, [0]));
  const file = new Uint8Array(4096 + ring.capacityFrames * 8);
  file.set(packet.subarray(0, 128));
  file.set(packet.subarray(168), 4096);
  return file;
}
