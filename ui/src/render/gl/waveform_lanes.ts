// All small waveform lanes on the GPU: one texture with a row per lane, a ring along x on the absolute pixel grid. The
// new columns of all lanes go up in one call, two where the ring begins anew.

import type { Picture } from '../picture';
import { HATCH_PX } from '../spectrogram_painter';
import { WaveformDamage, type PxRun } from '../waveform_damage';
import { levelRows, SHAPE_VALUES, WaveformShaper, type ShapeLane, type ShapeLook } from '../waveform_shape';
import type { GlDevice } from './device';
import { linkProgram, texelTexture, uniformsOf } from './objects';
import { PLOT_VERTEX, WAVEFORM_FRAGMENT } from './shaders';
import { rgb, type Plot } from './spectrogram_programs';

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

export class WaveformLanes {
  readonly #device: GlDevice;
  readonly #program: WebGLProgram;
  readonly #uniforms;
  readonly #damage = new WaveformDamage();
  readonly #shaper = new WaveformShaper();
  #lanes: ShapeLane[] = [];
  #texture: WebGLTexture | null = null;
  #widthPx = 0;
  #shapes = new Uint16Array(0);

  constructor(device: GlDevice) {
    const { gl } = device;
    this.#device = device;
    this.#program = linkProgram(gl, PLOT_VERTEX, WAVEFORM_FRAGMENT);
    this.#uniforms = uniformsOf(gl, this.#program, ['u_shapes', 'u_plot', 'u_first', 'u_row', 'u_levels', 'u_thin', 'u_colours[0]']);
  }

  /** Which lanes there are, in the order of their rows. */
  setLanes(lanes: ShapeLane[]): void {
    this.#lanes = lanes;
    this.#widthPx = 0;
  }

  /** Sends new columns; true when any lane changes. */
  prepare(picture: Picture, look: ShapeLook): boolean {
    const { scale } = picture;
    if (this.#lanes.length === 0) return false;
    if (this.#widthPx !== scale.widthPx) this.#allocate(scale.widthPx);
    const { runs } = this.#damage.note(picture);
    for (const run of runs) this.#send(picture, look, run);
    return runs.length > 0;
  }

  begin(look: ShapeLook): void {
    const { gl } = this.#device;
    const { plot, trace, grid, gridStrong, clip, gap } = look.colours;
    gl.useProgram(this.#program);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.#texture);
    gl.uniform1i(this.#uniforms.u_shapes, 0);
    gl.uniform1i(this.#uniforms.u_thin, look.thinPx);
    gl.uniform3iv(this.#uniforms['u_colours[0]'], [plot, trace, grid, gridStrong, clip, gap[0], gap[1]].flatMap((pixel) => rgb(pixel).map((v) => Math.round(255 * v))));
  }

  /** Between `begin` and anything else: lane `row` where `at` says. */
  draw(picture: Picture, look: ShapeLook, row: number, at: Plot): void {
    const { gl } = this.#device;
    const { firstPx, widthPx } = picture.scale;
    if (at.width !== widthPx) return;
    gl.viewport(at.left, at.bottom, at.width, at.height);
    gl.uniform4i(this.#uniforms.u_plot, at.left, at.bottom, at.width, at.height);
    gl.uniform2i(this.#uniforms.u_first, modulo(firstPx, widthPx), modulo(firstPx, HATCH_PX));
    gl.uniform1i(this.#uniforms.u_row, row);
    const levels = levelRows(at.height, look.thinPx).map(([from]) => from);
    while (levels.length < 3) levels.unshift(-look.thinPx);
    gl.uniform3i(this.#uniforms.u_levels, levels[0]!, levels[1]!, levels[2]!);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  destroy(): void {
    this.#device.gl.deleteTexture(this.#texture);
    this.#device.gl.deleteProgram(this.#program);
  }

  #allocate(widthPx: number): void {
    const { gl } = this.#device;
    this.#widthPx = widthPx;
    gl.deleteTexture(this.#texture);
    this.#texture = texelTexture(gl, gl.TEXTURE_2D);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA16UI, widthPx, this.#lanes.length);
    this.#damage.reset();
  }

  #send(picture: Picture, look: ShapeLook, [fromPx, endPx]: PxRun): void {
    const { gl, work } = this.#device;
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.#texture);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 2);
    for (let px = fromPx; px < endPx; ) {
      const x = modulo(px, this.#widthPx);
      const end = Math.min(endPx, px + this.#widthPx - x);
      const values = (end - px) * SHAPE_VALUES;
      const length = values * this.#lanes.length;
      if (this.#shapes.length < length) this.#shapes = new Uint16Array(length);
      this.#lanes.forEach((lane, row) => {
        this.#shaper.shape(this.#shapes, row * values, picture.waveform, lane, look, picture.scale.framesPerPx, px, end);
      });
      gl.texSubImage2D(gl.TEXTURE_2D, 0, x, 0, end - px, this.#lanes.length, gl.RGBA_INTEGER, gl.UNSIGNED_SHORT, this.#shapes);
      work.waveformUploads++;
      work.waveformBytes += 2 * length;
      px = end;
    }
  }
}
