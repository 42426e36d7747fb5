// What `npm run bench` compares ours with, built from source where it has to be: bench-only, nothing of it enters the product.

import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { exe, ROOT, TARGET } from '../lib/paths.mjs';
import { ask } from '../lib/run.mjs';
import { ensureWasmTools } from '../lib/tools.mjs';
import { buildWasmPackage } from '../lib/wasm_build.mjs';
import { ensureWasmToolchain } from '../lib/wasm_toolchain.mjs';

const OUT = join(TARGET, 'bench');
/** The crate that carries pffft's C source; only the source is used. */
const PFFFT = { crate: 'pffft_rust', version: '0.1.2' };

/** FFTW and pffft in C; null without a C compiler. Speed over everything, for this CPU: the rivals get their best. */
export function buildRivals() {
  mkdirSync(OUT, { recursive: true });
  const program = join(OUT, exe('rivals'));
  const pffft = pffftSource();
  const own = [join(ROOT, 'scripts', 'bench', 'rivals.c'), '-o', program, '-ldl', '-lm'];
  const withPffft = pffft ? ['-DWITH_PFFFT', `-I${pffft}`, join(pffft, 'pffft.c')] : [];
  const built = ask('cc', ['-O3', '-march=native', '-ffast-math', '-w', ...withPffft, ...own]);
  return built === null ? null : program;
}

/** The folder of pffft.c in cargo's own store, fetched when it is missing and the network allows it. */
function pffftSource() {
  const find = () => {
    const store = join(process.env.CARGO_HOME || join(homedir(), '.cargo'), 'registry', 'src');
    if (!existsSync(store)) return null;
    const folders = readdirSync(store).map((registry) => join(store, registry, `${PFFFT.crate}-${PFFFT.version}`));
    return folders.find((folder) => existsSync(join(folder, 'pffft.c'))) ?? null;
  };
  // Cargo unpacks what it describes.
  return find() ?? (ask('cargo', ['info', '--registry', 'crates-io', `${PFFFT.crate}@${PFFFT.version}`]), find());
}

/** The STFT as it is first written, in WebAssembly without SIMD; the folder of the module. */
export async function buildPlainWasm(note) {
  const crate = join(ROOT, 'scripts', 'bench', 'plain_wasm');
  const out = join(OUT, 'plain_wasm');
  const environment = { toolchain: await ensureWasmToolchain(note), tools: await ensureWasmTools(note) };
  const what = { crate, out, name: 'plain_wasm', rustFlags: '', stamp: join(OUT, '.plain-wasm'), inputs: ['scripts/bench/plain_wasm'] };
  await buildWasmPackage(what, environment, note);
  return out;
}
