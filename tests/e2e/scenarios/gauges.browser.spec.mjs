// What the program measures of itself, asked for where other programs ask.

import { App } from '../harness/app.mjs';
import { expect, test } from '../harness/fixtures.mjs';
import { pause, until } from '../harness/processes.mjs';

test('how busy drawing keeps the page is one of the gauges', async ({ open }) => {
  const app = new App(await open({ input: 'signal:sine?freq=1000&channels=2' }));
  const load = await until('a load of drawing', () =>
    app.stage.evaluate(async () => {
      const { events } = await (await fetch('/api/v1/viz/snapshot/engine')).json();
      return events.map((/** @type {any} */ event) => event.payload.render_load).find((/** @type {number | null} */ share) => share !== null);
    }));
  expect(load).toBeGreaterThan(0);
  expect(load).toBeLessThanOrEqual(1);
  // Levels are measured for who wants them; this page shows none, so it fills no memory with them.
  const levels = () =>
    app.stage.evaluate(async () => (await (await fetch('/api/v1/viz/snapshot/level')).json()).events.length);
  const before = await levels();
  await pause(1500);
  expect(await levels()).toBe(before);
});
