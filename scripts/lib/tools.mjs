// wasm-pack and wasm-bindgen at pinned versions, built once by cargo and kept in the cache outside the clone.

import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CACHE, exe, ROOT } from './paths.mjs';
import { ask, run, StepError } from './run.mjs';

const WASM_PACK = '0.15.1';

/** Quick-to-build settings: these tools run for a second, so their own speed does not matter. */
const FAST_BUILD = {
  CARGO_PROFILE_RELEASE_OPT_LEVEL: '1',
  CARGO_PROFILE_RELEASE_LTO: 'off',
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16',
  CARGO_PROFILE_RELEASE_DEBUG: 'false',
  RUSTFLAGS: '',
};

/** The tools with the folder of each; `path` is a PATH value in which they come first. */
export async function ensureWasmTools(note = () => {}) {
  const folders = [];
  for (const [crate, program, version] of wantedTools()) {
    folders.push(await ensureTool(crate, program, version, note));
  }
  const own = folders.filter(Boolean);
  return { own, versions: wantedTools().map(([crate, , version]) => `${crate} ${version}`).join(', ') };
}

/** PATH with the tools' folders in front of `path`. */
export function pathWith(own, path = process.env.PATH) {
  return [...own, path].join(delimiter);
}

function wantedTools() {
  return [
    ['wasm-pack', 'wasm-pack', WASM_PACK],
    ['wasm-bindgen-cli', 'wasm-bindgen', wasmBindgenVersion()],
  ];
}

/** The program must have the very version of the crate it serves: Cargo.toml is the one place that names it. */
function wasmBindgenVersion() {
  const found = /^wasm-bindgen = "=([\d.]+)"/m.exec(readFileSync(join(ROOT, 'Cargo.toml'), 'utf8'));
  if (!found) throw new StepError('Cargo.toml must pin wasm-bindgen to one exact version: wasm-bindgen = "=x.y.z".');
  return found[1];
}

/** Folder of the cached program, or null when the PATH already has this version. */
async function ensureTool(crate, program, version, note) {
  const root = join(CACHE, 'tools', `${crate}-${version}`);
  const installed = join(root, 'bin', exe(program));
  if (existsSync(installed)) return join(root, 'bin');
  if (ask(program, ['--version'])?.split(' ')[1] === version) return null;
  await run('cargo', ['install', '--root', root, '--version', `=${version}`, crate], {
    env: FAST_BUILD,
    onLine: (line) => note(`${crate}: ${line.trim()}`),
    sentence: `${crate} ${version} could not be built`,
  });
  return join(root, 'bin');
}
