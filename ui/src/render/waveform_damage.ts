// Which pixel columns of a waveform must be drawn again. Columns whose frames had all arrived when they were drawn stay as
// they are, so a live view draws what came in and nothing else, at every zoom.

import type { Picture } from './picture';

export type PxRun = [fromPx: number, endPx: number];

export interface WaveformChange {
  /** Columns of the absolute grid to draw. */
  runs: PxRun[];
  /** First column of what is drawn already, to be moved along; null when nothing of it holds. */
  shownFirstPx: number | null;
}

const NOTHING: WaveformChange = { runs: [], shownFirstPx: null };

export class WaveformDamage {
  #look = '';
  #revision = -1;
  #firstPx = 0;
  /** Drawn and final. */
  #final: PxRun = [0, 0];

  reset(): void {
    this.#look = '';
  }

  note({ scale, waveform, lookRevision }: Picture): WaveformChange {
    const { firstPx, widthPx, framesPerPx } = scale;
    // A channel that comes into the result had nothing to be drawn from before.
    const look = `${framesPerPx} ${widthPx} ${lookRevision} ${waveform.channelsKey}`;
    const sameLook = look === this.#look;
    if (sameLook && waveform.revision === this.#revision && firstPx === this.#firstPx) return NOTHING;
    const shownFirstPx = sameLook ? this.#firstPx : null;
    const endPx = firstPx + widthPx;
    const [knownFirst, knownEnd] = waveform.wholePx(scale);
    const first = Math.max(this.#final[0], knownFirst, firstPx);
    const end = Math.min(this.#final[1], knownEnd, endPx);
    const runs: PxRun[] = [];
    if (!sameLook || end <= first) {
      runs.push([firstPx, endPx]);
    } else {
      // A column reaches to the one before it: where a run ends, the next column may join it differently.
      if (firstPx < first) runs.push([firstPx, first + 1]);
      if (end < endPx) runs.push([end, endPx]);
    }
    this.#look = look;
    this.#revision = waveform.revision;
    this.#firstPx = firstPx;
    this.#final = [Math.max(knownFirst, firstPx), Math.min(knownEnd, endPx)];
    return { runs, shownFirstPx };
  }
}
