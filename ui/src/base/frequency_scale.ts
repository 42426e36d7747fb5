// Hz <-> height. A position is a fraction from 0 (bottom) to 1 (top).

export type FrequencyScaleKind = 'linear' | 'log';

export interface FrequencyScale {
  readonly kind: FrequencyScaleKind;
  readonly minHz: number;
  readonly maxHz: number;
}

/** Lower and upper edge of what a zoomed axis shows, Hz. */
export type FrequencyBand = readonly [minHz: number, maxHz: number];

/** The closest zoom, as a part of the whole axis: a tenth of an octave of ten, or 120 Hz of 24 kHz. */
const LEAST_SHARE: Record<FrequencyScaleKind, number> = { linear: 1 / 200, log: 1 / 100 };

/**
 * The axis of a stream: its whole band, or the part of it that `band` names. A logarithmic axis begins at 20 Hz, or three
 * decades below the top if that is lower. A band that lies outside (of another stream, say) counts as none.
 */
export function frequencyScale(kind: FrequencyScaleKind, sampleRateHz: number, band: FrequencyBand | null = null): FrequencyScale {
  const topHz = sampleRateHz / 2;
  const whole: FrequencyScale = { kind, minHz: kind === 'linear' ? 0 : Math.min(20, topHz / 1000), maxHz: topHz };
  if (!band) return whole;
  const low = Math.max(0, positionOfHz(whole, band[0]));
  const high = Math.min(1, positionOfHz(whole, band[1]));
  if (!(high - low >= LEAST_SHARE[kind] * 0.99)) return whole;
  return { kind, minHz: low === 0 ? whole.minHz : band[0], maxHz: high === 1 ? whole.maxHz : band[1] };
}

/** The part of `whole` that shows `factor` times as much as `scale`, with what stands at `position` of it staying there. */
export function zoomedBand(whole: FrequencyScale, scale: FrequencyScale, factor: number, position: number): FrequencyBand | null {
  const at = positionOfHz(whole, hzAtPosition(scale, position));
  const share = shareOf(whole, scale) * factor;
  return bandOf(whole, at - position * share, share);
}

/** The part of `whole` that lies `by` times the height of `scale` further up. */
export function pannedBand(whole: FrequencyScale, scale: FrequencyScale, by: number): FrequencyBand | null {
  const share = shareOf(whole, scale);
  return bandOf(whole, positionOfHz(whole, scale.minHz) + by * share, share);
}

const shareOf = (whole: FrequencyScale, scale: FrequencyScale): number =>
  positionOfHz(whole, scale.maxHz) - positionOfHz(whole, scale.minHz);

/** The band from position `low` on, moved and cut to lie in the whole; null when it is the whole. */
function bandOf(whole: FrequencyScale, low: number, share: number): FrequencyBand | null {
  const wide = Math.max(LEAST_SHARE[whole.kind], share);
  if (wide >= 1) return null;
  const from = Math.min(1 - wide, Math.max(0, low));
  return [hzAtPosition(whole, from), hzAtPosition(whole, from + wide)];
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
