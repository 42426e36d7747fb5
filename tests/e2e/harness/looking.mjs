// Reading lanes from a screenshot: where the ridge of a spectrogram lies and in which colour, how far a waveform swings.

import { difference, indexOfColour, parseColour } from './colours.mjs';
import { readPng } from './png.mjs';

/**
 * @typedef {{ x: number, y: number, width: number, height: number }} Box whole pixels of the screenshot
 * @typedef {{ y: number, heightPx: number, index: number, beside: number }} Ridge
 *   `y`: middle of the brightest rows from the plot's top edge; `index`: their colormap entry; `beside`: the highest
 *   entry well away from them
 */

/** Rows this near to the brightest belong to the ridge and its flanks. */
const FLANK_PX = 12;
/** Anti-aliasing and blending leave colours near, not equal. */
const SAME_COLOUR = 40;

/** In the page. @param {boolean} shown */
function showNotices(shown) {
  const region = document.querySelector('[data-testid="notices"]');
  if (region instanceof HTMLElement) region.style.visibility = shown ? '' : 'hidden';
}

/** One look at the page: the screenshot, and where things are on it. */
export class Look {
  /** @param {import('./app.mjs').App} app */
  static async take(app) {
    await app.lookOnly();
    const look = new Look();
    // Notices lie over the newest sound for some seconds, the first of them when sound was lost; a look is at the lanes.
    await app.stage.evaluate(showNotices, false);
    look.png = await app.stage.screenshot();
    await app.stage.evaluate(showNotices, true);
    look.picture = readPng(look.png);
    look.facts = await app.facts();
    const page = await app.stage.evaluate(() => {
      const box = (/** @type {Element} */ element) => {
        const { x, y, width } = element.getBoundingClientRect();
        // Within its border.
        return { id: element.getAttribute('data-testid') ?? '', x, y: y + element.clientTop, width, height: element.clientHeight };
      };
      // Plots have canvases of their own or share one on the GPU.
      const plots = document.querySelectorAll('[data-testid^="spectrogram-"], [data-testid^="waveform-"], [data-testid="event-plot"]');
      return {
        width: innerWidth,
        boxes: [...plots].map(box),
        trace: getComputedStyle(document.documentElement).getPropertyValue('--trace'),
      };
    });
    look.ratio = look.picture.width / page.width;
    look.trace = parseColour(page.trace);
    for (const { id, ...box } of page.boxes) look.boxes.set(id, look.#pixels(box));
    return look;
  }

  /** @type {Map<string, Box>} */ boxes = new Map();
  /** The screenshot, as a file. @type {Buffer} */
  png = Buffer.alloc(0);
  /** @type {import('./png.mjs').Picture} */ picture = { width: 0, height: 0, rgb: () => [0, 0, 0] };
  /** @type {import('./app.mjs').Facts} */ facts = /** @type {any} */ (null);
  /** @type {import('./colours.mjs').Rgb} */ trace = [0, 0, 0];
  ratio = 1;

  /** @param {Box} box CSS pixels @returns {Box} */
  #pixels({ x, y, width, height }) {
    const scaled = (/** @type {number} */ v) => Math.round(v * this.ratio);
    return { x: scaled(x), y: scaled(y), width: scaled(width), height: scaled(height) };
  }

  /** @param {string} id @returns {Box} */
  box(id) {
    const box = this.boxes.get(id);
    if (!box) throw new Error(`${id} is not on the page; there are ${[...this.boxes.keys()].join(', ')}`);
    return box;
  }

  /**
   * The ridge in one pixel column of a spectrogram.
   * @param {number} channel @param {string} colormap @param {number} fromRightPx @returns {Ridge}
   */
  ridge(channel, colormap, fromRightPx) {
    const { x, y, width, height } = this.box(`spectrogram-${channel}`);
    const column = x + width - fromRightPx;
    const indices = Array.from({ length: height }, (_, row) => indexOfColour(colormap, this.picture.rgb(column, y + row)));
    const index = Math.max(...indices);
    const top = indices.indexOf(index);
    let bottom = top;
    while (indices[bottom + 1] === index) bottom++;
    const away = indices.filter((_, row) => row < top - FLANK_PX || row > bottom + FLANK_PX);
    return { y: (top + bottom + 1) / 2, heightPx: height, index, beside: Math.max(0, ...away) };
  }

  /**
   * How far the waveform swings from the middle of its lane, up and down, in pixels, and the lane's half height.
   * @param {number} channel @param {number} fromRightPx
   */
  swing(channel, fromRightPx) {
    const { x, y, width, height } = this.box(`waveform-${channel}`);
    let top = height;
    let bottom = -1;
    for (let row = 0; row < height; row++) {
      if (difference(this.picture.rgb(x + width - fromRightPx, y + row), this.trace) > SAME_COLOUR) continue;
      top = Math.min(top, row);
      bottom = Math.max(bottom, row + 1);
    }
    return { up: height / 2 - top, down: bottom - height / 2, half: height / 2 };
  }
}

/**
 * Where a frequency lies in a lane, from its top edge in pixels: the axis runs from bottom to top over the whole lane.
 * @param {{ kind: 'linear' | 'log', minHz: number, maxHz: number }} axis @param {number} hz @param {number} heightPx
 */
export function rowOfHz(axis, hz, heightPx) {
  const part =
    axis.kind === 'log'
      ? Math.log(hz / axis.minHz) / Math.log(axis.maxHz / axis.minHz)
      : (hz - axis.minHz) / (axis.maxHz - axis.minHz);
  return (1 - part) * heightPx;
}

/** A number in a readout such as `−31.62 dB` or `1.0078 kHz`, in dB or Hz. @param {string | null} text */
export function numbersOf(text) {
  const found = [...(text ?? '').replaceAll('\u2212', '-').matchAll(/(-?\d+(?:\.\d+)?)\s*(k?Hz|dB|s)\b/g)];
  return found.map(([, number, unit]) => Number(number) * (unit === 'kHz' ? 1000 : 1));
}

