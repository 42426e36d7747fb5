// `npm run test:long`: what takes too long for every change. The ring under 10^9 frames of a flat-out writer with four
// readers, the header protocol in loom without a bound on preemptions, ten million events through the bus's byte cap, a
// journal killed, damaged, flooded and read by twenty for an hour, ten minutes of cut wires, the whole program killed and
// stopped, devices plugged a hundred times, and a page that sleeps for longer than the ring.

import { join } from 'node:path';
import { cargoBuild } from './lib/cargo.mjs';
import { IS_LINUX, nodeTool, ROOT, TARGET } from './lib/paths.mjs';
import { step } from './lib/progress.mjs';
import { main, run } from './lib/run.mjs';
import { runSuite } from './lib/suite.mjs';
import { setUp } from './setup.mjs';

const STRESS_FRAMES = '1000000000';
const BUS_EVENTS = '10000000';
const JOURNAL = ['test', '--release', '-p', 'audiotab-events', '--test', 'journal'];
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
    // A process killed 500 times, a thousand flipped bits, a million events at once, a million rows opened after a kill.
    work: (counts) =>
      counted('cargo', [...JOURNAL, '--', '--nocapture', '--skip', 'twenty_readers'], counts, {
        AUDIOTAB_CRASH_ROUNDS: '500',
        AUDIOTAB_CRASH_ROWS: '1000000',
        AUDIOTAB_FLIPS: '1000',
        AUDIOTAB_BURST: '1000000',
      }),
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
    name: 'pruning',
    // How long the longest slice holds the writer up, among a million rows.
    work: (counts) =>
      counted('cargo', ['test', '--release', '-p', 'audiotab-events', '--lib', 'pruning', '--', '--nocapture'], counts, {
        AUDIOTAB_PRUNE_ROWS: '1000000',
      }),
  },
  {
    name: 'crowd',
    // An hour of one writer with its upkeep and twenty readers.
    work: (counts) =>
      counted('cargo', [...JOURNAL, 'twenty_readers', '--', '--nocapture'], counts, { AUDIOTAB_CROWD_S: '3600' }),
  },
  {
    name: 'program',
    // The whole program killed 500 times and stopped fifty times.
    work: (counts) =>
      counted('cargo', ['test', '--release', '-p', 'audiotab-cli', '--test', 'faults', '--', '--nocapture'], counts, {
        AUDIOTAB_CRASH_ROUNDS: '500',
        AUDIOTAB_STOPS: '50',
      }),
  },
  ...(IS_LINUX
    ? [
        {
          name: 'hot plug',
          // The device that is recorded from and another one beside it, a hundred times each.
          work: async (counts) => {
            for (const [crate, test] of [['audiotab-capture', 'pulse'], ['audiotab-engine', 'hot_plug']]) {
              const only = ['--nocapture', 'a_lost_device', 'every_device'];
              await counted('cargo', ['test', '--release', '-p', crate, '--test', test, '--', ...only], counts, {
                AUDIOTAB_PLUGS: '100',
              });
            }
          },
        },
      ]
    : []),
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
