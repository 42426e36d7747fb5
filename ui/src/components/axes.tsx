// The scales on the left of a lane.

import { memo } from 'react';
import { fixed } from '../base/format';
import { frequencyScale, yOfHz, type FrequencyBand, type FrequencyScaleKind } from '../base/frequency_scale';
import { frequencyTicks } from '../base/ticks';
import { classes } from './controls';
import css from './lanes.module.css';

/** Least distance of labels, CSS px: the root font grows with the window, labels with it. */
const spacing = (): number => 1.22 * parseFloat(getComputedStyle(document.documentElement).fontSize);

interface TickProps {
  y: number;
  label: string;
}

function Tick({ y, label }: TickProps) {
  return (
    <span className={css['tick']} style={{ top: Math.round(y) }} data-minor={label === ''}>
      {label}
    </span>
  );
}

/** dBFS of the waveform's amplitude: full scale at the edges, -6 dB half way, nothing in the middle. */
export const AmplitudeAxis = memo(function AmplitudeAxis({ height, gainDb }: { height: number; gainDb: number }) {
  const least = spacing();
  const edge = least / 2;
  // Labels at the edges stand inside the lane, which takes room from their neighbours.
  const levels = height / 4 - edge >= least ? [1, 0.5, 0, -0.5, -1] : height / 2 - edge >= least ? [1, 0, -1] : [0];
  return (
    <div className={css['axis']} aria-hidden="true">
      {levels.map((level) => {
        const y = Math.min(height - edge, Math.max(edge, ((1 - level) / 2) * height));
        const label = level === 0 ? '\u2212\u221e' : fixed(20 * Math.log10(Math.abs(level)) - gainDb, 0);
        return <Tick key={level} y={y} label={label} />;
      })}
    </div>
  );
});

interface FrequencyAxisProps {
  height: number;
  kind: FrequencyScaleKind;
  sampleRateHz: number;
  band: FrequencyBand | null;
}

export const FrequencyAxis = memo(function FrequencyAxis({ height, kind, sampleRateHz, band }: FrequencyAxisProps) {
  const scale = frequencyScale(kind, sampleRateHz, band);
  const least = spacing();
  return (
    <div className={classes(css['axis'], css['frequency'])} aria-hidden="true" title="Wheel zooms, drag moves, double click shows all">
      {frequencyTicks(scale, height, least).map(({ value, label }) => {
        const y = yOfHz(scale, value, height);
        // A label at the very edge would be cut in half.
        const fits = y >= least / 2 - 1 && y <= height - least / 2 + 1;
        return <Tick key={value} y={Math.min(height - 1, y)} label={fits ? label : ''} />;
      })}
    </div>
  );
});
