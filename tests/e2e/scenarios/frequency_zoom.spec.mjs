// Looking at one tone instead of ten octaves: wheel, drag and double click on a frequency axis.

import { App } from '../harness/app.mjs';
import { expect, test } from '../harness/fixtures.mjs';
import { Look, rowOfHz } from '../harness/looking.mjs';
import { RATE_HZ } from '../harness/tones.mjs';

const TONE_HZ = 1000;
const SIGNAL = `signal:sine?freq=${TONE_HZ}&channels=1&level=-6`;
const TURNS = 12;

test('the frequency axis zooms at the pointer, moves and comes back, and the picture with it', async ({ open }) => {
  const app = new App(await open({ input: SIGNAL }));
  await app.waitFor('the signal', (f) => f.head.endFrame > 3 * RATE_HZ && f.columnsPending === 0);
  const whole = (await app.facts()).frequency;
  const lane = await app.box('spectrogram-0');
  const axisX = lane.x - 25;
  const toneY = lane.y + rowOfHz(whole, TONE_HZ, lane.height);

  for (let turn = 0; turn < TURNS; turn++) await app.stage.wheel(axisX, toneY, -120);
  const near = (await app.waitFor('the zoom', (f) => f.frequency.maxHz / f.frequency.minHz < 6)).frequency;
  expect(near.minHz).toBeLessThan(TONE_HZ);
  expect(near.maxHz).toBeGreaterThan(TONE_HZ);
  // The tone stays under the pointer, which stands on whole pixels: what it is beside the tone grows with the zoom.
  const magnification = Math.log(whole.maxHz / whole.minHz) / Math.log(near.maxHz / near.minHz);
  expect(Math.abs(rowOfHz(near, TONE_HZ, lane.height) - rowOfHz(whole, TONE_HZ, lane.height))).toBeLessThan(1 + magnification);
  await expectRidge(app);

  await app.stage.drag([axisX, lane.y + lane.height / 2], [axisX, lane.y + lane.height / 2 + 40]);
  const moved = (await app.waitFor('the move', (f) => f.frequency.minHz > near.minHz)).frequency;
  expect(moved.maxHz / moved.minHz).toBeCloseTo(near.maxHz / near.minHz, 3);
  await expectRidge(app);

  await app.stage.press('f');
  await app.waitFor('all frequencies', (f) => f.frequency.minHz === whole.minHz && f.frequency.maxHz === whole.maxHz);
  await expectRidge(app);
});

/** The brightest row lies where the axis says the tone is, to half a bin of 23 Hz and a pixel. @param {App} app */
async function expectRidge(app) {
  const look = await Look.take(app);
  const { y, heightPx } = look.ridge(0, 'viridis', 60);
  const { frequency } = look.facts;
  const binPx = Math.abs(rowOfHz(frequency, TONE_HZ + 12, heightPx) - rowOfHz(frequency, TONE_HZ - 12, heightPx));
  expect(Math.abs(y - rowOfHz(frequency, TONE_HZ, heightPx))).toBeLessThanOrEqual(1.5 + binPx);
}
