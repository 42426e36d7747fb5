// Everything about the analysis and its look. A change applies to the whole history at once, live or frozen.

import { Slider } from '@base-ui/react/slider';
import { useEffect, useRef } from 'react';
import { duration, fixed } from '../base/format';
import { frequencyScale } from '../base/frequency_scale';
import { hzLabel } from '../base/ticks';
import { resolution } from '../store/derived';
import {
  COLORMAPS,
  DB_LIMITS,
  GAINS_DB,
  HOP_DIVISORS,
  KAISER_LIMITS,
  PADS,
  SIZES,
  WINDOWS,
  type DrawingChoice,
  type LaneHeight,
  type LaneMode,
} from '../store/settings_schema';
import { Button, CheckRow, FieldRow, NumberBox, Segments, SelectField } from './controls';
import { useServices, useSession, useSettings } from './services';
import css from './settings_panel.module.css';
import { ShareSetting } from './share_setting';
import { SharedMemorySetting } from './shared_memory_setting';

const WINDOW_CHOICES = WINDOWS.map(({ id, label }) => ({ value: id, label }));
const SIZE_CHOICES = SIZES.map((value) => ({ value, label: String(value) }));
const PAD_CHOICES = PADS.map((value) => ({ value, label: value === 1 ? 'none' : `${value}\u00d7` }));
const OVERLAP_CHOICES = HOP_DIVISORS.map((value) => ({ value, label: `${Number((100 * (1 - 1 / value)).toFixed(1))} %` }));
const GAIN_CHOICES = GAINS_DB.map((value) => ({ value, label: value === 0 ? '0 dB' : `+${value} dB` }));
const FREQUENCY_CHOICES = [
  { value: 'log', label: 'Log' },
  { value: 'linear', label: 'Linear' },
] as const;
const LANE_CHOICES: { value: LaneMode; label: string }[] = [
  { value: 'both', label: 'Both' },
  { value: 'waveform', label: 'Wave' },
  { value: 'spectrogram', label: 'Spectrum' },
];

const HEIGHT_CHOICES: { value: LaneHeight; label: string }[] = [
  { value: 'fit', label: 'Fit all' },
  { value: 'comfortable', label: 'Roomy' },
];
const DRAWING_CHOICES: { value: DrawingChoice; label: string }[] = [
  { value: 'auto', label: 'Automatic' },
  { value: 'webgl', label: 'GPU' },
  { value: 'canvas', label: 'CPU' },
];

export function SettingsPanel() {
  return (
    <div className={css['panel']} data-testid="settings-panel">
      <SpectrumSection />
      <ColourSection />
      <LaneSection />
      <SharedMemorySetting />
      <ShareSetting />
    </div>
  );
}

function SpectrumSection() {
  const { settings } = useServices();
  const set = settings.getState().set;
  const window = useSettings((s) => s.window);
  const kaiserBeta = useSettings((s) => s.kaiserBeta);
  const size = useSettings((s) => s.size);
  const hopDivisor = useSettings((s) => s.hopDivisor);
  const pad = useSettings((s) => s.pad);
  const adaptiveWindow = useSettings((s) => s.adaptiveWindow);
  return (
    <section className={css['section']}>
      <h2 className={css['title']}>Spectrum</h2>
      <SelectField<string> label="Window" value={window} choices={WINDOW_CHOICES} onChange={(next) => set({ window: next as typeof window })} testId="setting-window" />
      {window === 'kaiser' && (
        <NumberBox label={'Kaiser \u03b2'} value={kaiserBeta} {...KAISER_LIMITS} step={0.1} onChange={(next) => set({ kaiserBeta: next })} testId="setting-kaiser-beta" />
      )}
      <SelectField<number> label="Size" value={size} choices={SIZE_CHOICES} onChange={(next) => set({ size: next })} testId="setting-size" />
      <SelectField<number> label="Overlap" value={hopDivisor} choices={OVERLAP_CHOICES} onChange={(next) => set({ hopDivisor: next })} testId="setting-overlap" />
      <SelectField<number> label="Zero padding" value={pad} choices={PAD_CHOICES} onChange={(next) => set({ pad: next })} testId="setting-pad" />
      <CheckRow checked={adaptiveWindow} onChange={(next) => set({ adaptiveWindow: next })} testId="setting-adaptive-window">
        Shorter window when too slow
      </CheckRow>
      <Facts size={size} hopDivisor={hopDivisor} pad={pad} />
    </section>
  );
}

function Facts(props: { size: number; hopDivisor: number; pad: number }) {
  const rate = useSession((s) => s.stream?.sampleRateHz ?? 48_000);
  const enbw = useSession((s) => s.grid?.enbwBins ?? null);
  const r = resolution(props, rate, enbw);
  const hz = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} Hz`;
  const facts: [name: string, value: string, id: string][] = [
    ['Window length', duration(r.windowMs / 1000), 'window-ms'],
    ['Hop', `${r.hopFrames} \u00b7 ${duration(r.hopMs / 1000)}`, 'hop'],
    ['Bin spacing', hz(r.binHz), 'bin-hz'],
    ['RBW', r.rbwHz === null ? '\u2013' : hz(r.rbwHz), 'rbw'],
    ['Columns per second', fixed(r.columnsPerSecond, 1), 'columns-per-second'],
    ['Sample rate', `${rate} Hz`, 'rate'],
  ];
  return (
    <dl className={css['facts']}>
      {facts.map(([name, value, id]) => (
        <div key={id} className={css['fact']}>
          <dt>{name}</dt>
          <dd data-testid={`fact-${id}`}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function ColourSection() {
  const { settings } = useServices();
  const set = settings.getState().set;
  const colormap = useSettings((s) => s.colormap);
  const minDb = useSettings((s) => s.minDb);
  const maxDb = useSettings((s) => s.maxDb);
  const frequency = useSettings((s) => s.frequency);
  const maps = useSession((s) => s.colormaps);
  const choices = COLORMAPS.map((value) => ({ value, label: value, mark: <Swatch map={maps[value]} /> }));
  const { min, max, least } = DB_LIMITS;
  return (
    <section className={css['section']}>
      <h2 className={css['title']}>Picture</h2>
      <SelectField<string> label="Colours" value={colormap} choices={choices} onChange={(next) => set({ colormap: next as typeof colormap })} testId="setting-colormap" />
      <FieldRow label="Range">
        <div className={css['range']}>
          <NumberBox bare label="Lowest level" unit="dB" value={minDb} min={min} max={maxDb - least} step={1} onChange={(next) => set({ minDb: next })} testId="setting-min-db" />
          <span aria-hidden="true">to</span>
          <NumberBox bare label="Highest level" unit="dB" value={maxDb} min={minDb + least} max={max} step={1} onChange={(next) => set({ maxDb: next })} testId="setting-max-db" />
        </div>
      </FieldRow>
      <Slider.Root
        className={css['slider']}
        value={[minDb, maxDb]}
        min={min}
        max={max}
        step={1}
        largeStep={10}
        minStepsBetweenValues={least}
        thumbCollisionBehavior="none"
        onValueChange={(next) => Array.isArray(next) && set({ minDb: next[0], maxDb: next[1] })}
      >
        <Slider.Control className={css['control']}>
          <Slider.Track className={css['track']}>
            <Slider.Indicator className={css['indicator']} />
            <Slider.Thumb index={0} className={css['thumb']} aria-label="Lowest level" data-testid="range-min" />
            <Slider.Thumb index={1} className={css['thumb']} aria-label="Highest level" data-testid="range-max" />
          </Slider.Track>
        </Slider.Control>
      </Slider.Root>
      <FieldRow label="Frequency">
        <Segments<string> label="Frequency axis" value={frequency} choices={FREQUENCY_CHOICES} onChange={(next) => set({ frequency: next as typeof frequency })} testId="setting-frequency" />
      </FieldRow>
      <Band />
    </section>
  );
}

/** What a zoomed frequency axis shows, and the way back. Its row stays when it has nothing to say: nothing jumps. */
function Band() {
  const { frequencies } = useServices();
  const kind = useSettings((s) => s.frequency);
  const band = useSettings((s) => s.bandHz);
  const rateHz = useSession((s) => s.stream?.sampleRateHz ?? 48_000);
  const short = (hz: number): string => hzLabel(Number(hz.toPrecision(3)));
  const { minHz, maxHz } = frequencyScale(kind, rateHz, band);
  return (
    <FieldRow label="Band">
      <Button
        disabled={band === null}
        title="Show all frequencies (F). Zoom with the wheel on a frequency axis."
        onClick={() => frequencies.showAll()}
        data-testid="setting-band"
      >
        {short(minHz)} {'\u2013'} {short(maxHz)} Hz
      </Button>
    </FieldRow>
  );
}

function LaneSection() {
  const { settings } = useServices();
  const set = settings.getState().set;
  const lanes = useSettings((s) => s.lanes);
  const gainDb = useSettings((s) => s.gainDb);
  const laneHeight = useSettings((s) => s.laneHeight);
  const drawing = useSettings((s) => s.drawing);
  return (
    <section className={css['section']}>
      <h2 className={css['title']}>Lanes</h2>
      <Segments<LaneMode> label="Lanes show" value={lanes} choices={LANE_CHOICES} onChange={(next) => set({ lanes: next })} testId="setting-lanes" />
      <FieldRow label="Height">
        <Segments<LaneHeight> label="Lane height" value={laneHeight} choices={HEIGHT_CHOICES} onChange={(next) => set({ laneHeight: next })} testId="setting-lane-height" />
      </FieldRow>
      <SelectField<number> label="Wave gain" value={gainDb} choices={GAIN_CHOICES} onChange={(next) => set({ gainDb: next })} testId="setting-gain" />
      <SelectField<string> label="Drawing" value={drawing} choices={DRAWING_CHOICES} onChange={(next) => set({ drawing: next as DrawingChoice })} testId="setting-drawing" />
    </section>
  );
}

function Swatch({ map }: { map: Uint8Array | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || !map) return;
    const image = context.createImageData(256, 1);
    for (let i = 0; i < 256; i++) image.data.set([map[3 * i]!, map[3 * i + 1]!, map[3 * i + 2]!, 255], 4 * i);
    context.putImageData(image, 0, 0);
  }, [map]);
  return <canvas className={css['swatch']} ref={canvas} width={256} height={1} aria-hidden="true" />;
}
