// A Rust compiler that can build for wasm32. First choice: rustup's own target. Where rustup cannot download
// (offline mirrors, proxies), Debian's second toolchain with its library source, from which the target is built once
// into a sysroot of our own in the cache: the machine's files stay as they are.

import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CACHE, IS_LINUX } from './paths.mjs';
import { ask, run, StepError } from './run.mjs';
import { debianOffers, installDebian, missingDebian, PACKAGES } from './system_packages.mjs';

const TARGET = 'wasm32-unknown-unknown';
const RUSTUP_TIMEOUT_MS = 180_000;
const SYSTEM_BIN = '/usr/bin';

/**
 * Makes sure a wasm32 compiler exists. `env` is what a build for wasm needs in its environment (nothing for rustup's),
 * `id` names the compiler, so that other compilers' output is not reused.
 */
export async function ensureWasmToolchain(note = () => {}) {
  if (activeToolchainHasTarget()) return ordinary('the toolchain has it');
  const prepared = preparedSysroot();
  if (prepared) return fromSysroot(prepared, 'prepared earlier');
  if (ask('rustup', ['--version']) !== null) {
    note('rustup target add');
    const env = { RUSTUP_MAX_RETRIES: '1' };
    await run('rustup', ['target', 'add', TARGET], { env, timeoutMs: RUSTUP_TIMEOUT_MS }).catch(() => null);
    if (activeToolchainHasTarget()) return ordinary('added by rustup');
  }
  if (!(await debianToolchain(note))) {
    throw new StepError(
      `Rust's ${TARGET} target is missing and could not be downloaded. Run "rustup target add ${TARGET}" where the network allows it.`,
    );
  }
  return fromSysroot(await buildSysroot(note), 'built from Debian\'s library source');
}

function activeToolchainHasTarget() {
  const sysroot = ask('rustc', ['--print', 'sysroot']);
  if (sysroot === null) throw new StepError('Rust is missing: install it from https://rustup.rs.');
  return hasStd(sysroot);
}

function hasStd(sysroot) {
  const lib = join(sysroot, 'lib', 'rustlib', TARGET, 'lib');
  return existsSync(lib) && readdirSync(lib).some((name) => /^libstd-.*\.rlib$/.test(name));
}

function ordinary(detail) {
  return { env: {}, id: ask('rustc', ['--version']), detail };
}

function fromSysroot(sysroot, detail) {
  const bin = join(sysroot, 'bin');
  const env = { PATH: `${bin}${delimiter}${process.env.PATH}`, RUSTC: join(bin, 'rustc') };
  return { env, id: ask(join(bin, 'rustc'), ['--version']), detail };
}

/** The sysroot for the system compiler's exact version, when it was built completely. */
function preparedSysroot() {
  if (!IS_LINUX) return null;
  const version = ask(join(SYSTEM_BIN, 'rustc'), ['--version']);
  if (version === null) return null;
  const sysroot = sysrootOf(version);
  return hasStd(sysroot) ? sysroot : null;
}

/** `version` is what `rustc --version` prints: "rustc 1.96.0 (ac68faa20 2026-05-25) …". */
function sysrootOf(version) {
  const [, number, commit] = version.replace('(', '').split(' ');
  return join(CACHE, `wasm-sysroot-${number}-${commit}`);
}

async function debianToolchain(note) {
  if (!IS_LINUX || ask('apt-get', ['--version']) === null) return false;
  if (missingDebian(PACKAGES.wasmToolchain).length > 0) {
    if (!debianOffers('rustc-web')) return false;
    await installDebian(PACKAGES.wasmToolchain, note);
  }
  return true;
}

/** Builds the standard library for wasm32 with the system compiler and lays a sysroot around it. */
async function buildSysroot(note) {
  const rustc = join(SYSTEM_BIN, 'rustc');
  const cargo = join(SYSTEM_BIN, 'cargo');
  const sysroot = sysrootOf(ask(rustc, ['--version']));
  const work = `${sysroot}.building`;
  rmSync(work, { recursive: true, force: true });
  const seed = join(work, 'seed');
  mkdirSync(join(seed, 'src'), { recursive: true });
  // An empty crate: only the standard library under it is wanted.
  writeFileSync(join(seed, 'Cargo.toml'), '[package]\nname = "seed"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n');
  writeFileSync(join(seed, 'src', 'lib.rs'), '');
  note('building the standard library for wasm32');
  // build-std is a nightly option; RUSTC_BOOTSTRAP lets this one call use it. Nothing built later needs it.
  const env = { RUSTC: rustc, RUSTC_BOOTSTRAP: '1', RUSTFLAGS: '', CARGO_TARGET_DIR: join(seed, 'target') };
  await run(cargo, ['build', '--release', '--target', TARGET, '-Z', 'build-std=std,panic_abort'], {
    cwd: seed, env, onLine: note, sentence: 'The standard library for wasm32 could not be built',
  });
  layOut(work, join(seed, 'target', TARGET, 'release', 'deps'), { rustc, cargo });
  rmSync(seed, { recursive: true, force: true });
  rmSync(sysroot, { recursive: true, force: true });
  renameSync(work, sysroot);
  return sysroot;
}

function layOut(sysroot, deps, { rustc, cargo }) {
  const rustlib = join(sysroot, 'lib', 'rustlib');
  const lib = join(rustlib, TARGET, 'lib');
  mkdirSync(lib, { recursive: true });
  for (const name of readdirSync(deps)) {
    if (/^lib.*\.rlib$/.test(name) && !name.startsWith('libseed-')) copyFileSync(join(deps, name), join(lib, name));
  }
  // Build scripts and macros run on this machine: its own target comes from the system's sysroot.
  const systemRustlib = join(ask(rustc, ['--print', 'sysroot']), 'lib', 'rustlib');
  for (const name of readdirSync(systemRustlib)) {
    if (name !== TARGET) symlinkSync(join(systemRustlib, name), join(rustlib, name));
  }
  const bin = join(sysroot, 'bin');
  mkdirSync(bin);
  // The wrapper finds its sysroot by its own place, so the directory can be renamed once it is complete.
  const wrapper = `#!/bin/sh\nexec ${rustc} --sysroot "$(dirname "$(dirname "$0")")" "$@"\n`;
  writeFileSync(join(bin, 'rustc'), wrapper);
  chmodSync(join(bin, 'rustc'), 0o755);
  symlinkSync(cargo, join(bin, 'cargo'));
}
