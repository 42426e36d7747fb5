// Events on the time axis of the signal: at the very column at every zoom, marked by one key, named in place, brushed.

import { expect, test } from '@playwright/test';
import { columnsOf, EventLane, joined } from '../harness/event_lane.mjs';
import { openPage } from '../harness/pages.mjs';
import { until } from '../harness/processes.mjs';

/** @type {Awaited<ReturnType<typeof openPage>>} */
let open;
/** @type {EventLane} */
let lane;

test.beforeEach(async () => {
  open = await openPage('?fake&events=0&events-rate=0&log=0&age=60', { width: 1200, height: 800 }, { webgl: false });
  lane = new EventLane((work, argument) => open.page.evaluate(/** @type {any} */ (work), argument));
  await until('a settled live view', async () => (await lane.facts()).head.endFrame > 60 * 48_000);
});

test.afterEach(async () => {
  expect(open.errors).toEqual([]);
  await open.close();
});

/** @param {object} detail */
async function tell(detail) {
  const before = (await lane.facts()).lane.size;
  await open.page.evaluate((event) => void window.dispatchEvent(new CustomEvent('fake-event', { detail: event })), detail);
  await until('the event', async () => (await lane.facts()).lane.size > before);
}

test('spans and moments cover exactly their columns, from half a minute to single samples', async () => {
  await open.page.keyboard.press('0');
  await open.page.keyboard.press('Space');
  const { view } = await lane.facts();
  const middle = Math.floor((view.firstPx + view.widthPx / 2) * view.framesPerPx);
  const common = { session: '00000000000000f1', kind: 'audio.gap', topic: 'audio', severity: 'warning' };
  await tell({ ...common, id: 'span', frame: middle - 3, dur_frames: 7 });
  await tell({ ...common, id: 'moment', frame: middle + 9, dur_frames: null, severity: 'error' });
  await tell({ ...common, id: 'long', frame: middle + 500, dur_frames: 48_000, severity: 'info' });
  const shown = [{ frame: middle - 3, durFrames: 7 }, { frame: middle + 9, durFrames: null }, { frame: middle + 500, durFrames: 48_000 }];
  const zooms = new Set();
  for (;;) {
    const now = (await lane.facts()).view;
    const { framesPerPx } = now;
    expect(await lane.bars(), `at ${framesPerPx} frames per pixel`).toEqual(joined(shown.map((event) => columnsOf(event, now))));
    if (zooms.has(framesPerPx)) break;
    zooms.add(framesPerPx);
    await open.page.keyboard.press('+');
  }
  expect(Math.min(...zooms)).toBe(1 / 32);
  expect(zooms.size).toBeGreaterThan(20);
});

test('M marks the newest frame of a live view and the crosshair of a standing one, and a line runs through the lanes', async () => {
  await open.page.keyboard.press('m');
  const marked = await lane.shows('the mark', ({ kind }) => kind === 'marker.added');
  const { view, head } = await lane.facts();
  // It was the right edge when the key was pressed, and has gone left with the sound since.
  expect(marked.frame).toBeLessThanOrEqual(head.endFrame);
  expect(marked.frame).toBeGreaterThan((view.firstPx + view.widthPx) * view.framesPerPx - 10 * 48_000);
  await open.page.keyboard.press('Space');
  await open.page.mouse.move(500, 300);
  await open.page.keyboard.press('m');
  await until('the second mark', async () => (await lane.facts()).lane.inView.length === 2);
  const now = await lane.facts();
  const columns = now.lane.inView.map(({ frame }) => Math.floor(frame / now.view.framesPerPx) - now.view.firstPx);
  expect(await lane.lines()).toEqual(columns);
  const crosshair = await open.page.evaluate(() => document.querySelector('[data-testid="crosshair-x"]')?.getBoundingClientRect().left ?? NaN);
  const plotLeft = await open.page.evaluate(() => document.querySelector('[data-testid="event-plot"]')?.getBoundingClientRect().left ?? NaN);
  expect(columns.map((column) => column + plotLeft)).toContain(crosshair);
});

test('a mark is selected by a click, named in place as text, and removed by Delete', async () => {
  const { page } = open;
  await page.keyboard.press('Space');
  await page.mouse.move(500, 300);
  await page.keyboard.press('m');
  await until('the mark', async () => (await lane.facts()).lane.inView.length === 1);
  await page.keyboard.press('Escape');
  const [x = NaN] = await lane.lines();
  const plot = await page.locator('[data-testid="event-plot"]').boundingBox();
  const place = [(plot?.x ?? 0) + x, (plot?.y ?? 0) + 11];
  expect((await lane.facts()).lane.selected).toBeNull();
  await page.mouse.dblclick(place[0] ?? 0, place[1] ?? 0);
  await page.keyboard.type('<b>Door</b>');
  await page.keyboard.press('Enter');
  const named = await lane.shows('the name', ({ message }) => message === '<b>Door</b>');
  expect((await lane.facts()).lane.selected).toBe(named.id);
  await page.mouse.move((place[0] ?? 0) + 1, place[1] ?? 0);
  const tip = page.locator('[data-testid="event-tip"]');
  await expect(tip).toBeVisible();
  await expect(tip).toContainText('<b>Door</b>');
  expect(await tip.locator('b').count()).toBe(0);
  await page.keyboard.press('Delete');
  await until('its end', async () => (await lane.facts()).lane.size === 0);
  expect(await lane.lines()).toEqual([]);
});

test('a window dragged on the overview limits the lists to its time, live lifts it', async () => {
  const { page } = open;
  const brush = await page.locator('[data-testid="overview-window"]').boundingBox();
  const strip = await page.locator('[data-testid="overview-strip"]').boundingBox();
  if (!brush || !strip) throw new Error('the overview is not on the page');
  expect((await lane.facts()).lane.range).toBeNull();
  await page.mouse.move(brush.x + brush.width / 2, strip.y + 20);
  await page.mouse.down();
  await page.mouse.move(brush.x - 150, strip.y + 20, { steps: 8 });
  await page.mouse.up();
  await until('the range', async () => {
    const { lane: { range }, view } = await lane.facts();
    const [start, end] = [view.firstPx * view.framesPerPx, (view.firstPx + view.widthPx) * view.framesPerPx];
    return range?.startFrame === Math.floor(start) && range.endFrame === Math.ceil(end);
  });
  await page.keyboard.press('l');
  await until('all events', async () => (await lane.facts()).lane.range === null);
});
