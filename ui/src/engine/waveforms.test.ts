import { beforeEach, describe, expect, test } from 'vitest';
import { BufferPool } from './buffers';
import { MeteredSource } from './metered_source';
import type { ViewRequest } from './protocol';
import { ModelSource } from './testing/model_source';
import { RingModel } from './testing/ring_model';
import { memory } from './testing/wasm';
import { WasmMemory } from './wasm_memory';
import { Waveforms } from './waveforms';

const ZOOMS = [1, 1.5, 2, 7, 31.25, 63, 64, 100, 255.5, 1000, 4000];
let ring: RingModel;
let source: ModelSource;
let waveforms: Waveforms;

beforeEach(() => {
  ring = new RingModel({ sampleRateHz: 8000, capacityFrames: 80_000, sample: (c, n) => (c + 1) * 0.25 * Math.sin(n * 0.37) });
  source = new ModelSource(ring);
  waveforms = new Waveforms(new WasmMemory(memory), new BufferPool());
});

const draw = (view: ViewRequest) => waveforms.draw(source, source.header(), view);
const viewOf = (framesPerPx: number, startFrame: number, widthPx = 300): ViewRequest => ({
  framesPerPx,
  firstPx: Math.floor(startFrame / framesPerPx),
  widthPx,
  channels: [0, 1],
});

/** Minimum and maximum of whole frames in [from, to), NaN when there are none. */
function naive(channel: number, from: number, to: number): [number, number] {
  let [min, max] = [NaN, NaN];
  for (let frame = Math.max(from, ring.readableFirst); frame < Math.min(to, ring.readableEnd); frame++) {
    const value = ring.expected(channel, frame);
    if (Number.isNaN(value)) continue;
    min = Number.isNaN(min) ? value : Math.min(min, value);
    max = Number.isNaN(max) ? value : Math.max(max, value);
  }
  return [Math.fround(min), Math.fround(max)];
}

describe('waveforms', () => {
  test.each(ZOOMS)('at %d frames per pixel every pixel holds its extremes', (framesPerPx) => {
    ring.lose(40_000, 40_200);
    ring.writeTo(100_000);
    const view = viewOf(framesPerPx, 39_900);
    const { waveform } = draw(view);
    expect(waveform).toHaveLength(2 * 2 * 300);
    const exact = framesPerPx < 64;
    for (const channel of [0, 1]) {
      for (let px = 0; px < 300; px++) {
        const from = Math.ceil((view.firstPx + px) * framesPerPx);
        const to = Math.ceil((view.firstPx + px + 1) * framesPerPx);
        const min = waveform[channel * 600 + 2 * px]!;
        const max = waveform[channel * 600 + 2 * px + 1]!;
        const [wantMin, wantMax] = naive(channel, from, to);
        if (exact) {
          expect([min, max]).toEqual([wantMin, wantMax]);
        } else {
          // At bucket resolution the neighbours within 63 frames may count too.
          const [wideMin, wideMax] = naive(channel, from - 63, to + 63);
          if (!Number.isNaN(wantMin)) expect(min <= wantMin && max >= wantMax).toBe(true);
          if (!Number.isNaN(min)) expect(min >= wideMin && max <= wideMax).toBe(true);
        }
      }
    }
  });

  test('one full-scale sample is seen at every zoom', () => {
    ring = new RingModel({ sampleRateHz: 8000, capacityFrames: 80_000, sample: (_, n) => (n === 50_001 ? -1 : 0) });
    source = new ModelSource(ring);
    ring.writeTo(90_000);
    for (const framesPerPx of ZOOMS) {
      const view = viewOf(framesPerPx, 49_990);
      expect(Math.min(...draw(view).waveform.filter((value) => !Number.isNaN(value))), `${framesPerPx} frames per pixel`).toBe(-1);
    }
  });

  test('below one frame per pixel there are the samples, one more on each side', () => {
    ring.writeTo(10_000);
    const { waveform, samples } = draw({ framesPerPx: 0.25, firstPx: 4000, widthPx: 100, channels: [1, 0] });
    expect(waveform).toHaveLength(0);
    expect(samples).toMatchObject({ firstSample: 999, samplesPerChannel: 27 });
    for (let n = 0; n < 27; n++) {
      expect(samples!.values[n]).toBe(Math.fround(ring.expected(1, 999 + n)));
      expect(samples!.values[27 + n]).toBe(Math.fround(ring.expected(0, 999 + n)));
    }
    const edge = draw({ framesPerPx: 0.5, firstPx: -50, widthPx: 100, channels: [0] }).samples!;
    expect(edge.firstSample).toBe(0);
    expect(draw({ framesPerPx: 0.5, firstPx: -500, widthPx: 100, channels: [0] }).samples!.samplesPerChannel).toBe(0);
    const beyond = draw({ framesPerPx: 0.5, firstPx: 2 * ring.readableEnd - 4, widthPx: 10, channels: [0] }).samples!;
    expect([...beyond.values].map(Number.isNaN)).toEqual([false, false, false, true, true, true, true]);
  });

  test('nothing before the stream, after it, and on channels that do not exist', () => {
    ring.writeTo(1000);
    for (const framesPerPx of [2, 100]) {
      const { waveform } = draw({ framesPerPx, firstPx: -20, widthPx: 10, channels: [0, 7] });
      expect([...waveform].every(Number.isNaN)).toBe(true);
      const after = draw({ framesPerPx, firstPx: 2000, widthPx: 10, channels: [0, 7] });
      expect([...after.waveform].every(Number.isNaN)).toBe(true);
    }
  });

  test('history that arrives late appears, and a gap that is filled closes', () => {
    ring.writeTo(70_000);
    source.pending.add(0, 60_000);
    const view = viewOf(256, 0, 280);
    const known = (): boolean[] => Array.from(draw({ ...view, channels: [0] }).waveform.filter((_, i) => i % 2 === 0), (v) => !Number.isNaN(v));
    expect(known().indexOf(true)).toBe(Math.floor(60_000 / 256));
    // Arrives newest first.
    for (let from = 55_000; from >= 0; from -= 5000) {
      source.pending.clear();
      source.pending.add(0, from);
      known();
    }
    expect(known().indexOf(true)).toBe(0);
    // A late piece at the live edge.
    const end = ring.readableEnd;
    ring.writeTo(75_000);
    source.pending.add(end, end + 2000);
    const gap = known();
    expect(gap.slice(0, Math.floor(end / 256)).every(Boolean)).toBe(true);
    expect(gap[Math.floor((end + 1000) / 256)]).toBe(false);
    source.pending.clear();
    expect(known()[Math.floor((end + 1000) / 256)]).toBe(true);
  });

  test('following the live edge reads only what is new', () => {
    ring.writeTo(79_000);
    const view = viewOf(256, 0);
    draw(view);
    draw(view);
    const before = source.copies;
    for (let i = 0; i < 10; i++) {
      ring.sequence++;
      draw(view);
    }
    expect(source.copies - before).toBe(20);
  });

  test('however the past arrives, each frame is taken once', () => {
    ring.writeTo(79_000);
    source.pending.add(0, 60_000);
    const view = viewOf(256, 0);
    const taken = (): number => {
      const reader = new MeteredSource(source);
      waveforms.draw(reader, source.header(), view);
      return reader.bytesCopied / 8;
    };
    let frames = taken();
    // Pieces arrive in any order, while the stream goes on and drops its oldest part.
    for (const from of [40_000, 5000, 20_000, 50_000, 10_000, 30_000, 0]) {
      source.pending.remove(from, from + 10_000);
      ring.sequence++;
      frames += taken();
    }
    source.pending.clear();
    const last = taken();
    const { readableFirst, readableEnd } = ring;
    expect(frames + last).toBe(2 * readableEnd);
    expect(taken()).toBe(0);
    const { waveform } = draw(view);
    for (let px = Math.ceil(readableFirst / 256) + 1; px < Math.floor(readableEnd / 256); px++) {
      const [min, max] = naive(0, px * 256, (px + 1) * 256);
      expect(waveform[2 * px]! <= min && waveform[2 * px + 1]! >= max, `px ${px}`).toBe(true);
    }
  });

  test.each([7, 31.25, 100, 256.5])('at %d frames per pixel a running picture is what a fresh one would be', (framesPerPx) => {
    // Blocks that end inside a bucket.
    ring = new RingModel({ sampleRateHz: 8000, capacityFrames: 80_000, blockFrames: 50, sample: (c, n) => Math.sin(n * 0.013 * (c + 1)) });
    source = new ModelSource(ring);
    ring.lose(70_000, 71_000);
    ring.lose(90_000, 90_001);
    ring.writeTo(60_000);
    source.pending.add(0, 30_000);
    const widthPx = 120;
    const live = (): ViewRequest => viewOf(framesPerPx, ring.readableEnd - (widthPx - 3) * framesPerPx, widthPx);
    const frozen = live();
    for (let i = 0; i < 600; i++) {
      const end = ring.readableEnd;
      ring.writeTo(60_000 + i * 133);
      // New frames that come late.
      if (i === 41) source.pending.add(end, ring.readableEnd);
      if (i === 60 || i === 90) source.pending.clear();
      const overview = { ...viewOf(400, 0, 450), waveformOnly: true };
      const view = [live(), live(), frozen, { ...live(), firstPx: live().firstPx - (i % 50) }, overview][i % 200 < 150 ? 0 : i % 5]!;
      const { waveform } = draw(view);
      // Often where pieces come late, now and then elsewhere.
      if (i % (i > 38 && i < 96 ? 9 : 67) !== 0) continue;
      const fresh = new Waveforms(new WasmMemory(memory), new BufferPool());
      let want = fresh.draw(source, source.header(), view).waveform;
      for (let n = 0; n < 2; n++) want = fresh.draw(source, source.header(), view).waveform;
      // At the start of the history the fresh pyramid knows nothing of what has just left it.
      const from = Math.ceil((ring.readableFirst + 64) / view.framesPerPx) - view.firstPx;
      for (let px = Math.max(0, from); px < view.widthPx; px++) {
        expect(waveform[2 * px], `px ${px} of picture ${i}`).toBe(want[2 * px]);
        expect(waveform[2 * px + 1], `px ${px} of picture ${i}`).toBe(want[2 * px + 1]);
      }
      fresh.clear();
    }
  });

  test('a running picture at a fine zoom reads only what is new', () => {
    ring.writeTo(60_000);
    const view = (): ViewRequest => viewOf(31.25, ring.readableEnd - 8000, 256);
    draw(view());
    const reader = new MeteredSource(source);
    for (let i = 0; i < 100; i++) {
      ring.sequence += 2;
      waveforms.draw(reader, source.header(), view());
    }
    // Once for the pyramid and once for the picture, and the column that was not complete again.
    expect(reader.bytesCopied / 8).toBeLessThanOrEqual(2 * 100 * (2 * 128 + 4 * 32));
  });

  test('a channel that the page keeps is not read again when it comes back', () => {
    ring.writeTo(79_000);
    const view = viewOf(256, 0);
    draw(view);
    draw({ ...view, channels: [0], kept: [1, 0] });
    const before = source.copies;
    draw(view);
    expect(source.copies - before).toBe(0);
    draw({ ...view, channels: [0] });
    draw(view);
    expect(source.copies - before).toBeGreaterThan(0);
  });
});
