// A browser tab that sleeps for longer than the history, as tabs in the background do.

import { App } from '../harness/app.mjs';
import { expect, test } from '../harness/fixtures.mjs';
import { until } from '../harness/processes.mjs';

const SLEEP_MS = 60_000;
const RATE_HZ = 48_000;

test('a tab that slept for a minute says so and goes on', async ({ open }) => {
  const app = new App(await open({ input: 'signal:sine?freq=1000&channels=2' }));
  const before = await app.waitFor('the signal', (f) => f.status?.state === 'running' && f.head.endFrame > RATE_HZ);
  await app.stage.sleep(SLEEP_MS);
  expect(await until('the warning', () => app.text('loss-warning'))).toContain('Data loss detected (buffer overrun)');
  const slept = (SLEEP_MS / 1000) * RATE_HZ;
  const after = await app.waitFor('the newest sound', (f) => f.head.endFrame > before.head.endFrame + slept);
  expect(after.status?.lostFrames).toBe(0);
  expect(after.status?.streamId).toBe(before.status?.streamId);
  await until('the warning to go by itself', async () => (await app.text('loss-warning')) === null, 10_000);
});
