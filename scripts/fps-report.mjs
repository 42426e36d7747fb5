// `npm run fps`: how smoothly the real window draws, and how soon it answers. Live lanes in the desktop window under
// Xvfb, release build.
//
//   npm run fps -- [--seconds 60] [--channels 8] [--rate 48000] [--visible 8] [--size 1440x900] [--transport mapped]

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { part, saveReport, showFirst, verdict, withWindow } from './lib/measured_window.mjs';
import { say } from './lib/progress.mjs';
import { main } from './lib/run.mjs';

const { values: asked } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    channels: { type: 'string', default: '8' },
    rate: { type: 'string', default: '48000' },
    visible: { type: 'string', default: '8' },
    size: { type: 'string', default: '1440x900' },
    transport: { type: 'string' },
  },
});
const [width, height] = asked.size.split('x').map(Number);
const GOAL_FPS = 55;
const GOAL_LAG_MS = 100;
const PRESSES = 20;

await main(() => {
  const input = `signal:multitone?freq=200&channels=${asked.channels}&rate=${asked.rate}`;
  return withWindow({ input, size: { width, height }, transport: asked.transport }, async ({ stage, app }) => {
    await showFirst(app, Number(asked.visible));
    await app.waitFor('a settled picture', (f) => f.head.endFrame > 12 * Number(asked.rate) && f.columnsPending === 0, 60_000);
    const log = await watch(stage, Number(asked.seconds));
    const lagMs = await controlLag(stage);
    const picture = await stage.screenshot();
    report({ ...log, lagMs, lostFrames: (await app.facts()).status?.lostFrames });
    writeFileSync(`${saveReport('fps', { asked, lagMs, ...log })}.png`, picture);
  });
});

/** Frame times, counted by the page itself; what the status bar says is read four times a second. */
async function watch(stage, seconds) {
  await stage.evaluate(() => {
    const log = { frames: [], age: [], draw: [], worker: [], latency: [], transport: '', stop: false };
    window.fpsLog = log;
    let last = performance.now();
    const frame = (now) => {
      if (log.stop) return;
      log.frames.push(now - last);
      last = now;
      // The signal is made by this machine's clock, so the time at which a frame became sound is known exactly.
      const { stream, view, head } = window.audiotab;
      const newestFrame = Math.min(head.endFrame, (view.firstPx + view.widthPx) * view.framesPerPx);
      const heardMs = stream.startTimeUnixMs + (newestFrame / stream.sampleRateHz) * 1000;
      log.age.push(performance.timeOrigin + performance.now() - heardMs);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    const text = (id) => document.querySelector(`[data-testid="${id}"]`)?.textContent ?? '';
    const timer = setInterval(() => {
      if (log.stop) return clearInterval(timer);
      const { frameTimes, latency } = window.audiotab;
      log.draw.push([frameTimes.drawP50, frameTimes.drawP95]);
      log.latency.push([latency.p50, latency.p99]);
      log.worker.push(Number.parseFloat(text('status-worker')));
      log.transport = text('status-transport');
    }, 250);
  });
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return stage.evaluate(() => {
    window.fpsLog.stop = true;
    return window.fpsLog;
  });
}

/** From a key press to the second frame after it, which shows what it did, ms: freeze and live, in turns. */
async function controlLag(stage) {
  await stage.evaluate(() => {
    window.lagLog = [];
    const onKey = (event) => {
      const pressedMs = event.timeStamp;
      requestAnimationFrame(() => requestAnimationFrame(() => window.lagLog.push(performance.now() - pressedMs)));
    };
    window.addEventListener('keydown', onKey, true);
  });
  for (let press = 0; press < PRESSES; press++) {
    await stage.press('Space');
    await new Promise((resolve) => setTimeout(resolve, 130));
  }
  return stage.evaluate(() => window.lagLog);
}

function report({ frames, age, draw, worker, latency, lagMs, transport, lostFrames }) {
  const seconds = frames.reduce((sum, ms) => sum + ms, 0) / 1000;
  const fps = frames.length / seconds;
  const column = (rows, index) => rows.map((row) => row[index]).filter(Number.isFinite);
  const ms = (value) => `${value.toFixed(1)} ms`;
  const workerShare = part(worker.filter(Number.isFinite), 0.5);
  say(`\n${asked.visible} of ${asked.channels} channels at ${asked.rate} Hz on screen, ${asked.size}, ${transport}, ${seconds.toFixed(0)} s`);
  say(`  frames per second              ${fps.toFixed(1)}   goal ${GOAL_FPS}: ${verdict(fps >= GOAL_FPS)}`);
  say(`  frame time p50 / p95 / max     ${ms(part(frames, 0.5))} / ${ms(part(frames, 0.95))} / ${ms(Math.max(...frames))}`);
  say(`  drawing per frame p50 / p95    ${ms(part(column(draw, 0), 0.5))} / ${ms(part(column(draw, 1), 0.5))}   (main thread)`);
  say(`  worker                         ${workerShare.toFixed(1)} %, ${ms((workerShare / 100) * (1000 / fps))} per frame`);
  say(`  newest sample's own age        ${ms(part(age, 0.5))} p50, ${ms(part(age, 0.99))} p99   (from the moment it became sound)`);
  say(`  newest sample drawn after      ${ms(part(column(latency, 0), 0.5))} p50, ${ms(part(column(latency, 1), 0.5))} p99`);
  say(`  a key's effect on screen after ${ms(part(lagMs, 0.5))} p50, ${ms(Math.max(...lagMs))} max of ${lagMs.length}   goal ${GOAL_LAG_MS} ms: ${verdict(Math.max(...lagMs) <= GOAL_LAG_MS)}`);
  say(`  frames lost                    ${lostFrames}`);
}
