import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { busEvent } from './testing/bus_events';
import { readBusEvent } from './bus_event';

describe('events from the wire', () => {
  it('come through as they are', () => {
    const event = busEvent({ seq: 7, frame: 512, dur_frames: 3, session: '0123456789abcdef', audio_ch: [0, 5], payload: { a: [1, null] } });
    expect(readBusEvent({ ...event, ts_ns: 1, schema_version: 1 })).toEqual(event);
    expect(readBusEvent(JSON.parse(JSON.stringify(event)))).toEqual(event);
  });

  it('have every field whatever came', () => {
    expect(readBusEvent({ id: 'x', kind: 'a.b' })).toMatchObject({ topic: 'a', channel: 'system', severity: 'info', frame: null, payload: {} });
    expect(readBusEvent({ id: 'x', kind: 'a.b', severity: 'fatal', frame: -1, audio_ch: [1, 'x', 2.5], payload: [], session: 3 })).toMatchObject({
      severity: 'info',
      frame: null,
      audio_ch: [1],
      payload: {},
      session: null,
    });
    for (const nothing of [null, 7, 'x', [], {}, { id: 1, kind: 'a' }, { id: 'x' }]) expect(readBusEvent(nothing)).toBeNull();
  });

  it('never throw', () => {
    fc.assert(fc.property(fc.anything(), (value) => void readBusEvent(value)));
  });
});
