// Cargo calls with their progress as a note, and failures as one sentence.

import { run } from './run.mjs';

/** `cargo <args>`, quietly. `what` completes "… could not be built". */
export async function cargoBuild(what, args, note = () => {}) {
  await run('cargo', ['build', ...args], {
    onLine: (line) => note(line.trim()),
    sentence: `${what} could not be built`,
  });
}
