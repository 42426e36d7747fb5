// `npm run soak`: the desktop window for an hour, to see what grows and what is lost. Every frame that was written is
// compared with the signal that was asked for.
//
//   npm run soak -- [--minutes 60] [--channels 8] [--rate 48000] [--visible 8] [--transport mapped]

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cargoBuild } from './lib/cargo.mjs';
import { IS_LINUX, ROOT, TARGET } from './lib/paths.mjs';
import { cpuSeconds, ownBytes, slope } from './lib/process_memory.mjs';
import { say, step } from './lib/progress.mjs';
import { RingWatch } from './lib/ring_watch.mjs';
import { main, StepError } from './lib/run.mjs';
import { setUp } from './setup.mjs';

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

await main(async () => {
  if (!IS_LINUX) throw new StepError('The soak needs Xvfb and /proc: run it on Linux.');
  await setUp('test');
  await step('The desktop app', (note) =>
    cargoBuild('The desktop app', ['--release', '-p', 'audiotab-desktop', '-p', 'audiotab-cli'], note),
  );
  process.env.AUDIOTAB_PROFILE = 'release';
  const harness = (name) => import(join(ROOT, 'tests', 'e2e', 'harness', name));
  const [{ Rig }, { openDesktopStage }, { App }] = await Promise.all(['rig.mjs', 'desktop_stage.mjs', 'app.mjs'].map(harness));
  const rig = await Rig.start({ sound: false });
  try {
    const input = `signal:multitone?freq=200&channels=${asked.channels}&rate=${asked.rate}&level=${LEVEL_DBFS}`;
    const stage = await openDesktopStage(rig, { input, size: SIZE, transport: asked.transport });
    const app = new App(stage);
    await app.waitFor('the signal', (f) => f.status?.state === 'running');
    await app.showChannels(Array.from({ length: Number(asked.visible) }, (_, c) => c));
    await app.lookOnly();
    report(await soak(stage, app, rig), input);
    await stage.close();
  } finally {
    await rig.stop();
  }
});

async function soak(stage, app, rig) {
  const path = await stage.evaluate(() => window.audiotab.status.ringPath);
  const watch = new RingWatch({ audiotab: join(TARGET, 'release', 'audiotab'), path, channel: Number(asked.channels) - 1, folder: rig.folder });
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
  const fps = settled.map((s) => s.fps).toSorted((a, b) => a - b);
  const mb = (value) => `${(value / 1e6).toFixed(1)} MB`;
  say(`\n${input}, ${asked.visible} lanes, ${last.transport}, ${(last.atS / 60).toFixed(1)} min`);
  for (const who of ['app', 'web', 'wasm']) {
    if (Number.isNaN(growth[who])) continue;
    const verdict = growth[who] < GOAL_MB_PER_HOUR ? 'met' : 'MISSED';
    say(`  memory, ${who.padEnd(5)} ${mb(first.bytes[who]).padStart(10)} → ${mb(last.bytes[who]).padStart(10)}   ${growth[who].toFixed(2)} MB/h   goal < ${GOAL_MB_PER_HOUR}: ${verdict}`);
  }
  say(`  CPU, app ${share('app').toFixed(1)} %, web process ${share('web').toFixed(1)} %, worker ${last.worker} %`);
  say(`  frames per second, median ${fps[Math.floor(fps.length / 2)]}, lowest ${fps[0]}`);
  say(`  latency p50 ${last.latency.p50.toFixed(0)} ms, p99 ${last.latency.p99.toFixed(0)} ms`);
  say(`  frames checked ${watch.checkedFrames}, wrong ${watch.wrongFrames}, unseen ${watch.unseenFrames}, lost ${watch.lostFrames} (the header says ${header?.lost_frames})`);
  const notices = [...new Set(samples.flatMap((s) => s.notices))].filter(Boolean);
  say(`  notices: ${notices.length === 0 ? 'none' : notices.join(' | ')}`);
  const folder = join(ROOT, 'bench-results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `soak-${new Date().toISOString().replace(/[:.]/g, '-')}.json`);
  const { checkedFrames, wrongFrames, unseenFrames, lostFrames } = watch;
  writeFileSync(file, `${JSON.stringify({ input, asked, growth, checkedFrames, wrongFrames, unseenFrames, lostFrames, header, samples }, null, 1)}\n`);
  say(`  saved as ${file}`);
}
