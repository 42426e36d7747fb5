// The two steps of a spectrogram: codes to the codes of pixels, for new columns only, and codes of pixels to colours.

import type { PaintColours } from '../spectrogram_painter';
import type { GlDevice } from './device';
import { linkProgram, texelTexture, uniformsOf } from './objects';
import { LookTextures } from './look_textures';
import { COLOUR_FRAGMENT, COMBINE_FRAGMENT, COMBINE_VERTEX, PLOT_VERTEX } from './shaders';
import { Spans } from './spans';

/** Texture units. */
export const UNIT = { codes: 0, rows: 1, picture: 2, table: 3 } as const;

/** A rectangle of the canvas in device pixels, from its lower left corner. */
export interface Plot {
  left: number;
  bottom: number;
  width: number;
  height: number;
}

/** Channels of a pixel from 0 to 1. */
export const rgb = (pixel: number): [number, number, number] => [(pixel & 255) / 255, ((pixel >> 8) & 255) / 255, ((pixel >> 16) & 255) / 255];

export class SpectrogramPrograms {
  readonly device: GlDevice;
  readonly looks: LookTextures;
  readonly spans: Spans;
  readonly combine: WebGLProgram;
  readonly colour: WebGLProgram;
  /** Stands in where a lane has no codes. */
  readonly noCodes: WebGLTexture;
  readonly noRows: WebGLTexture;
  readonly inCombine;
  readonly inColour;

  constructor(device: GlDevice) {
    const { gl } = device;
    this.device = device;
    this.looks = new LookTextures(device);
    this.spans = new Spans(device);
    this.combine = linkProgram(gl, COMBINE_VERTEX, COMBINE_FRAGMENT);
    this.colour = linkProgram(gl, PLOT_VERTEX, COLOUR_FRAGMENT);
    this.inCombine = uniformsOf(gl, this.combine, ['u_codes', 'u_rows', 'u_width', 'u_bits', 'u_ring']);
    this.inColour = uniformsOf(gl, this.colour, ['u_picture', 'u_table', 'u_plot', 'u_first', 'u_empty', 'u_dark', 'u_light']);
    this.noCodes = texelTexture(gl, gl.TEXTURE_2D_ARRAY);
    gl.texStorage3D(gl.TEXTURE_2D_ARRAY, 1, gl.R16UI, 1, 1, 1);
    this.noRows = texelTexture(gl, gl.TEXTURE_2D);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RG16UI, 1, 1);
    gl.useProgram(this.combine);
    gl.uniform1i(this.inCombine.u_codes, UNIT.codes);
    gl.uniform1i(this.inCombine.u_rows, UNIT.rows);
    gl.useProgram(this.colour);
    gl.uniform1i(this.inColour.u_picture, UNIT.picture);
    gl.uniform1i(this.inColour.u_table, UNIT.table);
  }

  bind(unit: number, target: GLenum, texture: WebGLTexture): void {
    const { gl } = this.device;
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(target, texture);
  }

  setColours(colours: PaintColours): void {
    const { gl } = this.device;
    this.looks.setColours(colours.table);
    gl.useProgram(this.colour);
    gl.uniform3fv(this.inColour.u_empty, rgb(colours.empty));
    gl.uniform3fv(this.inColour.u_dark, rgb(colours.gap[0]));
    gl.uniform3fv(this.inColour.u_light, rgb(colours.gap[1]));
  }
}
