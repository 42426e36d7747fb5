// Spectrum columns per second, native and in WebAssembly, ours and what others need for the same columns.

import { join } from 'node:path';
import { ROOT } from '../lib/paths.mjs';
import { best, json } from './measure.mjs';
import { figure, ratio } from './table.mjs';

/** Rounds in turn over all programs, so that a busy moment of the machine hits all alike; the best counts. */
const ROUNDS = 3;
const PER_S = 'columns/s';

export async function measureColumns({ python, rivals, plainWasm }) {
  const measured = { native: {}, scipy: {}, rivals: {}, wasm: {} };
  for (let round = 0; round < ROUNDS; round++) {
    measured.native = best(measured.native, await json('cargo', ['run', '--release', '-q', '-p', 'audiotab-dsp', '--example', 'stft_columns']));
    if (rivals) measured.rivals = best(measured.rivals, await json(rivals, []));
    measured.scipy = best(measured.scipy, await json(python, [join(ROOT, 'scripts', 'python', 'bench_scipy.py')]));
    measured.wasm = best(measured.wasm, await json(process.execPath, [join(ROOT, 'scripts', 'bench-wasm.mjs'), '--plain', plainWasm]));
  }
  return measured;
}

export function columnRows({ native, scipy, rivals, wasm }) {
  const ours = native.display_columns_per_s;
  const fftw = rivals.fftw_columns_per_s ?? null;
  const pffft = rivals.pffft_columns_per_s ?? null;
  const inWasm = wasm.audiotab_columns_per_s;
  return [
    { section: 'Native display columns: 2048/512 Hann, window + FFT + dB, 30 s × 8 channels at 48 kHz, one thread' },
    figure('AudioTab, display path (f32, 16-bit codes)', ours, PER_S),
    figure('AudioTab, readouts and CLI (f64)', native.f64_columns_per_s, PER_S),
    figure(`FFTW ${(rivals.fftw ?? '').replace('fftw-', '')} PATIENT, our window, log and codes in C`, fftw, PER_S, fftw ? '' : 'needs cc and libfftw3f.so.3 (Debian: libfftw3-single3)'),
    figure('pffft (C), our window, log and codes in C', pffft, PER_S, pffft ? '' : 'needs cc and the source in crate pffft_rust'),
    figure('scipy.signal.stft', scipy.scipy_stft_columns_per_s, PER_S, `scipy ${scipy.scipy}`),
    figure('scipy.signal.ShortTimeFFT', scipy.short_time_fft_columns_per_s, PER_S),
    ratio('  AudioTab / ShortTimeFFT', ours, scipy.short_time_fft_columns_per_s, 15),
    ratio('  AudioTab / scipy.signal.stft', ours, scipy.scipy_stft_columns_per_s, 8),
    ratio('  AudioTab / FFTW PATIENT', ours, fftw, 1.1),
    ratio('  AudioTab / pffft', ours, pffft, 1.1),
    { section: `The same in WebAssembly (Node ${wasm.node}, SIMD), one channel, samples and levels in JavaScript memory` },
    figure('AudioTab', inWasm, PER_S),
    figure('pffft (npm, SIMD), window and fast log in JavaScript', wasm.pffft_simd_columns_per_s, PER_S),
    figure('complex f64 FFT without SIMD, column by column, log10', wasm.plain_columns_per_s, PER_S),
    ratio('  AudioTab / pffft (npm, SIMD)', inWasm, wasm.pffft_simd_columns_per_s, 2),
    ratio('  AudioTab / complex f64 without SIMD', inWasm, wasm.plain_columns_per_s, 10),
    ratio('  time per column, WebAssembly / native', ours, inWasm, 1.8, { atMost: true }),
  ];
}
