// The spectrogram on a 2D canvas: what is already painted is moved, only new and changed columns are computed.

import type { FrequencyScale } from '../base/frequency_scale';
import type { TimeScale } from '../base/time_scale';
import type { ColumnLayer } from './column_layer';
import { cssOfPixel } from './colours';
import { LaneDamage } from './lane_damage';
import { rowMap, sameAxis, type RowMap } from './row_map';
import { SpectrogramPainter } from './spectrogram_painter';
import type { SpectrogramPicture, SpectrogramRenderer } from './spectrogram_renderer';

/** Columns painted between two looks at the clock. */
const CHUNK_PX = 32;

export class Spectrogram2d implements SpectrogramRenderer {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #painter = new SpectrogramPainter();
  readonly #damage = new LaneDamage();
  #rowMaps = new WeakMap<object, RowMap>();
  #image: ImageData | null = null;
  #pixels = new Uint32Array(0);
  #mapped: FrequencyScale | null = null;
  #coloursRevision = -1;

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
    if (!context) throw new Error('This webview offers no 2D canvas; AudioTab cannot draw without one.');
    this.#canvas = canvas;
    this.#context = context;
  }

  resize(widthPx: number, heightPx: number): void {
    if (this.#canvas.width === widthPx && this.#canvas.height === heightPx) return;
    this.#canvas.width = widthPx;
    this.#canvas.height = heightPx;
    this.#image = this.#context.createImageData(CHUNK_PX, heightPx);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
    this.#rowMaps = new WeakMap();
    this.#damage.reset();
  }

  draw(picture: SpectrogramPicture): number {
    const { scale, lane } = picture;
    if (!this.#image || scale.widthPx !== this.#canvas.width) return 0;
    this.#context.fillStyle = cssOfPixel(picture.colours.empty);
    this.#move(this.#damage.note(picture, lane?.takeChanges() ?? []), scale);
    const dirty = this.#damage.columns;
    if (this.#coloursRevision !== picture.coloursRevision) dirty.mark(0, scale.widthPx);
    this.#coloursRevision = picture.coloursRevision;
    this.#keepRowMaps(picture.frequency);
    const target = { pixels: this.#pixels, stridePx: CHUNK_PX, heightPx: this.#canvas.height };
    const rows = (layer: ColumnLayer): RowMap => this.#rowsOf(layer, picture.frequency);
    do {
      const run = dirty.takeNewest(CHUNK_PX);
      if (!run) return 0;
      const [from, end] = run;
      for (let x = from; x < end; x++) {
        this.#painter.paintColumn(target, x - from, scale.firstPx + x, scale.framesPerPx, lane, rows, picture.colours);
      }
      this.#context.putImageData(this.#image, from, 0, 0, 0, end - from, this.#canvas.height);
    } while (performance.now() < picture.deadlineMs);
    return dirty.count;
  }

  /** Brings what is on the canvas to the new scale: shifted by whole columns, or stretched until it is repainted. */
  #move(shown: TimeScale | null, scale: TimeScale): void {
    if (!shown) return this.#clear(0, scale.widthPx);
    const sameZoom = shown.framesPerPx === scale.framesPerPx;
    if (sameZoom && shown.firstPx === scale.firstPx) return;
    const ratio = sameZoom ? 1 : shown.framesPerPx / scale.framesPerPx;
    const left = shown.firstPx * ratio - scale.firstPx;
    const right = left + scale.widthPx * ratio;
    if (right > 0 && left < scale.widthPx) {
      this.#context.imageSmoothingEnabled = false;
      this.#context.drawImage(this.#canvas, left, 0, scale.widthPx * ratio, this.#canvas.height);
    }
    // What came in is empty until it is painted, never a copy of something else.
    if (left > 0) this.#clear(0, Math.min(scale.widthPx, left));
    if (right < scale.widthPx) this.#clear(Math.max(0, right), scale.widthPx);
  }

  #clear(from: number, end: number): void {
    this.#context.fillRect(from, 0, end - from, this.#canvas.height);
  }

  #keepRowMaps(frequency: FrequencyScale): void {
    if (sameAxis(this.#mapped, frequency)) return;
    this.#mapped = frequency;
    this.#rowMaps = new WeakMap();
  }

  #rowsOf(layer: ColumnLayer, frequency: FrequencyScale): RowMap {
    let map = this.#rowMaps.get(layer.grid);
    if (!map) this.#rowMaps.set(layer.grid, (map = rowMap(layer.grid, frequency, this.#canvas.height)));
    return map;
  }
}
