// `npm run bench`: every speed claim measured in one run on this machine, with its ratio and its goal. The numbers go
// to bench-results/ as JSON as well.

import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { cargoBuild } from './lib/cargo.mjs';
import { ROOT } from './lib/paths.mjs';
import { say, step } from './lib/progress.mjs';
import { ensurePython } from './lib/python.mjs';
import { main, run } from './lib/run.mjs';
import { setUp } from './setup.mjs';

/** The claims of the native display path and of the worker's, against what others need for the same columns. */
const STFT_GOAL = 10;
const WASM_GOAL = 1;

await main(async () => {
  await setUp('serve');
  const python = await step('numpy and scipy', ensurePython);
  await step('Benches', (note) => cargoBuild('The benches', ['--release', '-p', 'audiotab-dsp', '--examples'], note));

  say('\nSTFT columns per second, 2048/512 Hann, dB out, 30 s × 8 channels, one thread');
  const native = await json('cargo', ['run', '--release', '-q', '-p', 'audiotab-dsp', '--example', 'stft_columns']);
  const scipy = await json(python, [join(ROOT, 'scripts', 'python', 'bench_scipy.py')]);
  const fast = scipy.short_time_fft_columns_per_s;
  line('AudioTab, display path (f32)', native.display_columns_per_s, fast, STFT_GOAL);
  line('AudioTab, readouts and CLI (f64)', native.f64_columns_per_s, fast);
  line(`scipy ${scipy.scipy} ShortTimeFFT`, fast, fast);
  line('scipy.signal.stft', scipy.scipy_stft_columns_per_s, fast);

  say('\nThe same in WebAssembly (Node, SIMD), one channel');
  const wasm = await json(process.execPath, [join(ROOT, 'scripts', 'bench-wasm.mjs')]);
  line('AudioTab', wasm.audiotab_columns_per_s, wasm.pffft_simd_columns_per_s, WASM_GOAL);
  line('pffft (npm, SIMD)', wasm.pffft_simd_columns_per_s, wasm.pffft_simd_columns_per_s);

  say('\nThe ring and the transforms in detail');
  await run('cargo', ['bench', '-p', 'audiotab-ring', '-p', 'audiotab-dsp', '--benches'], { show: true });

  const results = { native, scipy, wasm, cpu: cpus()[0]?.model, node: process.version };
  const folder = join(ROOT, 'bench-results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${new Date().toISOString().replace(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  say(`\nSaved as ${file}`);
});

/** What a program prints on stdout, as JSON. */
async function json(command, args) {
  return JSON.parse(await run(command, args));
}

function line(name, perSecond, reference, goal) {
  const ratio = perSecond / reference;
  const verdict = goal === undefined ? '' : `   goal ${goal} ×: ${ratio >= goal ? 'met' : 'MISSED'}`;
  say(`  ${name.padEnd(34)} ${String(Math.round(perSecond)).padStart(9)}  ${ratio.toFixed(2).padStart(6)} ×${verdict}`);
}
