// A mark set by one key in the running product: through the bus and back, at its frame, over the signal.

import { App } from '../harness/app.mjs';
import { difference, parseColour } from '../harness/colours.mjs';
import { columnsOf, EventLane } from '../harness/event_lane.mjs';
import { expect, test } from '../harness/fixtures.mjs';
import { readPng } from '../harness/png.mjs';
import { until } from '../harness/processes.mjs';
import { RATE_HZ } from '../harness/tones.mjs';

const SIGNAL = 'signal:sine?freq=1000&channels=1&level=-6';
const SAME_COLOUR = 24;

test('M sets a mark where the view is; its line stands in the column of its frame, in lane and signal', async ({ open }) => {
  const app = new App(await open({ input: SIGNAL }));
  const lane = new EventLane(app.stage.evaluate);
  await app.waitFor('the signal', (f) => f.head.endFrame > 12 * RATE_HZ && f.columnsPending === 0, 40_000);
  await app.lookOnly();
  await app.stage.press('m');
  const live = await lane.shows('the mark', ({ kind }) => kind === 'marker.added');
  await app.stage.press(' ');
  await app.waitFor('a standing view', (f) => !f.view.following);
  const { head, view } = await lane.facts();
  expect(live.frame).toBeGreaterThan((view.firstPx + view.widthPx) * view.framesPerPx - 10 * RATE_HZ);
  expect(live.frame).toBeLessThan(head.endFrame);

  // A second one under the crosshair, which must come back to the same column.
  const plot = await app.box('waveform-0');
  const x = Math.round(plot.width / 3);
  await app.stage.move(plot.x + x + 0.5, plot.y + plot.height / 2);
  await app.stage.press('m');
  await until('the second mark', async () => (await lane.facts()).lane.inView.filter(({ kind }) => kind === 'marker.added').length === 2);
  await app.lookOnly();
  const marks = (await lane.facts()).lane.inView.filter(({ kind }) => kind === 'marker.added');
  const columns = marks.map((mark) => columnsOf(mark, view)?.[0] ?? NaN);
  expect(await lane.lines()).toEqual(columns);
  const ratio = await app.stage.evaluate(() => devicePixelRatio);
  expect(columns).toContain(Math.floor((x + 0.5) * ratio));

  // What is on the screen: the colour of marks in that column of the signal, and not beside it.
  const colour = parseColour(await app.stage.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--marker')));
  const picture = readPng(await app.stage.screenshot());
  const quiet = Math.round((plot.y + 6) * ratio);
  for (const column of columns) {
    const at = Math.round(plot.x * ratio) + column;
    expect(difference(picture.rgb(at, quiet), colour)).toBeLessThanOrEqual(SAME_COLOUR);
    for (const beside of [at - 2, at + 2]) expect(difference(picture.rgb(beside, quiet), colour)).toBeGreaterThan(SAME_COLOUR);
  }
});
