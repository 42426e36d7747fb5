import { describe, expect, it } from 'vitest';
import { ColumnStore } from './column_store';
import { Cursor } from './cursor';
import { Picture } from './picture';
import { ViewModel } from './view_model';
import { WaveformDamage } from './waveform_damage';
import { WaveformData, type WaveformAnswer } from './waveform_data';
import { MARK, SHAPE_VALUES, WaveformShaper, type ShapeLook } from './waveform_shape';

const LOOK: ShapeLook = { gain: 1, thinPx: 1, ticks: () => [], colours: { plot: 0, trace: 0, grid: 0, gridStrong: 0, clip: 0, gap: [0, 0] } };

interface Known {
  firstPx: number;
  framesPerPx: number;
  endFrame: number;
  firstFrame?: number;
  channels?: number[];
}

/** A result over 100 columns in which everything up to `endFrame` is known. */
function accept(data: WaveformData, { firstPx, framesPerPx, endFrame, firstFrame = 0, channels = [0] }: Known, pairs?: [number, number][], samples?: number[]): void {
  const message: WaveformAnswer = {
    state: { firstFrame, endFrame, lostFrames: 0, running: true, seenAtMs: 0 },
    view: { firstPx, framesPerPx, widthPx: pairs?.length ?? 100, channels },
    waveform: pairs ? Float32Array.from(pairs.flat()) : new Float32Array(200),
    samples: samples ? { firstSample: 0, samplesPerChannel: samples.length, values: Float32Array.from(samples) } : null,
    completeFrom: 0,
  };
  data.accept(message);
}

function shapes(data: WaveformData, framesPerPx: number, fromPx: number, endPx: number, look = LOOK): { top: number; bottom: number; marks: number }[] {
  const out = new Uint16Array((endPx - fromPx) * SHAPE_VALUES);
  new WaveformShaper().shape(out, 0, data, { channel: 0, heightPx: 100 }, look, framesPerPx, fromPx, endPx);
  return Array.from({ length: endPx - fromPx }, (_, i) => ({ top: out[4 * i]! / 16, bottom: out[4 * i + 1]! / 16, marks: out[4 * i + 2]! }));
}

describe('the shape of a small waveform', () => {
  it('reaches from minimum to maximum, and to its neighbour, so that the line is whole', () => {
    const data = new WaveformData();
    accept(data, { firstPx: 0, framesPerPx: 10, endFrame: 1000 }, [[-0.5, 0.5], [0.8, 0.9], [-0.9, -0.8]]);
    expect(shapes(data, 10, 0, 3)).toMatchObject([
      { top: 25, bottom: 75 },
      { top: 5, bottom: 25 },
      { top: 10, bottom: 95 },
    ]);
  });

  it('is never thinner than a line nor beyond the lane, and marks clipping, gaps and the unknown', () => {
    const data = new WaveformData();
    accept(data, { firstPx: 0, framesPerPx: 10, endFrame: 40 }, [[0, 0], [1, 1], [NaN, NaN], [-1, -1], [NaN, NaN]]);
    const [silent, high, gap, low, unknown] = shapes(data, 10, 0, 5);
    expect(silent).toEqual({ top: 49.5, bottom: 50.5, marks: MARK.data });
    expect(high).toMatchObject({ top: 0, marks: MARK.data | MARK.clipTop });
    expect(gap).toEqual({ top: 0, bottom: 0, marks: MARK.gap });
    expect(low).toEqual({ top: 99, bottom: 100, marks: MARK.data | MARK.clipBottom });
    expect(unknown!.marks).toBe(0);
  });

  it('tells a channel that is not in the result from a gap', () => {
    const data = new WaveformData();
    accept(data, { firstPx: 0, framesPerPx: 10, endFrame: 1000 });
    const out = new Uint16Array(SHAPE_VALUES);
    new WaveformShaper().shape(out, 0, data, { channel: 7, heightPx: 100 }, LOOK, 10, 5, 6);
    expect(out[2]).toBe(0);
  });

  it('marks the columns of grid lines whichever part of the view is drawn', () => {
    const data = new WaveformData();
    accept(data, { firstPx: 0, framesPerPx: 10, endFrame: 1000 });
    const look: ShapeLook = { ...LOOK, ticks: ({ firstPx, widthPx }) => [20, 40].map((px) => px - firstPx).filter((x) => x >= 0 && x <= widthPx) };
    const ticks = (from: number, end: number): number[] => shapes(data, 10, from, end, look).flatMap(({ marks }, i) => (marks & MARK.tick ? [from + i] : []));
    expect(ticks(0, 60)).toEqual([20, 40]);
    expect(ticks(20, 40)).toEqual([20]);
    expect(ticks(21, 41)).toEqual([40]);
  });

  it('puts a square on each sample when there is room', () => {
    const data = new WaveformData();
    accept(data, { firstPx: 0, framesPerPx: 0.125, endFrame: 100 }, undefined, [0, 0.5, 0]);
    // Sample 1 stands in the middle of columns 8 to 15, at y = 25; its square is four pixels wide and high.
    const columns = shapes(data, 0.125, 8, 16);
    expect(columns.map(({ top }, i) => (top === 23 ? 8 + i : null)).filter((px) => px !== null)).toEqual([10, 11, 12, 13]);
    expect(columns[3]!.bottom).toBeGreaterThanOrEqual(27);
    // Drawn in two parts, it is the same.
    expect([...shapes(data, 0.125, 8, 11), ...shapes(data, 0.125, 11, 16)]).toEqual(columns);
  });

  it('joins single samples by straight lines', () => {
    const data = new WaveformData();
    accept(data, { firstPx: 0, framesPerPx: 0.25, endFrame: 100 }, undefined, [0, 1, 0, NaN, 1]);
    const min = new Float32Array(4);
    const max = new Float32Array(4);
    // Columns 2 to 5 lie between the middles of samples 0 and 1.
    data.lineExtents(0, { firstPx: 2, framesPerPx: 0.25, widthPx: 4 }, min, max);
    expect([...min]).toEqual([0, 0.25, 0.5, 0.75]);
    expect([...max]).toEqual([0.25, 0.5, 0.75, 1]);
    data.lineExtents(0, { firstPx: 13, framesPerPx: 0.25, widthPx: 2 }, min, max);
    expect(min[0]).toBeNaN();
  });
});

describe('what a waveform draws again', () => {
  const view = (scale: { firstPx: number; framesPerPx: number }): Picture => {
    const picture = new Picture(new ViewModel(), new ColumnStore(), new WaveformData(), new WaveformData(), new Cursor());
    picture.scale = { ...scale, widthPx: 50 };
    return picture;
  };

  it('is what came in, and what was not whole when it was drawn', () => {
    const picture = view({ firstPx: 20, framesPerPx: 10 });
    const damage = new WaveformDamage();
    const step = (firstPx: number, endFrame: number, firstFrame = 0) => {
      picture.scale = { ...picture.scale, firstPx };
      accept(picture.waveform, { firstPx: 0, framesPerPx: 10, endFrame, firstFrame });
      return damage.note(picture);
    };
    expect(step(20, 655)).toEqual({ runs: [[20, 70]], shownFirstPx: null });
    // Columns up to 65 were whole.
    expect(step(20, 700)).toEqual({ runs: [[65, 70]], shownFirstPx: 20 });
    expect(step(20, 705).runs).toEqual([]);
    expect(step(23, 800)).toEqual({ runs: [[70, 73]], shownFirstPx: 20 });
    expect(step(18, 800).runs).toEqual([[18, 24]]);
    expect(damage.note(picture).runs).toEqual([]);
    // What the ring has overwritten is no longer shown.
    expect(step(18, 900, 300).runs).toEqual([[18, 31]]);
  });

  it('is everything when a channel has come into the result', () => {
    const picture = view({ firstPx: 20, framesPerPx: 10 });
    const damage = new WaveformDamage();
    const known = { firstPx: 0, framesPerPx: 10, endFrame: 5000 };
    accept(picture.waveform, known);
    damage.note(picture);
    accept(picture.waveform, known);
    expect(damage.note(picture).runs).toEqual([]);
    accept(picture.waveform, { ...known, channels: [0, 7] });
    expect(damage.note(picture)).toEqual({ runs: [[20, 70]], shownFirstPx: null });
  });

  it('is everything after a change of zoom or look, again when the result has followed', () => {
    const picture = view({ firstPx: 20, framesPerPx: 10 });
    const damage = new WaveformDamage();
    accept(picture.waveform, { firstPx: 0, framesPerPx: 10, endFrame: 5000 });
    damage.note(picture);
    picture.scale = { firstPx: 10, framesPerPx: 20, widthPx: 50 };
    expect(damage.note(picture)).toEqual({ runs: [[10, 60]], shownFirstPx: null });
    accept(picture.waveform, { firstPx: 0, framesPerPx: 20, endFrame: 5000 });
    expect(damage.note(picture).runs).toEqual([[10, 60]]);
    expect(damage.note(picture).runs).toEqual([]);
    picture.lookRevision++;
    expect(damage.note(picture)).toEqual({ runs: [[10, 60]], shownFirstPx: null });
  });
});
