// `npm run test:long`: what takes too long for every change. The ring under 10^9 frames of a flat-out writer with four
// readers, the header protocol in loom without a bound on preemptions, ten million events through the bus's byte cap, a
// journal killed, damaged and flooded, ten minutes of cut wires, and a page that sleeps for longer than the ring.

import { join } from 'node:path';
import { cargoBuild } from './lib/cargo.mjs';
import { nodeTool, ROOT, TARGET } from './lib/paths.mjs';
import { step } from './lib/progress.mjs';
import { main, run } from './lib/run.mjs';
import { runSuite } from './lib/suite.mjs';
import { setUp } from './setup.mjs';

const STRESS_FRAMES = '1000000000';
const BUS_EVENTS = '10000000';
const E2E_CONFIG = join(ROOT, 'tests', 'e2e', 'playwright.config.mjs');

function counted(command, args, counts, env = {}) {
  return run(command, args, { env, show: true, onLine: (line) => counts.read(line) });
}

const STEPS = [
  { name: 'set-up', work: () => setUp('test') },
  {
    name: 'stress',
    work: (counts) =>
      counted('cargo', ['test', '--release', '-p', 'audiotab-ring', '--test', 'stress', '--', '--nocapture'], counts, {
        AUDIOTAB_STRESS_FRAMES: STRESS_FRAMES,
      }),
  },
  {
    name: 'loom',
    work: (counts) =>
      counted('cargo', ['test', '--release', '-p', 'audiotab-ring', '--test', 'loom', '--', '--include-ignored'], counts, {
        RUSTFLAGS: '--cfg loom',
        CARGO_TARGET_DIR: join(TARGET, 'loom'),
      }),
  },
  {
    name: 'bus memory',
    work: (counts) =>
      counted('cargo', ['test', '--release', '-p', 'audiotab-events', '--test', 'memory', '--', '--nocapture'], counts, {
        AUDIOTAB_BUS_EVENTS: BUS_EVENTS,
      }),
  },
  {
    name: 'journal',
    // A process killed 500 times, a thousand flipped bits, and a million events at once.
    work: (counts) =>
      counted(
        'cargo',
        ['test', '--release', '-p', 'audiotab-events', '--test', 'journal', '--', '--nocapture'],
        counts,
        { AUDIOTAB_CRASH_ROUNDS: '500', AUDIOTAB_FLIPS: '1000', AUDIOTAB_BURST: '1000000' },
      ),
  },
  {
    name: 'cut wires',
    // Ten minutes of a wire that is cut every one to five seconds.
    work: (counts) =>
      counted(
        'cargo',
        ['test', '--release', '-p', 'audiotab-server', '--test', 'ways_in', 'cut::', '--', '--nocapture'],
        counts,
        { AUDIOTAB_CUT_SECONDS: '600' },
      ),
  },
  {
    name: 'binaries',
    needs: ['set-up'],
    work: () => step('audiotab', (note) => cargoBuild('The server', ['-p', 'audiotab-cli'], note)),
  },
  {
    name: 'sleeping page',
    needs: ['binaries'],
    work: (counts) => {
      const [node, script] = nodeTool('@playwright', 'test', 'cli.js');
      return counted(node, [...script, 'test', '--config', E2E_CONFIG, '--project', 'long'], counts);
    },
  },
];

await main(() => runSuite(STEPS, process.argv.slice(2)));
