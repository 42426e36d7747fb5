// WebAssembly by wasm-pack: the engine worker's module, into ui/wasm, when anything it reads has changed.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, TARGET } from './paths.mjs';
import { run } from './run.mjs';
import { inputHash, stampMatches, writeStamp } from './stamp.mjs';
import { pathWith } from './tools.mjs';

const PRODUCT = {
  crate: join(ROOT, 'wasm-module'),
  out: join(ROOT, 'ui', 'wasm'),
  name: 'audiotab_wasm',
  rustFlags: '-C target-feature=+simd128',
  stamp: join(TARGET, '.wasm'),
  inputs: ['wasm-module', 'crates/audiotab-ring', 'crates/audiotab-dsp', 'Cargo.toml', 'Cargo.lock', 'scripts/lib/wasm_build.mjs'],
};

/** `toolchain` and `tools` come from `ensureWasmToolchain` and `ensureWasmTools`. */
export function buildWasm(environment, note) {
  return buildWasmPackage(PRODUCT, environment, note);
}

/** Any crate: `crate` and `out` folders, `name` of the files, `rustFlags`, `inputs` to watch, `stamp` to remember them. */
export async function buildWasmPackage(what, { toolchain, tools }, note = () => {}) {
  const hash = inputHash(what.inputs, `${toolchain.id} ${tools.versions}`);
  if (existsSync(join(what.out, `${what.name}_bg.wasm`)) && stampMatches(what.stamp, hash)) return 'up to date';
  const env = {
    ...toolchain.env,
    PATH: pathWith(tools.own, toolchain.env.PATH),
    RUSTFLAGS: what.rustFlags,
    // Its own folder: the compiler may be another one than the rest of the workspace uses.
    CARGO_TARGET_DIR: join(TARGET, 'wasm'),
  };
  await run('wasm-pack', ['build', '--release', '--target', 'web', '--mode', 'no-install', '--out-dir', what.out, '--out-name', what.name], {
    cwd: what.crate,
    env,
    onLine: note,
    sentence: 'The WebAssembly module could not be built',
  });
  writeStamp(what.stamp, hash);
  return 'built';
}
