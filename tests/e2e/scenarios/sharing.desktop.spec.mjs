// The window opens no port by itself. Shared, a program of this machine watches its events and sends its own, which appear
// in the window in their place; not shared any more, the port is gone.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { App, byId } from '../harness/app.mjs';
import { expect, test } from '../harness/fixtures.mjs';
import { until } from '../harness/processes.mjs';

const SIGNAL = 'signal:sine?freq=1000&channels=2';
const KIND = 'door.opened';
/** TCP_LISTEN of the kernel. */
const LISTENING = '0A';

/** @param {App} app */
const rows = (app) =>
  app.stage.evaluate(
    (css) => [...document.querySelectorAll(css)].map((row) => ({ kind: row.getAttribute('data-kind'), text: row.textContent ?? '' })),
    byId('event-row'),
  );

/** Ports that the app listens on, but for the one by which the driver steers a webview under test. @param {number} pid */
function listeningPorts(pid) {
  const steered = /^WEBKIT_INSPECTOR_SERVER=.*:(\d+)$/m.exec(readFileSync(`/proc/${pid}/environ`, 'utf8').replaceAll('\0', '\n'));
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      } catch {
        return undefined; // closed meanwhile
      }
    }));
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === LISTENING && sockets.has(inode))
      .map(([, local]) => Number.parseInt(local?.split(':')[1] ?? '', 16))
      .filter((port) => port !== Number(steered?.[1])));
}

test('shared on this computer, and only then', async ({ open, rig }) => {
  rig.env.VIZD_PORT = '0'; // a free one: the usual one may belong to somebody on this machine
  const app = new App(await open({ input: SIGNAL }));
  await app.waitFor('the signal', (f) => f.head.endFrame > 48_000);
  const { appPid } = app.stage;
  expect(listeningPorts(appPid)).toEqual([]);
  await app.click('panel-tab-settings');
  await app.click('setting-share');
  const url = await until('the link', () =>
    app.stage.evaluate((css) => /** @type {HTMLInputElement | null} */ (document.querySelector(css))?.value ?? '', byId('share-url')));
  const { origin, port } = new URL(url);
  expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(listeningPorts(appPid)).toContain(Number(port));

  const token = readFileSync(join(rig.folder, 'audiotab', 'token'), 'utf8').trim();
  const ask = (/** @type {string} */ path, /** @type {RequestInit} */ init = {}) =>
    fetch(`${origin}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } });
  expect((await fetch(`${origin}/api/events`)).status).toBe(401);
  const { events } = /** @type {{ events: { kind: string }[] }} */ (await (await ask('/api/events')).json());
  expect(events.map(({ kind }) => kind)).toContain('stream.started');

  await app.click('panel-tab-events');
  const sent = await ask('/api/event', { method: 'POST', body: JSON.stringify({ kind: KIND, source: 'door', message: 'The door opened' }) });
  expect(sent.status).toBeLessThan(300);
  const row = await until('the event in the window', async () => (await rows(app)).find(({ kind }) => kind === KIND));
  expect(row.text).toContain('The door opened');

  await app.click('panel-tab-settings');
  await app.click('setting-share');
  await until('the port to be gone', async () => listeningPorts(appPid).length === 0);
  expect((await app.facts()).status?.lostFrames).toBe(0);
});
