// Which part of the frequency axis all lanes show: zoomed and moved together, kept with the settings.

import { frequencyScale, pannedBand, zoomedBand, type FrequencyBand, type FrequencyScale } from '../base/frequency_scale';
import type { SessionStore } from './session';
import type { SettingsStore } from './settings';

export interface FrequencyZoom {
  /** Shows `factor` times as much; what stands at `position` (0 bottom, 1 top) stays there. */
  zoomBy(factor: number, position: number): void;
  /** Moves up by a share of what is shown. */
  panBy(share: number): void;
  showAll(): void;
}

export function createFrequencyZoom(settings: SettingsStore, session: SessionStore): FrequencyZoom {
  const change = (next: (whole: FrequencyScale, shown: FrequencyScale) => FrequencyBand | null): void => {
    const rateHz = session.getState().stream?.sampleRateHz;
    if (!rateHz) return;
    const { frequency, bandHz, set } = settings.getState();
    set({ bandHz: next(frequencyScale(frequency, rateHz), frequencyScale(frequency, rateHz, bandHz)) });
  };
  return {
    zoomBy: (factor, position) => change((whole, shown) => zoomedBand(whole, shown, factor, position)),
    panBy: (share) => change((whole, shown) => pannedBand(whole, shown, share)),
    showAll: () => settings.getState().set({ bandHz: null }),
  };
}
