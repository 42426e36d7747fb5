// Pages of our own modules in a Chromium with WebGL, without a backend: for tests of what is drawn.

import { chromium } from '@playwright/test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { chromiumPath } from './browser_stage.mjs';

const UI = fileURLToPath(new URL('../../../ui', import.meta.url));
/** WebGL in software: slow, and the same pixels everywhere. */
const WITH_WEBGL = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
const FLAGS = [
  '--no-sandbox', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--force-color-profile=srgb',
];

/**
 * Opens a page below `ui`.
 * @param {string} path @param {{ width: number, height: number }} size
 * @param {{ webgl?: boolean }} [options]
 */
export async function openPage(path, size, { webgl = true } = {}) {
  const vite = await createServer({ root: UI, configFile: `${UI}/vite.config.ts`, logLevel: 'error', server: { port: 0, strictPort: false, hmr: false } });
  await vite.listen();
  const address = vite.httpServer?.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const browser = await chromium.launch({ args: [...FLAGS, ...(webgl ? WITH_WEBGL : ['--disable-gpu'])], ...chromiumPath() });
  const page = await browser.newPage({ viewport: size });
  /** @type {string[]} */
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
  await page.goto(`http://127.0.0.1:${port}/${path}`);
  return {
    page,
    errors,
    close: async () => {
      await browser.close();
      await vite.close();
    },
  };
}
