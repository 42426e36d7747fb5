// What the crosshair stands on, as numbers and as text.

import { decibels, fixed, clock, grouped, hertz } from '../base/format';
import { hzOfRow } from '../base/frequency_scale';
import { noteOfHz } from '../base/note';
import { frameAtX } from '../base/time_scale';
import type { Picture } from '../render/picture';

export const READOUT_FIELDS = ['channel', 'relative', 'absolute', 'frame', 'frequency', 'note', 'level', 'peak'] as const;
export type ReadoutField = (typeof READOUT_FIELDS)[number];
export type Readout = Record<ReadoutField, string>;

export const EMPTY_READOUT = Object.fromEntries(READOUT_FIELDS.map((field) => [field, '\u2013'])) as Readout;

/** `peakOf`: largest magnitude of a waveform column, for the lanes that show one. */
export function readout(
  picture: Picture,
  nameOf: (channel: number) => string,
  peakOf: (channel: number, xPx: number) => number,
): Readout {
  const { cursor, stream, state, scale, frequency, liveFrame } = picture;
  const place = cursor.place;
  if (!place || !stream) return EMPTY_READOUT;
  const frame = frameAtX(scale, place.xPx);
  const channel = nameOf(place.channel);
  const relative = `${fixed((frame - liveFrame) / stream.sampleRateHz, 3)} s`;
  // Before the stream began there is no time to name.
  if (frame < 0) return { ...EMPTY_READOUT, channel, relative };
  const kept = state !== null && frame >= state.firstFrame && frame < state.endFrame;
  const time: Readout = {
    ...EMPTY_READOUT,
    channel,
    relative,
    absolute: clock(frame / stream.sampleRateHz, 3),
    frame: grouped(Math.floor(frame)),
  };
  if (place.kind === 'waveform') {
    const peak = peakOf(place.channel, place.xPx);
    return { ...time, level: Number.isNaN(peak) ? '\u2013' : `${decibels(20 * Math.log10(peak))} dB` };
  }
  const hz = cursor.aim?.frequencyHz ?? hzOfRow(frequency, place.yPx, place.heightPx);
  const note = noteOfHz(hz);
  const probe = cursor.probe;
  return {
    ...time,
    frequency: hertz(hz),
    note: note ? `${note.name} ${note.cents < 0 ? '\u2212' : '+'}${Math.abs(note.cents)}` : '\u2013',
    level: levelText(probe?.dbfs, kept),
    peak: probe?.peak ? `${hertz(probe.peak.frequencyHz)}  ${decibels(probe.peak.dbfs, 2)} dB` : '\u2013',
  };
}

/** A missing value inside the history is lost sound; outside it there was none, or there is none any more. */
function levelText(dbfs: number | undefined, kept: boolean): string {
  if (dbfs === undefined || (Number.isNaN(dbfs) && !kept)) return '\u2013';
  return Number.isNaN(dbfs) ? 'gap' : `${decibels(dbfs)} dB`;
}

/** One sentence of it, for screen readers. */
export function spokenReadout(values: Readout): string {
  const said = [`Channel ${values.channel}`, values.relative, values.frequency, values.note, values.level];
  return said.filter((part) => part !== '\u2013').join(', ');
}
