// npm packages exactly as the lock file says, installed only when the lock file changed.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { run } from './run.mjs';
import { inputHash, stampMatches, writeStamp } from './stamp.mjs';

const MODULES = join(ROOT, 'node_modules');
const STAMP = join(MODULES, '.audiotab-lock');

export async function ensureNpmPackages(note = () => {}) {
  const hash = inputHash(['package-lock.json'], process.version);
  if (existsSync(MODULES) && stampMatches(STAMP, hash)) return 'up to date';
  // Through npm itself when npm started us: the same npm, also where `npm` is not on the PATH.
  const cli = process.env.npm_execpath;
  const [command, args] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []];
  await run(command, [...args, 'ci', '--no-audit', '--no-fund', '--prefer-offline'], {
    onLine: note,
    sentence: 'The npm packages could not be installed',
  });
  writeStamp(STAMP, hash);
  return 'installed';
}
