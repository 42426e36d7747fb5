// Which events a reader wants to see.

import type { BusEvent, Severity } from './bus_event';

/** Frames [startFrame, endFrame) of one stream. */
export interface EventRange {
  session: string;
  startFrame: number;
  endFrame: number;
}

export interface EventFilter {
  /** Empty: all. */
  channels: readonly string[];
  /** Empty: all. */
  severities: readonly Severity[];
  /** Words that all have to be in the event somewhere; case does not matter. */
  text: string;
  range: EventRange | null;
}

export const EVERYTHING: EventFilter = { channels: [], severities: [], text: '', range: null };

export const isEverything = (filter: EventFilter): boolean =>
  filter.channels.length === 0 && filter.severities.length === 0 && filter.text.trim() === '' && filter.range === null;

/** The filter as a question, so that its words are taken apart once and not for every event. */
export function passes(filter: EventFilter): (event: BusEvent) => boolean {
  const { channels, severities, range } = filter;
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return (event) =>
    (channels.length === 0 || channels.includes(event.channel)) &&
    (severities.length === 0 || severities.includes(event.severity)) &&
    (range === null || touches(event, range)) &&
    (words.length === 0 || hasAll(event, words));
}

/** Shares a frame with the range; a moment lasts as long as the frame it is in. */
function touches({ session, frame, dur_frames: length }: BusEvent, range: EventRange): boolean {
  return session === range.session && frame !== null && frame < range.endFrame && frame + Math.max(1, length ?? 1) > range.startFrame;
}

function hasAll(event: BusEvent, words: readonly string[]): boolean {
  const plain = `${event.kind}\n${event.message}\n${event.source}\n${event.channel}`.toLowerCase();
  const missing = words.filter((word) => !plain.includes(word));
  if (missing.length === 0) return true;
  const payload = JSON.stringify(event.payload).toLowerCase();
  return missing.every((word) => payload.includes(word));
}
