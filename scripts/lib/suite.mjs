// A list of steps run one after another, all of them even when one fails, with a summary at the end.

import { Counts } from './counts.mjs';
import { elapsedMs, say, spoken } from './progress.mjs';
import { StepError } from './run.mjs';

/**
 * Runs steps `{ name, needs?: [names], work(counts) }`. `work` throws a StepError when something failed; `counts` takes
 * the runner's lines. `wanted` picks steps by the beginning of their names (empty: all; what they need runs too).
 * Ends with the line `N passed, N failed`.
 */
export async function runSuite(steps, wanted = []) {
  const chosen = choose(steps, wanted);
  const results = new Map();
  for (const { name, needs = [], work } of chosen) {
    const begin = performance.now();
    const counts = new Counts();
    const broken = needs.find((need) => results.has(need) && !results.get(need).ok);
    let error = broken ? new StepError(`Not run, because ${broken} failed.`) : null;
    if (!error) {
      say(`\n━━ ${name}`);
      try {
        await work(counts);
      } catch (caught) {
        if (!(caught instanceof StepError)) throw caught;
        error = caught;
        if (caught.tail) say(caught.tail);
        say(`${name}: ${caught.message}`);
      }
    }
    // A runner that died before it could count is one failure all the same.
    if (error && counts.failed === 0) counts.failed = 1;
    results.set(name, { ok: error === null && counts.failed === 0, counts, ms: performance.now() - begin, error });
  }
  summarise(results);
}

function choose(steps, wanted) {
  if (wanted.length === 0) return steps;
  const names = new Set();
  const take = (step) => {
    if (names.has(step.name)) return;
    names.add(step.name);
    for (const need of step.needs ?? []) take(steps.find((other) => other.name === need));
  };
  for (const want of wanted) {
    const found = steps.filter((step) => step.name.startsWith(want));
    if (found.length === 0) throw new StepError(`There is no step "${want}". Steps: ${steps.map((s) => s.name).join(', ')}.`);
    found.forEach(take);
  }
  return steps.filter((step) => names.has(step.name));
}

function summarise(results) {
  let passed = 0;
  let failed = 0;
  const broken = [];
  say('\n━━ Summary');
  for (const [name, { ok, counts, ms, error }] of results) {
    passed += counts.passed;
    failed += counts.failed;
    if (!ok) broken.push(name);
    const detail = error && counts.passed === 0 ? error.message : counts.toString();
    say(`  ${ok ? '✓' : '✗'} ${name.padEnd(22)} ${spoken(ms).padStart(12)}   ${detail}`);
  }
  say(`\nTotal time ${spoken(elapsedMs())}.`);
  if (broken.length > 0) {
    process.exitCode = 1;
    say(`Failed: ${broken.join(', ')}.`);
  }
  say(`${passed} passed, ${failed} failed`);
}
