// How lanes share the height there is: all the same, on whole pixels. Where the user wants all of them in sight they
// shrink until a row is only just a row; else they stay large enough to read, and the list scrolls.

import type { LaneHeight, LaneMode } from '../store/settings_schema';

export interface LaneHeights {
  /** CSS px, without the hairline under the lane. */
  waveform: number;
  spectrogram: number;
}

/** Hairline under each lane, px. */
export const LANE_LINE = 1;
/** Comfortable: a lane has room for its scales. */
const LEAST: Record<LaneMode, number> = { both: 84, waveform: 44, spectrogram: 56 };
/** Fit: 64 lanes stand in a window of 1440 x 900. */
const LEAST_FIT = 8;
/** Below this a waveform over a spectrogram says less than the spectrogram alone. */
const LEAST_FOR_BOTH = 40;
const WAVEFORM_SHARE = 0.3;
const LEAST_WAVEFORM = 14;
const MOST_WAVEFORM = 220;
/** Below this there is no room for the labels of a scale. */
const LEAST_FOR_SCALE = 28;

/** A lane that has room for its number and nothing else beside the plot. */
export const isCompact = ({ waveform, spectrogram }: LaneHeights): boolean => waveform + spectrogram < LEAST_FOR_SCALE;

/** Heights of `count` lanes in `available` CSS px. What does not divide goes to the first lanes, a pixel each. */
export function laneHeights(available: number, count: number, mode: LaneMode, wish: LaneHeight = 'fit'): LaneHeights[] {
  if (count === 0) return [];
  const room = Math.floor(available) - count * LANE_LINE;
  const base = Math.max(wish === 'fit' ? LEAST_FIT : LEAST[mode], Math.floor(room / count));
  const spare = Math.max(0, room - base * count);
  return Array.from({ length: count }, (_, i) => {
    const height = base + (i < spare ? 1 : 0);
    if (mode === 'waveform') return { waveform: height, spectrogram: 0 };
    if (mode === 'spectrogram' || base < LEAST_FOR_BOTH) return { waveform: 0, spectrogram: height };
    const waveform = Math.min(MOST_WAVEFORM, Math.max(LEAST_WAVEFORM, Math.round(base * WAVEFORM_SHARE)));
    return { waveform, spectrogram: height - waveform };
  });
}

/** Lanes that share a pixel with the visible part of a scrolled list: indices [first, end). */
export function lanesInSight(heights: readonly LaneHeights[], scrollTop: number, viewHeight: number): [first: number, end: number] {
  let top = 0;
  let first = heights.length;
  let end = 0;
  heights.forEach((lane, i) => {
    const bottom = top + lane.waveform + lane.spectrogram + LANE_LINE;
    if (bottom > scrollTop && top < scrollTop + viewHeight) {
      first = Math.min(first, i);
      end = i + 1;
    }
    top = bottom;
  });
  return [Math.min(first, end), end];
}
