import { expect, test } from 'vitest';
import type { EventRange } from '../base/event_filter';
import { Picture } from '../render/picture';
import { ColumnStore } from '../render/column_store';
import { Cursor } from '../render/cursor';
import { ViewModel } from '../render/view_model';
import { WaveformData } from '../render/waveform_data';
import { EventBrush } from './event_brush';

const RATE = 48_000;

function setUp() {
  const view = new ViewModel();
  const picture = new Picture(view, new ColumnStore(), new WaveformData(), new WaveformData(), new Cursor());
  picture.setStream({ streamId: 's', sampleRateHz: RATE, channels: 1, capacityFrames: 30 * RATE, blockFrames: 1024, startTimeUnixMs: null });
  view.resize(1000);
  view.begin({ firstFrame: 0, liveFrame: 30 * RATE, capacityFrames: 30 * RATE }, 10 * RATE);
  const told: (EventRange | null)[] = [];
  const brush = new EventBrush((range) => told.push(range));
  let nowMs = 0;
  const draw = (): void => {
    picture.scale = view.scale;
    brush.draw(picture, (nowMs += 60));
  };
  return { view, brush, told, draw };
}

test('the window dragged by hand limits the lists to what it shows, until the view is live again', () => {
  const { view, brush, told, draw } = setUp();
  draw();
  view.showRange(480_000, 960_000);
  draw();
  expect(told).toEqual([]);
  brush.touch();
  draw();
  expect(told).toEqual([{ session: 's', startFrame: 480_000, endFrame: 960_000 }]);
  // What moves the view by itself, such as a click on an event, leaves the range alone.
  view.showRange(0, 480_000);
  for (let i = 0; i < 5; i++) draw();
  expect(told).toHaveLength(1);
  view.follow();
  draw();
  draw();
  expect(told.slice(1)).toEqual([null]);
});

test('a drag is followed at a pace of its own and ends on its last range', () => {
  const { view, brush, told, draw } = setUp();
  for (let step = 1; step <= 20; step++) {
    view.showRange(step * 4800, step * 4800 + 480_000);
    brush.touch();
    draw();
  }
  for (let i = 0; i < 3; i++) draw();
  expect(told.length).toBeLessThanOrEqual(11);
  expect(told.at(-1)).toMatchObject({ startFrame: 96_000, endFrame: 576_000 });
});

test('dragging along a live edge is not choosing a range', () => {
  const { brush, told, draw } = setUp();
  brush.touch();
  draw();
  expect(told).toEqual([]);
});
