import { describe, expect, it } from 'vitest';
import { WaveformData, type WaveformAnswer } from './waveform_data';
import { clipMarks, envelopePath, forGaps, samplePath } from './waveform_path';

function message(firstPx: number, framesPerPx: number, pairs: [number, number][], channels = [0]): WaveformAnswer {
  return {
    state: null,
    view: { firstPx, framesPerPx, widthPx: pairs.length / channels.length, channels },
    waveform: Float32Array.from(pairs.flat()),
    samples: null,
    completeFrom: 0,
  };
}

function extents(data: WaveformData, channel: number, firstPx: number, framesPerPx: number, widthPx: number): [number, number][] {
  const min = new Float32Array(widthPx);
  const max = new Float32Array(widthPx);
  data.extents(channel, { firstPx, framesPerPx, widthPx }, min, max);
  return Array.from(min, (low, i) => [low, max[i]!]);
}

const RAMP: [number, number][] = [[-1, 0], [-2, 1], [-3, 2], [-4, 3]];

describe('waveform data', () => {
  it('is exact under a shifted view', () => {
    const data = new WaveformData();
    data.accept(message(10, 100, RAMP));
    expect(extents(data, 0, 11, 100, 3)).toEqual([[-2, 1], [-3, 2], [-4, 3]]);
    expect(extents(data, 0, 9, 100, 2)).toEqual([[NaN, NaN], [-1, 0]]);
  });

  it('never hides a peak while the zoom is already another one', () => {
    const data = new WaveformData();
    data.accept(message(10, 100, RAMP));
    expect(extents(data, 0, 5, 200, 2)).toEqual([[-2, 1], [-4, 3]]);
    expect(extents(data, 0, 20, 50, 4)).toEqual([[-1, 0], [-1, 0], [-2, 1], [-2, 1]]);
  });

  it('gives buffers back and knows its channels', () => {
    const data = new WaveformData();
    expect(data.accept(message(0, 1, [[0, 1], [0, 1], [5, 6], [7, 8]], [2, 5]))).toEqual([]);
    expect(extents(data, 5, 0, 1, 2)).toEqual([[5, 6], [7, 8]]);
    expect(extents(data, 0, 0, 1, 1)).toEqual([[NaN, NaN]]);
    const done = data.accept(message(0, 1, RAMP));
    expect(done).toHaveLength(1);
    expect(done[0]!.byteLength).toBe(32);
  });

  it('unites channels for the overview', () => {
    const data = new WaveformData();
    data.accept(message(0, 1, [[-1, 0.1], [NaN, NaN], [-0.5, 0.7], [-0.2, 0.3]], [2, 5]));
    const min = new Float32Array(2);
    const max = new Float32Array(2);
    data.unitedExtents({ firstPx: 0, framesPerPx: 1, widthPx: 2 }, min, max);
    expect(min[0]).toBe(-1);
    expect(max[0]).toBeCloseTo(0.7);
    expect(min[1]).toBeCloseTo(-0.2);
    expect(max[1]).toBeCloseTo(0.3);
  });
});

class Recorder {
  rects: [number, number, number, number][] = [];
  line: string[] = [];
  rect(...r: [number, number, number, number]): void {
    this.rects.push(r);
  }
  moveTo(x: number, y: number): void {
    this.line.push(`M${x},${y}`);
  }
  lineTo(x: number, y: number): void {
    this.line.push(`L${x},${y}`);
  }
}

const BOX = { left: 0, top: 0, width: 4, height: 200 };

describe('waveform shapes', () => {
  it('joins neighbours into one line without growing any peak', () => {
    const path = new Recorder();
    envelopePath(path, BOX, Float32Array.of(-0.1, 0.5, -0.9, NaN), Float32Array.of(0.1, 0.6, -0.8, NaN), 1, 1);
    const spans = path.rects.map(([, top, , height]) => [top, top + height]);
    expect(spans).toHaveLength(3);
    expect(spans[0]![0]).toBeCloseTo(90);
    expect(spans[1]![0]).toBeCloseTo(40); // its own peak
    expect(spans[1]![1]).toBeCloseTo(90); // down to the neighbour
    expect(spans[2]![1]).toBeCloseTo(190); // its own trough
    for (let i = 1; i < 3; i++) {
      expect(spans[i]![0]).toBeLessThanOrEqual(spans[i - 1]![1]! + 1e-3);
      expect(spans[i]![1]).toBeGreaterThanOrEqual(spans[i - 1]![0]! - 1e-3);
    }
  });

  it('draws silence as a line and breaks at gaps', () => {
    const path = new Recorder();
    envelopePath(path, BOX, Float32Array.of(0, NaN, 0, 0), Float32Array.of(0, NaN, 0, 0), 1, 2);
    expect(path.rects).toEqual([[0, 99, 1, 2], [2, 99, 1, 2], [3, 99, 1, 2]]);
    const gaps: [number, number][] = [];
    forGaps(Float32Array.of(NaN, 0, NaN, NaN), 4, (from, end) => gaps.push([from, end]));
    expect(gaps).toEqual([[0, 1], [2, 4]]);
  });

  it('marks full scale at the edge it touches', () => {
    const path = new Recorder();
    clipMarks(path, BOX, Float32Array.of(-1, 0, -0.5, NaN), Float32Array.of(0.2, 1, 0.999, NaN), 2);
    expect(path.rects).toEqual([[0, 198, 1, 2], [1, 0, 1, 2]]);
  });

  it('connects samples and leaves gaps open', () => {
    const line = new Recorder();
    const dots = new Recorder();
    samplePath(line, dots, BOX, Float32Array.of(0, 1, NaN, -1), (i) => i * 10, 1, 4);
    expect(line.line).toEqual(['M0,100', 'L10,0', 'M30,200']);
    expect(dots.rects).toHaveLength(3);
  });
});

describe('history that is still on its way', () => {
  it('is unknown, not a gap', () => {
    const data = new WaveformData();
    const state = { firstFrame: 0, endFrame: 400, lostFrames: 0, running: true, seenAtMs: 0 };
    data.accept({ ...message(0, 100, RAMP), state, completeFrom: 250 });
    expect(data.knownFrames).toEqual([250, 400]);
  });
});
