// One event of the observation bus, as it travels.

export const SEVERITIES = ['info', 'success', 'warning', 'error'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface BusEvent {
  /** Place in the order of the bus. */
  seq: number;
  /** The same id is the same event. */
  id: string;
  /** Wall clock, Unix ms. */
  ts: number;
  /** First frame it covers on the clock of `session`; null for what has no place in the sound. */
  frame: number | null;
  /** Null for a moment. */
  dur_frames: number | null;
  /** What happened: dotted words, `audio.overrun`. */
  kind: string;
  /** First word of the kind. */
  topic: string;
  /** Where to show it, such as `device`. */
  channel: string;
  severity: Severity;
  /** Who says so: `engine`, `ui`, `cli`, `server`, `journal` or `external:NAME`. */
  source: string;
  /** `user`, `external` or `engine`. */
  actor: string;
  /** Audio channels it is about, from 0; empty when about all or none. */
  audio_ch: number[];
  /** Stream that `frame` counts in, 16 hexadecimal digits. */
  session: string | null;
  /** One sentence for people. It may say anything at all: text, never markup. */
  message: string;
  payload: Record<string, unknown>;
  /** Shown again from the journal. */
  replayed: boolean;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown, fallback = ''): string => (typeof value === 'string' ? value : fallback);
const frames = (value: unknown): number | null => (typeof value === 'number' && value >= 0 ? value : null);

/** An event from the wire; null for what cannot be one. What is missing gets the value that says the least. */
export function readBusEvent(value: unknown): BusEvent | null {
  if (!isRecord(value) || typeof value['id'] !== 'string' || typeof value['kind'] !== 'string') return null;
  const { seq, id, ts, kind, severity, audio_ch: audioCh, session, payload } = value;
  return {
    seq: typeof seq === 'number' ? seq : 0,
    id,
    ts: typeof ts === 'number' ? ts : 0,
    frame: frames(value['frame']),
    dur_frames: frames(value['dur_frames']),
    kind,
    topic: text(value['topic'], kind.split('.')[0]),
    channel: text(value['channel'], 'system'),
    severity: SEVERITIES.includes(severity as Severity) ? (severity as Severity) : 'info',
    source: text(value['source']),
    actor: text(value['actor'], 'engine'),
    audio_ch: Array.isArray(audioCh) ? audioCh.filter((c): c is number => Number.isInteger(c)) : [],
    session: typeof session === 'string' ? session : null,
    message: text(value['message']),
    payload: isRecord(payload) ? payload : {},
    replayed: value['replayed'] === true,
  };
}
