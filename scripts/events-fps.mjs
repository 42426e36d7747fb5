// `npm run fps:events`: how smoothly the lane of events and its panel move with 100,000 events on the page. The desktop
// window under Xvfb, release build, a signal running; `--page` takes Chromium and the fake host instead, which needs no
// build and whose signal is made by the page's own thread, so that only the difference to no events says something.
//
//   npm run fps:events -- [--events 100000] [--seconds 10] [--channels 8] [--size 1440x900] [--page]

import { parseArgs } from 'node:util';
import { part, saveReport, verdict, withWindow } from './lib/measured_window.mjs';
import { say } from './lib/progress.mjs';
import { main } from './lib/run.mjs';

const { values: asked } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '10' },
    channels: { type: 'string', default: '8' },
    size: { type: 'string', default: '1440x900' },
    page: { type: 'boolean', default: false },
  },
});
const [width, height] = asked.size.split('x').map(Number);
const count = Number(asked.events);
const GOAL_FPS = 55;
const MOVES = ['live, half a minute', 'panned, ten seconds', 'list of events scrolled'];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

await main(async () => {
  const results = {};
  const measure = async (name, evaluate) => {
    results[name] = await measureAll(evaluate, name);
  };
  if (asked.page) {
    const { openPage } = await import('../tests/e2e/harness/pages.mjs');
    for (const events of [0, count]) {
      const { page, close } = await openPage(`?fake&events=${events}&events-rate=0&channels=${asked.channels}`, { width, height }, { webgl: false });
      await pause(8000);
      await measure(`${events} events`, (work, argument) => page.evaluate(work, argument));
      await close();
    }
  } else {
    const input = `signal:multitone?freq=200&channels=${asked.channels}`;
    await withWindow({ input, size: { width, height } }, async ({ stage, app }) => {
      await app.waitFor('thirty seconds of signal', (f) => f.head.endFrame > 31 * 48_000, 90_000);
      const evaluate = (work, argument) => stage.evaluate(work, argument);
      await measure('no events yet', evaluate);
      await fill(evaluate);
      await measure(`${count} events`, evaluate);
    });
  }
  saveReport('events-fps', { asked, results });
});

/** Tells the bus of as many events over the last half minute, as an outside program would spread them. */
async function fill(evaluate) {
  await evaluate((total) => {
    const { head, stream } = window.audiotab;
    const kinds = ['audio.clip', 'audio.gap', 'lab.step', 'lab.fault', 'marker.added'];
    const severities = ['info', 'info', 'info', 'warning', 'error', 'success'];
    const invoke = window.__TAURI_INTERNALS__.invoke;
    window.told = 0;
    const first = Math.max(0, head.endFrame - 30 * stream.sampleRateHz);
    const tell = async (lane) => {
      for (let i = lane; i < total; i += 16) {
        const frame = first + Math.floor((i / total) * (head.endFrame - first));
        const draft = { kind: kinds[i % 97 === 0 ? 4 : i % 4], frame, session: stream.streamId, severity: severities[(i * 7) % 6], message: `Event ${i}`, payload: { label: `Event ${i}` } };
        if (i % 40 === 0) draft.dur_frames = 4800;
        await invoke('event_emit', { draft });
        window.told++;
      }
    };
    for (let lane = 0; lane < 16; lane++) void tell(lane);
  }, count);
  for (let last = -1; last < count; ) {
    await pause(1000);
    const told = await evaluate(() => window.told);
    if (told === last) throw new Error(`The bus took ${told} of ${count} events and no more.`);
    last = told;
  }
  for (let size = 0; size < count * 0.99; size = await evaluate(() => window.audiotab.eventLane.size)) await pause(500);
}

async function measureAll(evaluate, name) {
  say(`\n${name}, ${asked.channels} channels, ${asked.size}, ${asked.seconds} s each`);
  const results = {};
  for (const [index, what] of MOVES.entries()) {
    await evaluate(begin, index);
    await pause(2500);
    const { frames, draw } = (results[what] = await watch(evaluate));
    const fps = frames.length / (frames.reduce((sum, ms) => sum + ms, 0) / 1000);
    const ms = (values, fraction) => `${part(values, fraction).toFixed(1)} ms`;
    say(`  ${what.padEnd(26)} ${fps.toFixed(1).padStart(5)} fps   frame p95 ${ms(frames, 0.95)}   drawing ${ms(draw, 0.5)}   goal ${GOAL_FPS}: ${verdict(fps >= GOAL_FPS)}`);
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
  } else if (move === 2) {
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

async function watch(evaluate) {
  const draw = [];
  await evaluate(() => void (window.eventLog.frames.length = 0));
  for (let i = 0; i < Number(asked.seconds) * 2; i++) {
    await pause(500);
    draw.push(await evaluate(() => window.audiotab.frameTimes.drawP50));
  }
  const frames = await evaluate(() => {
    window.eventLog.stop = true;
    return window.eventLog.frames;
  });
  return { frames, draw };
}
