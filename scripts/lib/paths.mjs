// Where things are: the clone, the cache outside it, and the programs the scripts call.

import { homedir, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const IS_LINUX = platform() === 'linux';
export const IS_MAC = platform() === 'darwin';
export const IS_WINDOWS = platform() === 'win32';

/** Cargo's output directory. */
export const TARGET = process.env.CARGO_TARGET_DIR || join(ROOT, 'target');

/** The user's cache directory for AudioTab: tools, toolchain and Python environment survive a deleted clone. */
export const CACHE = cacheDir();

function cacheDir() {
  if (IS_MAC) return join(homedir(), 'Library', 'Caches', 'audiotab');
  if (IS_WINDOWS) return join(process.env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'audiotab');
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'audiotab');
}

/** File name of a program on this system. */
export function exe(name) {
  return IS_WINDOWS ? `${name}.exe` : name;
}

/** Path of a binary of ours; `profile` is `debug` or `release`. */
export function builtBinary(name, profile) {
  return join(TARGET, profile, exe(name));
}

/** Arguments that run a package's script with this Node: no shell, the same on every system. */
export function nodeTool(...path) {
  return [process.execPath, [join(ROOT, 'node_modules', ...path)]];
}
