// When something goes wrong: one sentence on the screen, and what was being captured goes on.

import { execFileSync } from 'node:child_process';
import { App } from '../harness/app.mjs';
import { expect, test } from '../harness/fixtures.mjs';
import { pause, until } from '../harness/processes.mjs';
import { RATE_HZ } from '../harness/tones.mjs';

const SIGNAL = 'signal:sine?freq=1000&channels=2';

/** What every sentence for the user looks like. @param {string | null} text */
function expectSentence(text) {
  expect(text).not.toBeNull();
  expect(text?.trim()).toMatch(/^[A-Z"'“‘/\d`].{10,240}$/s);
  expect(text).not.toMatch(/Err\(|Error:|undefined|\[object|panicked| at .*:\d+:\d+/);
}

test('a file that does not exist is named, and the capture before goes on', async ({ open }) => {
  const app = new App(await open({ input: SIGNAL }));
  const before = await app.waitFor('the signal', (f) => f.status?.state === 'running' && f.head.endFrame > 0);
  await app.click('input-picker');
  await app.click('input-tab-file');
  await app.stage.fill('[data-testid="file-path"]', '/no/such/recording.wav');
  await app.click('file-open');
  const said = await until('the sentence', () => app.text('notice'));
  expectSentence(said);
  expect(said).toContain('/no/such/recording.wav');
  const after = await app.waitFor('more sound', (f) => f.head.endFrame > before.head.endFrame + RATE_HZ / 2);
  expect(after.status?.streamId).toBe(before.status?.streamId);
});

test('a device that goes away is waited for, and comes back', async ({ open, rig }) => {
  const app = new App(await open());
  await app.pickDevice('TestRig', '8 channels');
  const before = await app.waitFor('the device', (f) => f.status?.channels === 8 && f.head.endFrame > RATE_HZ);
  await rig.unplug();
  try {
    const waiting = await app.waitFor('"waiting for" the device', (f) => f.status?.state === 'waiting');
    expectSentence(waiting.status?.message ?? null);
    expect(await until('the sentence', () => app.text('empty-state'))).toMatch(/waiting for/i);
    // What was captured can still be looked at.
    expect(waiting.head.endFrame).toBeGreaterThanOrEqual(before.head.endFrame);
  } finally {
    await rig.plugIn();
  }
  const back = await app.waitFor('the device again', (f) => f.status?.state === 'running' && f.head.endFrame > before.head.endFrame + RATE_HZ, 20_000);
  expect(back.status?.streamId).toBe(before.status?.streamId);
  // The time it was away is a gap of that length, so frame numbers go on telling the time.
  expect(back.status?.lostFrames).toBeGreaterThan(0);
  expect(await app.text('empty-state')).toBeNull();
});

test('settings are there again after a reload', async ({ open }) => {
  const app = new App(await open({ input: SIGNAL }));
  await app.waitFor('the signal', (f) => f.head.endFrame > 0);
  await app.choose('setting-colormap', 'magma');
  await app.choose('setting-window', 'flat-top');
  await pause(600);
  await app.stage.reload();
  await app.waitFor('the page', (f) => f.head.endFrame > 0 && f.grid?.settings.window === 'flat-top');
  expect(await app.attribute('setting-colormap', 'data-value')).toBe('magma');
});

test('a disk without room is told once, costs neither sound nor marks, and is over by itself', async ({ open }) => {
  const app = new App(await open({ input: SIGNAL, journal: true }));
  await app.waitFor('the signal', (f) => f.head.endFrame > RATE_HZ);
  await app.click('panel-tab-events');
  await until('the connection', async () => (await app.attribute('events-feed', 'data-feed')) === 'open');
  // No file of the program may grow: on Linux that is a signal that ends who does not expect it.
  filesMayGrow(app.stage.appPid, false);
  const before = await app.facts();
  await app.stage.press('m');
  await until('the mark in the list', async () => (await kinds(app)).includes('marker.added'));
  const said = await until('the sentence', () => app.text('notice'));
  expectSentence(said?.replace(/Show$/, '') ?? null);
  expect(said).toContain('The journal cannot record');
  await app.waitFor('sound that goes on', (f) => f.head.endFrame > before.head.endFrame + RATE_HZ);

  filesMayGrow(app.stage.appPid, true);
  await until('the journal', async () => (await kinds(app)).includes('journal.recovered'));
  expect((await kinds(app)).filter((kind) => kind === 'journal.degraded')).toHaveLength(1);
  await app.click('events-mode-log');
  await until('the mark in the log', async () => (await kinds(app)).includes('marker.added'));
  expect((await app.facts()).status?.lostFrames).toBe(0);
});

/** @param {number} pid @param {boolean} may */
function filesMayGrow(pid, may) {
  const prlimit = (/** @type {string[]} */ ...args) => execFileSync('prlimit', ['--pid', String(pid), ...args], { encoding: 'utf8' });
  const most = prlimit('--fsize', '--output=HARD', '--noheadings', '--raw').trim();
  prlimit(`--fsize=${may ? most : '0'}:`);
}

/** Kinds of the events in the list. @param {App} app */
const kinds = (app) => app.stage.evaluate(() => [...document.querySelectorAll('[data-testid="event-row"]')].map((row) => row.getAttribute('data-kind')));
