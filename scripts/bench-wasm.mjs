// Display columns per second of our WASM module and of the npm SIMD build of pffft, in one run, on one thread:
// 30 s of one channel at 48 kHz, 2048-point Hann window, hop 512, level in dB out. Both start from samples in
// JavaScript memory and end with levels in JavaScript memory. Prints one JSON document.
//
//   node scripts/bench-wasm.mjs [--size 2048] [--hop 512] [--rounds 9] [--plain FOLDER]
//
// With the folder of the built scripts/bench/plain_wasm the STFT as it is first written is measured too.

import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import pffftModule from '@echogarden/pffft-wasm/simd';

const { values: args } = parseArgs({
  options: {
    size: { type: 'string', default: '2048' },
    hop: { type: 'string', default: '512' },
    rounds: { type: 'string', default: '9' },
    plain: { type: 'string' },
  },
});
const size = Number(args.size);
const hop = Number(args.hop);
const rounds = Number(args.rounds);
const SECONDS = 30;
const RATE_HZ = 48_000;
const DB_PER_OCTAVE = 10 * Math.log10(2);

const wasmDir = new URL('../ui/wasm/', import.meta.url);
if (!existsSync(new URL('audiotab_wasm_bg.wasm', wasmDir))) {
  console.error('ui/wasm is missing; run npm start or npm test once, they build it.');
  process.exit(1);
}
const { initSync, SpectrumColumns } = await import(new URL('audiotab_wasm.js', wasmDir));
const { memory } = initSync({ module: readFileSync(new URL('audiotab_wasm_bg.wasm', wasmDir)) });

const samples = testSignal(SECONDS * RATE_HZ);
const columns = Math.floor((samples.length - size) / hop) + 1;
const bins = size / 2 + 1;

const runs = { audiotab: audiotab(), pffft: await pffft() };
if (args.plain) runs.plain = await plain(args.plain);
for (const other of Object.keys(runs).slice(1)) checkAgreement(runs.audiotab(), runs[other]());

// Alternating and in short stretches, each of which has its best round counted: a busy moment of the machine hits all
// alike and spoils little.
const STRETCHES = 16;
const bestMs = Object.fromEntries(Object.keys(runs).map((name) => [name, Array.from({ length: STRETCHES }, () => Infinity)]));
for (let round = 0; round < rounds; round++) {
  for (const [name, run] of Object.entries(runs)) {
    for (let i = 0; i < STRETCHES; i++) {
      const [from, to] = [i, i + 1].map((end) => Math.round((columns * end) / STRETCHES));
      bestMs[name][i] = Math.min(bestMs[name][i], timed(() => run(from, to)));
    }
  }
}
const perSecond = (ms) => (ms ? Math.round((columns / ms.reduce((sum, each) => sum + each, 0)) * 1000) : null);
console.log(
  JSON.stringify(
    {
      node: process.version,
      cpu: cpus()[0]?.model ?? 'unknown',
      size,
      hop,
      columns,
      audiotab_columns_per_s: perSecond(bestMs.audiotab),
      pffft_simd_columns_per_s: perSecond(bestMs.pffft),
      plain_columns_per_s: perSecond(bestMs.plain),
    },
    null,
    2,
  ),
);

function audiotab() {
  const engine = new SpectrumColumns('hann', size, hop, 1, 32);
  const batch = Math.min(32, engine.columns_per_feed);
  const out = new Uint16Array(columns * bins);
  return (from = 0, to = columns) => {
    for (let first = from; first < to; first += batch) {
      const count = Math.min(batch, to - first);
      const frames = (count - 1) * hop + size;
      const start = first * hop;
      new Float64Array(memory.buffer, engine.samples_ptr, frames).set(samples.subarray(start, start + frames));
      engine.restart();
      engine.feed(count, 0);
      out.set(new Uint16Array(memory.buffer, engine.codes_ptr, count * bins), first * bins);
    }
    return { db: (column, bin) => out[column * bins + bin] / 100 - 300 };
  };
}

/** As fast as JavaScript around pffft gets here: window and power in plain loops, cubic log2 on the float's bits. */
async function pffft() {
  const module = await pffftModule();
  const setup = module._pffft_new_setup(size, 0);
  const input = module._pffft_aligned_malloc(size * 4);
  const output = module._pffft_aligned_malloc(size * 4);
  const work = module._pffft_aligned_malloc(size * 4);
  const heap = module.HEAPF32.buffer;
  const x = new Float32Array(heap, input, size);
  const spectrum = new Float32Array(heap, output, size);
  const window = Float32Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
  const scaleDb = 20 * Math.log10(2 / window.reduce((sum, w) => sum + w, 0));
  const power = new Float32Array(bins);
  const bits = new Int32Array(power.buffer);
  const out = new Float32Array(columns * bins);
  return (from = 0, to = columns) => {
    for (let column = from; column < to; column++) {
      applyWindow(samples, column * hop, window, x);
      module._pffft_transform_ordered(setup, input, output, work, 0);
      powers(spectrum, power);
      levels(power, bits, scaleDb, out, column * bins);
    }
    return { db: (column, bin) => out[column * bins + bin] };
  };
}

async function plain(folder) {
  const url = pathToFileURL(`${folder}/plain_wasm.js`);
  const module = await import(url);
  module.initSync({ module: readFileSync(new URL('plain_wasm_bg.wasm', url)) });
  const stft = new module.PlainStft(size);
  return (from = 0, to = columns) => {
    const out = stft.columns(samples.subarray(from * hop, (to - 1) * hop + size), hop);
    return { db: (column, bin) => out[column * bins + bin] };
  };
}

// Small functions over typed arrays: what V8 compiles best.
function applyWindow(signal, start, window, x) {
  for (let i = 0; i < window.length; i++) x[i] = signal[start + i] * window[i];
}

function powers(spectrum, power) {
  const last = power.length - 1;
  power[0] = 0.25 * spectrum[0] * spectrum[0] + 1e-30;
  power[last] = 0.25 * spectrum[1] * spectrum[1] + 1e-30;
  for (let k = 1; k < last; k++) {
    const re = spectrum[2 * k];
    const im = spectrum[2 * k + 1];
    power[k] = re * re + im * im + 1e-30;
  }
}

function levels(power, bits, scaleDb, out, at) {
  for (let k = 0; k < power.length; k++) {
    const word = bits[k];
    bits[k] = (word & 0x7fffff) | 0x3f800000;
    const m = power[k];
    const log2 = (word >> 23) - 129.15362071 + m * (3.047884147 + m * (-1.051875022 + m * 0.158248703));
    out[at + k] = log2 * DB_PER_OCTAVE + scaleDb;
  }
}

function testSignal(frames) {
  const signal = new Float64Array(frames);
  let state = 1;
  for (let n = 0; n < frames; n++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    signal[n] = 0.5 * Math.sin((2 * Math.PI * 1000 * n) / RATE_HZ) + (0.05 * state) / 2 ** 31;
  }
  return signal;
}

/** Both must measure the same thing, or the comparison is none. */
function checkAgreement(a, b) {
  for (let column = 0; column < columns; column += 97) {
    for (let bin = 0; bin < bins; bin++) {
      const difference = Math.abs(a.db(column, bin) - b.db(column, bin));
      if (difference > 0.1 && b.db(column, bin) > -100) {
        throw new Error(`column ${column}, bin ${bin}: ${a.db(column, bin)} dB and ${b.db(column, bin)} dB`);
      }
    }
  }
}

function timed(run) {
  const startedMs = performance.now();
  run();
  return performance.now() - startedMs;
}
