// How lanes share the height there is: all the same, on whole pixels, never too small to read; then the list scrolls.

import type { LaneMode } from '../store/settings_schema';

export interface LaneHeights {
  /** CSS px, without the hairline under the lane. */
  waveform: number;
  spectrogram: number;
}

/** Hairline under each lane, px. */
export const LANE_LINE = 1;
const LEAST: Record<LaneMode, number> = { both: 84, waveform: 44, spectrogram: 56 };
const WAVEFORM_SHARE = 0.3;
const MOST_WAVEFORM = 220;

/** Heights of `count` lanes in `available` CSS px. What does not divide goes to the first lanes, a pixel each. */
export function laneHeights(available: number, count: number, mode: LaneMode): LaneHeights[] {
  if (count === 0) return [];
  const room = Math.floor(available) - count * LANE_LINE;
  const base = Math.max(LEAST[mode], Math.floor(room / count));
  const spare = Math.max(0, room - base * count);
  return Array.from({ length: count }, (_, i) => {
    const height = base + (i < spare ? 1 : 0);
    if (mode === 'waveform') return { waveform: height, spectrogram: 0 };
    if (mode === 'spectrogram') return { waveform: 0, spectrogram: height };
    const waveform = Math.min(MOST_WAVEFORM, Math.round(base * WAVEFORM_SHARE));
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
