// A Python environment with numpy, scipy and grpcio at pinned versions, in the cache: the independent yardstick of the
// tests, and an outside program that speaks gRPC.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, exe, IS_WINDOWS, ROOT } from './paths.mjs';
import { ask, run, StepError } from './run.mjs';
import { inputHash, stampMatches, writeStamp } from './stamp.mjs';

const REQUIREMENTS = 'tests/python/requirements.txt';
/** scipy 1.17 needs this. */
const OLDEST_MINOR = 11;

/** Makes sure the environment exists; returns the path of its interpreter. */
export async function ensurePython(note = () => {}) {
  const base = basePython();
  const hash = inputHash([REQUIREMENTS], base.version);
  const root = join(CACHE, `python-${hash.slice(0, 12)}`);
  const python = join(root, IS_WINDOWS ? 'Scripts' : 'bin', exe('python'));
  const stamp = join(root, '.complete');
  if (existsSync(python) && stampMatches(stamp, hash)) return python;
  note('making the environment');
  await run(base.command, ['-m', 'venv', '--clear', root], { sentence: 'The Python environment could not be made' });
  note('numpy, scipy, grpcio');
  await run(python, ['-m', 'pip', 'install', '--quiet', '--only-binary', ':all:', '-r', join(ROOT, REQUIREMENTS)], {
    onLine: note,
    sentence: 'numpy, scipy and grpcio could not be installed',
  });
  writeStamp(stamp, hash);
  return python;
}

/** The first Python that is new enough and can make environments. */
function basePython() {
  for (const command of ['python3', '/usr/bin/python3', 'python3.13', 'python3.12', 'python3.11', 'python']) {
    const version = ask(command, ['-c', 'import sys, venv, ensurepip; print("%d.%d.%d" % sys.version_info[:3])']);
    const [major, minor] = (version ?? '').split('.').map(Number);
    if (major === 3 && minor >= OLDEST_MINOR) return { command, version };
  }
  throw new StepError(`Python 3.${OLDEST_MINOR} or newer with its venv module is missing: install it (Debian: python3 python3-venv).`);
}
