// What a scenario gets from Playwright's runner: the room with its tones, and `open`, which brings up the app.

import { test as base } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { openBrowserStage } from './browser_stage.mjs';
import { openDesktopStage } from './desktop_stage.mjs';
import { Rig } from './rig.mjs';

export const SIZE = { width: 1440, height: 900 };

/**
 * Opens the app of this project. `journal`: a server records too; the window always does.
 * @typedef {(options?: { input?: string, history?: number, journal?: boolean, transport?: Transport, program?: string, size?: { width: number, height: number } }) => Promise<import('./stage.mjs').Stage>} Open
 * @typedef {import('./stage.mjs').Transport} Transport
 */

/**
 * @type {import('@playwright/test').TestType<
 *   import('@playwright/test').PlaywrightTestArgs & { open: Open, transport: Transport }, import('@playwright/test').PlaywrightWorkerArgs & { rig: Rig }>}
 */
export const test = /** @type {any} */ (base).extend({
  rig: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from this pattern
    async (/** @type {{}} */ {}, /** @type {(rig: Rig) => Promise<void>} */ use) => {
      const rig = await Rig.start();
      await use(rig);
      await rig.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  // How the app of this project takes its samples, and what the status bar must say.
  transport: ['streamed', { option: true }],
  open: async (
    /** @type {{ rig: Rig, transport: Transport }} */ { rig, transport },
    /** @type {(open: Open) => Promise<void>} */ use,
    /** @type {import('@playwright/test').TestInfo} */ info,
  ) => {
    /** @type {import('./stage.mjs').Stage[]} */
    const opened = [];
    await use(async (options = {}) => {
      // Mapped is what the app prefers: it must come without asking.
      const asked = transport === 'streamed' ? { transport } : {};
      const whole = { size: SIZE, ...asked, ...options };
      const isDesktop = info.project.name.startsWith('desktop');
      const stage = await (isDesktop ? openDesktopStage(rig, whole) : openBrowserStage(rig, whole));
      opened.push(stage);
      return stage;
    });
    for (const [index, stage] of opened.entries()) {
      // The last thing to be seen, for whoever reads about a failure.
      if (info.status !== info.expectedStatus) {
        await stage.screenshot().then((png) => writeFileSync(info.outputPath(`end-${index}.png`), png), () => {});
      }
      await stage.close();
    }
  },
});

export { expect } from '@playwright/test';
