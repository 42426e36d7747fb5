// `npm run fps:events`: how smoothly the lane of events and its panel move with 100,000 events on the page, a signal of
// eight channels running beside them. The production bundle of the page, in the desktop window under Xvfb and in Chromium
// on `audiotab serve`; both without a GPU. Says what it ran on.
//
//   npm run fps:events -- [--in window|browser|both] [--build release|debug] [--events 100000] [--seconds 10]
//                         [--channels 8] [--size 1440x900]
//
// The events come from outside, over HTTP and from many sources, since one may tell 1,000 in half a minute; the window is
// shared on this computer for that.
// `--build debug` takes the programs as they are built for tests: the page and its WebAssembly are the same.

import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { part, saveReport, verdict, withBrowser, withWindow } from './lib/measured_window.mjs';
import { Outside } from './lib/outside.mjs';
import { say } from './lib/progress.mjs';
import { main, StepError } from './lib/run.mjs';

const { values: asked } = parseArgs({
  options: {
    in: { type: 'string', default: 'both' },
    build: { type: 'string', default: 'release' },
    events: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '10' },
    channels: { type: 'string', default: '8' },
    size: { type: 'string', default: '1440x900' },
  },
});
const [width, height] = asked.size.split('x').map(Number);
const count = Number(asked.events);
const GOAL_FPS = 55;
/** Of the events while the list is scrolled and new ones come. */
const NEWS_PER_SECOND = 200;
const MOVES = ['live, half a minute', 'panned, ten seconds', 'list of events scrolled', `the same, ${NEWS_PER_SECOND} new a second`];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

await main(async () => {
  process.env.VIZD_PORT = '0'; // a shared window takes a free one
  const input = `signal:multitone?freq=200&channels=${asked.channels}`;
  const options = { input, size: { width, height } };
  const results = {};
  const measure = (place) => async ({ stage, app, folder }) => {
    const evaluate = (work, argument) => stage.evaluate(work, argument);
    await app.waitFor('thirty seconds of signal', (f) => f.head.endFrame > 31 * 48_000, 90_000);
    const ranOn = { build: asked.build, ...(await evaluate(theMachine)), cores: cpus().length };
    if (ranOn.bundle !== 'production') throw new StepError('This is not the production bundle of the page.');
    say(`\n${place}: ${ranOn.browser}, programs ${ranOn.build}, page ${ranOn.bundle}, drawn by the ${ranOn.drawing}, ${ranOn.cores} cores`);
    say(`${asked.channels} channels at 48,000 Hz, ${asked.size}, ${asked.seconds} s each`);
    const none = await measureAll(evaluate, 'no events yet');
    const outside = await Outside.of(stage, app, folder, place === 'window');
    await outside.fill(count);
    results[place] = { ranOn, events: count, none, full: await measureAll(evaluate, `${count} events`, outside) };
  };
  if (asked.in !== 'browser') await withWindow(options, measure('window'), asked.build);
  if (asked.in !== 'window') await withBrowser(options, measure('browser'), asked.build);
  saveReport('events-fps', { asked, results });
});

/** In the page. */
function theMachine() {
  const script = document.querySelector('script[type="module"]')?.src ?? '';
  const [browser] = /(HeadlessChrome|Chrome|Version)\/[\d.]+/.exec(navigator.userAgent) ?? [''];
  const { kind, note } = window.audiotab.renderer;
  return {
    browser: browser.replace('Version', 'WebKit'),
    bundle: /\/assets\/[^/]+\.js$/.test(script) ? 'production' : 'development',
    drawing: `${kind === 'webgl' ? 'GPU' : 'CPU'} (${note})`,
  };
}

async function measureAll(evaluate, name, outside = null) {
  say(`  ${name}; load of the machine ${loadavg()[0].toFixed(1)}`);
  const results = {};
  for (const [index, what] of MOVES.entries()) {
    if (index === 3 && !outside) continue;
    const endNews = index === 3 ? outside.news(NEWS_PER_SECOND) : () => {};
    await evaluate(begin, index);
    await pause(2500);
    const log = (results[what] = await watch(evaluate));
    endNews();
    const { frames, draw, picture } = log;
    const fps = frames.length / (frames.reduce((sum, ms) => sum + ms, 0) / 1000);
    const ms = (values, fraction) => `${part(values, fraction).toFixed(1)} ms`;
    const rows = log.rows === null ? '' : `   ${log.rows} rows`;
    say(`    ${what.padEnd(26)} ${fps.toFixed(1).padStart(5)} fps (picture ${part(picture, 0.5)})   frame p95 ${ms(frames, 0.95)}   drawing ${ms(draw, 0.5)}${rows}   goal ${GOAL_FPS}: ${verdict(fps >= GOAL_FPS)}`);
  }
  return results;
}

/** In the page: brings up what a move needs and begins to do it in every frame, each frame timed. */
function begin(move) {
  const press = (key) => window.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  if (window.eventLog) window.eventLog.stop = true;
  press('l');
  press('0');
  let step = () => {};
  if (move === 1) {
    for (let i = 0; i < 3; i++) press('+');
    press(' ');
    const lane = document.querySelector('[data-testid="event-plot"]');
    const { x, y } = lane.getBoundingClientRect();
    step = (n) => lane.dispatchEvent(new WheelEvent('wheel', { deltaX: n % 240 < 120 ? -12 : 12, clientX: x + 200, clientY: y + 10, bubbles: true, cancelable: true }));
  } else if (move >= 2) {
    const find = () => document.querySelector('[data-testid="events-list"]');
    if (!find()) press('e');
    step = (n) => {
      const list = find();
      if (list) list.scrollTop = 40 * (n % 2000);
    };
  }
  const log = (window.eventLog = { frames: [], stop: false });
  let last = performance.now();
  let n = 0;
  const frame = (now) => {
    if (log.stop) return;
    log.frames.push(now - last);
    last = now;
    step(n++);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** `picture`: frames of the lanes per second; the page may draw them less often than it moves. */
async function watch(evaluate) {
  const draw = [];
  const picture = [];
  await evaluate(() => void (window.eventLog.frames.length = 0));
  for (let i = 0; i < Number(asked.seconds) * 2; i++) {
    await pause(500);
    const now = await evaluate(() => ({ ms: window.audiotab.frameTimes.drawP50, fps: window.audiotab.fps }));
    draw.push(now.ms);
    picture.push(now.fps);
  }
  return evaluate((measured) => {
    window.eventLog.stop = true;
    const rows = document.querySelector('[data-testid="events-list"]')?.dataset.count;
    return { frames: window.eventLog.frames, ...measured, rows: rows === undefined ? null : Number(rows) };
  }, { draw, picture });
}
