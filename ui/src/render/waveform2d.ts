// A small waveform lane on a 2D canvas: what is drawn is moved, only new columns are filled in.

import { HATCH_PX } from './spectrogram_painter';
import type { Picture } from './picture';
import { WaveformDamage } from './waveform_damage';
import { levelRows, MARK, SHAPE_VALUES, WaveformShaper, type ShapeLook } from './waveform_shape';

const CHUNK_PX = 64;

/** `cover` sixteenths of `over` on `under`, channel by channel. */
export function mixPixels(under: number, over: number, cover: number): number {
  let pixel = 0xff;
  for (let shift = 16; shift >= 0; shift -= 8) {
    const value = (((under >>> shift) & 255) * (16 - cover) + ((over >>> shift) & 255) * cover + 8) >> 4;
    pixel = (pixel << 8) | value;
  }
  return pixel >>> 0;
}

export class Waveform2d {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #channel: number;
  readonly #damage = new WaveformDamage();
  readonly #shaper = new WaveformShaper();
  readonly #shapes = new Uint16Array(CHUNK_PX * SHAPE_VALUES);
  #image: ImageData | null = null;
  #pixels = new Uint32Array(0);

  constructor(canvas: HTMLCanvasElement, channel: number) {
    const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
    if (!context) throw new Error('This webview offers no 2D canvas; AudioTab cannot draw without one.');
    this.#canvas = canvas;
    this.#context = context;
    this.#channel = channel;
  }

  resize(widthPx: number, heightPx: number): void {
    if (this.#canvas.width === widthPx && this.#canvas.height === heightPx) return;
    this.#canvas.width = widthPx;
    this.#canvas.height = heightPx;
    this.#image = this.#context.createImageData(CHUNK_PX, heightPx);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
    this.#damage.reset();
  }

  /** Columns drawn. */
  draw(picture: Picture, look: ShapeLook): number {
    const { scale } = picture;
    if (!this.#image || scale.widthPx !== this.#canvas.width) return 0;
    const { runs, shownFirstPx } = this.#damage.note(picture);
    if (runs.length === 0) return 0;
    if (shownFirstPx !== null && shownFirstPx !== scale.firstPx) this.#context.drawImage(this.#canvas, shownFirstPx - scale.firstPx, 0);
    const levels = levelRows(this.#canvas.height, look.thinPx);
    const lane = { channel: this.#channel, heightPx: this.#canvas.height };
    let drawn = 0;
    for (const [fromPx, endPx] of runs) {
      for (let px = fromPx; px < endPx; px += CHUNK_PX) {
        const end = Math.min(endPx, px + CHUNK_PX);
        this.#shaper.shape(this.#shapes, 0, picture.waveform, lane, look, scale.framesPerPx, px, end);
        for (let i = 0; i < end - px; i++) this.#fill(i, px + i, levels, look);
        this.#context.putImageData(this.#image, px - scale.firstPx, 0, 0, 0, end - px, this.#canvas.height);
      }
      drawn += endPx - fromPx;
    }
    return drawn;
  }

  #fill(i: number, px: number, levels: ReturnType<typeof levelRows>, { thinPx, colours }: ShapeLook): void {
    const pixels = this.#pixels;
    const height = this.#canvas.height;
    const [top, bottom, marks] = this.#shapes.subarray(i * SHAPE_VALUES) as unknown as [number, number, number];
    const phase = ((px % HATCH_PX) + HATCH_PX) % HATCH_PX;
    const ground = marks & MARK.tick ? colours.grid : colours.plot;
    for (let y = 0, at = i; y < height; y++, at += CHUNK_PX) pixels[at] = ground;
    for (const [from, end, strong] of levels) {
      for (let y = from; y < end; y++) pixels[y * CHUNK_PX + i] = strong ? colours.gridStrong : colours.grid;
    }
    if (marks & MARK.gap) {
      for (let y = 0, at = i; y < height; y++, at += CHUNK_PX) pixels[at] = colours.gap[(phase + y) % HATCH_PX < 2 ? 1 : 0];
    }
    for (let y = top >> 4; 16 * y < bottom; y++) {
      const cover = Math.min(bottom, 16 * y + 16) - Math.max(top, 16 * y);
      const at = y * CHUNK_PX + i;
      pixels[at] = cover === 16 ? colours.trace : mixPixels(pixels[at]!, colours.trace, cover);
    }
    const mark = 2 * thinPx;
    if (marks & MARK.clipTop) for (let y = 0; y < mark; y++) pixels[y * CHUNK_PX + i] = colours.clip;
    if (marks & MARK.clipBottom) for (let y = height - mark; y < height; y++) pixels[y * CHUNK_PX + i] = colours.clip;
  }
}
