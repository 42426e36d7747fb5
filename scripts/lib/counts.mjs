// How many tests a runner says it ran: each prints it in its own words.

import { stripVTControlCharacters } from 'node:util';

/** Adds up what the lines of one step say. */
export class Counts {
  passed = 0;
  failed = 0;
  skipped = 0;

  read(rawLine) {
    const line = stripVTControlCharacters(rawLine).trim();
    for (const understand of [cargo, vitest, playwright, unittest, nodeRunner]) if (understand(line, this)) return;
  }

  get total() {
    return this.passed + this.failed;
  }

  toString() {
    const parts = [];
    if (this.total > 0 || this.skipped > 0) parts.push(`${this.passed} passed`);
    if (this.failed > 0) parts.push(`${this.failed} failed`);
    if (this.skipped > 0) parts.push(`${this.skipped} not run`);
    return parts.join(', ');
  }
}

/** `test result: ok. 12 passed; 0 failed; 1 ignored; ...`, once per test binary. */
function cargo(line, counts) {
  const found = /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/.exec(line);
  if (!found) return false;
  counts.passed += Number(found[1]);
  counts.failed += Number(found[2]);
  counts.skipped += Number(found[3]);
  return true;
}

/** `Tests  1 failed | 41 passed | 2 skipped (44)`. */
function vitest(line, counts) {
  if (!/^Tests\s+\d/.test(line)) return false;
  add(counts, line, { passed: /(\d+) passed/, failed: /(\d+) failed/, skipped: /(\d+) (?:skipped|todo)/ });
  return true;
}

/** `5 passed (1.2m)`, `1 failed`, `2 skipped`, `3 did not run`, each on a line of its own. */
function playwright(line, counts) {
  const found = /^(\d+) (passed|failed|skipped|flaky|did not run)( \(.*\))?$/.exec(line);
  if (!found) return false;
  const key = { passed: 'passed', failed: 'failed', flaky: 'failed' }[found[2]] ?? 'skipped';
  counts[key] += Number(found[1]);
  return true;
}

/** `Ran 7 tests in 3.1s`, then `OK`, `OK (skipped=1)` or `FAILED (failures=1, errors=2)`. */
function unittest(line, counts) {
  const ran = /^Ran (\d+) tests? in /.exec(line);
  if (ran) {
    counts.passed += Number(ran[1]);
    return true;
  }
  const ended = /^(?:OK|FAILED) \(((?:\w| |=|,)+)\)$/.exec(line);
  if (!ended) return false;
  for (const [, what, number] of ended[1].matchAll(/(\w+)=(\d+)/g)) {
    counts.passed -= Number(number);
    counts[what === 'skipped' ? 'skipped' : 'failed'] += Number(number);
  }
  return true;
}

/** `ℹ pass 6`, `ℹ fail 0`, `ℹ skipped 0`; off a terminal with `#` instead. */
function nodeRunner(line, counts) {
  const found = /^(?:ℹ|#) (pass|fail|skipped) (\d+)$/.exec(line);
  if (!found) return false;
  counts[{ pass: 'passed', fail: 'failed', skipped: 'skipped' }[found[1]]] += Number(found[2]);
  return true;
}

function add(counts, line, patterns) {
  for (const [key, pattern] of Object.entries(patterns)) counts[key] += Number(pattern.exec(line)?.[1] ?? 0);
}
