// Everything a fresh machine lacks, in the order it is needed; start.mjs and test.mjs begin with it. Run alone
// (`node scripts/setup.mjs serve|window|test`) it does just that: `npm run build` is the one for the user interface.

import { fileURLToPath } from 'node:url';
import { ensureNpmPackages } from './lib/npm.mjs';
import { step } from './lib/progress.mjs';
import { ask, main, StepError } from './lib/run.mjs';
import { ensureSystemPackages } from './lib/system_packages.mjs';
import { ensureWasmTools } from './lib/tools.mjs';
import { buildUi } from './lib/ui_build.mjs';
import { buildWasm } from './lib/wasm_build.mjs';
import { ensureWasmToolchain } from './lib/wasm_toolchain.mjs';

const OLDEST_NODE = [20, 19];
const OLDEST_RUST = [1, 95];

/** System packages for `purpose` (serve, window, test), npm packages, the wasm tools; then the wasm module and the UI. */
export async function setUp(purpose) {
  checkVersions();
  await step('System packages', (note) => ensureSystemPackages(purpose, note));
  await step('npm packages', ensureNpmPackages);
  let toolchain;
  await step('Rust target wasm32', async (note) => {
    toolchain = await ensureWasmToolchain(note);
    return toolchain.detail;
  });
  let tools;
  await step('wasm-pack and wasm-bindgen', async (note) => {
    tools = await ensureWasmTools(note);
    return tools.versions;
  });
  await step('WebAssembly module', (note) => buildWasm({ toolchain, tools }, note));
  await step('User interface', buildUi);
}

function checkVersions() {
  if (older(process.versions.node, OLDEST_NODE)) {
    throw new StepError(`AudioTab needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`);
  }
  const rust = ask('rustc', ['--version']);
  if (rust === null) throw new StepError('Rust is missing: install it from https://rustup.rs.');
  if (older(rust.split(' ')[1], OLDEST_RUST)) {
    throw new StepError(`AudioTab needs Rust ${OLDEST_RUST.join('.')} or newer; this is ${rust}. Run "rustup update".`);
  }
}

function older(version, [major, minor]) {
  const [a, b] = version.split('.').map((part) => Number.parseInt(part, 10));
  return a < major || (a === major && b < minor);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(() => setUp(process.argv[2] ?? 'test'));
