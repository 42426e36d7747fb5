// The ring of a column layer on the GPU: frequency along x, slots along y, codes as they are. New slots go up as whole
// rows, in one call (two where the ring begins anew). What is wider or taller than a texture may be continues in further
// layers of an array texture.

import type { ColumnLayer, SlotRun } from '../column_layer';
import type { ChangedColumns } from '../column_store';
import type { GlDevice } from './device';
import { texelTexture } from './objects';

export class CodeTexture {
  readonly layer: ColumnLayer;
  readonly texture: WebGLTexture;
  /** Bits of a position within one texture layer; texture layers side by side for one slot. */
  readonly xBits: number;
  readonly yBits: number;
  readonly across: number;
  readonly #device: GlDevice;

  /** Holds at once what the layer holds. */
  constructor(device: GlDevice, layer: ColumnLayer) {
    const { gl } = device;
    this.#device = device;
    this.layer = layer;
    const { sideBits } = device;
    const kept = layer.grid.columnsKept;
    this.xBits = sideBits;
    this.yBits = sideBits;
    this.across = Math.ceil(layer.stride / 2 ** sideBits);
    const down = Math.ceil(kept / 2 ** sideBits);
    this.texture = texelTexture(gl, gl.TEXTURE_2D_ARRAY);
    const width = Math.min(layer.stride, 2 ** sideBits);
    gl.texStorage3D(gl.TEXTURE_2D_ARRAY, 1, gl.R16UI, width, Math.min(kept, 2 ** sideBits), this.across * down);
    // Many channels of many columns can be more than a GPU holds; Canvas 2D needs none of it.
    if (gl.getError() === gl.OUT_OF_MEMORY) throw new Error('the GPU has no room for all columns');
    for (const run of layer.filledSlots()) this.#send(run);
  }

  upload(changes: readonly ChangedColumns[]): void {
    const { columnsKept } = this.layer.grid;
    for (const { layer, firstIndex, count } of changes) {
      if (layer !== this.layer) continue;
      const skip = Math.max(0, count - columnsKept);
      const first = (firstIndex + skip) % columnsKept;
      const beforeEnd = Math.min(count - skip, columnsKept - first);
      this.#send({ first, count: beforeEnd });
      if (count - skip > beforeEnd) this.#send({ first: 0, count: count - skip - beforeEnd });
    }
  }

  destroy(): void {
    this.#device.gl.deleteTexture(this.texture);
  }

  #send(run: SlotRun): void {
    const { gl, work } = this.#device;
    const { codes, stride } = this.layer;
    const side = [2 ** this.xBits, 2 ** this.yBits] as const;
    gl.bindTexture(gl.TEXTURE_2D_ARRAY, this.texture);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 2);
    gl.pixelStorei(gl.UNPACK_ROW_LENGTH, stride);
    for (let slot = run.first; slot < run.first + run.count; ) {
      const down = Math.floor(slot / side[1]);
      const rows = Math.min(run.first + run.count, (down + 1) * side[1]) - slot;
      for (let part = 0; part < this.across; part++) {
        const width = Math.min(stride - part * side[0], side[0]);
        const at = slot * stride + part * side[0];
        gl.texSubImage3D(gl.TEXTURE_2D_ARRAY, 0, 0, slot % side[1], down * this.across + part, width, rows, 1, gl.RED_INTEGER, gl.UNSIGNED_SHORT, codes, at);
        work.codeUploads++;
        work.codeBytes += 2 * width * rows;
      }
      slot += rows;
    }
    gl.pixelStorei(gl.UNPACK_ROW_LENGTH, 0);
  }
}
