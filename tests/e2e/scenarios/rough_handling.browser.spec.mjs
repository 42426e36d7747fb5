// What a program meets in a day: its worker crashes, its window is dragged about, its settings are spun like a dial.

import { App } from '../harness/app.mjs';
import { expect, test } from '../harness/fixtures.mjs';
import { until } from '../harness/processes.mjs';
import { RATE_HZ } from '../harness/tones.mjs';

const SIGNAL = 'signal:multitone?channels=4';

/** @param {import('../harness/stage.mjs').Stage} stage @returns {import('@playwright/test').Page} */
const pageOf = (stage) => /** @type {any} */ (stage).page;

/** @param {App} app */
const settled = (app) => app.waitFor('a whole picture', (f) => f.head.endFrame > 3 * RATE_HZ && f.columnsPending === 0 && f.grid !== null);

test('a worker that crashes is replaced, that is said, and the past is on the screen again', async ({ open }) => {
  const app = new App(await open({ input: SIGNAL }));
  const before = await settled(app);
  const [worker] = pageOf(app.stage).workers();
  expect(worker).toBeDefined();
  const gone = new Promise((resolve) => worker?.once('close', resolve));
  await worker?.evaluate(() => void setTimeout(() => { throw new Error('a crash of the test'); }));
  await gone;
  const said = await until('the sentence', () => app.text('notice'));
  expect(said).toContain('started again');
  const after = await app.waitFor('the picture again', (f) => f.head.endFrame > before.head.endFrame + RATE_HZ / 2 && f.columnsPending === 0);
  expect(after.stream?.streamId).toBe(before.stream?.streamId);
  expect(after.head.firstFrame).toBe(0);
  expect(pageOf(app.stage).workers()).toHaveLength(1);
  await app.stage.press('0');
  await app.waitFor('the whole history', (f) => f.view.framesPerPx > before.view.framesPerPx && f.columnsPending === 0);
});

test('a window that is resized all the time keeps its history, its zoom and its right edge', async ({ open }) => {
  const app = new App(await open({ input: SIGNAL }));
  await settled(app);
  await app.click('freeze');
  const before = await app.waitFor('a frozen view', (f) => !f.view.following);
  for (let i = 0; i < 40; i++) {
    // oxlint-disable-next-line no-await-in-loop -- one size after the other, as a drag has them
    await pageOf(app.stage).setViewportSize({ width: 1100 + 17 * (i % 20), height: 720 + 11 * (i % 13) });
  }
  await pageOf(app.stage).setViewportSize({ width: 1440, height: 900 });
  const after = await app.waitFor('the first size again', (f) => f.view.widthPx === before.view.widthPx && f.columnsPending === 0);
  expect(after.view).toEqual(before.view);
  expect(after.head.firstFrame).toBe(before.head.firstFrame);
  expect(await app.text('notice')).toBeNull();
});

test('settings spun faster than they can be computed end at the last one', async ({ open }) => {
  const app = new App(await open({ input: SIGNAL }));
  await settled(app);
  for (const size of [256, 8192, 512, 16_384, 1024, 4096]) {
    // oxlint-disable-next-line no-await-in-loop -- one setting after the other
    await app.choose('setting-size', size);
  }
  const last = await app.waitFor('the last size', (f) => f.grid?.settings.size === 4096 && f.columnsPending === 0);
  expect(last.view.following).toBe(true);
  expect(await app.text('notice')).toBeNull();
});
