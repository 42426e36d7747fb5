// Reading screenshots: PNG, 8 bits per channel, not interlaced, which is what both browsers write.

import { inflateSync } from 'node:zlib';

const SIGNATURE = '89504e470d0a1a0a';
/** PNG colour type to bytes per pixel: RGB and RGBA. */
const BYTES_PER_PIXEL = new Map([[2, 3], [6, 4]]);

/** @typedef {{ width: number, height: number, rgb: (x: number, y: number) => [number, number, number] }} Picture */

/** @param {Buffer} png @returns {Picture} */
export function readPng(png) {
  if (png.subarray(0, 8).toString('hex') !== SIGNATURE) throw new Error('not a PNG file');
  const parts = [];
  let width = 0;
  let height = 0;
  let step = 0;
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const kind = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    if (kind === 'IHDR') {
      width = data.readUInt32BE(0);
      height = data.readUInt32BE(4);
      step = BYTES_PER_PIXEL.get(data[9] ?? -1) ?? 0;
      if (data[8] !== 8 || step === 0 || data[12] !== 0) throw new Error('this kind of PNG is not read here');
    } else if (kind === 'IDAT') {
      parts.push(data);
    }
    at += 12 + length;
  }
  const pixels = unfilter(inflateSync(Buffer.concat(parts)), width * step, height, step);
  const rgb = (/** @type {number} */ x, /** @type {number} */ y) => {
    if (x < 0 || y < 0 || x >= width || y >= height) throw new Error(`pixel ${x}, ${y} lies outside ${width} × ${height}`);
    const at = (y * width + x) * step;
    return /** @type {[number, number, number]} */ ([pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0]);
  };
  return { width, height, rgb };
}

/**
 * Undoes the line filters (PNG specification, section 9).
 * @param {Uint8Array} raw each line with its filter byte in front
 * @param {number} stride bytes per line
 * @param {number} height
 * @param {number} step bytes per pixel
 */
function unfilter(raw, stride, height, step) {
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? 0;
    const from = y * (stride + 1) + 1;
    const to = y * stride;
    for (let i = 0; i < stride; i++) {
      const left = i >= step ? (out[to + i - step] ?? 0) : 0;
      const up = y > 0 ? (out[to + i - stride] ?? 0) : 0;
      const corner = i >= step && y > 0 ? (out[to + i - stride - step] ?? 0) : 0;
      out[to + i] = (raw[from + i] ?? 0) + predicted(filter, left, up, corner);
    }
  }
  return out;
}

/** @param {number} filter @param {number} left @param {number} up @param {number} corner */
function predicted(filter, left, up, corner) {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const p = left + up - corner;
      const [a, b, c] = [Math.abs(p - left), Math.abs(p - up), Math.abs(p - corner)];
      return a <= b && a <= c ? left : b <= c ? up : corner;
    }
    default:
      throw new Error(`unknown PNG filter ${filter}`);
  }
}
