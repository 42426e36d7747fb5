// The WASM build of the DSP gives the numbers of scipy, as the native build does: same golden data, same limits.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { code_from_dbfs, colormap, colormap_names, dbfs_from_code, SpectrumColumns } from '../../wasm/audiotab_wasm.js';
import { memory } from './testing/wasm';

interface Case {
  signal: number;
  signalName: string;
  window: string;
  size: number;
  hop: number;
  pad: number;
  columns: number[];
  binStep: number;
  binsPerColumn: number;
  offset: number;
}

const folder = new URL('../../../tests/golden/stft/', import.meta.url);
const { frames, cases } = JSON.parse(readFileSync(new URL('cases.json', folder), 'utf8')) as { frames: number; cases: Case[] };

/** The data of an NPY 1.0 file, which begins after a header of the length at byte 8. */
function npy(name: string): ArrayBuffer {
  const bytes = readFileSync(new URL(name, folder));
  const start = 10 + bytes.readUInt16LE(8);
  return new Uint8Array(bytes.subarray(start)).buffer as ArrayBuffer;
}
const signals = new Int16Array(npy('signals.npy'));
const expected = new Float32Array(npy('expected.npy'));

function stage(engine: SpectrumColumns, samples: ArrayLike<number>): void {
  new Float64Array(memory.buffer, engine.samples_ptr, samples.length).set(samples);
}

describe('against scipy', () => {
  test.each(cases)('$signalName, $window $size/$hop x$pad', (golden) => {
    const { window, size, hop, pad } = golden;
    const engine = new SpectrumColumns(window, size, hop, pad, 4);
    const bins = (size * pad) / 2 + 1;
    golden.columns.forEach((column, nth) => {
      const start = golden.signal * frames + column * hop;
      stage(engine, Array.from(signals.subarray(start, start + size), (value) => value / 32_768));
      const exact = engine.exact_column();
      engine.restart();
      engine.feed(1, 0);
      const codes = new Uint16Array(memory.buffer, engine.codes_ptr, bins);
      const peakDbfs = Math.max(...exact);
      for (let i = 0; i < golden.binsPerColumn; i++) {
        const bin = i * golden.binStep;
        const want = expected[golden.offset + nth * golden.binsPerColumn + i]!;
        if (want > -120) expect(Math.abs(exact[bin]! - want), `bin ${bin}, ${want} dBFS`).toBeLessThan(1e-3);
        // The display path is f32 and rounds to 0.01 dB.
        if (want > peakDbfs - 80) expect(Math.abs(codes[bin]! / 100 - 300 - want)).toBeLessThan(0.016);
      }
    });
    engine.free();
  });
});

describe('columns', () => {
  test('a level combines exactly the columns of its entries, whatever the pieces they are fed in', () => {
    const samples = Float64Array.from({ length: 16 * 64 + 256 }, (_, n) => Math.sin(n * n * 1e-3));
    const reference = new SpectrumColumns('blackman', 256, 64, 1, 16);
    stage(reference, samples);
    reference.feed(16, 0);
    const single = new Uint16Array(memory.buffer, reference.codes_ptr, 16 * 129).slice();
    for (const pieces of [[16], [1, 2, 3, 4, 6], [5, 11]]) {
      const engine = new SpectrumColumns('blackman', 256, 64, 1, 4);
      let fed = 0;
      for (const piece of pieces) {
        stage(engine, samples.subarray(fed * 64, (fed + piece - 1) * 64 + 256));
        engine.feed(piece, 2);
        fed += piece;
      }
      const combined = new Uint16Array(memory.buffer, engine.codes_ptr, 4 * 129).slice();
      for (let entry = 0; entry < 4; entry++) {
        for (let bin = 0; bin < 129; bin++) {
          const members = [0, 1, 2, 3].map((i) => single[(entry * 4 + i) * 129 + bin]!);
          const loudest = Math.max(...members);
          // Which column shares its FFT with which changes the last digits of levels far below the peak.
          if (loudest > 25_000) expect(Math.abs(combined[entry * 129 + bin]! - loudest)).toBeLessThanOrEqual(1);
        }
      }
    }
  });

  test('lost samples make a gap of exactly the columns that touch them', () => {
    const engine = new SpectrumColumns('hann', 256, 64, 1, 32);
    const samples = new Float64Array(31 * 64 + 256).fill(0.5);
    samples[1000] = NaN;
    stage(engine, samples);
    engine.feed(32, 0);
    const codes = new Uint16Array(memory.buffer, engine.codes_ptr, 32 * 129);
    for (let column = 0; column < 32; column++) {
      const touches = column * 64 <= 1000 && 1000 < column * 64 + 256;
      expect(codes[column * 129] === 0, `column ${column}`).toBe(touches);
    }
  });

  test('more bins than rows are combined, never skipped', () => {
    const engine = new SpectrumColumns('hann', 32_768, 32_768, 1, 1);
    expect(engine.rows).toBeLessThanOrEqual(8193);
    const edges = engine.row_edges_hz(48_000);
    expect(edges).toHaveLength(engine.rows + 1);
    expect([edges[0], edges[engine.rows]]).toEqual([0, 24_000]);
    const bin = 15_001;
    stage(engine, Float64Array.from({ length: 32_768 }, (_, n) => Math.cos((2 * Math.PI * bin * n) / 32_768)));
    engine.feed(1, 0);
    const codes = new Uint16Array(memory.buffer, engine.codes_ptr, engine.rows);
    const loudest = codes.indexOf(Math.max(...codes));
    expect(codes[loudest]).toBe(30_000);
    const hz = (bin * 48_000) / 32_768;
    expect(edges[loudest]).toBeLessThanOrEqual(hz);
    expect(edges[loudest + 1]).toBeGreaterThan(hz);
  });

  test('settings out of range are refused with a sentence', () => {
    const refused: [string, number, number, number, number][] = [
      ['hann', 255, 64, 1, 1],
      ['hann', 0, 64, 1, 1],
      ['hann', 65_536, 64, 1, 1],
      ['hann', 256, 15, 1, 1],
      ['hann', 256, 257, 1, 1],
      ['hann', 256, 64, 3, 1],
      ['hann', 256, 64, 16, 1],
      ['hann', 256, 64, 1, 0],
      ['hann', 256, 64, 1, 5000],
      ['haan', 256, 64, 1, 1],
      ['kaiser:-1', 256, 64, 1, 1],
      ['kaiser:NaN', 256, 64, 1, 1],
      ['', -1, -1, -1, -1],
      ['hann', NaN, Infinity, 1e300, 1],
    ];
    for (const settings of refused) expect(() => new SpectrumColumns(...settings)).toThrow(/^[A-Z0-9].*\.$/s);
    const engine = new SpectrumColumns('hann', 256, 64, 1, 2);
    for (const [columns, level] of [[3, 0], [100_000, 0], [100_000, 31], [-1, 0], [5, 1]] as const) {
      expect(() => engine.feed(columns, level)).toThrow(/^[A-Z0-9].*\.$/s);
    }
    expect(() => engine.probe(129, 4)).toThrow(/^[A-Z0-9].*\.$/s);
  });
});

test('codes are hundredths of a dB above -300 dBFS, 0 is the gap', () => {
  expect([code_from_dbfs(0), code_from_dbfs(-120.004), code_from_dbfs(-400), code_from_dbfs(NaN)]).toEqual([30_000, 18_000, 1, 0]);
  expect([dbfs_from_code(30_000), dbfs_from_code(0)]).toEqual([0, NaN]);
});

test('every colormap has 256 entries of three bytes', () => {
  expect(colormap_names()).toContain('viridis');
  for (const name of colormap_names()) expect(colormap(name)).toHaveLength(768);
  expect(Array.from(colormap('inferno').subarray(0, 3))).toEqual([0, 0, 4]);
  expect(() => colormap('jet')).toThrow(/^There is no colormap "jet".*\.$/);
});
