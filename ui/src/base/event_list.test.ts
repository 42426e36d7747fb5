import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { busEvent } from './testing/bus_events';
import { EVERYTHING, passes } from './event_filter';
import { EventList } from './event_list';

const shown = (list: EventList): number[] =>
  Array.from({ length: list.shownEnd - list.shownStart }, (_, i) => list.shownAt(list.shownStart + i)!.seq);

describe('event list', () => {
  it('keeps positions while newer ones come and older ones go', () => {
    const list = new EventList(10);
    list.add([1, 2, 3].map((seq) => busEvent({ seq })));
    const second = list.shownStart + 1;
    expect(list.shownAt(second)!.seq).toBe(2);
    list.add([4, 5].map((seq) => busEvent({ seq })));
    expect(list.shownAt(second)!.seq).toBe(2);
    expect(list.shownEnd - second).toBe(4);
    // History comes in front of what is there.
    list.add([busEvent({ seq: 0, id: 'past' })]);
    expect(list.shownAt(second)!.seq).toBe(2);
    expect(shown(list)).toEqual([0, 1, 2, 3, 4, 5]);
    for (let seq = 6; seq <= 10; seq++) list.add([busEvent({ seq })]);
    expect(list.size).toBe(11);
    list.add([busEvent({ seq: 11 })]);
    expect(list.size).toBe(10);
    expect(shown(list)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(list.positionOf('event-11')).toBe(list.shownEnd - 1);
  });

  it('takes an event once, replaces and removes it wherever it is shown', () => {
    const list = new EventList(100);
    list.add([busEvent({ seq: 1 }), busEvent({ seq: 1 }), busEvent({ seq: 2 })]);
    expect(shown(list)).toEqual([1, 2]);
    list.replace(busEvent({ seq: 2, message: 'other' }));
    expect(list.get('event-2')!.message).toBe('other');
    expect(list.shownAt(list.shownEnd - 1)!.message).toBe('other');
    list.remove('event-1');
    list.remove('never');
    expect(shown(list)).toEqual([2]);
    expect(list.positionOf('event-1')).toBeNull();
  });

  it('shows exactly what passes, in the order of the bus, however it came', () => {
    const severity = fc.constantFrom('info', 'warning') as fc.Arbitrary<'info' | 'warning'>;
    const batches = fc.array(fc.array(fc.record({ seq: fc.nat(200), severity }), { maxLength: 20 }), { maxLength: 12 });
    fc.assert(
      fc.property(batches, (told) => {
        const list = new EventList(10_000);
        const filter = { ...EVERYTHING, severities: ['warning' as const] };
        const truth = new Map<number, 'info' | 'warning'>();
        for (const [i, batch] of told.entries()) {
          if (i === 3) list.setFilter(filter);
          list.add(batch.map(busEvent));
          for (const event of batch) if (!truth.has(event.seq)) truth.set(event.seq, event.severity);
        }
        if (told.length <= 3) list.setFilter(filter);
        const expected = [...truth].filter(([, each]) => each === 'warning').map(([seq]) => seq);
        expect(shown(list)).toEqual(expected.sort((a, b) => a - b));
      }),
    );
  });
});

describe('event filter', () => {
  const clip = busEvent({ seq: 1, kind: 'audio.clip', channel: 'capture', severity: 'warning', message: 'Clipped on Left', frame: 100, dur_frames: 50, session: 'a', payload: { peak_dbfs: 0.3, note: { deep: 'Needle' } } });

  it('asks for all of its parts', () => {
    const rows: [Partial<typeof EVERYTHING>, boolean][] = [
      [{}, true],
      [{ channels: ['capture', 'marks'] }, true],
      [{ channels: ['marks'] }, false],
      [{ severities: ['error', 'warning'] }, true],
      [{ severities: ['error'] }, false],
      [{ text: 'left CLIPPED' }, true],
      [{ text: 'clipped right' }, false],
      [{ text: 'audio.clip needle' }, true],
      [{ range: { session: 'a', startFrame: 149, endFrame: 150 } }, true],
      [{ range: { session: 'a', startFrame: 150, endFrame: 200 } }, false],
      [{ range: { session: 'a', startFrame: 0, endFrame: 100 } }, false],
      [{ range: { session: 'b', startFrame: 0, endFrame: 1000 } }, false],
      [{ channels: ['capture'], severities: ['warning'], text: 'clip', range: { session: 'a', startFrame: 0, endFrame: 101 } }, true],
    ];
    for (const [part, fits] of rows) expect([part, passes({ ...EVERYTHING, ...part })(clip)]).toEqual([part, fits]);
  });
});
