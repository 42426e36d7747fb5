// `npm run bench:draw`: what drawing costs the page, in milliseconds of its own thread, and what goes to the GPU.

import { openPage } from '../tests/e2e/harness/pages.mjs';

const FRAME_MS = 1000 / 60;
/** @type {import('../ui/testing/draw_bench').DrawCase[]} */
const CASES = [];
for (const spanS of [1, 30]) CASES.push({ way: 'uplot', what: 'waveform', lanes: 8, spanS });
for (const what of /** @type {const} */ (['waveform', 'spectrogram'])) {
  for (const way of /** @type {const} */ (['canvas', 'webgl'])) {
    for (const lanes of [8, 64]) for (const spanS of [1, 30]) CASES.push({ way, what, lanes, spanS });
  }
}

const open = (/** @type {boolean} */ webgl) => openPage('testing/draw_bench.html', { width: 1120, height: 740 }, { webgl });
/** Canvas 2D without a GPU is drawn by the page's thread, as on a machine that has none. */
const pages = { webgl: await open(true), canvas: await open(false) };
for (const { page } of Object.values(pages)) await page.waitForFunction(() => 'bench' in window);
console.log(`Lanes of 1100 px, 48 kHz, STFT 2048/512. Times of the page's own thread, ms; a frame lasts ${FRAME_MS.toFixed(1)} ms.`);
console.log('way     what         lanes  span   whole   live frame   still frame   uploads/view   bytes/new column bytes');
/** @type {Map<string, number>} */
const whole = new Map();
for (const drawCase of CASES) {
  const { page } = pages[drawCase.way === 'webgl' ? 'webgl' : 'canvas'];
  const result = await page.evaluate((choice) => /** @type {any} */ (window).bench.run(choice), drawCase);
  const { way, what, lanes, spanS, wholeMs, liveMs, stillMs, work } = result;
  whole.set(`${way} ${what} ${lanes} ${spanS}`, wholeMs);
  const uploads = work ? (what === 'waveform' ? work.waveformUploads : work.codeUploads).toFixed(2) : '';
  // New columns per lane and frame: one per hop.
  const bytes = work && what === 'spectrogram' ? (work.codeBytes / ((48_000 / 512 / 60) * 1025 * 2)).toFixed(3) : '';
  console.log(
    [way.padEnd(7), what.padEnd(12), String(lanes).padStart(5), `${spanS} s`.padStart(5), wholeMs.toFixed(2).padStart(7), liveMs.toFixed(2).padStart(12), stillMs.toFixed(2).padStart(13), uploads.padStart(14), bytes.padStart(14)].join(' '),
  );
}
for (const key of ['uplot waveform 8', 'canvas waveform 8', 'canvas waveform 64', 'webgl waveform 64']) {
  console.log(`${key} lanes, whole picture: 30 s takes ${(whole.get(`${key} 30`) / whole.get(`${key} 1`)).toFixed(2)} times as long as 1 s`);
}
for (const [count, spanS] of [[100, 30], [100_000, 30], [100_000, 1], [100_000, 0.001]]) {
  const { primitives, bestMs, medianMs } = await pages.canvas.page.evaluate(([events, span]) => /** @type {any} */ (window).bench.runEvents(events, span), [count, spanS]);
  console.log(`lane of events, 1400 px, ${count} events, ${spanS} s in view: ${bestMs.toFixed(2)} ms best, ${medianMs.toFixed(2)} ms median of live frames, at most ${primitives} shapes`);
}
await Promise.all(Object.values(pages).map((page) => page.close()));
