// The window's two ways to the samples: mapped by default, streamed whenever that cannot be, by itself.

import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { App } from '../harness/app.mjs';
import { pageProcesses } from '../harness/desktop_stage.mjs';
import { expect, test } from '../harness/fixtures.mjs';
import { until } from '../harness/processes.mjs';
import { desktopApp } from '../harness/programs.mjs';

const SIGNAL = 'signal:sine?freq=1000&channels=2';
const RATE_HZ = 48_000;
const HEADER_BYTES = 4096;
const HISTORY_S = 30;

/** Lengths of the rings mapped into the page's processes, bytes. @param {number} appPid */
function mappedRings(appPid) {
  return pageProcesses(appPid).flatMap((pid) =>
    readFileSync(`/proc/${pid}/maps`, 'utf8')
      .split('\n')
      .filter((line) => line.includes('memfd:audiotab_ringbuf'))
      .map((line) => {
        expect(line, 'read-only').toMatch(/^\S+ r--s /);
        const [from = '', to = ''] = (line.split(' ')[0] ?? '').split('-');
        return Number.parseInt(to, 16) - Number.parseInt(from, 16);
      }));
}

/** A second of noise, 16 bits. @param {number} channels @param {number} rateHz */
function wav(channels, rateHz) {
  const samples = Int16Array.from({ length: channels * rateHz }, (_, i) => (i * 7919) % 20_000);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.byteLength, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rateHz, 24);
  head.writeUInt32LE(2 * channels * rateHz, 28);
  head.writeUInt16LE(2 * channels, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([head, Buffer.from(samples.buffer)]);
}

/** @param {number} channels @param {number} rateHz */
const ringBytes = (channels, rateHz) => Math.ceil((HEADER_BYTES + 8 * channels * rateHz * HISTORY_S) / 4096) * 4096;

/** @param {number[]} mapped @param {number} bytes */
const allAre = (mapped, bytes) => mapped.length > 0 && mapped.every((length) => length === bytes);

/** @param {App} app @param {string} kind */
const runs = (app, kind) => until(`the samples to be ${kind}`, async () => (await app.text('status-transport')) === kind);

/** New sound arrives. @param {App} app */
async function expectLife(app) {
  const { head } = await app.facts();
  await app.waitFor('more sound', (f) => f.head.endFrame > head.endFrame + RATE_HZ / 2 && f.columnsPending === 0);
}

test('another stream is mapped anew without a reload, and the ring before is let go', async ({ open }) => {
  const app = new App(await open({ input: SIGNAL }));
  const before = await app.waitFor('the signal', (f) => f.head.endFrame > RATE_HZ);
  await runs(app, 'mapped');
  expect(allAre(mappedRings(app.stage.appPid), ringBytes(2, RATE_HZ))).toBe(true);
  await app.stage.evaluate(() => void Object.assign(window, { sameDocument: true }));
  await app.click('input-picker');
  await app.click('input-tab-file');
  const path = test.info().outputPath('five-channels.wav');
  writeFileSync(path, wav(5, 96_000));
  await app.stage.fill('[data-testid="file-path"]', path);
  await app.click('file-open');
  const after = await app.waitFor('the file', (f) =>
    f.stream?.streamId === f.status?.streamId && f.status?.streamId !== before.status?.streamId && f.head.endFrame > RATE_HZ);
  expect(after.status).toMatchObject({ channels: 5, sampleRateHz: 96_000, lostFrames: 0 });
  await runs(app, 'mapped');
  await until('only the new ring to be mapped', () => allAre(mappedRings(app.stage.appPid), ringBytes(5, 96_000)));
  expect(await app.stage.evaluate(() => 'sameDocument' in window)).toBe(true);
});

test('shared memory is turned off and on while the sound goes on', async ({ open }) => {
  const app = new App(await open({ input: SIGNAL }));
  await app.waitFor('the signal', (f) => f.head.endFrame > RATE_HZ);
  await runs(app, 'mapped');
  const { stream } = await app.facts();
  await app.click('setting-shared-memory');
  await runs(app, 'streamed');
  await until('the ring to be let go', () => mappedRings(app.stage.appPid).length === 0);
  await expectLife(app);
  await app.click('setting-shared-memory');
  await runs(app, 'mapped');
  await expectLife(app);
  expect((await app.facts()).stream).toEqual(stream);
});

test('what is mapped outlives its names, and what cannot be had is streamed', async ({ open, rig }) => {
  const app = new App(await open({ input: SIGNAL }));
  await app.waitFor('the signal', (f) => f.head.endFrame > RATE_HZ);
  await runs(app, 'mapped');
  const folder = join(rig.folder, 'audiotab');
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  await expectLife(app);
  expect(await app.text('status-transport')).toBe('mapped');
  await app.click('input-picker');
  await app.click('input-tab-signal');
  await app.click('signal-start');
  await runs(app, 'streamed');
  expect(await app.attribute('status-transport', 'title')).toContain('AudioTab does not offer it');
  await expectLife(app);
});

test('a start with --transport streamed keeps the hardening and maps nothing', async ({ open }) => {
  const app = new App(await open({ input: SIGNAL, transport: 'streamed' }));
  await app.waitFor('the signal', (f) => f.head.endFrame > RATE_HZ);
  expect(await app.text('status-transport')).toBe('streamed');
  expect(await app.text('setting-shared-memory')).toBeNull();
  expect(await app.stage.evaluate(() => 'audiotabMapRing' in window)).toBe(false);
  for (const pid of pageProcesses(app.stage.appPid)) {
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toMatch(/GIGACAGE_ENABLED|AUDIOTAB_WINDOW_SOCKET/);
    expect(readFileSync(`/proc/${pid}/maps`, 'utf8')).not.toMatch(/audiotab_webext|audiotab_ringbuf/);
  }
  await expectLife(app);
});

test('without the extension, and with a broken one, samples are streamed', async ({ open, rig }) => {
  const folder = join(rig.folder, 'bare');
  mkdirSync(folder);
  const program = join(folder, 'audiotab-desktop');
  copyFileSync(desktopApp(), program);
  for (const extension of [null, 'This is no library.']) {
    if (extension !== null) {
      mkdirSync(join(folder, 'webext'));
      writeFileSync(join(folder, 'webext', 'libaudiotab_webext.so'), extension);
    }
    const app = new App(await open({ input: SIGNAL, program, transport: 'mapped' }));
    await app.waitFor('the signal', (f) => f.head.endFrame > RATE_HZ);
    expect(await app.text('status-transport')).toBe('streamed');
    expect(mappedRings(app.stage.appPid)).toEqual([]);
    await expectLife(app);
    await app.stage.close();
  }
  // The same copy with the real extension beside it maps.
  rmSync(join(folder, 'webext', 'libaudiotab_webext.so'));
  symlinkSync(join(dirname(desktopApp()), 'webext', 'libaudiotab_webext.so'), join(folder, 'webext', 'libaudiotab_webext.so'));
  const app = new App(await open({ input: SIGNAL, program }));
  await app.waitFor('the signal', (f) => f.head.endFrame > RATE_HZ);
  await runs(app, 'mapped');
});
