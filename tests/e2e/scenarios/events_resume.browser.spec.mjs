// A page that loses its server comes back by itself and misses nothing.

import { chromium } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { byId } from '../harness/app.mjs';
import { chromiumPath } from '../harness/browser_stage.mjs';
import { expect, SIZE, test } from '../harness/fixtures.mjs';
import { until } from '../harness/processes.mjs';
import { audiotab } from '../harness/programs.mjs';
import { Wire } from '../harness/wire.mjs';

test('events told while the wire was cut arrive after it, once and in order', async ({ rig }) => {
  const server = rig.run(audiotab(), ['serve', '--port', '0', '--no-open', '--input', 'signal:sine?freq=1000&channels=2', '--data', join(rig.folder, 'resume')]);
  const [, address] = await server.line(/^AudioTab ready: (http:\S+)/);
  const direct = new URL(String(address));
  const wire = await Wire.open(Number(direct.port));
  const browser = await chromium.launch({ args: ['--no-sandbox', '--disable-gpu'], ...chromiumPath() });
  const token = readFileSync(join(rig.folder, 'audiotab', 'token'), 'utf8').trim();
  let told = 0;
  /** @param {number} count */
  const tell = async (count) => {
    for (let i = 0; i < count; i++) {
      const body = JSON.stringify({ kind: 'lab.step', message: `Step ${++told}.`, payload: { step: told } });
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const reply = await fetch(`${direct.origin}/api/event`, { method: 'POST', headers, body });
      expect(reply.status).toBe(201);
    }
  };
  try {
    const page = await browser.newPage({ viewport: SIZE });
    const through = new URL(String(address));
    through.port = String(wire.port);
    await page.goto(through.href);
    await until('the page', () => page.evaluate(() => /** @type {any} */ (window).audiotab?.head.endFrame > 0));
    await page.evaluate(() => {
      const w = /** @type {any} */ (window);
      w.heard = [];
      w.audiotab.events.on('lab.*', (/** @type {any} */ event) => w.heard.push(event.data.step));
    });
    await page.click(byId('panel-tab-events'));
    const feed = () => page.getAttribute(byId('events-feed'), 'data-feed');
    const heard = () => page.evaluate(() => /** @type {any} */ (window).heard);
    await until('the connection', async () => (await feed()) === 'open');
    await tell(20);
    await until('what was told', async () => (await heard()).length === 20);
    for (let cut = 0; cut < 3; cut++) {
      wire.cut();
      await until('the page to notice', async () => (await feed()) !== 'open');
      await tell(50);
      wire.mend();
      await until('the connection again', async () => (await feed()) === 'open', 30_000);
      await tell(5);
      await until('all of it', async () => (await heard()).length === told, 30_000);
    }
    expect(await heard()).toEqual(Array.from({ length: told }, (_, i) => i + 1));
    await page.fill(byId('events-search'), 'lab.step');
    await until('all rows', async () => Number(await page.getAttribute(byId('events-list'), 'data-count')) === told);
    expect(await page.locator(byId('events-missed')).count()).toBe(0);
  } finally {
    await browser.close();
    await wire.close();
    await server.stop();
  }
});
