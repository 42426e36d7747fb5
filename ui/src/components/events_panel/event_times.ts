// When an event was, as the list and the details say it.

import type { BusEvent } from '../../base/bus_event';
import { clock } from '../../base/format';

/** The stream on screen, as far as times in it are concerned. */
export interface StreamOnScreen {
  streamId: string;
  sampleRateHz: number;
}

/** Place in the stream on screen, null in another or none. */
export function streamTime({ frame, session }: BusEvent, stream: StreamOnScreen | null): string | null {
  return frame === null || !stream || stream.streamId !== session ? null : clock(frame / stream.sampleRateHz, 3);
}

const DAY_MS = 86_400_000;
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
const DAY = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' });

/** The day too when it is not within the last one. Outsiders may give times that no calendar has. */
export function wallTime(ms: number): string {
  const at = new Date(ms);
  if (Number.isNaN(at.getTime())) return '\u2013';
  return Math.abs(Date.now() - ms) < DAY_MS ? TIME.format(at) : `${DAY.format(at)} ${TIME.format(at)}`;
}

export function isoTime(ms: number): string | undefined {
  const at = new Date(ms);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
