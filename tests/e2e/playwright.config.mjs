// One set of scenarios, two front doors: `browser` drives Chromium against `audiotab serve`, `desktop` the window with
// its samples in shared memory, `desktop-streamed` the window with its samples in packets.
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
  // Only against waiting for ever: a machine that compiles beside us may need more than the default of five seconds.
  expect: { timeout: 20_000 },
  reporter: 'list',
  projects: [
    { name: 'browser', testIgnore: ['*.long.spec.mjs', '*.desktop.spec.mjs'] },
    { name: 'desktop', testIgnore: ['*.long.spec.mjs', '*.browser.spec.mjs'], use: /** @type {{}} */ ({ transport: 'mapped' }) },
    // The window's other way to the samples, in the main scenario and where sleep makes a difference.
    { name: 'desktop-streamed', testMatch: ['living_signal.spec.mjs', 'sleep.desktop.spec.mjs'], use: /** @type {{}} */ ({ transport: 'streamed' }) },
    { name: 'long', testMatch: '*.long.spec.mjs' },
  ],
});
