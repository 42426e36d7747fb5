// `npm test`: makes the machine ready, builds, and runs every check and every test. `npm test -- rust e2e` runs the
// steps whose names begin so, with what they need.

import { join } from 'node:path';
import { cargoBuild } from './lib/cargo.mjs';
import { builtBinary, IS_LINUX, nodeTool, ROOT, TARGET } from './lib/paths.mjs';
import { step } from './lib/progress.mjs';
import { ensurePython } from './lib/python.mjs';
import { main, run } from './lib/run.mjs';
import { runSuite } from './lib/suite.mjs';
import { setUp } from './setup.mjs';

const PYTHON_TESTS = join(ROOT, 'tests', 'python');
const E2E_CONFIG = join(ROOT, 'tests', 'e2e', 'playwright.config.mjs');
const SCRIPT_TESTS = ['scripts/lib/counts.test.mjs', 'tests/e2e/harness/png.test.mjs'];
let python = 'python3';

/** Runs a test runner with its output shown and counted. */
function counted(command, args, counts, env = {}) {
  return run(command, args, { env, show: true, onLine: (line) => counts.read(line) });
}

function node(path, args, counts) {
  const [command, script] = nodeTool(...path);
  return counted(command, [...script, ...args], counts);
}

const PLAYWRIGHT = ['@playwright', 'test', 'cli.js'];
function e2e(counts, ...projects) {
  return node(PLAYWRIGHT, ['test', '--config', E2E_CONFIG, ...projects.flatMap((name) => ['--project', name])], counts);
}

const STEPS = [
  { name: 'set-up', work: () => setUp('test') },
  {
    name: 'python environment',
    work: () => step('numpy, scipy and grpcio', async (note) => void (python = await ensurePython(note))),
  },
  { name: 'format', work: () => run('cargo', ['fmt', '--all', '--check'], { show: true }) },
  {
    name: 'lint rust',
    needs: ['set-up'],
    work: (counts) => counted('cargo', ['clippy', '--workspace', '--all-targets', '--', '-D', 'warnings'], counts),
  },
  {
    name: 'lint typescript',
    needs: ['set-up'],
    work: async (counts) => {
      await node(['typescript', 'bin', 'tsc'], ['--noEmit', '-p', 'ui'], counts);
      await node(['typescript', 'bin', 'tsc'], ['--noEmit', '-p', 'tests/e2e'], counts);
      await node(['oxlint', 'bin', 'oxlint'], ['--deny-warnings', 'ui/src', 'scripts', 'tests/e2e'], counts);
    },
  },
  {
    name: 'scripts',
    work: (counts) => counted(process.execPath, ['--test', ...SCRIPT_TESTS], counts),
  },
  {
    name: 'rust',
    needs: ['set-up'],
    work: (counts) => counted('cargo', ['test', '--workspace', '--no-fail-fast'], counts),
  },
  {
    name: 'loom',
    needs: ['set-up'],
    work: (counts) =>
      counted('cargo', ['test', '-p', 'audiotab-ring', '--release', '--test', 'loom'], counts, {
        RUSTFLAGS: '--cfg loom',
        // Its own folder: the flag would rebuild everything else.
        CARGO_TARGET_DIR: join(TARGET, 'loom'),
      }),
  },
  { name: 'typescript', needs: ['set-up'], work: (counts) => node(['vitest', 'vitest.mjs'], ['run', '--root', 'ui'], counts) },
  {
    name: 'binaries',
    needs: ['set-up'],
    work: () => step('audiotab and audiotab-desktop', (note) => cargoBuild('The programs', ['-p', 'audiotab-cli', '-p', 'audiotab-desktop'], note)),
  },
  {
    name: 'python',
    needs: ['python environment', 'binaries'],
    work: (counts) =>
      counted(python, ['-B', '-m', 'unittest', 'discover', '-v', '-s', PYTHON_TESTS], counts, {
        AUDIOTAB: builtBinary('audiotab', 'debug'),
      }),
  },
  { name: 'e2e browser', needs: ['binaries'], work: (counts) => e2e(counts, 'browser') },
  // WebKitWebDriver, Xvfb and PulseAudio make this test: Linux has them.
  ...(IS_LINUX ? [{ name: 'e2e desktop', needs: ['binaries'], work: (counts) => e2e(counts, 'desktop', 'desktop-streamed') }] : []),
];

await main(() => runSuite(STEPS, process.argv.slice(2)));
