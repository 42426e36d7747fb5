import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Severity } from '../base/bus_event';
import { EVENT_LOOKS, EventTimeline, lookOf, type PlacedEvent } from '../base/event_timeline';
import { endOf } from '../base/event_track';
import { snapFramesPerPx, type TimeScale } from '../base/time_scale';
import { EventLayout } from './event_layout';

const SESSION = 's';
const SEVERITIES: Severity[] = ['info', 'success', 'warning', 'error'];

function event(frame: number, part: Partial<PlacedEvent> = {}): PlacedEvent {
  const rest = { ts: 0, kind: 'audio.clip', topic: 'audio', channel: 'level', source: 'engine', actor: 'engine', audio_ch: [], message: '', payload: {}, replayed: false };
  return { seq: frame + 1, id: `${frame}/${part.kind}/${part.severity}`, frame, dur_frames: null, severity: 'info', session: SESSION, ...rest, ...part };
}

function layOut(events: PlacedEvent[], scale: TimeScale, glyphPx = 20, chosen: string | null = null): EventLayout {
  const timeline = new EventTimeline();
  timeline.begin(SESSION);
  timeline.add(events);
  const layout = new EventLayout();
  layout.update(timeline, scale, glyphPx, chosen);
  return layout;
}

const runsOf = (layout: EventLayout, look: (typeof EVENT_LOOKS)[number]): number[] => [...layout.runs[look].subarray(0, 2 * layout.runCounts[look])];
const placesOf = (layout: EventLayout): [frame: number, x: number][] => layout.glyphs.map((g) => [g.event.frame, g.xPx]);

describe('exact to the frame at every zoom', () => {
  const span = event(48_000, { dur_frames: 512, severity: 'warning' });
  test.each([
    // Several frames in a column: the column of the first frame up to that of the last.
    [100, [480, 486], 480],
    [37.5, [1280, 1294], 1280],
    [1, [48_000, 48_512], 48_000],
    // Several columns in a frame: all of the first up to all of the last; the icon in the middle of the first.
    [0.25, [192_000, 194_048], 192_002],
    [1 / 32, [1_536_000, 1_552_384], 1_536_016],
  ])('a span at %s frames per pixel', (framesPerPx, [from, end], icon) => {
    const scale = { framesPerPx, firstPx: from! - 60, widthPx: 20_000 };
    const layout = layOut([span], scale);
    expect(runsOf(layout, 'warning')).toEqual([60, end! - from! + 60]);
    expect(placesOf(layout)).toEqual([[48_000, icon - scale.firstPx]]);
    expect(layout.totals.indexOf(1)).toBe(60);
  });

  test('any event, any zoom: its bar covers the columns that share a frame with it and no others', () => {
    const zooms = fc.double({ min: 1 / 32, max: 1500, noNaN: true }).map(snapFramesPerPx);
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.nat(5000), zooms, fc.integer({ min: 0, max: 299 }), (frame, dur, framesPerPx, at) => {
        const shown = event(frame, { dur_frames: dur });
        const firstPx = Math.floor(frame / framesPerPx) - at;
        const layout = layOut([shown], { framesPerPx, firstPx, widthPx: 300 });
        const end = Math.min(300, Math.ceil(endOf(shown) / framesPerPx) - firstPx);
        expect(runsOf(layout, 'info')).toEqual([at, end]);
      }),
    );
  });
});

describe('icons', () => {
  const scale: TimeScale = { framesPerPx: 100, firstPx: 1000, widthPx: 800 };
  const many = Array.from({ length: 4000 }, (_, i) => event(90_000 + i * 33, { severity: SEVERITIES[(i * 7919) % 97 === 0 ? 3 : i % 3] }));

  test('stand apart, and the same ones stand while the view scrolls', () => {
    const before = placesOf(layOut(many, scale));
    for (let i = 1; i < before.length; i++) expect(before[i]![1] - before[i - 1]![1]).toBeGreaterThan(20);
    const after = placesOf(layOut(many, { ...scale, firstPx: 1013 }));
    expect(after.filter(([, x]) => x < 780)).toEqual(before.map(([frame, x]) => [frame, x - 13]).filter(([, x]) => x! >= 0 && x! < 780));
  });

  test('of neighbours the one that matters most has it, and the chosen one before all', () => {
    const crowd = [event(100_000), event(100_500, { severity: 'warning' }), event(101_000, { severity: 'error' }), event(101_500)];
    expect(placesOf(layOut(crowd, scale))).toEqual([[101_000, 10]]);
    expect(placesOf(layOut(crowd, scale, 20, crowd[0]!.id))).toEqual([[100_000, 0]]);
    const mark = event(101_000, { kind: 'marker.added' });
    expect(layOut([...crowd, mark], scale).glyphs.map((g) => g.look)).toEqual(['marker']);
    // In one column with something that is drawn on top of it.
    expect(layOut([...crowd, mark], scale, 20, crowd[2]!.id).glyphs.map((g) => g.look)).toEqual(['error']);
  });

  test('a view inside a long event keeps its icon at the edge until it ends', () => {
    const long = event(1000, { dur_frames: 150_000, severity: 'warning' });
    const [pinned] = layOut([long, event(120_000)], scale).glyphs;
    expect(pinned).toMatchObject({ event: long, pinned: true, xPx: 10, roomPx: 190 });
    expect(layOut([event(1000, { dur_frames: 99_500 })], scale).glyphs).toEqual([]);
    expect(placesOf(layOut([long, event(101_000)], scale))).toEqual([[101_000, 10]]);
  });

  test('the pointer finds the nearest one in reach', () => {
    const layout = layOut([event(110_000), event(114_000)], scale);
    expect([layout.glyphAt(108, 10), layout.glyphAt(131, 10), layout.glyphAt(125, 3)].map((g) => g?.event.frame)).toEqual([110_000, 114_000, undefined]);
  });
});

describe('lines of marks', () => {
  const scale: TimeScale = { framesPerPx: 10, firstPx: 0, widthPx: 1000 };
  const marks = (count: number): PlacedEvent[] => Array.from({ length: count }, (_, i) => event(25 + i * 30, { kind: 'marker.added' }));

  test('of few marks all of them, however near to each other', () => {
    expect(layOut([...marks(3), event(85, { severity: 'error' })], scale).marks).toEqual([2, 5, 8]);
    expect(layOut(marks(1), { framesPerPx: 1 / 16, firstPx: 390, widthPx: 100 }).marks).toEqual([18]);
  });

  test('of many those with an icon', () => {
    const layout = layOut(marks(300), scale);
    expect(layout.marks).toEqual(layout.glyphs.map((g) => g.xPx));
    expect(layout.marks.length).toBeGreaterThan(20);
  });
});

test('a column says how many there are of each look and of those above it', () => {
  const scale: TimeScale = { framesPerPx: 100, firstPx: 0, widthPx: 3 };
  const { stacks, totals } = layOut([event(0), event(1), event(100), event(102, { severity: 'error' }), event(103, { severity: 'warning' }), event(104, { severity: 'warning' })], scale);
  expect([...totals]).toEqual([2, 4, 0]);
  expect([stacks.info, stacks.success, stacks.warning, stacks.error].map((each) => [...each])).toEqual([[2, 4, 0], [0, 0, 0], [0, 3, 0], [0, 1, 0]]);
});

test('what is drawn is bounded by the width, with 100,000 events of every length', () => {
  const events = Array.from({ length: 100_000 }, (_, i) =>
    event(i * 14, { severity: SEVERITIES[i % 4], kind: i % 11 ? 'audio.clip' : 'marker.added', dur_frames: i % 3 ? null : (i * 31) % 900 }),
  );
  const timeline = new EventTimeline();
  timeline.begin(SESSION);
  timeline.add(events);
  const layout = new EventLayout();
  for (const framesPerPx of [1 / 32, 0.5, 7, 100, 1000]) {
    const firstPx = Math.floor(700_000 / framesPerPx) - 700;
    layout.update(timeline, { framesPerPx, firstPx, widthPx: 1400 }, 20, null);
    expect(layout.primitives).toBeLessThanOrEqual(1400 * 1.5 * EVENT_LOOKS.length + 1400 / 20 + 1);
    expect(layout.primitives).toBeGreaterThan(0);
  }
  expect(new Set(events.map(lookOf)).size).toBe(EVENT_LOOKS.length);
});
