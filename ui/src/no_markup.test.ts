// Names of devices, files and channels come from outside: nothing on the page may be made from markup in strings.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('puts no markup from strings on the page', () => {
  const markup = /innerHTML|outerHTML\s*=|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write/;
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });
  const product = files.filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file));
  expect(product.length).toBeGreaterThan(50);
  expect(product.filter((file) => markup.test(readFileSync(join(import.meta.dirname, file), 'utf8')))).toEqual([]);
});
