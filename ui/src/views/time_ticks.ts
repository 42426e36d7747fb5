// Marks of the moving time axis: round stream times, on the pixel grid of the lanes.

import { clock } from '../base/format';
import { timeStep } from '../base/ticks';
import type { TimeScale } from '../base/time_scale';

export interface TimeTick {
  /** Device pixels from the left edge. */
  xPx: number;
  /** Empty for a minor mark. */
  label: string;
}

/** `spacingPx`: least distance of labels, device pixels. */
export function timeTicks(scale: TimeScale, sampleRateHz: number, spacingPx: number): TimeTick[] {
  const secondsPerPx = scale.framesPerPx / sampleRateHz;
  const step = timeStep(secondsPerPx * spacingPx);
  const minor = step / (/^[15]/.test(String(step)) ? 5 : 4);
  const decimals = Math.max(0, Math.min(6, -Math.floor(Math.log10(step) + 1e-9)));
  const startS = scale.firstPx * secondsPerPx;
  const endS = (scale.firstPx + scale.widthPx) * secondsPerPx;
  const ticks: TimeTick[] = [];
  for (let i = Math.ceil(Math.max(0, startS) / minor - 1e-9); i * minor <= endS; i++) {
    const time = i * minor;
    const xPx = Math.floor((time * sampleRateHz) / scale.framesPerPx) - scale.firstPx;
    const major = Math.abs(time / step - Math.round(time / step)) < 1e-6;
    ticks.push({ xPx, label: major ? clock(time, decimals) : '' });
  }
  return ticks;
}
