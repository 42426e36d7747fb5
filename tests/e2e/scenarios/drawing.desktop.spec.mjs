// The window draws on the GPU only where there is one: WebKit calls software a GPU too, and it is slower than Canvas 2D.

import { readdirSync } from 'node:fs';
import { App } from '../harness/app.mjs';
import { expect, test } from '../harness/fixtures.mjs';

function hasGpu() {
  try {
    return readdirSync('/dev/dri').some((name) => name.startsWith('renderD'));
  } catch {
    return false;
  }
}

test('without a GPU the lanes are drawn on the CPU, and that is said', async ({ open }) => {
  test.skip(hasGpu(), 'there is a GPU here');
  const app = new App(await open({ input: 'signal:sine?channels=2' }));
  await app.waitFor('the signal', (f) => f.head.endFrame > 0);
  expect(await app.attribute('status-drawing', 'data-drawing')).toBe('canvas');
  expect(await app.attribute('status-drawing', 'title')).toContain('no GPU');
});
