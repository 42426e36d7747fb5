// What a user can set, its limits and its defaults. Whatever comes from storage passes through `readSettings`.

import type { StftSettings, WindowName } from '../engine/protocol';
import type { FrequencyBand, FrequencyScaleKind } from '../base/frequency_scale';

export const WINDOWS = [
  { id: 'hann', label: 'Hann' },
  { id: 'hamming', label: 'Hamming' },
  { id: 'blackman', label: 'Blackman' },
  { id: 'blackman-harris', label: 'Blackman\u2013Harris' },
  { id: 'nuttall', label: 'Nuttall' },
  { id: 'flat-top', label: 'Flat top' },
  { id: 'kaiser', label: 'Kaiser' },
  { id: 'rectangular', label: 'Rectangular' },
] as const;
export type WindowId = (typeof WINDOWS)[number]['id'];

export const SIZES = [256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768] as const;
export const PADS = [1, 2, 4, 8] as const;
/** Hop as a fraction of the window: 1/1 is no overlap, 1/32 is 96.9 %. */
export const HOP_DIVISORS = [1, 2, 4, 8, 16, 32] as const;
export const COLORMAPS = ['viridis', 'plasma', 'inferno', 'magma', 'cividis', 'turbo', 'gray'] as const;
export const THEMES = ['dark', 'light', 'system'] as const;
export const LANE_MODES = ['both', 'waveform', 'spectrogram'] as const;
export const LANE_HEIGHTS = ['fit', 'comfortable'] as const;
export const DRAWINGS = ['auto', 'webgl', 'canvas'] as const;
export const PANEL_TABS = ['settings', 'events'] as const;
export const GAINS_DB = [0, 6, 12, 18, 24, 30, 36, 42, 48, 60] as const;
export const DB_LIMITS = { min: -160, max: 10, least: 10 } as const;
export const KAISER_LIMITS = { min: 0, max: 30 } as const;
const LEAST_HOP = 16;
const KEPT_PICKS = 24;

export type Colormap = (typeof COLORMAPS)[number];
export type ThemeChoice = (typeof THEMES)[number];
export type PanelTab = (typeof PANEL_TABS)[number];
export type LaneMode = (typeof LANE_MODES)[number];

/** All lanes in sight, or lanes large enough to read and a list that scrolls. */
export type LaneHeight = (typeof LANE_HEIGHTS)[number];
/** How pictures are drawn: on the GPU where there is one, or as the user insists. */
export type DrawingChoice = (typeof DRAWINGS)[number];

export interface Settings {
  window: WindowId;
  kaiserBeta: number;
  size: number;
  hopDivisor: number;
  pad: number;
  /** A machine that cannot keep up may shorten the window. */
  adaptiveWindow: boolean;
  minDb: number;
  maxDb: number;
  colormap: Colormap;
  frequency: FrequencyScaleKind;
  /** The part of the frequency axis that is shown, null for all of it. */
  bandHz: FrequencyBand | null;
  gainDb: number;
  theme: ThemeChoice;
  lanes: LaneMode;
  laneHeight: LaneHeight;
  drawing: DrawingChoice;
  panelOpen: boolean;
  panelTab: PanelTab;
  /** Read samples from the ring's own memory where the host can. */
  sharedMemory: boolean;
  spanS: number;
  /** Address of the input that was started last. */
  input: string;
  /** Channels picked per input address, newest last. */
  channelPicks: Record<string, number[]>;
}

export const DEFAULTS: Settings = {
  window: 'hann',
  kaiserBeta: 8.6,
  size: 2048,
  hopDivisor: 4,
  pad: 1,
  adaptiveWindow: false,
  minDb: -120,
  maxDb: 0,
  colormap: 'viridis',
  frequency: 'log',
  bandHz: null,
  gainDb: 0,
  theme: 'dark',
  lanes: 'both',
  laneHeight: 'fit',
  drawing: 'auto',
  panelOpen: true,
  panelTab: 'settings',
  sharedMemory: true,
  spanS: 10,
  input: 'default',
  channelPicks: {},
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function oneOf<T>(value: unknown, allowed: readonly T[], fallback: T): T {
  return allowed.includes(value as T) ? (value as T) : fallback;
}

function number(value: unknown, min: number, max: number, fallback: number): number {
  return typeof value === 'number' && value >= min && value <= max ? value : fallback;
}

function band(value: unknown): FrequencyBand | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [minHz, maxHz]: unknown[] = value;
  const ordered = typeof minHz === 'number' && typeof maxHz === 'number' && minHz >= 0 && maxHz > minHz && maxHz <= 500_000;
  return ordered ? [minHz, maxHz] : null;
}

function picks(value: unknown): Record<string, number[]> {
  if (!isRecord(value)) return {};
  const valid = Object.entries(value).filter(
    (entry): entry is [string, number[]] =>
      Array.isArray(entry[1]) && entry[1].length <= 256 && entry[1].every((c) => Number.isInteger(c) && c >= 0 && c < 256),
  );
  return Object.fromEntries(valid.slice(-KEPT_PICKS));
}

/** Settings from anything: what is missing or out of range becomes the default, field by field. */
export function readSettings(value: unknown): Settings {
  const v = isRecord(value) ? value : {};
  const d = DEFAULTS;
  const minDb = number(v['minDb'], DB_LIMITS.min, DB_LIMITS.max, d.minDb);
  const maxDb = number(v['maxDb'], DB_LIMITS.min, DB_LIMITS.max, d.maxDb);
  const rangeOk = maxDb - minDb >= DB_LIMITS.least;
  return {
    window: oneOf(v['window'], WINDOWS.map((w) => w.id), d.window),
    kaiserBeta: number(v['kaiserBeta'], KAISER_LIMITS.min, KAISER_LIMITS.max, d.kaiserBeta),
    size: oneOf<number>(v['size'], SIZES, d.size),
    hopDivisor: oneOf<number>(v['hopDivisor'], HOP_DIVISORS, d.hopDivisor),
    pad: oneOf<number>(v['pad'], PADS, d.pad),
    adaptiveWindow: typeof v['adaptiveWindow'] === 'boolean' ? v['adaptiveWindow'] : d.adaptiveWindow,
    minDb: rangeOk ? minDb : d.minDb,
    maxDb: rangeOk ? maxDb : d.maxDb,
    colormap: oneOf(v['colormap'], COLORMAPS, d.colormap),
    frequency: oneOf(v['frequency'], ['linear', 'log'] as const, d.frequency),
    bandHz: band(v['bandHz']),
    gainDb: oneOf<number>(v['gainDb'], GAINS_DB, d.gainDb),
    theme: oneOf(v['theme'], THEMES, d.theme),
    lanes: oneOf(v['lanes'], LANE_MODES, d.lanes),
    laneHeight: oneOf(v['laneHeight'], LANE_HEIGHTS, d.laneHeight),
    drawing: oneOf(v['drawing'], DRAWINGS, d.drawing),
    panelOpen: typeof v['panelOpen'] === 'boolean' ? v['panelOpen'] : d.panelOpen,
    panelTab: oneOf(v['panelTab'], PANEL_TABS, d.panelTab),
    sharedMemory: typeof v['sharedMemory'] === 'boolean' ? v['sharedMemory'] : d.sharedMemory,
    spanS: number(v['spanS'], 1e-4, 600, d.spanS),
    input: typeof v['input'] === 'string' && v['input'] !== '' && v['input'].length < 4096 ? v['input'] : d.input,
    channelPicks: picks(v['channelPicks']),
  };
}

/** Channels picked for an input, put last so that the oldest pick is forgotten first. */
export function withPick(settings: Settings, input: string, channels: readonly number[]): Settings['channelPicks'] {
  const { [input]: _old, ...others } = settings.channelPicks;
  return Object.fromEntries([...Object.entries(others), [input, [...channels]]].slice(-KEPT_PICKS)) as Settings['channelPicks'];
}

export function hopFrames(settings: Pick<Settings, 'size' | 'hopDivisor'>): number {
  return Math.max(LEAST_HOP, Math.round(settings.size / settings.hopDivisor));
}

export function windowName(settings: Pick<Settings, 'window' | 'kaiserBeta'>): WindowName {
  return settings.window === 'kaiser' ? `kaiser:${settings.kaiserBeta}` : settings.window;
}

export function stftSettings(settings: Settings): StftSettings {
  return { window: windowName(settings), size: settings.size, hop: hopFrames(settings), pad: settings.pad };
}
