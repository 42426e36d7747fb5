// Runs of pixel columns that show the same spectrum columns, for all lanes of a frame in one buffer.

import { columnsOfPx, type PxColumns } from '../px_columns';
import type { LaneColumns } from '../column_store';
import type { GlDevice } from './device';

/** What a span shows besides codes. The shader writes these into the picture as they stand. */
export const KIND = { codes: 0, empty: 1, gap: 2 } as const;
/** x, width, slot, count, tag, kind. */
const VALUES = 6;

export interface SpanRange {
  first: number;
  count: number;
}

export class Spans {
  readonly #device: GlDevice;
  readonly #buffer: WebGLBuffer;
  readonly #attributes: WebGLVertexArrayObject;
  readonly #behind: PxColumns = { layer: null, first: 0, last: 0, gap: false };
  readonly #before: PxColumns = { layer: null, first: 0, last: 0, gap: false };
  #values = new Uint16Array(VALUES * 4096);
  #count = 0;

  constructor(device: GlDevice) {
    const { gl } = device;
    this.#device = device;
    this.#buffer = gl.createBuffer();
    // Of its own: the other programs draw without attributes.
    this.#attributes = gl.createVertexArray();
    gl.bindVertexArray(this.#attributes);
    for (const location of [0, 1]) {
      gl.enableVertexAttribArray(location);
      gl.vertexAttribDivisor(location, 1);
    }
    gl.bindVertexArray(null);
  }

  begin(): void {
    this.#count = 0;
  }

  /** How many spans there are so far: the next one's number. */
  get count(): number {
    return this.#count;
  }

  /**
   * Spans of pixel columns [fromPx, endPx) of the absolute grid that show `layer`, in a picture that is a ring of
   * `widthPx` columns. `others`: also those that show no layer at all.
   */
  add(lane: LaneColumns | null, layer: PxColumns['layer'], others: boolean, framesPerPx: number, fromPx: number, endPx: number, widthPx: number): void {
    const [behind, before] = [this.#behind, this.#before];
    let open = false;
    for (let px = fromPx; px < endPx; px++) {
      columnsOfPx(behind, lane, framesPerPx, px);
      if (behind.layer ? behind.layer !== layer : !others) {
        open = false;
        continue;
      }
      const x = ((px % widthPx) + widthPx) % widthPx;
      const same = behind.layer === before.layer && behind.gap === before.gap;
      const alike = same && (!behind.layer || behind.gap || (behind.first === before.first && behind.last === before.last));
      if (open && alike && x > 0) {
        this.#values[(this.#count - 1) * VALUES + 1]!++;
        continue;
      }
      this.#push(x, behind);
      Object.assign(before, behind);
      open = true;
    }
  }

  upload(): void {
    if (this.#count === 0) return;
    const { gl, work } = this.#device;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer);
    gl.bufferData(gl.ARRAY_BUFFER, this.#values.subarray(0, this.#count * VALUES), gl.STREAM_DRAW);
    work.spanBytes += this.#count * VALUES * 2;
  }

  /** One rectangle per span; attributes 0 (x, width) and 1 (slot, count, tag, kind). */
  draw({ first, count }: SpanRange): void {
    const { gl } = this.#device;
    gl.bindVertexArray(this.#attributes);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer);
    gl.vertexAttribIPointer(0, 2, gl.UNSIGNED_SHORT, 2 * VALUES, 2 * VALUES * first);
    gl.vertexAttribIPointer(1, 4, gl.UNSIGNED_SHORT, 2 * VALUES, 2 * VALUES * first + 4);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count);
    gl.bindVertexArray(null);
  }

  #push(x: number, { layer, first, last, gap }: PxColumns): void {
    if (VALUES * (this.#count + 1) > this.#values.length) {
      const wider = new Uint16Array(this.#values.length * 2);
      wider.set(this.#values);
      this.#values = wider;
    }
    const at = VALUES * this.#count++;
    this.#values[at] = x;
    this.#values[at + 1] = 1;
    this.#values[at + 2] = layer ? first % layer.grid.columnsKept : 0;
    this.#values[at + 3] = layer ? Math.min(65_535, last - first + 1) : 0;
    this.#values[at + 4] = layer ? layer.tagOf(first) : 0;
    this.#values[at + 5] = gap ? KIND.gap : layer ? KIND.codes : KIND.empty;
  }
}
