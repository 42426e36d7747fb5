// Which binaries the tests run: the ones cargo built last in the wanted profile.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const TARGET = process.env.CARGO_TARGET_DIR || join(ROOT, 'target');
const PROFILE = process.env.AUDIOTAB_PROFILE || 'debug';

export const audiotab = () => program('audiotab', 'audiotab-cli');
export const desktopApp = () => program('audiotab-desktop', 'audiotab-desktop');

/** @param {string} name @param {string} crate */
function program(name, crate) {
  const path = join(TARGET, PROFILE, name);
  if (!existsSync(path)) throw new Error(`${path} is missing: build it with "cargo build -p ${crate}"`);
  return path;
}
