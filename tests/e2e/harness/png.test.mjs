// Screenshots are read right: every line filter, with and without transparency.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { readPng } from './png.mjs';

const [WIDTH, HEIGHT] = [7, 5];

/** @param {number} x @param {number} y */
const pixel = (x, y) => [(37 * x + 11 * y) % 256, (200 - 29 * x + 71 * y) % 256, (x * y * 53) % 256, 255];

/** @param {number} step bytes per pixel: 3 or 4 */
function encode(step) {
  const plain = Array.from({ length: HEIGHT }, (_, y) => Array.from({ length: WIDTH }, (_x, x) => pixel(x, y).slice(0, step)).flat());
  const lines = plain.map((line, y) => [y, ...line.map((value, i) => (value - predict(y, plain, y, i, step)) & 255)]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, step === 4 ? 6 : 2], 8);
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.from(lines.flat()))), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...parts]);
}

/** Filter `kind` of the PNG specification: none, left, up, average, Paeth. */
function predict(/** @type {number} */ kind, /** @type {number[][]} */ plain, /** @type {number} */ y, /** @type {number} */ i, /** @type {number} */ step) {
  const left = plain[y]?.[i - step] ?? 0;
  const up = plain[y - 1]?.[i] ?? 0;
  const corner = plain[y - 1]?.[i - step] ?? 0;
  const near = (/** @type {number} */ v) => Math.abs(left + up - corner - v);
  const paeth = near(left) <= near(up) && near(left) <= near(corner) ? left : near(up) <= near(corner) ? up : corner;
  return [0, left, up, Math.floor((left + up) / 2), paeth][kind] ?? 0;
}

/** @param {string} kind @param {Buffer} data */
function chunk(kind, data) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(kind, 'latin1'), data, Buffer.alloc(4)]);
}

for (const step of [3, 4]) {
  test(`${step} bytes per pixel`, () => {
    const picture = readPng(encode(step));
    assert.deepEqual([picture.width, picture.height], [WIDTH, HEIGHT]);
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) assert.deepEqual(picture.rgb(x, y), pixel(x, y).slice(0, 3).map((v) => v & 255));
    }
  });
}

test('what is not a PNG is refused', () => {
  assert.throws(() => readPng(Buffer.from('GIF89a..')), /not a PNG/);
});
