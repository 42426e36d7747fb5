// A small waveform lane on a 2D canvas: what is drawn is moved, only new columns are filled in.

import { HATCH_PX } from './spectrogram_painter';
import type { Picture } from './picture';
import { WaveformDamage } from './waveform_damage';
import { levelRows, MARK, SHAPE_VALUES, WaveformShaper, type ShapeLook } from './waveform_shape';

const CHUNK_PX = 64;
/** No shape has this value: a column that shows nothing yet. */
const NEVER = 0xffff;

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

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
  /** Shape of each column that is drawn, a ring on the absolute grid. */
  #shown = new Uint16Array(0);
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
    const levels = levelRows(this.#canvas.height, look.thinPx);
    const lane = { channel: this.#channel, heightPx: this.#canvas.height };
    this.#move(shownFirstPx, scale.firstPx);
    let drawn = 0;
    for (const [fromPx, endPx] of runs) {
      for (let px = fromPx; px < endPx; px += CHUNK_PX) {
        const count = Math.min(endPx - px, CHUNK_PX);
        this.#shaper.shape(this.#shapes, 0, picture.waveform, lane, look, scale.framesPerPx, px, px + count);
        const [first, end] = this.#changed(px, count);
        if (end <= first) continue;
        for (let i = first; i < end; i++) this.#fill(i, px + i, levels, look);
        this.#context.putImageData(this.#image, px - scale.firstPx, 0, first, 0, end - first, this.#canvas.height);
        drawn += end - first;
      }
    }
    return drawn;
  }

  /** Shifts what is drawn; what came in shows nothing yet. */
  #move(fromPx: number | null, toPx: number): void {
    const width = this.#canvas.width;
    const dx = fromPx === null ? width : toPx - fromPx;
    if (Math.abs(dx) >= width) {
      this.#shown = new Uint16Array(width * SHAPE_VALUES).fill(NEVER);
      return;
    }
    if (dx !== 0) this.#context.drawImage(this.#canvas, -dx, 0);
    for (let px = dx > 0 ? toPx + width - dx : toPx; px < (dx > 0 ? toPx + width : toPx - dx); px++) {
      const at = modulo(px, width) * SHAPE_VALUES;
      this.#shown.fill(NEVER, at, at + SHAPE_VALUES);
    }
  }

  /** Of columns that may have changed those that have, [first, end) within the chunk: a past that is still on its way is drawn once. */
  #changed(px: number, count: number): [first: number, end: number] {
    const width = this.#canvas.width;
    let first = count;
    let end = 0;
    for (let i = 0; i < count; i++) {
      const shown = modulo(px + i, width) * SHAPE_VALUES;
      const now = i * SHAPE_VALUES;
      let same = true;
      for (let v = 0; v < SHAPE_VALUES; v++) {
        if (this.#shown[shown + v] === this.#shapes[now + v]) continue;
        this.#shown[shown + v] = this.#shapes[now + v]!;
        same = false;
      }
      if (same) continue;
      first = Math.min(first, i);
      end = i + 1;
    }
    return [first, end];
  }

  #fill(i: number, px: number, levels: ReturnType<typeof levelRows>, { thinPx, colours }: ShapeLook): void {
    const pixels = this.#pixels;
    const height = this.#canvas.height;
    const [top, bottom, marks] = this.#shapes.subarray(i * SHAPE_VALUES) as unknown as [number, number, number];
    const phase = modulo(px, HATCH_PX);
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
