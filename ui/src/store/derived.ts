// Numbers that follow from the settings and the stream, as engineers read them.

import { hopFrames, type Settings } from './settings_schema';

export interface Resolution {
  windowMs: number;
  hopFrames: number;
  hopMs: number;
  binHz: number;
  /** Null until the engine has said the window's noise bandwidth. */
  rbwHz: number | null;
  columnsPerSecond: number;
  overlapPercent: number;
}

export function resolution(
  settings: Pick<Settings, 'size' | 'hopDivisor' | 'pad'>,
  sampleRateHz: number,
  enbwBins: number | null,
): Resolution {
  const hop = hopFrames(settings);
  return {
    windowMs: (settings.size / sampleRateHz) * 1000,
    hopFrames: hop,
    hopMs: (hop / sampleRateHz) * 1000,
    binHz: sampleRateHz / (settings.size * settings.pad),
    rbwHz: enbwBins === null ? null : (enbwBins * sampleRateHz) / settings.size,
    columnsPerSecond: sampleRateHz / hop,
    overlapPercent: (1 - hop / settings.size) * 100,
  };
}
