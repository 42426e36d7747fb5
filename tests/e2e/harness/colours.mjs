// From a pixel back to a level: the published colormaps, as the product carries them (a Rust test checks their hashes).

import { readFileSync } from 'node:fs';

const NAMES = ['viridis', 'plasma', 'inferno', 'magma', 'cividis', 'turbo', 'gray'];
const ENTRIES = 256;
const tables = readFileSync(new URL('../../../crates/audiotab-dsp/src/colormap/tables.bin', import.meta.url));

/** @typedef {[number, number, number]} Rgb */

/** @param {string} name @param {number} index @returns {Rgb} */
export function colourOf(name, index) {
  const at = (NAMES.indexOf(name) * ENTRIES + index) * 3;
  return [tables[at] ?? 0, tables[at + 1] ?? 0, tables[at + 2] ?? 0];
}

/** Index of the colormap's entry nearest to a pixel. @param {string} name @param {Rgb} rgb */
export function indexOfColour(name, rgb) {
  let best = 0;
  let bestDistance = Infinity;
  for (let index = 0; index < ENTRIES; index++) {
    const distance = difference(colourOf(name, index), rgb);
    if (distance < bestDistance) [best, bestDistance] = [index, distance];
  }
  return best;
}

/** Index a level is drawn with. @param {number} dbfs @param {number} minDb @param {number} maxDb */
export function indexOfLevel(dbfs, minDb, maxDb) {
  return Math.min(255, Math.max(0, Math.floor((256 * (dbfs - minDb)) / (maxDb - minDb))));
}

/** Largest difference of one component. @param {Rgb} a @param {Rgb} b */
export function difference(a, b) {
  return Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]), Math.abs(a[2] - b[2]));
}

/** `rgb(1, 2, 3)` or `#010203`, as styles give them. @param {string} text @returns {Rgb} */
export function parseColour(text) {
  const hex = /^#([0-9a-f]{6})$/i.exec(text.trim());
  const number = Number.parseInt(hex?.[1] ?? '0', 16);
  if (hex) return [number >> 16, (number >> 8) & 255, number & 255];
  const [r = 0, g = 0, b = 0] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return [r, g, b];
}
