// Hz <-> height. A position is a fraction from 0 (bottom) to 1 (top).

export type FrequencyScaleKind = 'linear' | 'log';

export interface FrequencyScale {
  readonly kind: FrequencyScaleKind;
  readonly minHz: number;
  readonly maxHz: number;
}

/** The whole band of a stream. A logarithmic axis begins at 20 Hz, or three decades below the top if that is lower. */
export function frequencyScale(kind: FrequencyScaleKind, sampleRateHz: number): FrequencyScale {
  const maxHz = sampleRateHz / 2;
  return { kind, minHz: kind === 'linear' ? 0 : Math.min(20, maxHz / 1000), maxHz };
}

export function positionOfHz(scale: FrequencyScale, hz: number): number {
  if (scale.kind === 'linear') return (hz - scale.minHz) / (scale.maxHz - scale.minHz);
  if (hz <= 0) return -Infinity;
  return Math.log(hz / scale.minHz) / Math.log(scale.maxHz / scale.minHz);
}

export function hzAtPosition(scale: FrequencyScale, position: number): number {
  if (scale.kind === 'linear') return scale.minHz + position * (scale.maxHz - scale.minHz);
  return scale.minHz * (scale.maxHz / scale.minHz) ** position;
}

/** Frequency in the middle of pixel row y (0 = top row) of a lane `heightPx` rows high. */
export function hzOfRow(scale: FrequencyScale, y: number, heightPx: number): number {
  return hzAtPosition(scale, 1 - (Math.floor(y) + 0.5) / heightPx);
}

/** Distance of a frequency from the top edge in pixels, a fraction. */
export function yOfHz(scale: FrequencyScale, hz: number, heightPx: number): number {
  return (1 - positionOfHz(scale, hz)) * heightPx;
}
