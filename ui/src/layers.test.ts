// The rules of the folders, as a test: which may import which, who may touch Tauri, and how long a file may be.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = import.meta.dirname;

/** Folder -> folders it may import from, besides itself. Everything not listed is forbidden. */
const ALLOWED: Record<string, readonly string[]> = {
  base: [],
  host: ['base'],
  engine: ['base', 'host'],
  store: ['base', 'host', 'engine'],
  render: ['base', 'engine', 'store'],
  views: ['base', 'render', 'store'],
  components: ['base', 'render', 'store', 'views'],
  app: ['base', 'host', 'engine', 'store', 'render', 'views', 'components'],
};
/** Types of the worker's messages may be named anywhere; what they are made of may not be called. */
const TYPES_ANYWHERE = 'engine/protocol';
const LONGEST_FILE_LINES = 300;

interface Import {
  file: string;
  target: string;
  typeOnly: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'generated' ? [] : sources(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

const files = sources(SRC);
const product = files.filter((file) => !/\.test\.tsx?$/.test(file) && !file.includes(`${sep}testing${sep}`));

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const statements = text.matchAll(/(?:import|export)\s+(type\s+)?(?:[\w*{][^;'"]*?from\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g);
  return [...statements].map((match) => ({ file, target: match[2] ?? match[3]!, typeOnly: match[1] !== undefined }));
}

const folderOf = (path: string): string => relative(SRC, path).split(sep)[0]!;

describe('folders of the interface', () => {
  it('import downwards only', () => {
    const broken = product.flatMap(importsOf).filter(({ file, target, typeOnly }) => {
      if (!target.startsWith('.')) return false;
      const path = resolve(dirname(file), target);
      const [from, to] = [folderOf(file), folderOf(path)];
      if (path.includes(`${sep}wasm${sep}`)) return from !== 'engine';
      // The test engine is loaded in development builds alone.
      if (path.includes(`${sep}testing${sep}`)) return from !== 'app';
      if (from === to) return false;
      if (typeOnly && relative(SRC, path).split(sep).join('/') === TYPES_ANYWHERE) return false;
      return !(ALLOWED[from] ?? []).includes(to);
    });
    expect(broken.map(({ file, target }) => `${relative(SRC, file)} -> ${target}`)).toEqual([]);
  });

  it('know Tauri in one file', () => {
    const users = product.flatMap(importsOf).filter(({ target }) => target.startsWith('@tauri-apps/'));
    expect([...new Set(users.map(({ file }) => relative(SRC, file).split(sep).join('/')))]).toEqual(['host/tauri.ts']);
  });

  it('keep files short', () => {
    const long = files.filter((file) => readFileSync(file, 'utf8').split('\n').length > LONGEST_FILE_LINES);
    expect(long.map((file) => relative(SRC, file))).toEqual([]);
  });

  it('put no markup from strings on the page', () => {
    const markup = /innerHTML|outerHTML\s*=|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write/;
    expect(product.filter((file) => markup.test(readFileSync(file, 'utf8'))).map((file) => relative(SRC, file))).toEqual([]);
  });
});
