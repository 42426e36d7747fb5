// Input addresses for files and test signals, written as the engine reads them.

export const SIGNAL_KINDS = [
  { id: 'sine', label: 'Sine', keys: ['freq', 'level'] },
  { id: 'multitone', label: 'Multitone, one tone per channel', keys: ['level'] },
  { id: 'chirp', label: 'Chirp', keys: ['f0', 'f1', 'period', 'level'] },
  { id: 'white', label: 'White noise', keys: ['level', 'seed'] },
  { id: 'pink', label: 'Pink noise', keys: ['level', 'seed'] },
  { id: 'impulse', label: 'Impulses', keys: ['period', 'level'] },
  { id: 'square', label: 'Square', keys: ['freq', 'level'] },
  { id: 'silence', label: 'Silence', keys: [] },
] as const;

export type SignalKind = (typeof SIGNAL_KINDS)[number]['id'];
export type SignalKey = 'freq' | 'f0' | 'f1' | 'period' | 'level' | 'seed' | 'channels' | 'rate';

export interface SignalParameter {
  label: string;
  unit: string;
  min: number;
  max: number;
  step: number;
  initial: number;
}

export const SIGNAL_PARAMETERS: Record<SignalKey, SignalParameter> = {
  freq: { label: 'Frequency', unit: 'Hz', min: 0.001, max: 500_000, step: 10, initial: 1000 },
  f0: { label: 'From', unit: 'Hz', min: 0.001, max: 500_000, step: 10, initial: 20 },
  f1: { label: 'To', unit: 'Hz', min: 0.001, max: 500_000, step: 10, initial: 20_000 },
  period: { label: 'Period', unit: 's', min: 0.00001, max: 3600, step: 0.1, initial: 2 },
  level: { label: 'Level', unit: 'dBFS', min: -200, max: 20, step: 1, initial: -6 },
  seed: { label: 'Seed', unit: '', min: 0, max: Number.MAX_SAFE_INTEGER, step: 1, initial: 0 },
  channels: { label: 'Channels', unit: '', min: 1, max: 256, step: 1, initial: 2 },
  rate: { label: 'Rate', unit: 'Hz', min: 1000, max: 1_000_000, step: 100, initial: 48_000 },
};

/** Keys of a kind, those that every signal has last. */
export function signalKeys(kind: SignalKind): SignalKey[] {
  const own = SIGNAL_KINDS.find((k) => k.id === kind)?.keys ?? [];
  return [...own, 'channels', 'rate'];
}

export function signalAddress(kind: SignalKind, values: Partial<Record<SignalKey, number>>): string {
  const options = signalKeys(kind).map((key) => `${key}=${values[key] ?? SIGNAL_PARAMETERS[key].initial}`);
  return `signal:${kind}?${options.join('&')}`;
}

/** Options begin at the last `?`, so they are always written: a path may contain one. */
export function fileAddress(path: string, repeat: boolean): string {
  return `file:${path}?loop=${repeat ? 1 : 0}`;
}
