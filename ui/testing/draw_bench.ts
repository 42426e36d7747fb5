// Times what the page itself does to draw lanes: whole pictures and live frames, each way of drawing, few lanes and many.
// `npm run bench:draw` opens it and prints the table.

import type { ColumnGrid } from '../src/engine/protocol';
import { ColumnStore } from '../src/render/column_store';
import { Cursor } from '../src/render/cursor';
import { openDevice, type GlWork } from '../src/render/gl/device';
import { GlSurface } from '../src/render/gl/surface';
import type { Palette } from '../src/render/palette';
import { Picture } from '../src/render/picture';
import { Spectrogram2d } from '../src/render/spectrogram2d';
import { ViewModel } from '../src/render/view_model';
import { Waveform2d } from '../src/render/waveform2d';
import { WaveformData } from '../src/render/waveform_data';
import { ShapeLooks } from '../src/views/shape_looks';
import { WaveformView } from '../src/views/waveform_view';
import { benchEvents, type EventBenchResult } from './event_bench';
import { fakeColormaps } from './fake_colormaps';
import { hash } from './fake_signal';

const RATE = 48_000;
const WIDTH_PX = 1100;
const HEIGHT_PX = 710;
const HOP = 512;
const BINS = 1025;
const FRAMES = 60;

export type Way = 'uplot' | 'canvas' | 'webgl';
export type What = 'waveform' | 'spectrogram';

export interface DrawCase {
  way: Way;
  what: What;
  lanes: number;
  spanS: number;
}

export interface DrawResult extends DrawCase {
  /** Ms of the page's own thread: best of nine, mean, median. */
  wholeMs: number;
  liveMs: number;
  stillMs: number;
  /** Per live frame and lane. */
  work: GlWork | null;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;

class Bench {
  readonly #content = document.getElementById('content')!;
  readonly #looks = new ShapeLooks();

  run({ way, what, lanes, spanS }: DrawCase): DrawResult {
    const picture = this.#picture();
    const framesPerPx = Math.round(((spanS * RATE) / WIDTH_PX) * 1024) / 1024;
    const channels = Array.from({ length: lanes }, (_, channel) => channel);
    const heightPx = Math.floor(HEIGHT_PX / lanes) - 1;
    const { draw, flush, work, end } = this.#drawer(way, what, channels, heightPx, picture);
    const feed = new Feed(picture, channels, framesPerPx, what);
    const timed = (advanceS: number): number => {
      feed.to(advanceS);
      const startMs = performance.now();
      draw();
      flush();
      return performance.now() - startMs;
    };
    let atS = 40;
    timed(atS);
    const whole: number[] = [];
    for (let i = 0; i < 9; i++) {
      picture.setLook({ ...picture.look });
      whole.push(timed(atS));
    }
    const before = work && { ...work };
    const live: number[] = [];
    for (let i = 0; i < FRAMES; i++) live.push(timed((atS += 1 / 60)));
    const perFrame = work && before ? (Object.fromEntries(Object.entries(work).map(([key, value]) => [key, (value - before[key as keyof GlWork]) / FRAMES / lanes])) as unknown as GlWork) : null;
    const still = Array.from({ length: 20 }, () => timed(atS));
    end();
    return { way, what, lanes, spanS, wholeMs: Math.min(...whole), liveMs: live.reduce((sum, ms) => sum + ms, 0) / FRAMES, stillMs: median(still), work: perFrame };
  }

  runEvents(count: number, spanS: number): EventBenchResult {
    return benchEvents(this.#content, count, spanS);
  }

  #picture(): Picture {
    const picture = new Picture(new ViewModel(), new ColumnStore(), new WaveformData(), new WaveformData(), new Cursor());
    picture.setStream({ streamId: 's', sampleRateHz: RATE, channels: 64, capacityFrames: 60 * RATE, blockFrames: 1024, startTimeUnixMs: null });
    picture.setPalette({ plotPixel: 0xff0f0b09, gapPixels: [0xff10161f, 0xff2a4570], trace: '#6fd6c9', clip: '#ff5c4d', grid: '#181d24', gridStrong: '#2d3641' } as Palette);
    picture.setLook({ colormap: fakeColormaps()['viridis']!, minDb: -120, maxDb: 0, frequency: 'log', bandHz: null, gainDb: 0 });
    return picture;
  }

  #drawer(way: Way, what: What, channels: number[], heightPx: number, picture: Picture): { draw(): void; flush(): void; work: GlWork | null; end(): void } {
    const canvas = document.createElement('canvas');
    canvas.style.position = 'absolute';
    this.#content.replaceChildren(canvas);
    const elements = channels.map(() => {
      const element = document.createElement('div');
      element.className = 'plot';
      Object.assign(element.style, { width: `${WIDTH_PX}px`, height: `${heightPx}px` });
      this.#content.append(element);
      return element;
    });
    if (way === 'webgl') {
      const device = openDevice(canvas, true);
      if ('refused' in device) throw new Error(device.refused);
      const surface = new GlSurface(device, canvas, this.#content, (p) => this.#looks.of(p));
      elements.forEach((element, i) => (what === 'waveform' ? surface.addWaveform(i, element) : surface.addSpectrogram(i, element)).resize(WIDTH_PX, heightPx));
      const end = (): void => {
        surface.destroy();
        device.gl.getExtension('WEBGL_lose_context')?.loseContext();
      };
      return { draw: () => surface.draw(picture), flush: () => device.gl.flush(), work: device.work, end };
    }
    if (way === 'uplot') {
      const size = { widthPx: WIDTH_PX, heightPx, widthCss: WIDTH_PX, heightCss: heightPx, pixelRatio: 1 };
      const views = elements.map((element, i) => new WaveformView(element, i));
      views.forEach((view) => view.resize(size));
      return { draw: () => views.forEach((view) => view.draw(picture)), flush: () => flushCanvases(this.#content), work: null, end: () => views.forEach((view) => view.destroy()) };
    }
    const drawers = elements.map((element, i) => {
      const own = document.createElement('canvas');
      element.append(own);
      const drawer = what === 'waveform' ? new Waveform2d(own, i) : new Spectrogram2d(own);
      drawer.resize(WIDTH_PX, heightPx);
      return drawer;
    });
    const draw = (): void =>
      drawers.forEach((drawer, i) => {
        if (drawer instanceof Waveform2d) drawer.draw(picture, this.#looks.of(picture));
        else
          drawer.draw({
            scale: picture.scale,
            lane: picture.columns.lane(i),
            frequency: picture.frequency,
            colours: picture.colours,
            coloursRevision: picture.lookRevision,
            deadlineMs: Infinity,
          });
      });
    return { draw, flush: () => flushCanvases(this.#content), work: null, end: () => {} };
  }
}

/** Reading a pixel makes a canvas do what it was told. */
function flushCanvases(content: HTMLElement): void {
  for (const canvas of content.querySelectorAll('canvas')) if (canvas.width > 300) canvas.getContext('2d')?.getImageData(0, 0, 1, 1);
}

/** Feeds waveforms and columns up to a time, outside of what is timed. */
class Feed {
  readonly #extents: Float32Array;
  #entries = 0;

  constructor(
    readonly picture: Picture,
    readonly channels: number[],
    readonly framesPerPx: number,
    readonly what: What,
  ) {
    this.#extents = Float32Array.from({ length: 8192 }, (_, i) => (i % 2 === 0 ? -1 : 1) * (0.1 + 0.8 * hash(i >> 1, 1)));
    const binEdgesHz = Float64Array.from({ length: BINS + 1 }, (_, r) => Math.max(0, ((r - 0.5) * RATE) / 2048));
    const grid: ColumnGrid = { generation: 1, settings: { window: 'hann', size: 2048, hop: HOP, pad: 1 }, bins: BINS, binEdgesHz, columnsKept: 4096, enbwBins: 1.5 };
    picture.columns.beginStream('s');
    picture.columns.setGrid(grid);
  }

  to(seconds: number): void {
    const { picture, framesPerPx, channels } = this;
    const endFrame = Math.floor(seconds * RATE);
    const firstPx = Math.floor(endFrame / framesPerPx) - WIDTH_PX - 4;
    picture.scale = { firstPx, framesPerPx, widthPx: WIDTH_PX };
    if (this.what === 'waveform') this.#waveform(endFrame, firstPx - 48, WIDTH_PX + 100);
    else this.#columns(Math.floor(endFrame / HOP) - 4, channels);
  }

  #waveform(endFrame: number, firstPx: number, widthPx: number): void {
    const { picture, channels, framesPerPx } = this;
    const waveform = new Float32Array(2 * widthPx * channels.length);
    channels.forEach((channel) => {
      for (let i = 0; i < widthPx; i++) {
        const at = 2 * ((firstPx + i + 7 * channel) & 4095);
        waveform.set(this.#extents.subarray(at, at + 2), 2 * (channel * widthPx + i));
      }
    });
    const state = { firstFrame: 0, endFrame, lostFrames: 0, running: true, seenAtMs: 0 };
    picture.waveform.accept({ state, view: { firstPx, framesPerPx, widthPx, channels }, waveform, samples: null, completeFrom: 0 });
  }

  #columns(endEntry: number, channels: number[]): void {
    const first = this.#entries === 0 ? endEntry - 3500 : this.#entries;
    this.#entries = endEntry;
    if (endEntry <= first) return;
    const codes = Uint16Array.from({ length: (endEntry - first) * BINS }, (_, i) => 18_000 + ((i * 2_654_435_761) >>> 20));
    for (const channel of channels) this.picture.columns.put({ generation: 1, streamId: 's', channel, level: 0, firstIndex: first, count: endEntry - first, bins: BINS, codes });
  }
}

declare global {
  interface Window {
    bench: Bench;
  }
}

window.bench = new Bench();
