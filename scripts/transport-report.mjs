// `npm run transport`: what it costs to bring samples into the page, in the real window under Xvfb, release build.
//
// 1. Reading frames of the mapped ring into WebAssembly memory, by the rule that says which are sound, against a plain
//    copy of as many bytes from ordinary memory.
// 2. Processor time of the app, its web process and its network process at 64 channels × 192 kHz. No lane is shown, so
//    nothing is analysed or drawn; a loop in the page takes over every new frame of all channels, each way in turn, as
//    the engine worker does. What the same window takes without that loop is taken off, measured before and after.

import { cpuShares, processesOf } from './lib/cpu_time.mjs';
import { saveReport, verdict, withWindow } from './lib/measured_window.mjs';
import { say } from './lib/progress.mjs';
import { main, StepError } from './lib/run.mjs';
import { readMapped } from './lib/transport_read.mjs';
import { takeFrames } from './lib/transport_take.mjs';

const INPUT = 'signal:multitone?channels=64&rate=192000';
const CHANNELS = 64;
const RATE_HZ = 192_000;
const HISTORY_S = 10;
const SECONDS = Number(process.argv[2] ?? 20);
const PIECES_KIB = [64, 256, 1024, 8192];
const READ_GOAL = 0.7;
const CPU_GOAL_PERCENT = 5;

await main(() =>
  withWindow({ input: INPUT, history: HISTORY_S, size: { width: 1440, height: 900 } }, async ({ stage, app }) => {
    await app.waitFor('a full history', (f) => f.head.endFrame > HISTORY_S * RATE_HZ, 60_000);
    await app.click('channel-picker');
    await app.click('channels-none');
    await stage.press('Escape');
    const transport = await app.text('status-transport');
    if (transport !== 'mapped') throw new StepError(`The window takes its samples ${transport}, not mapped.`);
    const reading = await reads(stage);
    const cpu_percent = await shares(stage);
    const { status } = await app.facts();
    say(`\nLost at the input meanwhile: ${status.lostFrames} frames.`);
    saveReport('transport', { input: INPUT, history_s: HISTORY_S, seconds: SECONDS, reading, cpu_percent, lost_frames: status.lostFrames });
  }),
);

async function reads(stage) {
  say('\nReading the mapped ring into WebAssembly memory, MB/s (median of 7)');
  say('  piece        mapped     copied   of a copy');
  const rows = [];
  for (const kib of PIECES_KIB) {
    const { mappedMBs, copiedMBs } = await stage.evaluate(readMapped, kib * 1024);
    const ratio = mappedMBs / copiedMBs;
    rows.push({ kib, mapped_mb_s: mappedMBs, copied_mb_s: copiedMBs, ratio });
    say(`  ${`${kib} KiB`.padEnd(10)} ${mappedMBs.toFixed(0).padStart(8)}   ${copiedMBs.toFixed(0).padStart(8)}   ${ratio.toFixed(2)}   goal ${READ_GOAL}: ${verdict(ratio >= READ_GOAL)}`);
  }
  return rows;
}

async function shares(stage) {
  say(`\nProcessor time at ${CHANNELS} channels × ${RATE_HZ / 1000} kHz (${(8 * CHANNELS * RATE_HZ) / 1e6} MB/s), percent of one core, ${SECONDS} s each`);
  const processes = processesOf(stage.appPid);
  const names = Object.keys(processes);
  const phases = [];
  say(`  ${''.padEnd(22)}${names.map((name) => name.padStart(18)).join('')}${'sum'.padStart(10)}`);
  for (const way of ['none', 'mapped', 'streamed', 'none']) {
    await stage.evaluate(takeFrames, { way, channels: CHANNELS });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const share = await cpuShares(processes, SECONDS);
    const { bytes, ms, failed } = await stage.evaluate(takeFrames, { way: 'stop', channels: 0 });
    const sum = names.reduce((total, name) => total + share[name], 0);
    const mbPerS = bytes / 1e3 / ms;
    phases.push({ way, share, sum, taken_mb_per_s: mbPerS, failed });
    const taken = way === 'none' ? '' : `   took ${mbPerS.toFixed(1)} MB/s${failed ? `, ${failed} failed` : ''}`;
    say(`  ${way.padEnd(22)}${names.map((name) => share[name].toFixed(1).padStart(18)).join('')}${sum.toFixed(1).padStart(10)}${taken}`);
  }
  const baseline = (phases[0].sum + phases[3].sum) / 2;
  const cost = (way) => phases.find((phase) => phase.way === way).sum - baseline;
  say(`  the transport alone: mapped ${cost('mapped').toFixed(1)} %, streamed ${cost('streamed').toFixed(1)} %   goal mapped < ${CPU_GOAL_PERCENT} %: ${verdict(cost('mapped') < CPU_GOAL_PERCENT)}`);
  return { phases, baseline, mapped: cost('mapped'), streamed: cost('streamed') };
}
