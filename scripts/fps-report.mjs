// `npm run fps`: how smoothly the real window draws. Eight channels at 48 kHz, all lanes live, under Xvfb with a
// private sound server; one minute (or the seconds given as argument), release build.

import { join } from 'node:path';
import { cargoBuild } from './lib/cargo.mjs';
import { IS_LINUX, ROOT } from './lib/paths.mjs';
import { say, step } from './lib/progress.mjs';
import { main, StepError } from './lib/run.mjs';
import { setUp } from './setup.mjs';

const SECONDS = Number(process.argv[2] ?? 60);
const SIZE = { width: 1440, height: 900 };
const GOAL_FPS = 60;

await main(async () => {
  if (!IS_LINUX) throw new StepError('The frame report needs Xvfb and PulseAudio: run it on Linux.');
  await setUp('test');
  await step('The desktop app', (note) => cargoBuild('The desktop app', ['--release', '-p', 'audiotab-desktop'], note));
  process.env.AUDIOTAB_PROFILE = 'release';
  const harness = (name) => import(join(ROOT, 'tests', 'e2e', 'harness', name));
  const [{ Rig }, { openDesktopStage }, { App }] = await Promise.all(['rig.mjs', 'desktop_stage.mjs', 'app.mjs'].map(harness));
  const rig = await Rig.start();
  try {
    const stage = await openDesktopStage(rig, { size: SIZE });
    const app = new App(stage);
    await app.pickDevice('TestRig', '8 channels');
    await app.waitFor('eight channels', (f) => f.status?.state === 'running' && f.status.channels === 8);
    await app.showChannels([0, 1, 2, 3, 4, 5, 6, 7]);
    await app.lookOnly();
    await app.waitFor('a settled picture', (f) => f.head.endFrame > 12 * 48_000 && f.columnsPending === 0, 40_000);
    report(await measure(stage));
    await stage.close();
  } finally {
    await rig.stop();
  }
});

/** Frame times of a minute, counted by the page itself; the worker's share is read from the status four times a second. */
async function measure(stage) {
  await stage.evaluate(() => {
    const log = { frames: [], draw: [], worker: [], latency: [], stop: false };
    window.fpsLog = log;
    let last = performance.now();
    const frame = (now) => {
      if (log.stop) return;
      log.frames.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    const watch = setInterval(() => {
      if (log.stop) return clearInterval(watch);
      const { frameTimes, latency } = window.audiotab;
      log.draw.push([frameTimes.drawP50, frameTimes.drawP95]);
      log.latency.push([latency.p50, latency.p99]);
      const text = document.querySelector('[data-testid="status-worker"]')?.textContent ?? '';
      log.worker.push(Number.parseFloat(text));
    }, 250);
  });
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  return stage.evaluate(() => {
    window.fpsLog.stop = true;
    return window.fpsLog;
  });
}

function report({ frames, draw, worker, latency }) {
  const seconds = frames.reduce((sum, ms) => sum + ms, 0) / 1000;
  const fps = frames.length / seconds;
  const column = (rows, index) => rows.map((row) => row[index]).filter(Number.isFinite);
  const ms = (value) => `${value.toFixed(1)} ms`;
  const workerShare = part(worker.filter(Number.isFinite), 0.5);
  say(`\nEight lanes at 48 kHz in the desktop window, ${SIZE.width} × ${SIZE.height}, ${seconds.toFixed(0)} s`);
  say(`  frames per second              ${fps.toFixed(1)}   (goal ${GOAL_FPS})`);
  say(`  frame time p50 / p95 / max     ${ms(part(frames, 0.5))} / ${ms(part(frames, 0.95))} / ${ms(Math.max(...frames))}`);
  say(`  drawing per frame p50 / p95    ${ms(part(column(draw, 0), 0.5))} / ${ms(part(column(draw, 1), 0.5))}   (main thread)`);
  say(`  worker                         ${workerShare.toFixed(1)} %, ${ms((workerShare / 100) * (1000 / fps))} per frame`);
  say(`  newest sample drawn after      ${ms(part(column(latency, 0), 0.5))} p50, ${ms(part(column(latency, 1), 0.5))} p99`);
}

/** The value below which this part of the values lies. */
function part(values, fraction) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))] ?? NaN;
}
