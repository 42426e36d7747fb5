// `npm start`: makes the machine ready, builds, and opens AudioTab on the default input. Without a display the same
// user interface is served at a localhost address, which is printed. Arguments after `--` go to the program.

import { spawn } from 'node:child_process';
import { cargoBuild } from './lib/cargo.mjs';
import { builtBinary, IS_LINUX } from './lib/paths.mjs';
import { elapsedMs, say, spoken, step } from './lib/progress.mjs';
import { main, StepError } from './lib/run.mjs';
import { setUp } from './setup.mjs';

const HAS_DISPLAY = !IS_LINUX || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
const FRONT_DOOR = HAS_DISPLAY
  ? { purpose: 'window', what: 'The desktop app', package: 'audiotab-desktop', binary: 'audiotab-desktop', args: [] }
  : { purpose: 'serve', what: 'The server', package: 'audiotab-cli', binary: 'audiotab', args: ['serve', '--no-open'] };

await main(async () => {
  say('AudioTab');
  await setUp(FRONT_DOOR.purpose);
  await step(FRONT_DOOR.what, (note) => cargoBuild(FRONT_DOOR.what, ['--release', '-p', FRONT_DOOR.package], note));
  say(
    HAS_DISPLAY
      ? `Ready after ${spoken(elapsedMs())}: opening the window.`
      : `Ready after ${spoken(elapsedMs())}. There is no display here: open the address below in a browser. Ctrl+C ends it.`,
  );
  await handOver(builtBinary(FRONT_DOOR.binary, 'release'), [...FRONT_DOOR.args, ...process.argv.slice(2)]);
});

/** Runs the program in our place: its terminal, its signals, its exit code. */
function handOver(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit' });
    // The terminal sends Ctrl+C to both; we only wait for the program to end.
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.on('error', (error) => reject(new StepError(`Could not start ${program}: ${error.message}.`)));
    child.on('close', (code, signal) => {
      process.exitCode = signal ? 1 : (code ?? 1);
      resolve();
    });
  });
}
