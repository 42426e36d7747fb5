// Events for tests: say what matters, the rest is filled in.

import type { BusEvent } from '../bus_event';

export function busEvent(said: Partial<BusEvent> & { seq: number }): BusEvent {
  const kind = said.kind ?? 'test.event';
  return {
    id: `event-${said.seq}`,
    ts: 1_700_000_000_000 + said.seq,
    frame: null,
    dur_frames: null,
    kind,
    topic: kind.split('.')[0]!,
    channel: 'system',
    severity: 'info',
    source: 'engine',
    actor: 'engine',
    audio_ch: [],
    session: null,
    message: `Event ${said.seq}.`,
    payload: {},
    replayed: false,
    ...said,
  };
}

/** A marker of the user, and what changes it. */
export const marker = (seq: number, id: string, label: string, more: Partial<BusEvent> = {}): BusEvent =>
  busEvent({ seq, id, kind: 'marker.added', channel: 'marks', source: 'ui', message: label, payload: { label }, ...more });
export const edited = (seq: number, of: string, payload: Record<string, unknown>): BusEvent =>
  busEvent({ seq, kind: 'marker.edited', source: 'ui', payload: { of, ...payload } });
export const deleted = (seq: number, of: string): BusEvent => busEvent({ seq, kind: 'marker.deleted', source: 'ui', payload: { of } });
