// The stage in Chromium, against `audiotab serve`.

import { chromium } from '@playwright/test';
import { existsSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { audiotab } from './programs.mjs';
import { pause, until } from './processes.mjs';

/** Where systems keep a Chromium; without any of them Playwright's own is used. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
export function chromiumPath() {
  const executablePath = PLACES.find((place) => existsSync(place));
  return executablePath ? { executablePath } : {};
}
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--enable-unsafe-swiftshader', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--force-color-profile=srgb',
];

/**
 * @param {import('./rig.mjs').Rig} rig
 * @param {{ input?: string, history?: number, journal?: boolean, args?: string[], size: { width: number, height: number } }} options
 *   `args` are further ones of `audiotab serve`
 * @returns {Promise<import('./stage.mjs').Stage & { page: import('@playwright/test').Page }>}
 */
export async function openBrowserStage(rig, { input, journal = false, args = [], size }) {
  const given = [...(input ? ['--input', input] : []), ...(journal ? ['--data', mkdtempSync(join(rig.folder, 'journal-'))] : [])];
  const server = rig.run(audiotab(), ['serve', '--port', '0', '--no-open', ...given, ...args]);
  const [, address] = await server.line(/^AudioTab ready: (http:\S+)/);
  const browser = await chromium.launch({ args: FLAGS, ...chromiumPath() });
  const page = await browser.newPage({ viewport: size });
  await page.goto(String(address));

  /** @type {import('./stage.mjs').Stage} */
  const stage = {
    kind: 'browser',
    appPid: server.pid,
    evaluate: (work, argument) => page.evaluate(/** @type {any} */ (work), argument),
    click: (css) => page.click(css, { timeout: 10_000 }),
    fill: (css, text) => page.fill(css, text, { timeout: 10_000 }),
    press: (key) => page.keyboard.press(key),
    move: (x, y) => page.mouse.move(x, y),
    drag: async ([x0, y0], [x1, y1]) => {
      await page.mouse.move(x0, y0);
      await page.mouse.down();
      await page.mouse.move(x1, y1, { steps: 10 });
      await page.mouse.up();
    },
    wheel: async (x, y, deltaY) => {
      await page.mouse.move(x, y);
      await page.mouse.wheel(0, deltaY);
    },
    screenshot: () => page.screenshot(),
    sleep: async (ms) => {
      // Chromium does not freeze a page that is in view, so its processes are stopped.
      const pages = await renderers(browser);
      for (const pid of pages) process.kill(pid, 'SIGSTOP');
      await pause(ms);
      for (const pid of pages) process.kill(pid, 'SIGCONT');
    },
    reload: async () => void (await page.reload()),
    close: async () => {
      await browser.close();
      await server.stop();
    },
  };
  await until('the page', () => page.evaluate(() => document.body.childElementCount > 0));
  return { ...stage, page };
}

/** The processes that run pages. @param {import('@playwright/test').Browser} browser @returns {Promise<number[]>} */
async function renderers(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}
