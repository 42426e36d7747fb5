// The real window, release build, alone in a room of its own: what the reports measure.

import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setUp } from '../setup.mjs';
import { cargoBuild } from './cargo.mjs';
import { IS_LINUX, ROOT } from './paths.mjs';
import { say, step } from './progress.mjs';
import { StepError } from './run.mjs';

const FOLDER = join(ROOT, 'bench-results');

/**
 * Builds, opens and closes the window around `work({ stage, app, folder })`; `folder` goes with it. Options are those of
 * the tests' desktop stage: input, history, size, transport. A `debug` build has the same page and the same WebAssembly.
 */
export async function withWindow(options, work, build = 'release') {
  await prepare(build, ['audiotab-desktop', 'audiotab-cli']);
  await withStage('desktop_stage.mjs', ({ openDesktopStage }, rig) => openDesktopStage(rig, options), work);
}

/** The same with Chromium on `audiotab serve`; options are those of the tests' browser stage: input, args, size. */
export async function withBrowser(options, work, build = 'release') {
  await prepare(build, ['audiotab-cli']);
  await withStage('browser_stage.mjs', ({ openBrowserStage }, rig) => openBrowserStage(rig, options), work);
}

async function prepare(build, packages) {
  if (!IS_LINUX) throw new StepError('This report needs Xvfb and /proc: run it on Linux.');
  await setUp('test');
  const args = [...(build === 'release' ? ['--release'] : []), ...packages.flatMap((name) => ['-p', name])];
  await step(`The programs (${build})`, (note) => cargoBuild('The programs', args, note));
  process.env.AUDIOTAB_PROFILE = build;
}

async function withStage(module, open, work) {
  const harness = (name) => import(join(ROOT, 'tests', 'e2e', 'harness', name));
  const [stages, { Rig }, { App }] = await Promise.all([module, 'rig.mjs', 'app.mjs'].map(harness));
  const rig = await Rig.start({ sound: false });
  try {
    const stage = await open(stages, rig);
    const app = new App(stage);
    await app.waitFor('the signal', (f) => f.status?.state === 'running');
    await work({ stage, app, folder: rig.folder });
    await stage.close();
  } finally {
    await rig.stop();
  }
}

/** Shows the first channels and nothing over them. */
export async function showFirst(app, channels) {
  await app.showChannels(Array.from({ length: channels }, (_, c) => c));
  await app.lookOnly();
}

/** The value below which this part of the values lies. */
export function part(values, fraction) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))] ?? NaN;
}

export const verdict = (met) => (met ? 'met' : 'MISSED');

/** Writes what was measured to a file of its own in bench-results/. */
export function saveReport(name, results) {
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${name}-${new Date().toISOString().replace(/[:.]/g, '-')}`);
  writeFileSync(`${file}.json`, `${JSON.stringify({ ...results, cpu: cpus()[0]?.model }, null, 1)}\n`);
  say(`  saved as ${file}.json`);
  return file;
}
