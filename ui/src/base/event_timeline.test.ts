import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BusEvent, Severity } from './bus_event';
import { EVENT_LOOKS, EventTimeline, lookOf, type PlacedEvent } from './event_timeline';
import { endOf } from './event_track';
import { pxOfFrame, snapFramesPerPx } from './time_scale';

const SESSION = '00000000000000f1';
let nextSeq = 1;

function event(frame: number, part: Partial<BusEvent> = {}): PlacedEvent {
  const seq = nextSeq++;
  const rest = { ts: 0, kind: 'audio.clip', topic: 'audio', channel: 'level', source: 'engine', actor: 'engine', audio_ch: [], message: '', payload: {}, replayed: false };
  return { seq, id: `e${seq}`, frame, dur_frames: null, severity: 'info', session: SESSION, ...rest, ...part } as PlacedEvent;
}

function timelineOf(events: BusEvent[], most?: number): EventTimeline {
  const timeline = new EventTimeline(most);
  timeline.begin(SESSION);
  timeline.add(events);
  return timeline;
}

const byFrame = (a: PlacedEvent, b: PlacedEvent): number => a.frame - b.frame || a.seq - b.seq;

const someEvent = fc
  .record({
    frame: fc.nat(3000),
    dur_frames: fc.oneof(fc.constant(null), fc.constant(0), fc.nat(40), fc.nat(3000)),
    severity: fc.constantFrom<Severity[]>('info', 'success', 'warning', 'error'),
    kind: fc.constantFrom('audio.clip', 'marker.added'),
  })
  .map(({ frame, ...part }) => event(frame, part));
const batches = fc.array(fc.array(someEvent, { maxLength: 40 }), { maxLength: 8 });

/** Zooms from a frame on many pixels to thousands in one. */
const zoom = fc.oneof(fc.constantFrom(1 / 32, 0.25, 1, 37.5), fc.double({ min: 1 / 32, max: 800, noNaN: true })).map(snapFramesPerPx);

describe('between', () => {
  test('says what shares a frame with a range, whatever came in whatever order', () => {
    fc.assert(
      fc.property(batches, fc.integer({ min: -10, max: 3100 }), fc.integer({ min: 1, max: 700 }), (parts, start, length) => {
        const timeline = timelineOf([]);
        for (const part of parts) timeline.add(part);
        const expected = parts.flat().filter((e) => e.frame < start + length && endOf(e) > start);
        expect(timeline.between(start, start + length)).toEqual(expected.sort(byFrame));
        expect(timeline.size).toBe(parts.flat().length);
      }),
    );
  });

  test('a moment is in its own frame alone, a span in its first and last', () => {
    const moment = event(100);
    const span = event(200, { dur_frames: 50 });
    const timeline = timelineOf([span, moment]);
    expect([timeline.between(99, 100), timeline.between(100, 101), timeline.between(101, 102)]).toEqual([[], [moment], []]);
    expect([timeline.between(199, 200), timeline.between(249, 250), timeline.between(250, 251)]).toEqual([[], [span], []]);
  });

  test('a span that began long ago does not make it look at everything since', () => {
    const timeline = timelineOf([event(0, { dur_frames: 1e9 }), ...Array.from({ length: 100_000 }, (_, i) => event(10 + i * 10))]);
    const before = timeline.steps;
    expect(timeline.between(900_000, 900_100)).toHaveLength(11);
    expect(timeline.steps - before).toBeLessThan(1500);
  });
});

describe('density', () => {
  test('counts each event in the column of its first frame and covers the columns it touches, at every zoom', () => {
    fc.assert(
      fc.property(batches, zoom, fc.integer({ min: -20, max: 200 }), fc.integer({ min: 1, max: 120 }), (parts, framesPerPx, offset, width) => {
        const timeline = timelineOf([]);
        for (const part of parts) timeline.add(part);
        const firstPx = pxOfFrame(framesPerPx, 1500) - offset;
        const { counts, covered, firsts } = timeline.density(firstPx * framesPerPx, framesPerPx, width);
        for (const look of EVENT_LOOKS) {
          const own = parts.flat().filter((e) => lookOf(e) === look).sort(byFrame);
          const columnOf = (e: PlacedEvent): number => pxOfFrame(framesPerPx, e.frame) - firstPx;
          for (let x = 0; x < width; x++) {
            const inColumn = own.filter((e) => columnOf(e) === x);
            expect(counts[look][x]).toBe(inColumn.length);
            if (inColumn.length > 0) expect(timeline.eventAt(look, firsts[look][x]!)).toBe(inColumn[0]);
            const [from, to] = [(firstPx + x) * framesPerPx, (firstPx + x + 1) * framesPerPx];
            expect(covered[look][x]).toBe(own.some((e) => e.frame < to && endOf(e) > from) ? 1 : 0);
          }
        }
      }),
    );
  });

  test('keeps frames apart after a year at 192 kHz', () => {
    const far = 192_000 * 86_400 * 365;
    const timeline = timelineOf([event(far), event(far + 1), event(far + 3)]);
    const { counts } = timeline.density(far, 1, 4);
    expect([...counts.info]).toEqual([1, 1, 0, 1]);
    expect([...timeline.density(far, 0.5, 8).counts.info]).toEqual([1, 0, 1, 0, 0, 0, 1, 0]);
  });

  test('costs a few steps per column with 100,000 events, wherever and however far', () => {
    const severities: Severity[] = ['info', 'success', 'warning', 'error'];
    const timeline = timelineOf(Array.from({ length: 100_000 }, (_, i) => event(i * 14, { severity: severities[i % 4], dur_frames: i % 50 ? null : 5000 })));
    for (const framesPerPx of [1 / 32, 1, 24, 375, 1000]) {
      const before = timeline.steps;
      timeline.density(700_000, framesPerPx, 1376);
      expect(timeline.steps - before).toBeLessThan(1376 * 4 * 16);
    }
  });
});

describe('nearest', () => {
  test('is as near as any, within the tolerance', () => {
    fc.assert(
      fc.property(batches, fc.nat(3100), fc.nat(200), (parts, frame, tolerance) => {
        const timeline = timelineOf(parts.flat());
        const distanceOf = (e: PlacedEvent): number => Math.max(0, e.frame - frame, frame - (endOf(e) - 1));
        const least = Math.min(Infinity, ...parts.flat().map(distanceOf));
        const found = timeline.nearest(frame, tolerance);
        expect(found ? distanceOf(found) : null).toBe(least <= tolerance ? least : null);
      }),
    );
  });

  test('of two in the same frame it is the one that matters more, of two spans the inner one', () => {
    const warning = event(100, { severity: 'warning' });
    const mark = event(300, { kind: 'marker.added' });
    const inner = event(550, { dur_frames: 20 });
    const timeline = timelineOf([event(100), warning, mark, event(300, { severity: 'error' }), event(500, { dur_frames: 400 }), inner]);
    expect([timeline.nearest(102, 5), timeline.nearest(300, 0), timeline.nearest(560, 0)]).toEqual([warning, mark, inner]);
  });
});

describe('what it takes', () => {
  test('one stream, what has a place, what is drawn, each once', () => {
    const timeline = timelineOf([event(5), event(6, { session: 'other' }), event(7, { kind: 'level.sample' }), event(8, { kind: 'marker.edited' })]);
    timeline.add([{ ...event(9), frame: null }]);
    expect(timeline.size).toBe(1);
    const mark = event(10, { kind: 'marker.added', message: 'before' });
    timeline.add([mark]);
    const { revision } = timeline;
    timeline.add([{ ...mark, message: 'after' }]);
    expect(timeline.between(10, 11).map((e) => e.message)).toEqual(['after']);
    expect(timeline.revision).toBeGreaterThan(revision);
    timeline.remove(mark.id);
    expect([timeline.between(10, 11), timeline.get(mark.id), timeline.size]).toEqual([[], undefined, 1]);
    timeline.begin('next');
    expect(timeline.size).toBe(0);
  });

  test('forgets the oldest beyond its bound', () => {
    const events = Array.from({ length: 150 }, (_, i) => event((i * 67) % 150, { severity: i % 2 ? 'info' : 'error' }));
    const timeline = timelineOf(events, 100);
    expect(timeline.between(0, 1000).map((e) => e.frame)).toEqual(Array.from({ length: 90 }, (_, i) => 60 + i));
    expect(timeline.get(events.find((e) => e.frame === 3)!.id)).toBeUndefined();
  });
});
