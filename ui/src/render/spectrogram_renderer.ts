// What a spectrogram lane needs from whatever draws it. Canvas 2D is the first; others may join behind this interface.

import type { FrequencyScale } from '../base/frequency_scale';
import type { TimeScale } from '../base/time_scale';
import type { LaneColumns } from './column_store';
import type { PaintColours } from './spectrogram_painter';

export interface SpectrogramPicture {
  scale: TimeScale;
  lane: LaneColumns | null;
  frequency: FrequencyScale;
  colours: PaintColours;
  /** Changes whenever `colours` do: everything is painted again, from stored codes. */
  coloursRevision: number;
  /** `performance.now()` after which no more columns are begun; the rest follows in the next frames. */
  deadlineMs: number;
}

export interface SpectrogramRenderer {
  /** Device pixels. */
  resize(widthPx: number, heightPx: number): void;
  /** Columns that could not be painted before the deadline. */
  draw(picture: SpectrogramPicture): number;
}
