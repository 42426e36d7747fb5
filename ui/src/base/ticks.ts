// Where axes put their marks: round values, dense enough to read and sparse enough not to touch.

import { positionOfHz, type FrequencyScale } from './frequency_scale';

export interface Tick {
  value: number;
  /** Empty for a mark without a label. */
  label: string;
}

const ROUND = [1, 2, 5];

/** The smallest of 1, 2, 5 times a power of ten that is at least `atLeast`. */
export function roundStep(atLeast: number): number {
  const decade = 10 ** Math.floor(Math.log10(atLeast));
  for (const m of ROUND) if (m * decade >= atLeast * (1 - 1e-9)) return m * decade;
  return 10 * decade;
}

/** Steps that divide minutes well, seconds. Below a second, roundStep takes over. */
const TIME_STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];

/** Distance of labelled marks on a time axis that are to be at least `atLeastS` apart. */
export function timeStep(atLeastS: number): number {
  if (atLeastS <= 0.5) return roundStep(atLeastS);
  return TIME_STEPS_S.find((step) => step >= atLeastS * (1 - 1e-9)) ?? roundStep(atLeastS);
}

export function hzLabel(hz: number): string {
  return hz >= 1000 ? `${Number((hz / 1000).toFixed(3))}k` : String(Number(hz.toFixed(2)));
}

/** Marks of a frequency axis `height` units high, labels at least `spacing` apart. Bottom to top. */
export function frequencyTicks(scale: FrequencyScale, height: number, spacing: number): Tick[] {
  // Less than two octaves hold few of the round marks of a decade; there the axis is nearly straight anyway.
  const narrow = scale.maxHz < 4 * scale.minHz;
  return scale.kind === 'linear' || narrow ? linearTicks(scale, height, spacing) : logTicks(scale, height, spacing);
}

function linearTicks(scale: FrequencyScale, height: number, spacing: number): Tick[] {
  // Marks are closest where the axis is: at the top of a logarithmic one.
  const hzPerUnit = scale.kind === 'linear' ? (scale.maxHz - scale.minHz) / Math.max(height, spacing) : (scale.maxHz * Math.log(scale.maxHz / scale.minHz)) / Math.max(height, spacing);
  const step = roundStep(hzPerUnit * spacing);
  const ticks: Tick[] = [];
  for (let i = Math.ceil(scale.minHz / step); i * step <= scale.maxHz; i++) {
    ticks.push({ value: i * step, label: hzLabel(i * step) });
  }
  return ticks;
}

/** Labels decades first, then 2 and 5 of each decade, then the rest, as far as there is room. */
function logTicks(scale: FrequencyScale, height: number, spacing: number): Tick[] {
  const candidates: { value: number; rank: number }[] = [];
  const lowest = Math.floor(Math.log10(scale.minHz));
  for (let decade = lowest; 10 ** decade <= scale.maxHz; decade++) {
    for (let m = 1; m <= 9; m++) {
      const value = m * 10 ** decade;
      if (value < scale.minHz * (1 - 1e-9) || value > scale.maxHz) continue;
      candidates.push({ value, rank: m === 1 ? 0 : m === 2 || m === 5 ? 1 : 2 });
    }
  }
  const labelled: number[] = [];
  const positions: number[] = [];
  for (const rank of [0, 1]) {
    for (const { value } of candidates.filter((c) => c.rank === rank)) {
      const y = positionOfHz(scale, value) * height;
      if (positions.some((other) => Math.abs(other - y) < spacing)) continue;
      labelled.push(value);
      positions.push(y);
    }
  }
  return candidates.map(({ value }) => ({ value, label: labelled.includes(value) ? hzLabel(value) : '' }));
}

/** Marks of a dB axis from `minDb` to `maxDb` drawn over `height` units. */
export function decibelTicks(minDb: number, maxDb: number, height: number, spacing: number): Tick[] {
  const least = ((maxDb - minDb) * spacing) / Math.max(height, spacing);
  const step = [1, 2, 3, 6, 10, 12, 20, 30, 40, 60].find((s) => s >= least) ?? 60;
  const ticks: Tick[] = [];
  for (let i = Math.ceil(minDb / step); i * step <= maxDb; i++) {
    ticks.push({ value: i * step, label: minus(String(i * step)) });
  }
  return ticks;
}

/** A real minus sign: as wide as a figure. */
export function minus(text: string): string {
  return text.replace(/^-/, '\u2212');
}
