// Events on the time axis of the signal: at the very column at every zoom, marked by one key, named in place, brushed.

import { expect, test } from '@playwright/test';
import { openPage } from '../harness/pages.mjs';
import { until } from '../harness/processes.mjs';

/**
 * @typedef {{ id: string, kind: string, frame: number, durFrames: number | null, message: string }} Shown
 * @typedef {{ view: { firstPx: number, framesPerPx: number, widthPx: number, following: boolean }, head: { endFrame: number },
 *   lane: { size: number, selected: string | null, range: { startFrame: number, endFrame: number } | null, inView: Shown[] } }} Facts
 */

/** @type {Awaited<ReturnType<typeof openPage>>} */
let open;

test.beforeEach(async () => {
  open = await openPage('?fake&events=0&events-rate=0&log=0&age=60', { width: 1200, height: 800 }, { webgl: false });
  await until('a settled live view', async () => (await facts()).head.endFrame > 60 * 48_000);
});

test.afterEach(async () => {
  expect(open.errors).toEqual([]);
  await open.close();
});

/** @returns {Promise<Facts>} */
function facts() {
  return open.page.evaluate(() => {
    const { view, head, eventLane } = /** @type {any} */ (window).audiotab;
    return { view, head, lane: eventLane };
  });
}

/** @param {object} detail */
async function tell(detail) {
  const before = (await facts()).lane.size;
  await open.page.evaluate((event) => void window.dispatchEvent(new CustomEvent('fake-event', { detail: event })), detail);
  await until('the event', async () => (await facts()).lane.size > before);
}

/** Two frames drawn: what changed is on the canvas. */
const drawn = () => open.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))));

/** Runs of columns in which anything is drawn, a few pixels above the foot of the lane: bars and ticks. */
async function barsOf() {
  await drawn();
  return open.page.evaluate(() => {
    const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector('[data-testid="event-plot"] canvas'));
    const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).getImageData(0, canvas.height - 6, canvas.width, 1);
    /** @type {[number, number][]} */
    const runs = [];
    for (let x = 0; x < canvas.width; x++) {
      if (data[4 * x + 3] === 0) continue;
      const last = runs.at(-1);
      if (last && last[1] === x) last[1] = x + 1;
      else runs.push([x, x + 1]);
    }
    return runs;
  });
}

const markLines = () => open.page.evaluate(() => {
  const left = document.querySelector('[data-testid="event-plot"]')?.getBoundingClientRect().left ?? 0;
  const lines = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-testid="mark-line"]'))];
  return lines.filter((line) => line.style.visibility === 'visible').map((line) => line.getBoundingClientRect().left - left);
});

test('spans and moments cover exactly their columns, from half a minute to single samples', async () => {
  await open.page.keyboard.press('0');
  await open.page.keyboard.press('Space');
  const { view } = await facts();
  const middle = Math.floor((view.firstPx + view.widthPx / 2) * view.framesPerPx);
  const common = { session: '00000000000000f1', kind: 'audio.gap', topic: 'audio', severity: 'warning' };
  await tell({ ...common, id: 'span', frame: middle - 3, dur_frames: 7 });
  await tell({ ...common, id: 'moment', frame: middle + 9, dur_frames: null, severity: 'error' });
  await tell({ ...common, id: 'long', frame: middle + 500, dur_frames: 48_000, severity: 'info' });
  /** @type {[number, number][]} */
  const covered = [[middle - 3, middle + 4], [middle + 9, middle + 10], [middle + 500, middle + 48_500]];
  const zooms = new Set();
  for (;;) {
    const { firstPx, framesPerPx, widthPx } = (await facts()).view;
    /** @type {[number, number][]} */
    const expected = [];
    for (const [from, end] of covered) {
      const left = Math.max(0, Math.floor(from / framesPerPx) - firstPx);
      const right = Math.min(widthPx, Math.ceil(end / framesPerPx) - firstPx);
      const last = expected.at(-1);
      if (right <= 0 || left >= widthPx) continue;
      if (last && last[1] >= left) last[1] = Math.max(last[1], right);
      else expected.push([left, right]);
    }
    expect(await barsOf(), `at ${framesPerPx} frames per pixel`).toEqual(expected);
    if (zooms.has(framesPerPx)) break;
    zooms.add(framesPerPx);
    await open.page.keyboard.press('+');
  }
  expect(Math.min(...zooms)).toBe(1 / 32);
  expect(zooms.size).toBeGreaterThan(20);
});

test('M marks the newest frame of a live view and the crosshair of a standing one, and a line runs through the lanes', async () => {
  await open.page.keyboard.press('m');
  const marked = await until('the mark', async () => (await facts()).lane.inView.find((event) => event.kind === 'marker.added'));
  const { view, head } = await facts();
  // It was the right edge when the key was pressed, and has gone left with the sound since.
  expect(marked.frame).toBeLessThanOrEqual(head.endFrame);
  expect(marked.frame).toBeGreaterThan((view.firstPx + view.widthPx) * view.framesPerPx - 10 * 48_000);
  await open.page.keyboard.press('Space');
  await open.page.mouse.move(500, 300);
  await open.page.keyboard.press('m');
  await until('the second mark', async () => (await facts()).lane.inView.length === 2);
  await drawn();
  const now = await facts();
  const columns = now.lane.inView.map(({ frame }) => Math.floor(frame / now.view.framesPerPx) - now.view.firstPx);
  expect(await markLines()).toEqual(columns);
  const crosshair = await open.page.evaluate(() => document.querySelector('[data-testid="crosshair-x"]')?.getBoundingClientRect().left ?? NaN);
  const plotLeft = await open.page.evaluate(() => document.querySelector('[data-testid="event-plot"]')?.getBoundingClientRect().left ?? NaN);
  expect(columns.map((column) => column + plotLeft)).toContain(crosshair);
});

test('a mark is selected by a click, named in place as text, and removed by Delete', async () => {
  const { page } = open;
  await page.keyboard.press('Space');
  await page.mouse.move(500, 300);
  await page.keyboard.press('m');
  await until('the mark', async () => (await facts()).lane.inView.length === 1);
  await page.keyboard.press('Escape');
  await drawn();
  const [x = NaN] = await markLines();
  const plot = await page.locator('[data-testid="event-plot"]').boundingBox();
  const place = [(plot?.x ?? 0) + x, (plot?.y ?? 0) + 11];
  expect((await facts()).lane.selected).toBeNull();
  await page.mouse.dblclick(place[0] ?? 0, place[1] ?? 0);
  await page.keyboard.type('<b>Door</b>');
  await page.keyboard.press('Enter');
  const named = await until('the name', async () => (await facts()).lane.inView.find((event) => event.message === '<b>Door</b>'));
  expect((await facts()).lane.selected).toBe(named.id);
  await page.mouse.move((place[0] ?? 0) + 1, place[1] ?? 0);
  const tip = page.locator('[data-testid="event-tip"]');
  await expect(tip).toBeVisible();
  await expect(tip).toContainText('<b>Door</b>');
  expect(await tip.locator('b').count()).toBe(0);
  await page.keyboard.press('Delete');
  await until('its end', async () => (await facts()).lane.size === 0);
  await drawn();
  expect(await markLines()).toEqual([]);
});

test('a window dragged on the overview limits the lists to its time, live lifts it', async () => {
  const { page } = open;
  const brush = await page.locator('[data-testid="overview-window"]').boundingBox();
  const strip = await page.locator('[data-testid="overview-strip"]').boundingBox();
  if (!brush || !strip) throw new Error('the overview is not on the page');
  expect((await facts()).lane.range).toBeNull();
  await page.mouse.move(brush.x + brush.width / 2, strip.y + 20);
  await page.mouse.down();
  await page.mouse.move(brush.x - 150, strip.y + 20, { steps: 8 });
  await page.mouse.up();
  await until('the range', async () => {
    const { lane, view } = await facts();
    const [start, end] = [view.firstPx * view.framesPerPx, (view.firstPx + view.widthPx) * view.framesPerPx];
    return lane.range?.startFrame === Math.floor(start) && lane.range.endFrame === Math.ceil(end);
  });
  await page.keyboard.press('l');
  await until('all events', async () => (await facts()).lane.range === null);
});
