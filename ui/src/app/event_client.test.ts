import { afterEach, expect, it, vi } from 'vitest';
import { busEvent } from '../base/testing/bus_events';
import { createEvents } from '../store/events';
import { eventClient } from './event_client';

afterEach(() => vi.unstubAllGlobals());

it('scripts hear the kinds they asked for, with the payload under its names, until they stop', () => {
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  const events = createEvents();
  const client = eventClient(events);
  const heard: unknown[] = [];
  client.on('*', () => {
    throw new Error('a listener of somebody else');
  });
  const stop = client.on('training.*', (event) => heard.push([event.kind, event.data['loss'], event.details['loss']]));
  client.on('training_step', (event) => heard.push(event.seq));
  const tell = (seq: number, kind: string): void =>
    events.hear({ type: 'batch', data: { window_start: 0, window_end: 50, events: [busEvent({ seq, kind, payload: { loss: 0.234 } })], summary: {} } });
  tell(1, 'training.step');
  tell(2, 'audio.clip');
  stop();
  tell(3, 'training.step');
  expect(heard).toEqual([['training.step', 0.234, 0.234], 1, 3]);
  expect(reported).toHaveBeenCalledTimes(3);
});
