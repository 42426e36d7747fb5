// What the engine worker costs: its own code and the wasm module on one thread, with a ring in memory instead of a
// capture. Prints a table, or with --json one document.
//
//   node scripts/bench-worker.mjs [--json] [--seconds 20]

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { ROOT, TARGET } from './lib/paths.mjs';

const { values: args } = parseArgs({ options: { json: { type: 'boolean', default: false }, seconds: { type: 'string', default: '20' } } });
const SECONDS = Number(args.seconds);
/** CPU time of this process, ms: other programs on the machine do not count. */
function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
const HISTORY_S = 30;
const FPS = 60;
const WIDTH_PX = 1280;

const wasm = join(ROOT, 'ui', 'wasm', 'audiotab_wasm_bg.wasm');
if (!existsSync(wasm)) {
  console.error('ui/wasm is missing; run npm start or npm test once, they build it.');
  process.exit(1);
}
const outDir = join(TARGET, 'bench-worker');
const entry = join(ROOT, 'ui', 'testing', 'bench_entry.ts');
await build({ configFile: false, logLevel: 'error', root: join(ROOT, 'ui'), build: { ssr: entry, outDir, emptyOutDir: true, minify: false } });
const engine = await import(pathToFileURL(join(outDir, 'bench_entry.js')).href);
const { memory } = engine.initSync({ module: readFileSync(wasm) });

/** A ring of which all channels share one memory, larger than any cache. */
class MemoryRing {
  constructor(sampleRateHz, channels, blockFrames = 1024) {
    this.capacityFrames = HISTORY_S * sampleRateHz;
    this.samples = Float64Array.from({ length: this.capacityFrames }, (_, n) => 0.3 * Math.sin(n * 0.1) + 0.2 * Math.sin(n * n * 1e-6));
    Object.assign(this, { sampleRateHz, channels, blockFrames, endFrame: this.capacityFrames });
  }

  header() {
    const { sampleRateHz, channels, capacityFrames, blockFrames, endFrame } = this;
    const firstFrame = Math.max(0, endFrame + blockFrames - capacityFrames);
    return { streamId: '1', sampleRateHz, channels, capacityFrames, blockFrames, startTimeUnixMs: null, firstFrame, endFrame, lostFrames: 0, running: true };
  }

  completeFrom() {
    return this.header().firstFrame;
  }

  copyInto(_channel, startFrame, length, dest) {
    const at = startFrame % this.capacityFrames;
    const head = Math.min(length, this.capacityFrames - at);
    dest.set(this.samples.subarray(at, at + head));
    if (head < length) dest.set(this.samples.subarray(0, length - head), head);
    return { kind: 'copied' };
  }

  /** The head at a time since the start, in whole blocks. */
  advance(ms) {
    const frames = Math.floor((ms * this.sampleRateHz) / 1000 / this.blockFrames) * this.blockFrames;
    this.endFrame = this.capacityFrames + frames;
  }

  view(seconds, count = this.channels) {
    const framesPerPx = (seconds * this.sampleRateHz) / WIDTH_PX;
    const channels = Array.from({ length: count }, (_, channel) => channel);
    return { framesPerPx, firstPx: Math.ceil(this.endFrame / framesPerPx) - WIDTH_PX, widthPx: WIDTH_PX, channels };
  }
}

const STFT = { window: 'hann', size: 2048, hop: 512, pad: 1 };
const pool = new engine.BufferPool();
const wasmMemory = new engine.WasmMemory(memory);
const budget = new engine.ColumnBudget();
const spectraFor = (settings, channels) =>
  new engine.Spectra(
    { memory: wasmMemory, pool, budget, nowMs: () => cpuMs() },
    1,
    settings,
    engine.bytesPerChannel(engine.COLUMN_BYTES, channels),
  );
const giveBack = (columns) => pool.give(columns.map((batch) => batch.codes.buffer));

/** All of the history of one channel anew; the page's frames as they would ask. */
function recompute(settings, seconds) {
  const ring = new MemoryRing(48_000, 1);
  let best = null;
  for (let round = 0; round < 9; round++) {
    const started = cpuMs();
    const spectra = spectraFor(settings, 1);
    const planMs = cpuMs() - started;
    const frames = [];
    let visibleFrames = 0;
    for (;;) {
      const at = cpuMs();
      const { columns, computed, pending } = spectra.compute(ring, ring.header(), ring.view(seconds));
      const ms = cpuMs() - at;
      if (computed === 0) break;
      giveBack(columns);
      frames.push({ ms, computed });
      if (visibleFrames === 0 && pending === 0) visibleFrames = frames.length;
    }
    spectra.free();
    const allMs = planMs + frames.reduce((sum, frame) => sum + frame.ms, 0);
    const columns = frames.reduce((sum, frame) => sum + frame.computed, 0);
    const longestMs = Math.max(...frames.map((frame) => frame.ms));
    const visibleMs = frames.slice(0, visibleFrames).reduce((sum, frame) => sum + frame.ms, 0);
    if (!best || allMs < best.allMs) best = { columns, allMs, planMs, visibleFrames, visibleMs, longestMs, frames: frames.length };
  }
  return best;
}

/** A live stream, one request per frame of the screen: share of a core. */
function steady(channels, sampleRateHz, what, shown = channels) {
  const ring = new MemoryRing(sampleRateHz, channels);
  const spectra = what === 'waveforms' ? null : spectraFor(STFT, shown);
  const waveforms = what === 'columns' ? null : new engine.Waveforms(wasmMemory, pool);
  const frame = () => {
    const view = ring.view(10, shown);
    const drawn = waveforms?.draw(ring, ring.header(), view);
    if (drawn) pool.give([drawn.waveform.buffer]);
    const made = spectra?.compute(ring, ring.header(), view);
    if (made) giveBack(made.columns);
    return made?.computed ?? 0;
  };
  for (let i = 0; i < 400; i++) frame();
  const columnsWritten = () => Math.floor((ring.endFrame - STFT.size) / STFT.hop) + 1;
  const writtenBefore = columnsWritten();
  let busyMs = 0;
  let columns = 0;
  for (let i = 1; i <= SECONDS * FPS; i++) {
    ring.advance((i * 1000) / FPS);
    const started = cpuMs();
    columns += frame();
    busyMs += cpuMs() - started;
  }
  spectra?.free();
  waveforms?.clear();
  const due = shown * (columnsWritten() - writtenBefore);
  return { share: busyMs / 1000 / SECONDS, columns, due, usPerColumn: columns > 0 ? (busyMs * 1000) / columns : null };
}

/** Only the pyramids' update, every channel of the ring, block by block. */
function pyramids(channels, sampleRateHz) {
  const ring = new MemoryRing(sampleRateHz, channels);
  const waveforms = new engine.Waveforms(wasmMemory, pool);
  const frame = () => void waveforms.draw(ring, ring.header(), { ...ring.view(10), widthPx: 0 });
  for (let i = 0; i < 400; i++) frame();
  let busyMs = 0;
  const seconds = Math.min(SECONDS, 5);
  for (let i = 1; i <= seconds * FPS; i++) {
    ring.advance((i * 1000) / FPS);
    const started = cpuMs();
    frame();
    busyMs += cpuMs() - started;
  }
  waveforms.clear();
  return { share: busyMs / 1000 / seconds };
}

/** The pyramid of 30 s of one channel, from samples that arrive newest first. */
function history(sampleRateHz) {
  const ring = new MemoryRing(sampleRateHz, 1);
  let best = Infinity;
  for (let round = 0; round < 5; round++) {
    const waveforms = new engine.Waveforms(wasmMemory, pool);
    const started = cpuMs();
    for (let i = 0; i < 8; i++) waveforms.draw(ring, ring.header(), { ...ring.view(10), widthPx: 0 });
    best = Math.min(best, cpuMs() - started);
    waveforms.clear();
  }
  return { ms: best };
}

const ms = (value) => `${value.toFixed(2)} ms`;
const percent = (value) => `${(value * 100).toFixed(2)} %`;
const again = recompute(STFT, 10);
const wide = recompute(STFT, 30);
const columns8 = steady(8, 48_000, 'columns');
const all8 = steady(8, 48_000, 'all');
const all64 = steady(64, 48_000, 'all');
const high8 = steady(64, 192_000, 'all', 8);
const pyramid64 = pyramids(64, 192_000);
const history48 = history(48_000);
const rows = [
  ['30 s of a 48 kHz channel, new settings: all of it', ms(again.allMs), '<= 40 ms', `${again.columns} columns, ${((again.allMs * 1000) / again.columns).toFixed(1)} µs each, ${again.frames} frames`],
  ['  its longest frame', ms(again.longestMs), '< 16.7 ms', ''],
  ['  10 s in view', `${again.visibleFrames} frame(s)`, '<= 1 frame', ms(again.visibleMs)],
  ['  30 s in view', `${wide.visibleFrames} frame(s)`, '', `${ms(wide.visibleMs)}, longest ${ms(wide.longestMs)}`],
  ['  planning', ms(again.planMs), '', ''],
  ['8 ch x 48 kHz live: columns', percent(columns8.share), '< 2 % of a core', `${columns8.columns} computed, ${columns8.due} due, ${columns8.usPerColumn.toFixed(1)} µs each`],
  ['8 ch x 48 kHz live: columns and waveforms', percent(all8.share), '< 2 % of a core', `${all8.columns} computed, ${all8.due} due`],
  ['64 ch x 48 kHz live: columns and waveforms', percent(all64.share), '', `${all64.columns} computed, ${all64.due} due`],
  ['8 of 64 ch x 192 kHz live: columns and waveforms', percent(high8.share), '', `${high8.columns} computed, ${high8.due} due`],
  ['64 ch x 192 kHz: pyramids, samples copied in', percent(pyramid64.share), '<= 2.5 % of real time', ''],
  ['30 s of a 48 kHz channel into a pyramid', ms(history48.ms), '', 'newest first'],
];
if (args.json) {
  console.log(JSON.stringify({ bench: 'worker', node: process.version, again, wide, columns8, all8, all64, high8, pyramid64, history48 }, null, 2));
} else {
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i].length)));
  for (const row of rows) console.log(row.map((cell, i) => (i < 3 ? cell.padEnd(widths[i]) : cell)).join('  ').trimEnd());
}
