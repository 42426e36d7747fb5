// A window whose page sleeps for longer than its history. Only the window takes a short history, so the browser sleeps
// in the long tests.

import { App } from '../harness/app.mjs';
import { expect, test } from '../harness/fixtures.mjs';
import { until } from '../harness/processes.mjs';

const SIGNAL = 'signal:sine?freq=1000&channels=2';
const RATE_HZ = 48_000;

test('a view that slept past the history says so and goes on', async ({ open }) => {
  const app = new App(await open({ input: SIGNAL, history: 2 }));
  const before = await app.waitFor('the signal', (f) => f.status?.state === 'running' && f.head.endFrame > RATE_HZ);
  await app.stage.sleep(4000);
  expect(await until('the warning', () => app.text('loss-warning'))).toContain('Data loss detected (buffer overrun)');
  const after = await app.waitFor('the newest sound', (f) => f.head.endFrame > before.head.endFrame + 4 * RATE_HZ);
  // The view slept, the capture did not.
  expect(after.status?.lostFrames).toBe(0);
  expect(after.status?.streamId).toBe(before.status?.streamId);
  await until('the warning to go by itself', async () => (await app.text('loss-warning')) === null, 10_000);
});
