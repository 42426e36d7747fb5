// Programs that print one JSON document, run and read.

import { run } from '../lib/run.mjs';

export async function json(command, args) {
  return JSON.parse(await run(command, args));
}

/** Of two documents of the same program the larger of every figure. */
export function best(a, b) {
  const larger = ([key, value]) => [key, typeof value === 'number' ? Math.max(value, a[key] ?? 0) : value];
  return Object.fromEntries(Object.entries(b).map(larger));
}

/** What an example of one of our crates prints. */
export function example(crate, name, args = []) {
  return json('cargo', ['run', '--release', '-q', '-p', crate, '--example', name, '--', ...args]);
}
