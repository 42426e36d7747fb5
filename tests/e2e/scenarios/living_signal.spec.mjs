// The four things the product is for, on a real device with known sound: pick channels, adjust the analysis, scrub the
// last 30 seconds, while capture goes on.

import { writeFileSync } from 'node:fs';
import { App, byId } from '../harness/app.mjs';
import { expect, test } from '../harness/fixtures.mjs';
import { expectTones } from '../harness/lane_checks.mjs';
import { numbersOf, rowOfHz } from '../harness/looking.mjs';
import { pause } from '../harness/processes.mjs';
import { BIN_HZ, RATE_HZ, TONES } from '../harness/tones.mjs';

const SCRUB_S = 20;
/** On a busy machine the sound server may drop some; a quiet one loses nothing. */
const MOST_LOST_SHARE = 0.02;
const PICKED = [0, 3, 7];
const ALL = TONES.map((tone) => tone.channel);

test('eight sines: channels, analysis, freeze, scrub, live', async ({ open, transport }, info) => {
  const app = new App(await open());

  await test.step('pick the device and see all eight channels', async () => {
    await app.pickDevice('TestRig', '8 channels');
    await app.waitFor('eight running channels', (f) => f.status?.state === 'running' && f.status.channels === 8);
    await app.showChannels(ALL);
    await app.waitFor('four seconds of sound', (f) => f.head.endFrame > 4 * RATE_HZ && f.columnsPending === 0);
    const { status, view } = await app.facts();
    expect(status?.sampleRateHz).toBe(RATE_HZ);
    expect(view.following).toBe(true);
    expect(await app.text('status-transport')).toBe(transport);
    await expectTones(app, ALL, 'viridis');
    writeFileSync(info.outputPath('eight-channels.png'), await app.stage.screenshot());
  });

  await test.step('channels 0, 3 and 7 in 4096 Blackman-Harris and inferno', async () => {
    await app.showChannels(PICKED);
    await app.choose('setting-window', 'blackman-harris');
    await app.choose('setting-size', 4096);
    await app.choose('setting-colormap', 'inferno');
    const settled = (/** @type {import('../harness/app.mjs').Facts} */ f) => f.grid?.settings.size === 4096 && f.columnsPending === 0;
    await app.waitFor('the new spectra', settled);
    await expectTones(app, PICKED, 'inferno');
  });

  await test.step('zoom to five seconds', async () => {
    // Twenty seconds back, a view of ten would end where the history does.
    const { view } = await app.facts();
    await app.click('zoom-in');
    await app.click('zoom-in');
    const near = await app.waitFor('the zoom', (f) => f.view.framesPerPx < 0.6 * view.framesPerPx);
    expect((near.view.framesPerPx * near.view.widthPx) / RATE_HZ).toBeCloseTo(5, 1);
  });

  const frozen = await test.step('freeze: the view stands, capture goes on', async () => {
    await app.waitFor('enough history', (f) => f.head.endFrame > (SCRUB_S + 12) * RATE_HZ, 40_000);
    await app.click('freeze');
    const before = await app.waitFor('a frozen view', (f) => !f.view.following);
    await pause(700);
    const after = await app.facts();
    expect(after.view).toEqual(before.view);
    expect(after.head.endFrame).toBeGreaterThan(before.head.endFrame + 0.4 * RATE_HZ);
    return after;
  });

  const clean = await test.step('scrub back 20 s, half by drag and half by slider', async () => {
    await scrubByDrag(app, SCRUB_S / 2);
    const before = (await app.facts()).head.endFrame;
    await scrubBySlider(app, SCRUB_S / 2);
    const { view, head } = await app.waitFor('the past', (f) => f.columnsPending === 0);
    const movedS = ((frozen.view.firstPx - view.firstPx) * view.framesPerPx) / RATE_HZ;
    // The overview moves on under the slider while it is dragged, on a busy machine by seconds.
    expect(Math.abs(movedS - SCRUB_S)).toBeLessThan(0.5 + (head.endFrame - before) / RATE_HZ);
    expect(view.firstPx * view.framesPerPx).toBeGreaterThan(head.firstFrame);
    return expectTones(app, PICKED, 'inferno');
  });

  await test.step('the readout under the pointer', async () => {
    for (const channel of PICKED) await expectReadout(app, channel, clean[0] ?? 0);
  });

  await test.step('return to live', async () => {
    await app.click('live');
    await app.waitFor('the live edge', ({ view, head }) => {
      const edge = (view.firstPx + view.widthPx) * view.framesPerPx;
      return view.following && Math.abs(edge - head.liveFrame) < 0.1 * RATE_HZ;
    });
    await app.waitFor('the newest spectra', (f) => f.columnsPending === 0);
    await expectTones(app, PICKED, 'inferno');
    const { status, head } = await app.facts();
    expect(status?.lostFrames).toBeLessThan(MOST_LOST_SHARE * head.endFrame);
  });

  await test.step('a picture for the README', async () => {
    await app.showChannels(ALL.slice(0, 4));
    await app.waitFor('spectra', (f) => f.columnsPending === 0);
    await pause(500);
    await app.lookOnly();
    writeFileSync(info.outputPath(`audiotab-${app.stage.kind}.png`), await app.stage.screenshot());
  });
});

/** Drags the lanes to the right, into the past. @param {App} app @param {number} seconds */
async function scrubByDrag(app, seconds) {
  const { view } = await app.facts();
  const { x, y, width, height } = await app.box('lane-surface');
  // Screenshots and views count device pixels; the tests' screens have one per CSS pixel.
  let rest = Math.round((seconds * RATE_HZ) / view.framesPerPx);
  while (rest > 0) {
    const part = Math.min(rest, Math.floor(width * 0.6));
    const from = x + width * 0.2;
    await app.stage.drag([from, y + height / 2], [from + part, y + height / 2]);
    rest -= part;
  }
}

/** Drags the window of the overview to the left. @param {App} app @param {number} seconds */
async function scrubBySlider(app, seconds) {
  const strip = await app.box('overview-strip');
  const slider = await app.box('overview-window');
  const historyS = 30;
  const from = slider.x + slider.width / 2;
  const y = strip.y + strip.height / 2;
  await app.stage.drag([from, y], [from - (seconds / historyS) * strip.width, y]);
}

/**
 * Points at the tone in a lane and reads what the screen says about it.
 * @param {App} app @param {number} channel @param {number} fromRightPx
 */
async function expectReadout(app, channel, fromRightPx) {
  const tone = /** @type {import('../harness/tones.mjs').Tone} */ (TONES[channel]);
  const { frequency } = await app.facts();
  const plot = await app.stage.evaluate((css) => {
    const element = /** @type {Element} */ (document.querySelector(css));
    const { x, y, width } = element.getBoundingClientRect();
    return { x, y: y + element.clientTop, width, height: element.clientHeight };
  }, byId(`spectrogram-${channel}`));
  await app.stage.move(plot.x + plot.width - fromRightPx, plot.y + Math.floor(rowOfHz(frequency, tone.frequencyHz, plot.height)) + 0.5);
  await pause(400);
  const [hz = NaN, dbfs = NaN] = numbersOf(await app.text('readout-peak'));
  expect(Math.abs(hz - tone.frequencyHz), `channel ${channel}: ${hz} Hz, expected ${tone.frequencyHz}`).toBeLessThan(BIN_HZ);
  expect(Math.abs(dbfs - tone.dbfs), `channel ${channel}: ${dbfs} dB, expected ${tone.dbfs}`).toBeLessThan(0.1);
  const [seconds = NaN] = numbersOf(await app.text('readout-relative'));
  expect(seconds).toBeLessThan(-SCRUB_S);
}
