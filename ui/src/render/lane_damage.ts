// Which columns of a lane's picture are no longer right, for any renderer that keeps what it has drawn.

import type { FrequencyScale } from '../base/frequency_scale';
import type { TimeScale } from '../base/time_scale';
import { changedFrames, type ChangedColumns, type LaneColumns } from './column_store';
import { DirtyColumns } from './dirty_columns';
import { sameAxis } from './row_map';
import type { SpectrogramPicture } from './spectrogram_renderer';

export class LaneDamage {
  readonly columns = new DirtyColumns();
  #shown: TimeScale | null = null;
  #frequency: FrequencyScale | null = null;
  #lane: LaneColumns | null = null;
  #swaps = 0;

  /** Everything is to be drawn, from nothing. */
  reset(): void {
    this.#shown = null;
  }

  /** Notes what a new picture changes; returns the scale of what is drawn, null when nothing of it can be kept. */
  note(picture: SpectrogramPicture, changes: readonly ChangedColumns[]): TimeScale | null {
    const { scale, lane, frequency } = picture;
    const shown = this.#shown?.widthPx === scale.widthPx ? this.#shown : null;
    this.#shown = scale;
    if (shown?.framesPerPx === scale.framesPerPx) {
      if (shown.firstPx !== scale.firstPx) this.columns.scroll(scale.firstPx - shown.firstPx);
    } else {
      this.columns.reset(scale.widthPx);
    }
    const sameLane = this.#lane === lane && this.#swaps === (lane?.swaps ?? 0);
    if (!sameAxis(this.#frequency, frequency) || !sameLane) this.columns.mark(0, scale.widthPx);
    this.#frequency = frequency;
    this.#lane = lane;
    this.#swaps = lane?.swaps ?? 0;
    for (const change of changes) {
      const [startFrame, endFrame] = changedFrames(change);
      const from = Math.floor(startFrame / scale.framesPerPx) - scale.firstPx;
      this.columns.mark(from, Math.ceil(endFrame / scale.framesPerPx) - scale.firstPx);
    }
    return shown;
  }
}
