import { describe, expect, it } from 'vitest';
import { busEvent, deleted, edited, marker } from '../base/testing/bus_events';
import type { BusEvent } from '../base/bus_event';
import type { FeedMessage } from '../host/events';
import { createEvents } from './events';

const batch = (events: BusEvent[], history = false): FeedMessage => ({ type: 'batch', data: { window_start: 0, window_end: 50, events, summary: {} }, history });
const END: FeedMessage = { type: 'history_end', from_ms: 0, to_ms: 1, events: 0, complete: true };
const labels = (store: ReturnType<typeof createEvents>): string[] => store.live.newest(100).map((event) => event.message);

describe('events of the page', () => {
  it('hold markers as they are now, in the list and on the time line', () => {
    const events = createEvents();
    events.setSession('s');
    const at = { frame: 480, session: 's' };
    events.hear(batch([marker(1, 'm', 'Marker 1', at), marker(2, 'n', 'Marker 2', at)]));
    events.select('n');
    events.hear(batch([edited(3, 'm', { label: 'door' }), deleted(4, 'n')]));
    expect(labels(events)).toEqual(['door']);
    expect(events.timeline.between(0, 1000).map((event) => event.message)).toEqual(['door']);
    expect(events.getState().selected).toBeNull();
    // An edit that came live before the history that has its marker.
    events.hear(batch([edited(6, 'old', { label: 'gate' })]));
    events.hear(batch([marker(5, 'old', 'Marker 0', at)], true));
    expect(labels(events)).toEqual(['door']);
    events.hear(END);
    expect(labels(events)).toEqual(['gate', 'door']);
  });

  it('leave out what comes many times a second', () => {
    const events = createEvents();
    const kinds = ['level.sample', 'engine.sample', 'journal.op', 'level.limit', 'journal.degraded'];
    events.hear(batch(kinds.map((kind, i) => busEvent({ seq: i + 1, kind }))));
    expect(events.live.newest(9).map((event) => event.kind)).toEqual(['journal.degraded', 'level.limit']);
    // Nobody is told of it either: whoever listens would render twenty times a second for nothing.
    let told = 0;
    events.subscribe(() => told++);
    for (let seq = 10; seq < 30; seq++) events.hear(batch([busEvent({ seq, kind: 'level.sample' })]));
    expect(told).toBe(0);
    events.hear(batch([busEvent({ seq: 30, kind: 'level.sample' }), busEvent({ seq: 31 })]));
    expect(told).toBe(1);
  });

  it('take an event once, from memory, from the journal and live', () => {
    const events = createEvents();
    events.hear(batch([busEvent({ seq: 2 }), busEvent({ seq: 3 })]));
    events.hearPast([busEvent({ seq: 1 }), busEvent({ seq: 2 })]);
    events.hear(batch([busEvent({ seq: 1 })], true));
    events.hear(END);
    expect(events.live.newest(9).map((event) => event.seq)).toEqual([3, 2, 1]);
  });

  it('tell live news and nothing else', () => {
    const events = createEvents();
    const told: number[] = [];
    const stop = events.onNews((news) => told.push(...news.map((event) => event.seq)));
    events.hear(batch([busEvent({ seq: 5 })]));
    events.hear(batch([busEvent({ seq: 1 })], true));
    events.hear(END);
    events.hearPast([busEvent({ seq: 2 })]);
    stop();
    events.hear(batch([busEvent({ seq: 6 })]));
    expect(told).toEqual([5]);
  });

  it('count what was missed, and forget everything when the bus began anew', () => {
    const events = createEvents();
    events.hear(batch([busEvent({ seq: 1, channel: 'device' })]));
    events.hear({ type: 'gap', missed: 12, from_seq: 2, to_seq: 13 });
    events.hear({ type: 'gap', missed: 3, from_seq: 20, to_seq: 22 });
    expect(events.getState()).toMatchObject({ missed: 15, channels: ['device'] });
    events.clear();
    expect(events.getState()).toMatchObject({ missed: 0, channels: [] });
    expect(events.live.size).toBe(0);
  });

  it('offer so many channels and no more', () => {
    const events = createEvents();
    for (let i = 0; i < 500; i++) events.hear(batch([busEvent({ seq: i + 1, channel: `c${i}` })]));
    expect(events.getState().channels).toHaveLength(24);
  });

  it('put the events of another stream on the time line when that is shown', () => {
    const events = createEvents();
    events.hear(batch([busEvent({ seq: 1, frame: 5, session: 'a' }), busEvent({ seq: 2, frame: 6, session: 'b' })]));
    events.setSession('a');
    expect(events.timeline.between(0, 100).map((event) => event.seq)).toEqual([1]);
    events.setSession('b');
    expect(events.timeline.between(0, 100).map((event) => event.seq)).toEqual([2]);
  });

  it('take 20 batches of 1,000 with 100,000 in memory by looking at what is new', () => {
    const events = createEvents();
    const many = Array.from({ length: 100_000 }, (_, i) => busEvent({ seq: i + 1 }));
    events.hearPast(many);
    let looked = 0;
    events.setFilter({ text: 'event' });
    const counted = (seq: number): BusEvent =>
      new Proxy(busEvent({ seq }), {
        get: (event, key) => {
          if (key === 'message') looked++;
          return Reflect.get(event, key) as unknown;
        },
      });
    for (let b = 0; b < 20; b++) events.hear(batch(Array.from({ length: 1000 }, (_, i) => counted(100_001 + 1000 * b + i))));
    expect(looked).toBe(20_000);
    expect(events.live.size).toBeGreaterThanOrEqual(100_000);
    expect(events.live.size).toBeLessThanOrEqual(110_000);
  });

  it('take 100 into 100,000 without looking at those', () => {
    let looks = 0;
    const watched = (event: BusEvent): BusEvent => new Proxy(event, { get: (of, name) => (looks++, Reflect.get(of, name)) });
    const events = createEvents();
    events.setSession('s');
    const at = (seq: number): BusEvent => busEvent({ seq, frame: seq * 10, session: 's', severity: seq % 2 ? 'info' : 'error' });
    events.setFilter({ severities: ['error'], text: 'event' });
    // One in a hundred says when it is looked at, the newest too.
    events.hear(batch(Array.from({ length: 100_000 }, (_, i) => (i % 100 === 99 ? watched(at(i + 1)) : at(i + 1)))));
    expect(events.live.shownEnd - events.live.shownStart).toBe(50_000);
    // Taking them in looks at each more than once.
    expect(looks).toBeGreaterThan(2000);
    looks = 0;
    events.hear(batch(Array.from({ length: 100 }, (_, i) => at(100_001 + i))));
    expect(events.live.shownEnd - events.live.shownStart).toBe(50_050);
    expect(events.timeline.size).toBe(100_100);
    // Where they belong is found from the end.
    expect(looks).toBeLessThan(50);
  });
});
