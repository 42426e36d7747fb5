// The user interface, bundled by Vite into ui/dist, when anything it reads has changed.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodeTool, ROOT, TARGET } from './paths.mjs';
import { run } from './run.mjs';
import { inputHash, stampMatches, writeStamp } from './stamp.mjs';

const STAMP = join(TARGET, '.ui');

export async function buildUi(note = () => {}) {
  const hash = inputHash(['ui', 'package-lock.json']);
  if (existsSync(join(ROOT, 'ui', 'dist', 'index.html')) && stampMatches(STAMP, hash)) return 'up to date';
  const [node, vite] = nodeTool('vite', 'bin', 'vite.js');
  await run(node, [...vite, 'build', 'ui'], { onLine: note, sentence: 'The user interface could not be built' });
  writeStamp(STAMP, hash);
  return 'built';
}
