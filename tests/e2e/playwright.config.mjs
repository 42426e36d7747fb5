// One set of scenarios, two front doors: `browser` drives Chromium against `audiotab serve`, `desktop` the window.
// A middle name of a file is the one project it is for; `long` is `npm run test:long`.

import { defineConfig } from '@playwright/test';
import { fileURLToPath } from 'node:url';

export default defineConfig({
  testDir: 'scenarios',
  testMatch: '*.spec.mjs',
  outputDir: fileURLToPath(new URL('../../test-results/e2e', import.meta.url)),
  // One room, one sound server: scenarios take turns.
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  reporter: 'list',
  projects: [
    { name: 'browser', testIgnore: ['*.long.spec.mjs', '*.desktop.spec.mjs'] },
    { name: 'desktop', testIgnore: ['*.long.spec.mjs', '*.browser.spec.mjs'] },
    { name: 'long', testMatch: '*.long.spec.mjs' },
  ],
});
