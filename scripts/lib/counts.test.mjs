// The closing line of `npm test` is only as true as the reading of what each runner prints.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counts } from './counts.mjs';

function read(...lines) {
  const counts = new Counts();
  for (const line of lines) counts.read(line);
  const { passed, failed, skipped } = counts;
  return { passed, failed, skipped };
}

test('cargo, several binaries', () => {
  const lines = [
    'running 3 tests',
    'test result: ok. 12 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.02s',
    'test result: FAILED. 4 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s',
  ];
  assert.deepEqual(read(...lines), { passed: 16, failed: 1, skipped: 2 });
});

test('vitest, with colours', () => {
  const line = '\x1b[2m      Tests \x1b[22m \x1b[1m\x1b[31m1 failed\x1b[39m | \x1b[32m307 passed\x1b[39m | 2 skipped (310)';
  assert.deepEqual(read(line), { passed: 307, failed: 1, skipped: 2 });
});

test('playwright', () => {
  assert.deepEqual(read('  1 failed', '  2 flaky', '  1 skipped', '  5 passed (1.4m)'), { passed: 5, failed: 3, skipped: 1 });
});

test('unittest', () => {
  assert.deepEqual(read('Ran 7 tests in 3.100s', '', 'OK'), { passed: 7, failed: 0, skipped: 0 });
  assert.deepEqual(read('Ran 7 tests in 3.100s', 'FAILED (failures=1, errors=1, skipped=1)'), { passed: 4, failed: 2, skipped: 1 });
});

test('the runner of Node, on a terminal and off it', () => {
  assert.deepEqual(read('ℹ pass 6', 'ℹ fail 1', 'ℹ skipped 0'), { passed: 6, failed: 1, skipped: 0 });
  assert.deepEqual(read('# pass 6', '# fail 0'), { passed: 6, failed: 0, skipped: 0 });
});

test('other lines count nothing', () => {
  assert.deepEqual(read('5 files passed', 'Tests are fun', 'test result', 'Ran out of ideas'), { passed: 0, failed: 0, skipped: 0 });
});
