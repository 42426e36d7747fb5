// One waveform lane: uPlot owns the canvas and the drawing order, our path builder the shapes.

import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Picture, PicturePart } from '../render/picture';
import type { PlotSize } from '../render/plot_size';
import { WaveformDamage } from '../render/waveform_damage';
import { clipMarks, envelopePath, forGaps, samplePath, yOfAmplitude } from '../render/waveform_path';
import { GRID_SPACING_CSS } from './shape_looks';
import { timeTicks } from './time_ticks';

/** Dots appear when samples are at least this far apart, CSS px. */
const DOT_SPACING_CSS = 6;

export class WaveformView implements PicturePart {
  readonly #host: HTMLElement;
  readonly #channel: number;
  #plot: uPlot | null = null;
  #size: PlotSize | null = null;
  #picture: Picture | null = null;
  #data: [Float64Array, Float32Array, Float32Array] = [new Float64Array(0), new Float32Array(0), new Float32Array(0)];
  readonly #damage = new WaveformDamage();

  constructor(host: HTMLElement, channel: number) {
    this.#host = host;
    this.#channel = channel;
  }

  resize(size: PlotSize): void {
    if (size.widthPx < 1 || size.heightPx < 1) return;
    this.#size = size;
    const width = size.widthPx;
    this.#data = [Float64Array.from({ length: width }, (_, x) => x), new Float32Array(width), new Float32Array(width)];
    this.#damage.reset();
    if (this.#plot) this.#plot.setSize({ width: size.widthCss, height: size.heightCss });
    else this.#plot = this.#create(size);
  }

  draw(picture: Picture): void {
    const { scale, palette, waveform } = picture;
    if (!this.#plot || !palette || scale.widthPx !== this.#size?.widthPx) return;
    this.#picture = picture;
    if (this.#damage.note(picture).runs.length === 0) return;
    const [, min, max] = this.#data;
    waveform.extents(this.#channel, scale, min, max);
    const plot = this.#plot;
    plot.batch(() => plot.setData(this.#data, false));
  }

  /** Largest magnitude in a pixel column, or of the sample there; NaN where there is nothing. */
  peakAt(xPx: number): number {
    const picture = this.#picture;
    return picture ? picture.waveform.peakAt(this.#channel, picture.scale, xPx) : NaN;
  }

  destroy(): void {
    this.#plot?.destroy();
    this.#plot = null;
  }

  #create(size: PlotSize): uPlot {
    const palette = () => this.#picture?.palette;
    return new uPlot(
      {
        width: size.widthCss,
        height: size.heightCss,
        padding: [0, 0, 0, 0],
        pxAlign: false,
        cursor: { show: false },
        legend: { show: false },
        axes: [{ show: false }, { show: false }],
        scales: {
          x: { time: false, auto: false, range: () => [0, this.#data[0].length] },
          y: { auto: false, range: () => [-1, 1] },
        },
        series: [
          {},
          {
            paths: (plot) => this.#trace(plot),
            stroke: () => palette()?.trace ?? '',
            fill: () => palette()?.trace ?? '',
            width: 1.25,
            points: { show: false },
          },
          {
            paths: (plot) => this.#clipped(plot),
            fill: () => palette()?.clip ?? '',
            width: 0,
            points: { show: false },
          },
        ],
        hooks: { drawClear: [(plot) => this.#background(plot)] },
      },
      this.#data,
      this.#host,
    );
  }

  get #gain(): number {
    return 10 ** ((this.#picture?.look.gainDb ?? 0) / 20);
  }

  #trace(plot: uPlot): uPlot.Series.Paths {
    const picture = this.#picture;
    const fill = new Path2D();
    if (!picture) return { fill, stroke: null };
    const { scale } = picture;
    if (!picture.waveform.hasSamples(scale)) {
      const [, min, max] = this.#data;
      envelopePath(fill, plot.bbox, min, max, this.#gain, this.#size?.pixelRatio ?? 1);
      return { fill, stroke: null };
    }
    const stroke = new Path2D();
    const run = picture.waveform.samples(this.#channel);
    const spacingPx = 1 / scale.framesPerPx;
    const ratio = this.#size?.pixelRatio ?? 1;
    const dots = spacingPx >= DOT_SPACING_CSS * ratio ? fill : null;
    // A sample belongs to its whole frame; its dot stands in the middle of it.
    const x = (i: number): number => (run!.firstSample + i + 0.5) * spacingPx - scale.firstPx;
    if (run) samplePath(stroke, dots, plot.bbox, run.values, x, this.#gain, 4 * ratio);
    return { fill, stroke };
  }

  #clipped(plot: uPlot): uPlot.Series.Paths {
    const fill = new Path2D();
    const [, min, max] = this.#data;
    clipMarks(fill, plot.bbox, min, max, 2 * (this.#size?.pixelRatio ?? 1));
    return { fill, stroke: null };
  }

  /** Grid and gaps, under the trace. */
  #background(plot: uPlot): void {
    const picture = this.#picture;
    const palette = picture?.palette;
    if (!picture || !palette || !this.#size) return;
    const { ctx, bbox } = plot;
    const line = Math.max(1, Math.round(this.#size.pixelRatio));
    if (picture.stream) {
      ctx.fillStyle = palette.grid;
      for (const tick of timeTicks(picture.scale, picture.stream.sampleRateHz, GRID_SPACING_CSS * this.#size.pixelRatio)) {
        if (tick.label) ctx.fillRect(bbox.left + tick.xPx, bbox.top, line, bbox.height);
      }
    }
    for (const level of [-0.5, 0.5, 0]) {
      ctx.fillStyle = level === 0 ? palette.gridStrong : palette.grid;
      ctx.fillRect(bbox.left, Math.round(yOfAmplitude(bbox, level, 1) - line / 2), bbox.width, line);
    }
    this.#gaps(plot, picture);
  }

  #gaps(plot: uPlot, picture: Picture): void {
    const { scale, palette, waveform } = picture;
    if (!palette || waveform.hasSamples(scale) || !waveform.has(this.#channel)) return;
    const { ctx, bbox } = plot;
    const [firstFrame, endFrame] = waveform.knownFrames;
    const first = Math.ceil(firstFrame / scale.framesPerPx) - scale.firstPx;
    const end = Math.floor(endFrame / scale.framesPerPx) - scale.firstPx;
    const step = 8 * (this.#size?.pixelRatio ?? 1);
    forGaps(this.#data[1], scale.widthPx, (from, to) => {
      const left = Math.max(from, first);
      const right = Math.min(to, end);
      if (right <= left) return;
      ctx.save();
      ctx.beginPath();
      ctx.rect(bbox.left + left, bbox.top, right - left, bbox.height);
      ctx.clip();
      ctx.fillStyle = palette.gapDark;
      ctx.fillRect(bbox.left + left, bbox.top, right - left, bbox.height);
      ctx.strokeStyle = palette.gapLight;
      ctx.lineWidth = step / 4;
      ctx.beginPath();
      const phase = (((scale.firstPx + left) % step) + step) % step;
      for (let x = left - phase - bbox.height; x < right; x += step) {
        ctx.moveTo(bbox.left + x, bbox.top + bbox.height);
        ctx.lineTo(bbox.left + x + bbox.height, bbox.top);
      }
      ctx.stroke();
      ctx.restore();
    });
  }
}
