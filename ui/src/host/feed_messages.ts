// Messages of the live feed from whatever came. Nothing from outside is trusted to have a shape.

import { decode } from '@msgpack/msgpack';
import { readBusEvent, type BusEvent } from '../base/bus_event';
import type { FeedMessage, LogPage } from './events';

const TYPES = new Set(['connected', 'batch', 'pong', 'error', 'gap', 'history_end']);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const readEvents = (list: unknown): BusEvent[] =>
  Array.isArray(list) ? list.map(readBusEvent).filter((event) => event !== null) : [];

/** A page of the log; the window and the server name its cursor alike but for the case. */
export function readLogPage(value: unknown): LogPage {
  const page = isRecord(value) ? value : {};
  const next = page['nextBefore'] ?? page['next_before'];
  const damaged: unknown[] = Array.isArray(page['damaged']) ? page['damaged'] : [];
  return { events: readEvents(page['events']), nextBefore: typeof next === 'number' ? next : null, damaged: damaged.filter(isSeqRange) };
}

const isSeqRange = (value: unknown): value is LogPage['damaged'][number] =>
  isRecord(value) && typeof value['from_seq'] === 'number' && typeof value['to_seq'] === 'number';

/** A message as an object; null for what is none. */
export function readFeedMessage(value: unknown): FeedMessage | null {
  if (!isRecord(value) || typeof value['type'] !== 'string' || !TYPES.has(value['type'])) return null;
  if (value['type'] !== 'batch') return value as FeedMessage;
  const batch = value['data'];
  if (!isRecord(batch)) return null;
  return { ...value, data: { ...batch, events: readEvents(batch['events']) } } as FeedMessage;
}

/** A message as it comes over a socket: JSON in text, MessagePack in bytes. */
export function decodeFeedMessage(data: unknown): FeedMessage | null {
  try {
    if (typeof data === 'string') return readFeedMessage(JSON.parse(data));
    return data instanceof ArrayBuffer ? readFeedMessage(decode(data)) : null;
  } catch {
    return null;
  }
}
