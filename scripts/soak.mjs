// `npm run soak`: the desktop window for an hour, to see what grows and what is lost. Every frame that was written is
// compared with the signal that was asked for.
//
//   npm run soak -- [--minutes 60] [--channels 8] [--rate 48000] [--visible 8] [--transport mapped]

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cpuSeconds } from './lib/cpu_time.mjs';
import { part, saveReport, showFirst, verdict, withWindow } from './lib/measured_window.mjs';
import { TARGET } from './lib/paths.mjs';
import { ownBytes, slope } from './lib/process_memory.mjs';
import { say } from './lib/progress.mjs';
import { RingWatch } from './lib/ring_watch.mjs';
import { main } from './lib/run.mjs';

const { values: asked } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    channels: { type: 'string', default: '8' },
    rate: { type: 'string', default: '48000' },
    visible: { type: 'string', default: '8' },
    transport: { type: 'string' },
  },
});
const MINUTES = Number(asked.minutes);
const SIZE = { width: 1440, height: 900 };
const LEVEL_DBFS = -12;
const SAMPLE_S = 5;
/** Well within the ring's 30 s. */
const LOOK_S = 15;
/** Memory may settle for so long before its slope counts, s. */
const SETTLING_S = 60;
const GOAL_MB_PER_HOUR = 1;

await main(() => {
  const input = `signal:multitone?freq=200&channels=${asked.channels}&rate=${asked.rate}&level=${LEVEL_DBFS}`;
  return withWindow({ input, size: SIZE, transport: asked.transport }, async ({ stage, app, folder }) => {
    await showFirst(app, Number(asked.visible));
    report(await soak(stage, app, folder), input);
  });
});

async function soak(stage, app, folder) {
  const path = await stage.evaluate(() => window.audiotab.status.ringPath);
  const watch = new RingWatch({ audiotab: join(TARGET, 'release', 'audiotab'), path, channel: Number(asked.channels) - 1, folder });
  const startedMs = performance.now();
  const elapsedS = () => (performance.now() - startedMs) / 1000;
  const samples = [];
  let lookedS = -Infinity;
  let header = null;
  while (elapsedS() < MINUTES * 60) {
    if (elapsedS() - lookedS >= LOOK_S) {
      lookedS = elapsedS();
      header = await watch.look(10 ** (LEVEL_DBFS / 20));
    }
    samples.push({ atS: elapsedS(), ...(await state(stage, app)) });
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_S * 1000));
    if (samples.length % 60 === 0) say(`  ${Math.round(elapsedS() / 60)} min: ${samples.at(-1).fps} fps, ${watch.checkedFrames} frames checked, ${watch.wrongFrames} wrong`);
  }
  return { samples, watch, header };
}

async function state(stage, app) {
  const { fps, latency, status } = await app.facts();
  const [web] = stage.pagePids();
  const extra = await stage.evaluate(() => ({
    worker: parseFloat(document.querySelector('[data-testid="status-worker"]')?.textContent ?? ''),
    transport: document.querySelector('[data-testid="status-transport"]')?.textContent ?? '',
    notices: [...document.querySelectorAll('[data-testid^="notice"]')].map((e) => e.textContent ?? ''),
    wasmBytes: window.audiotab.wasmBytes ?? null,
  }));
  const cpu = { app: cpuSeconds(stage.appPid), web: cpuSeconds(web) };
  const bytes = { app: ownBytes(stage.appPid), web: ownBytes(web), wasm: extra.wasmBytes };
  return { fps, latency, lostFrames: status?.lostFrames ?? NaN, bytes, cpu, ...extra };
}

function report({ samples, watch, header }, input) {
  const settled = samples.filter((s) => s.atS >= SETTLING_S);
  const first = settled[0] ?? samples[0];
  const last = samples.at(-1);
  const perHour = (pick) => slope(settled.map((s) => [s.atS / 3600, pick(s) / 1e6]));
  const growth = {
    app: perHour((s) => s.bytes.app),
    web: perHour((s) => s.bytes.web),
    wasm: last.bytes.wasm === null ? NaN : perHour((s) => s.bytes.wasm),
  };
  const share = (who) => ((last.cpu[who] - first.cpu[who]) / (last.atS - first.atS)) * 100;
  const fps = settled.map((s) => s.fps);
  const mb = (value) => `${(value / 1e6).toFixed(1)} MB`;
  say(`\n${input}, ${asked.visible} lanes, ${last.transport}, ${(last.atS / 60).toFixed(1)} min`);
  for (const who of ['app', 'web', 'wasm']) {
    if (Number.isNaN(growth[who])) continue;
    say(`  memory, ${who.padEnd(5)} ${mb(first.bytes[who]).padStart(10)} → ${mb(last.bytes[who]).padStart(10)}   ${growth[who].toFixed(2)} MB/h   goal < ${GOAL_MB_PER_HOUR}: ${verdict(growth[who] < GOAL_MB_PER_HOUR)}`);
  }
  say(`  CPU, app ${share('app').toFixed(1)} %, web process ${share('web').toFixed(1)} %, worker ${last.worker} %`);
  say(`  frames per second, median ${part(fps, 0.5)}, lowest ${Math.min(...fps)}`);
  say(`  latency p50 ${last.latency.p50.toFixed(0)} ms, p99 ${last.latency.p99.toFixed(0)} ms`);
  say(`  frames checked ${watch.checkedFrames}, wrong ${watch.wrongFrames}, unseen ${watch.unseenFrames}, lost ${watch.lostFrames} (the header says ${header?.lost_frames})`);
  const notices = [...new Set(samples.flatMap((s) => s.notices))].filter(Boolean);
  say(`  notices: ${notices.length === 0 ? 'none' : notices.join(' | ')}`);
  const { checkedFrames, wrongFrames, unseenFrames, lostFrames } = watch;
  saveReport('soak', { input, asked, growth, checkedFrames, wrongFrames, unseenFrames, lostFrames, header, samples });
}
