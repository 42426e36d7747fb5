// What happens around the sound, from the capture to the list and back: told by the engine, marked by the user, recorded.

import { App, byId } from '../harness/app.mjs';
import { expect, test } from '../harness/fixtures.mjs';
import { until } from '../harness/processes.mjs';

const SIGNAL = 'signal:sine?freq=1000&channels=2';

/** Rows of the list as they are now. @param {App} app */
const rows = (app) =>
  app.stage.evaluate(
    (css) => [...document.querySelectorAll(css)].map((row) => ({ kind: row.getAttribute('data-kind'), id: row.getAttribute('data-id'), text: row.textContent ?? '' })),
    byId('event-row'),
  );

test('the start of a stream and a mark of the user are in the list, and in the log', async ({ open }) => {
  const app = new App(await open({ input: SIGNAL, journal: true }));
  await app.waitFor('the signal', (f) => f.head.endFrame > 48_000);
  await app.click('panel-tab-events');
  await until('the connection', async () => (await app.attribute('events-feed', 'data-feed')) === 'open');
  await until('the start of the stream', async () => (await rows(app)).some(({ kind }) => kind === 'stream.started'));

  await app.stage.press('m');
  const marker = await until('the marker', async () => (await rows(app)).find(({ kind }) => kind === 'marker.added'));
  expect(marker.text).toContain('ui');
  await app.stage.fill(byId('marker-label'), 'door <b>slams</b>');
  await app.stage.press('Enter');
  await until('its name', async () => (await rows(app)).some(({ id, text }) => id === marker.id && text.includes('door <b>slams</b>')));

  await app.click('events-mode-log');
  await until('the same in the log', async () => (await rows(app)).some(({ id, text }) => id === marker.id && text.includes('door <b>slams</b>')));
  await app.click('events-preset-markers');
  await until('nothing but the marker', async () => (await rows(app)).map(({ id }) => id).join() === marker.id);
  await app.click('marker-delete');
  await app.click('events-mode-live');
  await until('nothing', async () => (await rows(app)).length === 0);
  // The capture went on all the time.
  expect((await app.facts()).status?.lostFrames).toBe(0);
});
