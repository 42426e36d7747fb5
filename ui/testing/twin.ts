// The two renderers side by side on the same columns, for the browser test that compares their pixels. Driven from
// outside through `window.twin`.

import { frequencyScale, type FrequencyScale } from '../src/base/frequency_scale';
import type { TimeScale } from '../src/base/time_scale';
import type { ColumnGrid } from '../src/engine/protocol';
import { ColumnStore } from '../src/render/column_store';
import { Cursor } from '../src/render/cursor';
import { openDevice, type GlDevice } from '../src/render/gl/device';
import { GlSurface } from '../src/render/gl/surface';
import type { Palette } from '../src/render/palette';
import { Picture } from '../src/render/picture';
import { Spectrogram2d } from '../src/render/spectrogram2d';
import { ViewModel } from '../src/render/view_model';
import { Waveform2d } from '../src/render/waveform2d';
import { WaveformData } from '../src/render/waveform_data';
import { ShapeLooks } from '../src/views/shape_looks';
import { fakeColormaps } from './fake_colormaps';
import { hash } from './fake_signal';

const RATE = 48_000;
const STREAM = { streamId: 's', sampleRateHz: RATE, channels: 64, capacityFrames: 30 * RATE, blockFrames: 1024, startTimeUnixMs: null };

export type Levels = 'noise' | 'tone' | 'click' | 'gaps';

const LEVELS: Record<Levels, (entry: number, bin: number, bins: number) => number> = {
  noise: (entry, bin) => 18_000 + Math.floor(hash(entry, bin) * 12_000),
  tone: (entry, bin, bins) => (bin === Math.floor(bins / 3) ? 29_400 : 19_000 + (entry % 7)),
  click: (entry) => (entry % 97 === 40 ? 29_900 : 18_500),
  gaps: (entry, bin) => (entry % 13 === 5 ? 0 : 18_000 + Math.floor(hash(entry, bin) * 12_000)),
};

export interface PlotChoice {
  heightPx: number;
  channel: number;
  /** A small waveform instead of a spectrogram. */
  waveform?: boolean;
}

const noiseAt = (frame: number, channel: number): number => {
  if (Math.floor(frame / 900) % 11 === 3) return NaN;
  const loud = Math.floor(frame / 5000) % 4 === 0 ? 1.1 : 0.3;
  return loud * (2 * hash(frame, channel) - 1) * Math.abs(Math.sin(frame / 2000));
};

const TRACE = { trace: '#6fd6c9', clip: '#ff5c4d', grid: '#181d24', gridStrong: '#2d3641' };

class Twin {
  readonly #content = document.getElementById('content')!;
  readonly #picture = new Picture(new ViewModel(), new ColumnStore(), new WaveformData(), new WaveformData(), new Cursor());
  #device: GlDevice | null = null;
  #surface: GlSurface | null = null;
  #glCanvas: HTMLCanvasElement | null = null;
  #pairs: { element: HTMLElement; channel: number; plain: Spectrogram2d | Waveform2d; canvas: HTMLCanvasElement }[] = [];
  readonly #looks = new ShapeLooks();
  /** Columns that the waveforms on Canvas 2D drew. */
  #drawnColumns = 0;
  #generation = 0;

  /** Plots below each other, drawn in both ways. `sideBits`: textures no larger than 2 to this. */
  open(widthPx: number, plots: PlotChoice[], sideBits?: number): string {
    const canvas = document.createElement('canvas');
    this.#content.replaceChildren(canvas);
    this.scrollTo(0, 500);
    // A frame in which nothing moves is not drawn; here it must still be readable.
    canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false, preserveDrawingBuffer: true });
    const opened = openDevice(canvas, true);
    if ('refused' in opened) return opened.refused;
    const device = { ...opened, sideBits: sideBits ?? opened.sideBits };
    this.#device = device;
    this.#glCanvas = canvas;
    this.#surface = new GlSurface(device, canvas, this.#content, (picture) => this.#looks.of(picture));
    this.#pairs = plots.map(({ heightPx, channel, waveform }) => {
      const element = document.createElement('div');
      element.className = 'plot';
      Object.assign(element.style, { width: `${widthPx}px`, height: `${heightPx}px` });
      this.#content.append(element);
      const onSurface = waveform ? this.#surface!.addWaveform(channel, element) : this.#surface!.addSpectrogram(channel, element);
      onSurface.resize(widthPx, heightPx);
      const plainCanvas = document.createElement('canvas');
      const plain = waveform ? new Waveform2d(plainCanvas, channel) : new Spectrogram2d(plainCanvas);
      plain.resize(widthPx, heightPx);
      return { element, channel, plain, canvas: plainCanvas };
    });
    this.#picture.setStream(STREAM);
    this.#picture.setPalette({ plotPixel: 0xff0f0b09, gapPixels: [0xff10161f, 0xff2a4570], ...TRACE } as Palette);
    this.look('viridis', -120, 0);
    this.#picture.columns.beginStream(`s${performance.now()}`);
    this.#picture.columns.beginStream('s');
    return device.name;
  }

  look(map: string, minDb: number, maxDb: number, kind: FrequencyScale['kind'] = 'log', band?: [minHz: number, maxHz: number]): void {
    this.#picture.setLook({ colormap: fakeColormaps()[map]!, minDb, maxDb, frequency: kind, bandHz: null, gainDb: 0 });
    const whole = frequencyScale(kind, RATE);
    this.#picture.frequency = band ? { kind, minHz: band[0], maxHz: band[1] } : whole;
  }

  /** A new setting of the analysis. */
  grid(size: number, hop: number, columnsKept: number): void {
    const bins = size / 2 + 1;
    const binEdgesHz = Float64Array.from({ length: bins + 1 }, (_, r) => Math.max(0, ((r - 0.5) * RATE) / size));
    const grid: ColumnGrid = { generation: ++this.#generation, settings: { window: 'hann', size, hop, pad: 1 }, bins, binEdgesHz, columnsKept, enbwBins: 1.5 };
    this.#picture.columns.setGrid(grid);
  }

  columns(levels: Levels, firstIndex: number, count: number, level = 0): void {
    const { columns } = this.#picture;
    const { bins, generation } = columns.grid!;
    for (const channel of new Set(this.#pairs.map((pair) => pair.channel))) {
      const codes = new Uint16Array(count * bins);
      for (let i = 0; i < count; i++) for (let b = 0; b < bins; b++) codes[i * bins + b] = LEVELS[levels](firstIndex + i + 1000 * channel, b, bins);
      columns.put({ generation, streamId: 's', channel, level, firstIndex, count, bins, codes });
    }
  }

  settle(): void {
    this.#picture.columns.settle();
  }

  /** Of a list `heightPx` high. */
  scrollTo(top: number, heightPx: number): void {
    const scroller = this.#content.parentElement!;
    scroller.style.height = `${heightPx}px`;
    scroller.scrollTop = top;
  }

  /** What the worker would answer for a view, of a sound known until `endFrame`. */
  waveform(view: TimeScale, endFrame: number): void {
    const channels = [...new Set(this.#pairs.map((pair) => pair.channel))];
    const { firstPx, widthPx, framesPerPx } = view;
    const pairs: number[] = [];
    const samplesPerChannel = framesPerPx < 1 ? Math.ceil(widthPx * framesPerPx) + 5 : 0;
    const firstSample = Math.floor(firstPx * framesPerPx) - 2;
    const values: number[] = [];
    for (const channel of channels) {
      for (let i = 0; i < samplesPerChannel; i++) values.push(firstSample + i < endFrame ? noiseAt(firstSample + i, channel) : NaN);
      for (let px = firstPx; px < firstPx + widthPx; px++) {
        const known = px >= 0 && (px + 1) * framesPerPx <= endFrame;
        const some = [0, 0.3, 0.6, 0.9].map((part) => (known ? noiseAt(Math.floor((px + part) * framesPerPx), channel) : NaN));
        pairs.push(Math.min(...some), Math.max(...some));
      }
    }
    const { waveform } = this.#picture;
    waveform.accept({
      state: { firstFrame: 0, endFrame, lostFrames: 0, running: true, seenAtMs: 0 },
      view: { ...view, channels },
      waveform: Float32Array.from(framesPerPx < 1 ? [] : pairs),
      samples: framesPerPx < 1 ? { firstSample, samplesPerChannel, values: Float32Array.from(values) } : null,
      completeFrom: 0,
    });
  }

  gain(gainDb: number): void {
    this.#picture.setLook({ ...this.#picture.look, gainDb });
  }

  work(): object {
    return { ...this.#device!.work, drawnColumns: this.#drawnColumns };
  }

  /** WebGL alone. */
  draw(scale: TimeScale): void {
    this.#picture.scale = scale;
    this.#surface!.draw(this.#picture);
  }

  /** Of one answer per plot, those of plots in sight. */
  inSight<T>(answers: T[]): T[] {
    const sight = this.#content.parentElement!.getBoundingClientRect();
    return answers.filter((_, i) => {
      const { top, bottom } = this.#pairs[i]!.element.getBoundingClientRect();
      return bottom > sight.top && top < sight.bottom;
    });
  }

  /** Draws both ways; the differences and how many distinct colours the picture has, per plot. */
  compare(scale: TimeScale): { differing: number; colours: number; pixels: number }[] {
    const picture = this.#picture;
    picture.scale = scale;
    // Changes are handed out once; here two renderers want them.
    const lanes = new Set(this.#pairs.map(({ channel }) => picture.columns.lane(channel)));
    for (const lane of lanes) {
      const changes = lane?.takeChanges() ?? [];
      if (!lane) continue;
      const drawers = this.#pairs.filter(({ channel }) => picture.columns.lane(channel) === lane).length;
      const asked: unknown[] = Array.from({ length: 2 * drawers }, () => changes.map((change) => ({ ...change })));
      lane.takeChanges = () => (asked.shift() ?? []) as ReturnType<typeof lane.takeChanges>;
    }
    this.#surface!.draw(picture);
    const canvas = this.#glCanvas!;
    const { gl } = this.#device!;
    const whole = new Uint8Array(canvas.width * canvas.height * 4);
    gl.readPixels(0, 0, canvas.width, canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, whole);
    const drawn = new Uint32Array(whole.buffer);
    const results = this.#pairs.map(({ element, channel, plain, canvas: plainCanvas }) => {
      const { colours, lookRevision: coloursRevision, frequency } = picture;
      if (plain instanceof Waveform2d) this.#drawnColumns += plain.draw(picture, this.#looks.of(picture));
      else while (plain.draw({ scale, lane: picture.columns.lane(channel), frequency, colours, coloursRevision, deadlineMs: Infinity }) > 0);
      const { width, height } = plainCanvas;
      const expected = new Uint32Array(plainCanvas.getContext('2d')!.getImageData(0, 0, width, height).data.buffer);
      const top = element.getBoundingClientRect().top - canvas.getBoundingClientRect().top;
      let differing = 0;
      for (let y = 0; y < height; y++) {
        const row = canvas.height - 1 - (top + y);
        for (let x = 0; x < width; x++) if (drawn[row * canvas.width + x] !== expected[y * width + x]) differing++;
      }
      return { differing, colours: new Set(expected).size, pixels: width * height };
    });
    for (const lane of lanes) if (lane) delete (lane as { takeChanges?: unknown }).takeChanges;
    return results;
  }
}

declare global {
  interface Window {
    twin: Twin;
  }
}

window.twin = new Twin();
