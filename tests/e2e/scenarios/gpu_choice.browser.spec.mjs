// Which way the lanes are drawn: chosen by itself, as the user insists, and while a GPU comes and goes.

import { expect, test } from '@playwright/test';
import { openPage } from '../harness/pages.mjs';

// Without events: a toast over the lanes would come and go in the pictures.
/** @type {Awaited<ReturnType<typeof openPage>>} */
let app;

test.beforeAll(async () => {
  app = await openPage('?fake&channels=2&gap&events=0&events-rate=0', { width: 700, height: 420 });
});

test.afterAll(async () => {
  await app.close();
});

const drawing = () => app.page.getAttribute('[data-testid=status-drawing]', 'data-drawing');
const renderer = () => app.page.evaluate(() => /** @type {any} */ (window).audiotab.renderer);

/** @param {Record<string, unknown>} settings */
async function open(settings) {
  await app.page.addInitScript((text) => localStorage.setItem('audiotab.settings', text), JSON.stringify({ panelOpen: false, spanS: 2, ...settings }));
  await app.page.reload();
  await app.page.waitForSelector('[data-testid=spectrogram-0]');
}

/** The lanes once all columns of a held picture are there. */
async function heldPicture() {
  const { page } = app;
  await page.waitForFunction(() => {
    const { columnsPending, head } = /** @type {any} */ (window).audiotab;
    return head.endFrame > 0 && columnsPending === 0;
  });
  await page.waitForTimeout(400);
  return Promise.all([0, 1].map((channel) => page.locator(`[data-testid=spectrogram-${channel}]`).screenshot()));
}

test('software in place of a GPU is refused, and said', async () => {
  await open({ drawing: 'auto' });
  expect(await drawing()).toBe('canvas');
  expect((await renderer()).note).toMatch(/software|GPU/);
  expect(await app.page.locator('[data-testid=spectrogram-0] canvas').count()).toBe(1);
});

test('a lost context is Canvas 2D at once with the same picture, and WebGL2 again when it is back', async () => {
  await open({ drawing: 'webgl' });
  const { page } = app;
  expect(await drawing()).toBe('webgl');
  expect(await page.locator('[data-testid=spectrogram-0] canvas').count()).toBe(0);
  await page.waitForFunction(() => /** @type {any} */ (window).audiotab.head.endFrame > 0);
  await page.click('[data-testid=freeze]');
  const before = await heldPicture();

  await page.evaluate(() => {
    const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector('[data-testid=lane-surface] > canvas'));
    const extension = canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context');
    Object.assign(window, { lost: extension });
    extension?.loseContext();
  });
  await page.waitForFunction(() => document.querySelector('[data-testid=status-drawing]')?.getAttribute('data-drawing') === 'canvas');
  expect((await renderer()).note).toBe('the GPU was lost');
  const during = await heldPicture();
  for (const lane of [0, 1]) expect(during[lane]?.equals(/** @type {Buffer} */ (before[lane])), `lane ${lane}`).toBe(true);

  await page.evaluate(() => /** @type {any} */ (window).lost.restoreContext());
  await page.waitForFunction(() => document.querySelector('[data-testid=status-drawing]')?.getAttribute('data-drawing') === 'webgl');
  const after = await heldPicture();
  for (const lane of [0, 1]) expect(after[lane]?.equals(/** @type {Buffer} */ (before[lane])), `lane ${lane}`).toBe(true);
  expect((await renderer()).work.codeUploads).toBeGreaterThan(0);
  expect(app.errors).toEqual([]);
});

test('the setting changes the way while the picture runs, and is kept', async () => {
  await open({ drawing: 'webgl', panelOpen: true });
  const { page } = app;
  for (const [choice, kind] of [['canvas', 'canvas'], ['webgl', 'webgl'], ['auto', 'canvas']]) {
    await page.click('[data-testid=setting-drawing]');
    await page.click(`[data-testid=setting-drawing-${choice}]`);
    await expect.poll(drawing).toBe(kind);
  }
  await expect.poll(() => page.evaluate(() => JSON.parse(localStorage.getItem('audiotab.settings') ?? '{}').drawing)).toBe('auto');
});
