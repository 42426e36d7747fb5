import { describe, expect, it } from 'vitest';
import { entriesOfPx } from '../base/column_grid';
import { frequencyScale } from '../base/frequency_scale';
import type { ColumnGrid } from '../engine/protocol';
import { fillColourTable, mapIndex, pixel, pixelOfHex } from './colours';
import { LaneColumns } from './column_store';
import { rowMap } from './row_map';
import { SpectrogramPainter, type PaintColours, type PaintTarget } from './spectrogram_painter';

const RATE = 48_000;
const SIZE = 2048;
const BINS = SIZE / 2 + 1;
const HEIGHT = 256;

function grid(generation = 1, hop = 512, columnsKept = 256): ColumnGrid {
  const binHz = RATE / SIZE;
  const binEdgesHz = Float64Array.from({ length: BINS + 1 }, (_, r) => Math.max(0, (r - 0.5) * binHz));
  return { generation, settings: { window: 'hann', size: SIZE, hop, pad: 1 }, bins: BINS, binEdgesHz, columnsKept, enbwBins: 1.5 };
}

/** Red counts up with the colour index, so that a pixel tells its level. */
const ramp = Uint8Array.from({ length: 768 }, (_, i) => (i % 3 === 0 ? i / 3 : 0));
const codeOf = (dbfs: number): number => Math.round((dbfs + 300) * 100);

function colours(minDb = -120, maxDb = 0): PaintColours {
  const table = new Uint32Array(65_536);
  fillColourTable(table, { map: ramp, minDb, maxDb });
  return { table, empty: 0xff00ff00, gap: [0xff111111, 0xff222222] };
}

function lane(levels: (entry: number, bin: number) => number, entries = 64, g = grid(), level = 0): LaneColumns {
  const codes = new Uint16Array(entries * BINS);
  for (let e = 0; e < entries; e++) for (let b = 0; b < BINS; b++) codes[e * BINS + b] = levels(e, b);
  const result = new LaneColumns();
  result.put(g, { generation: g.generation, streamId: 's', channel: 0, level, firstIndex: 0, count: entries, bins: BINS, codes });
  return result;
}

function paint(source: LaneColumns | null, px: number, framesPerPx: number, kind: 'linear' | 'log' = 'linear', c = colours()): Uint32Array {
  const target: PaintTarget = { pixels: new Uint32Array(HEIGHT), stridePx: 1, heightPx: HEIGHT };
  const rows = (layer: { grid: ColumnGrid }) => rowMap(layer.grid, frequencyScale(kind, RATE), HEIGHT);
  new SpectrogramPainter().paintColumn(target, 0, px, framesPerPx, source, rows, c);
  return target.pixels;
}

const red = (p: number): number => p & 255;
const rowOfHz = (hz: number): number => Math.floor((1 - hz / (RATE / 2)) * HEIGHT);

describe('colours', () => {
  it('map the range onto 256 steps and saturate outside', () => {
    const { table } = colours(-120, 0);
    expect(red(table[codeOf(0)]!)).toBe(255);
    expect(red(table[codeOf(-120)]!)).toBe(0);
    expect(red(table[codeOf(-60)]!)).toBe(128);
    expect(red(table[codeOf(12)]!)).toBe(255);
    expect(red(table[codeOf(-200)]!)).toBe(0);
    expect(table[codeOf(-30)]! >>> 24).toBe(255);
    for (const v of [0, 0.1, 0.25, 0.5, 0.999, 1]) expect(mapIndex(v)).toBe(Math.min(255, Math.floor(256 * v)));
  });

  it('pack pixels as canvases store them', () => {
    expect(new Uint8Array(Uint32Array.of(pixel(1, 2, 3)).buffer)).toEqual(Uint8Array.of(1, 2, 3, 255));
    expect(pixelOfHex('#0a0B0c')).toBe(pixel(10, 11, 12));
    expect(pixelOfHex('red')).toBe(pixel(0, 0, 0));
  });
});

describe('painting a spectrogram column', () => {
  it('shows a tone in the row of its frequency, with the colour of its level', () => {
    const bin = 130;
    const source = lane((_, b) => codeOf(b === bin ? -6 : -110));
    const pixels = paint(source, 40, 512);
    const brightest = pixels.reduce((best, p, y) => (red(p) > red(pixels[best]!) ? y : best), 0);
    expect(brightest).toBe(rowOfHz((bin * RATE) / SIZE));
    expect(red(pixels[brightest]!)).toBe(mapIndex(114 / 120));
  });

  it('never loses a single loud bin, at any height or axis', () => {
    for (const kind of ['linear', 'log'] as const) {
      for (const bin of [2, 77, 400, 777, 1024]) {
        const pixels = paint(lane((_, b) => codeOf(b === bin ? -6 : -110)), 40, 512, kind);
        expect(pixels.some((p) => red(p) === mapIndex(114 / 120))).toBe(true);
      }
    }
  });

  it('never loses a single loud column when columns are finer than pixels', () => {
    const framesPerPx = 4000;
    for (const loud of [10, 17, 23, 40]) {
      const source = lane((e) => codeOf(e === loud ? -6 : -110));
      const shown = [...Array(9).keys()].filter((px) => paint(source, px, framesPerPx).some((p) => red(p) > 200));
      expect(shown).toHaveLength(1);
      const [first, last] = entriesOfPx({ spacing: 512, origin: 768 }, framesPerPx, shown[0]!);
      expect(loud).toBeGreaterThanOrEqual(first);
      expect(loud).toBeLessThanOrEqual(last);
    }
  });

  it('repeats the nearest column, stamped at its centre, when columns are coarser', () => {
    const source = lane((e) => codeOf(e === 20 ? -6 : -110));
    const shown: number[] = [];
    for (let px = 1000; px < 1200; px++) if (paint(source, px, 10).some((p) => red(p) > 200)) shown.push(px);
    // Column 20 covers [10240, 12288), its centre is 11264, and it stands for half a hop to either side.
    const from = 11_264 - 256;
    const to = 11_264 + 256;
    expect(shown[0]).toBe(Math.round(from / 10));
    expect(shown[shown.length - 1]).toBe(Math.round(to / 10) - 1);
    expect(shown).toHaveLength(shown[shown.length - 1]! - shown[0]! + 1);
  });

  it('marks a gap and lets nothing cover it', () => {
    const source = lane((e) => (e === 20 ? 0 : codeOf(-6)));
    const gapColours = new Set([0xff111111, 0xff222222]);
    const px = Math.floor(11_264 / 2000);
    const pixels = paint(source, px, 2000);
    expect(pixels.every((p) => gapColours.has(p))).toBe(true);
    expect(new Set(pixels).size).toBe(2);
    expect(paint(source, px + 2, 2000).some((p) => gapColours.has(p))).toBe(false);
  });

  it('is empty where nothing is known', () => {
    expect(new Set(paint(null, 0, 512))).toEqual(new Set([0xff00ff00]));
    expect(new Set(paint(lane(() => codeOf(-6)), 500, 512))).toEqual(new Set([0xff00ff00]));
    expect(new Set(paint(lane(() => codeOf(-6)), -5, 512))).toEqual(new Set([0xff00ff00]));
  });

  it('falls back to the former setting pixel by pixel', () => {
    const source = lane(() => codeOf(-60));
    const next = grid(2, 1024);
    const codes = new Uint16Array(BINS).fill(codeOf(-6));
    source.put(next, { generation: 2, streamId: 's', channel: 0, level: 0, firstIndex: 10, count: 1, bins: BINS, codes });
    const at = Math.floor((10 * 1024 + 1024) / 512);
    expect(red(paint(source, at, 512)[HEIGHT / 2]!)).toBe(mapIndex(114 / 120));
    expect(red(paint(source, at + 8, 512)[HEIGHT / 2]!)).toBe(128);
  });

  it('recolours from stored codes', () => {
    const source = lane(() => codeOf(-30));
    expect(red(paint(source, 40, 512, 'linear', colours(-120, 0))[9]!)).toBe(mapIndex(0.75));
    expect(red(paint(source, 40, 512, 'linear', colours(-60, 0))[9]!)).toBe(128);
    expect(red(paint(source, 40, 512, 'linear', colours(-30, 0))[9]!)).toBe(0);
  });

  it('reads columns combined at a level as what they stand for', () => {
    const source = lane((e) => codeOf(e === 5 ? -6 : -110), 32, grid(), 3);
    // Entry 5 at level 3 stands for columns 40..47: frames 768 + 40 * 512 to 768 + 48 * 512.
    const shown: number[] = [];
    for (let px = 0; px < 64; px++) if (paint(source, px, 512).some((p) => red(p) > 200)) shown.push(px);
    // 41.5 to 49.5 pixels: those whose middle lies within.
    expect(shown[0]).toBe(41);
    expect(shown).toHaveLength(8);
  });
});

describe('rows of pixels', () => {
  it('cover every spectrum row of the band exactly once where rows are finer', () => {
    const g = grid();
    const map = rowMap(g, frequencyScale('linear', RATE), 200);
    expect(map.first[199]).toBe(0);
    expect(map.last[0]).toBe(BINS - 1);
    for (let y = 198; y >= 0; y--) expect(map.first[y]).toBe(map.last[y + 1]! + 1);
  });

  it('of a part of the band leave out what lies above it', () => {
    const map = rowMap(grid(), { kind: 'linear', minHz: 900, maxHz: 1100 }, 50);
    expect(map.last[0]! * (RATE / SIZE)).toBeLessThanOrEqual(1100 + RATE / SIZE / 2);
    expect(map.first[49]! * (RATE / SIZE)).toBeGreaterThanOrEqual(900 - RATE / SIZE);
  });

  it('repeat the containing row where rows are coarser', () => {
    const g = grid();
    const scale = frequencyScale('log', RATE);
    const map = rowMap(g, scale, 1000);
    // The lowest octave of 20..40 Hz lies in bins 1 and 2 alone.
    expect(map.first[999]).toBe(map.last[999]);
    expect(map.first[999]).toBe(1);
    for (let y = 0; y < 1000; y++) expect(map.first[y]).toBeLessThanOrEqual(map.last[y]!);
  });

  it('show nothing from beyond the edges of a zoomed axis', () => {
    const g = grid();
    const map = rowMap(g, frequencyScale('linear', RATE, [5000, 6000]), 20);
    const hz = (row: number): number => (row * RATE) / SIZE;
    expect(hz(map.first[19]!)).toBeGreaterThanOrEqual(5000);
    expect(hz(map.last[0]!)).toBeLessThan(6000);
    for (let y = 18; y >= 0; y--) expect(map.first[y]).toBe(map.last[y + 1]! + 1);
  });
});
