// The extremes of a channel's last picture. Pixel columns lie on an absolute grid, so a running picture shares all but a few
// of them with the one before, and only those few are computed.

export interface MemoView {
  framesPerPx: number;
  firstPx: number;
  widthPx: number;
}

/** Which pixel columns are final: those whose frames all lie in [lowFrame, endFrame). */
export interface Known {
  lowFrame: number;
  endFrame: number;
}

export class WaveformMemo {
  #framesPerPx = 0;
  /** Minimum and maximum of columns from #originPx on, of which [#firstPx, #endPx) are final. */
  #values = new Float32Array(0);
  #originPx = 0;
  #firstPx = 0;
  #endPx = 0;

  /** Fills `out` with minimum and maximum of every column; `compute` does those that are not known yet. */
  draw(view: MemoView, known: Known, out: Float32Array, compute: (firstPx: number, widthPx: number, out: Float32Array) => void): void {
    const { framesPerPx, firstPx, widthPx } = view;
    const endPx = firstPx + widthPx;
    const lowPx = Math.ceil(known.lowFrame / framesPerPx);
    const same = framesPerPx === this.#framesPerPx;
    const from = Math.max(firstPx, this.#firstPx, lowPx);
    const to = Math.min(endPx, this.#endPx);
    if (!same || from >= to) {
      if (widthPx > 0) compute(firstPx, widthPx, out);
    } else {
      out.set(this.#values.subarray(2 * (from - this.#originPx), 2 * (to - this.#originPx)), 2 * (from - firstPx));
      if (from > firstPx) compute(firstPx, from - firstPx, out.subarray(0, 2 * (from - firstPx)));
      if (to < endPx) compute(to, endPx - to, out.subarray(2 * (to - firstPx)));
    }
    if (this.#values.length < 2 * widthPx) this.#values = new Float32Array(2 * widthPx);
    this.#values.set(out);
    this.#framesPerPx = framesPerPx;
    this.#originPx = firstPx;
    this.#firstPx = Math.max(firstPx, lowPx);
    this.#endPx = Math.min(endPx, Math.floor(known.endFrame / framesPerPx));
  }
}
