// `npm run fps:events`: how smoothly the lane of events and its panel move with 100,000 events on the page, a signal of
// eight channels running beside them. The production bundle of the page, in the desktop window under Xvfb and in Chromium
// on `audiotab serve`; both without a GPU. Says what it ran on.
//
//   npm run fps:events -- [--in window|browser|both] [--build release|debug] [--events 100000] [--seconds 10]
//                         [--channels 8] [--size 1440x900]
//
// The window lets a page tell 1,000 events in half a minute and has no switch for it, so it is measured with 900: what a
// frame costs must not depend on their number, and the browser shows that it does not.
// `--build debug` takes the programs as they are built for tests: the page and its WebAssembly are the same.

import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { part, saveReport, verdict, withBrowser, withWindow } from './lib/measured_window.mjs';
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
/** As many as the window lets its page tell. */
const WINDOW_EVENTS = 900;
const FILL_MS = 300_000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

await main(async () => {
  const input = `signal:multitone?freq=200&channels=${asked.channels}`;
  const options = { input, size: { width, height } };
  const results = {};
  const measure = (place) => async ({ stage, app }) => {
    const evaluate = (work, argument) => stage.evaluate(work, argument);
    await app.waitFor('thirty seconds of signal', (f) => f.head.endFrame > 31 * 48_000, 90_000);
    const ranOn = { build: asked.build, ...(await evaluate(theMachine)), cores: cpus().length };
    if (ranOn.bundle !== 'production') throw new StepError('This is not the production bundle of the page.');
    say(`\n${place}: ${ranOn.browser}, programs ${ranOn.build}, page ${ranOn.bundle}, drawn by the ${ranOn.drawing}, ${ranOn.cores} cores`);
    say(`${asked.channels} channels at 48,000 Hz, ${asked.size}, ${asked.seconds} s each`);
    const most = place === 'window' ? Math.min(count, WINDOW_EVENTS) : count;
    const none = await measureAll(evaluate, 'no events yet');
    await fill(evaluate, most);
    results[place] = { ranOn, events: most, none, full: await measureAll(evaluate, `${most} events`, place === 'browser') };
  };
  if (asked.in !== 'browser') await withWindow(options, measure('window'), asked.build);
  // Our own page is a source like others: it may not tell 100,000 events in half a minute unless it is let.
  if (asked.in !== 'window') await withBrowser({ ...options, args: ['--event-rate', '0'] }, measure('browser'), asked.build);
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

/** Tells the bus of as many events over the last half minute, as an outside program would spread them. */
async function fill(evaluate, most) {
  await evaluate((total) => {
    const { head, stream } = window.audiotab;
    const kinds = ['audio.clip', 'lab.walk', 'lab.step', 'lab.fault', 'marker.added'];
    const severities = ['info', 'info', 'info', 'warning', 'error', 'success'];
    const invoke = window.__TAURI_INTERNALS__?.invoke;
    const first = Math.max(0, head.endFrame - 30 * stream.sampleRateHz);
    const draftOf = (i) => {
      const frame = first + Math.floor((i / total) * (head.endFrame - first));
      const kind = kinds[i % 97 === 0 ? 4 : i % 4];
      // Our own kinds hold what they hold and nothing else.
      const payload = kind === 'audio.clip' ? { count: 1 + (i % 9), peak_dbfs: 0.3 } : { label: `Event ${i}` };
      const draft = { kind, frame, session: stream.streamId, severity: severities[(i * 7) % 6], message: `Event ${i}`, payload };
      if (i % 40 === 0) draft.dur_frames = 4800;
      return draft;
    };
    const post = async (list) => {
      const reply = await fetch('api/event', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(list) });
      if (reply.status !== 200) throw new Error(await reply.text());
    };
    const told = (window.told = { events: 0, error: '' });
    const tell = async () => {
      for (let i = 0; i < total; ) {
        const list = Array.from({ length: Math.min(invoke ? 16 : 500, total - i) }, (_, k) => draftOf(i + k));
        await (invoke ? Promise.all(list.map((draft) => invoke('event_emit', { draft }))) : post(list));
        told.events = i += list.length;
      }
    };
    void tell().catch((error) => (told.error = error.message ?? JSON.stringify(error)));
    window.tellNews = (events) => {
      const { head: now } = window.audiotab;
      const list = Array.from({ length: events }, (_, i) => ({ ...draftOf(i), frame: now.endFrame - 1 }));
      return invoke ? Promise.all(list.map((draft) => invoke('event_emit', { draft }))) : post(list);
    };
  }, most);
  const endMs = Date.now() + FILL_MS;
  for (let size = 0; size < most * 0.99; size = await evaluate(() => window.audiotab.eventLane.size)) {
    const { events, error } = await evaluate(() => window.told);
    if (error || Date.now() > endMs) throw new StepError(`The bus took ${events} of ${most} events and no more. ${error}`);
    await pause(500);
  }
}

async function measureAll(evaluate, name, news = false) {
  say(`  ${name}; load of the machine ${loadavg()[0].toFixed(1)}`);
  const results = {};
  for (const [index, what] of MOVES.entries()) {
    if (index === 3 && !news) continue;
    await evaluate(begin, { move: index, newsPerSecond: NEWS_PER_SECOND });
    await pause(2500);
    const log = (results[what] = await watch(evaluate));
    const { frames, draw, picture } = log;
    const fps = frames.length / (frames.reduce((sum, ms) => sum + ms, 0) / 1000);
    const ms = (values, fraction) => `${part(values, fraction).toFixed(1)} ms`;
    const rows = log.rows === null ? '' : `   ${log.rows} rows`;
    say(`    ${what.padEnd(26)} ${fps.toFixed(1).padStart(5)} fps (picture ${part(picture, 0.5)})   frame p95 ${ms(frames, 0.95)}   drawing ${ms(draw, 0.5)}${rows}   goal ${GOAL_FPS}: ${verdict(fps >= GOAL_FPS)}`);
  }
  return results;
}

/** In the page: brings up what a move needs and begins to do it in every frame, each frame timed. */
function begin({ move, newsPerSecond }) {
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
  if (move === 3) {
    const timer = setInterval(() => (log.stop ? clearInterval(timer) : void window.tellNews(newsPerSecond / 20)), 50);
  }
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
