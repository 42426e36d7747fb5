// One spectrogram on the GPU. Its picture is a texture of codes, one per pixel, a ring along x on the absolute pixel grid:
// a view that scrolls combines its new columns and leaves the rest where it is.

import type { ColumnLayer } from '../column_layer';
import type { ChangedColumns, LaneColumns } from '../column_store';
import { LaneDamage } from '../lane_damage';
import type { SpectrogramPicture } from '../spectrogram_renderer';
import { HATCH_PX } from '../spectrogram_painter';
import { CodeTexture } from './code_texture';
import { texelTexture } from './objects';
import type { SpanRange } from './spans';
import { UNIT, type Plot, type SpectrogramPrograms } from './spectrogram_programs';

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

export class SpectrogramLane {
  readonly #programs: SpectrogramPrograms;
  readonly #damage = new LaneDamage();
  readonly #frame: WebGLFramebuffer;
  #codes = new Map<ColumnLayer, CodeTexture>();
  #picture: WebGLTexture | null = null;
  #widthPx = 0;
  #heightPx = 0;
  #ranges: [layer: ColumnLayer | null, range: SpanRange][] = [];

  constructor(programs: SpectrogramPrograms) {
    this.#programs = programs;
    this.#frame = programs.device.gl.createFramebuffer();
  }

  resize(widthPx: number, heightPx: number): void {
    if (widthPx === this.#widthPx && heightPx === this.#heightPx) return;
    const { gl } = this.#programs.device;
    this.#widthPx = widthPx;
    this.#heightPx = heightPx;
    gl.deleteTexture(this.#picture);
    this.#picture = texelTexture(gl, gl.TEXTURE_2D);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.R32UI, widthPx, heightPx);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.#picture, 0);
    this.#damage.reset();
  }

  /** Sends new codes and notes the spans to combine; true when the picture changes. */
  prepare(picture: SpectrogramPicture): boolean {
    const { scale, lane } = picture;
    this.#ranges = [];
    if (scale.widthPx !== this.#widthPx) return false;
    const changes = lane?.takeChanges() ?? [];
    this.#sendCodes(lane, changes);
    this.#damage.note(picture, changes);
    const dirty = this.#damage.columns;
    if (dirty.count === 0) return false;
    this.#programs.device.work.columnsCombined += dirty.count;
    const runs: [from: number, end: number][] = [];
    for (let run = dirty.takeNewest(this.#widthPx); run; run = dirty.takeNewest(this.#widthPx)) runs.push(run);
    for (const layer of new Set([lane?.current ?? null, lane?.previous ?? lane?.current ?? null])) {
      const others = this.#ranges.length === 0;
      const { spans } = this.#programs;
      const first = spans.count;
      for (const [from, end] of runs) {
        spans.add(lane, layer, others, scale.framesPerPx, scale.firstPx + from, scale.firstPx + end, this.#widthPx);
      }
      if (spans.count > first) this.#ranges.push([layer, { first, count: spans.count - first }]);
    }
    return true;
  }

  /** Codes to codes of pixels, where `prepare` noted it. The combining program is in use. */
  combine(picture: SpectrogramPicture): void {
    if (this.#ranges.length === 0) return;
    const { device, inCombine, noCodes, noRows, looks, spans } = this.#programs;
    const { gl } = device;
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#frame);
    gl.viewport(0, 0, this.#widthPx, this.#heightPx);
    gl.uniform1f(inCombine.u_width, this.#widthPx);
    for (const [layer, range] of this.#ranges) {
      const codes = layer && this.#codes.get(layer);
      this.#programs.bind(UNIT.codes, gl.TEXTURE_2D_ARRAY, codes ? codes.texture : noCodes);
      this.#programs.bind(UNIT.rows, gl.TEXTURE_2D, layer ? looks.rows(layer.grid, picture.frequency, this.#heightPx) : noRows);
      if (codes) gl.uniform3i(inCombine.u_bits, codes.xBits, codes.yBits, codes.across);
      if (layer) gl.uniform2i(inCombine.u_ring, layer.grid.columnsKept, layer.grid.bins);
      spans.draw(range);
    }
  }

  /** The picture in colours. The colouring program is in use. */
  colour(picture: SpectrogramPicture, plot: Plot): void {
    if (!this.#picture || picture.scale.widthPx !== this.#widthPx) return;
    const { device, inColour } = this.#programs;
    const { gl } = device;
    const { firstPx } = picture.scale;
    gl.viewport(plot.left, plot.bottom, plot.width, plot.height);
    this.#programs.bind(UNIT.picture, gl.TEXTURE_2D, this.#picture);
    gl.uniform4i(inColour.u_plot, plot.left, plot.bottom, this.#widthPx, this.#heightPx);
    gl.uniform2i(inColour.u_first, modulo(firstPx, this.#widthPx), modulo(firstPx, HATCH_PX));
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  destroy(): void {
    const { gl } = this.#programs.device;
    for (const codes of this.#codes.values()) codes.destroy();
    gl.deleteTexture(this.#picture);
    gl.deleteFramebuffer(this.#frame);
  }

  #sendCodes(lane: LaneColumns | null, changes: readonly ChangedColumns[]): void {
    const kept = new Map<ColumnLayer, CodeTexture>();
    for (const layer of [lane?.current, lane?.previous]) {
      if (!layer) continue;
      const codes = this.#codes.get(layer);
      this.#codes.delete(layer);
      codes?.upload(changes);
      kept.set(layer, codes ?? new CodeTexture(this.#programs.device, layer));
    }
    for (const unused of this.#codes.values()) unused.destroy();
    this.#codes = kept;
  }
}
