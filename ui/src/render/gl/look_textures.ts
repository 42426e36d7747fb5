// What the shaders look up besides the signal: a colour per code, and the bins behind each pixel row. Sent when the look
// or a size changes, shared by all lanes.

import type { FrequencyScale } from '../../base/frequency_scale';
import type { ColumnGrid } from '../../engine/protocol';
import { rowMap, sameAxis } from '../row_map';
import type { GlDevice } from './device';
import { texelTexture } from './objects';

interface KeptRows {
  grid: ColumnGrid;
  frequency: FrequencyScale;
  heightPx: number;
  texture: WebGLTexture;
}

/** Two heights of lanes, two settings, and as many again while an axis is dragged. */
const KEPT_ROW_MAPS = 8;

export class LookTextures {
  readonly #device: GlDevice;
  readonly colours: WebGLTexture;
  #rows: KeptRows[] = [];

  constructor(device: GlDevice) {
    const { gl } = device;
    this.#device = device;
    this.colours = texelTexture(gl, gl.TEXTURE_2D);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, 256, 256);
  }

  /** `table`: a pixel for each of the 65,536 codes. */
  setColours(table: Uint32Array): void {
    const { gl, work } = this.#device;
    gl.bindTexture(gl.TEXTURE_2D, this.colours);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
    const bytes = new Uint8Array(table.buffer, table.byteOffset, table.byteLength);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, 256, 256, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    work.tableUploads++;
  }

  rows(grid: ColumnGrid, frequency: FrequencyScale, heightPx: number): WebGLTexture {
    const at = this.#rows.findIndex((kept) => kept.grid === grid && sameAxis(kept.frequency, frequency) && kept.heightPx === heightPx);
    // The one used last stands first, so that the one longest unused is given up.
    const [kept] = at >= 0 ? this.#rows.splice(at, 1) : [{ grid, frequency, heightPx, texture: this.#send(grid, frequency, heightPx) }];
    this.#rows.unshift(kept!);
    for (const old of this.#rows.splice(KEPT_ROW_MAPS)) this.#device.gl.deleteTexture(old.texture);
    return kept!.texture;
  }

  #send(grid: ColumnGrid, frequency: FrequencyScale, heightPx: number): WebGLTexture {
    const { gl, work } = this.#device;
    const { first, last } = rowMap(grid, frequency, heightPx);
    const pairs = new Uint16Array(2 * heightPx);
    for (let y = 0; y < heightPx; y++) pairs.set([first[y]!, last[y]!], 2 * y);
    const texture = texelTexture(gl, gl.TEXTURE_2D);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RG16UI, heightPx, 1);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, heightPx, 1, gl.RG_INTEGER, gl.UNSIGNED_SHORT, pairs);
    work.tableUploads++;
    return texture;
  }
}
