// The engine worker's WebAssembly: wasm-pack over wasm-module into ui/wasm, when anything it reads has changed.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, TARGET } from './paths.mjs';
import { run } from './run.mjs';
import { inputHash, stampMatches, writeStamp } from './stamp.mjs';
import { pathWith } from './tools.mjs';

const INPUTS = ['wasm-module', 'crates/audiotab-ring', 'crates/audiotab-dsp', 'Cargo.toml', 'Cargo.lock', 'scripts/lib/wasm_build.mjs'];
const OUT = join(ROOT, 'ui', 'wasm');
const NAME = 'audiotab_wasm';
const STAMP = join(TARGET, '.wasm');

/** `toolchain` and `tools` come from `ensureWasmToolchain` and `ensureWasmTools`. */
export async function buildWasm({ toolchain, tools }, note = () => {}) {
  const hash = inputHash(INPUTS, `${toolchain.id} ${tools.versions}`);
  if (existsSync(join(OUT, `${NAME}_bg.wasm`)) && stampMatches(STAMP, hash)) return 'up to date';
  const env = {
    ...toolchain.env,
    PATH: pathWith(tools.own, toolchain.env.PATH),
    RUSTFLAGS: '-C target-feature=+simd128',
    // Its own folder: the compiler may be another one than the rest of the workspace uses.
    CARGO_TARGET_DIR: join(TARGET, 'wasm'),
  };
  await run('wasm-pack', ['build', '--release', '--target', 'web', '--mode', 'no-install', '--out-dir', OUT, '--out-name', NAME], {
    cwd: join(ROOT, 'wasm-module'),
    env,
    onLine: note,
    sentence: 'The WebAssembly module could not be built',
  });
  writeStamp(STAMP, hash);
  return 'built';
}
