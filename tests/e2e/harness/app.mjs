// The app as a user works with it: every action goes through real clicks, every question through what the page shows.

import { until } from './processes.mjs';

/**
 * @typedef {import('./stage.mjs').Stage} Stage
 * @typedef {{ firstPx: number, framesPerPx: number, widthPx: number, following: boolean }} View
 * @typedef {{ firstFrame: number, endFrame: number, liveFrame: number, running: boolean }} Head
 * @typedef {{ state: string, input: string | null, label: string, message: string | null, channels: number, sampleRateHz: number, lostFrames: number, streamId: string | null }} Status
 * @typedef {{ fps: number, frameTimes: { p50: number, p95: number, drawP50: number, drawP95: number }, view: View,
 *   head: Head, frequency: { kind: 'linear' | 'log', minHz: number, maxHz: number }, range: { minDb: number, maxDb: number },
 *   latency: { p50: number, p99: number }, columnsPending: number, status: Status | null,
 *   stream: { streamId: string } | null, grid: { settings: { window: string, size: number, hop: number, pad: number } } | null }} Facts
 */

/** @param {string} id */
export const byId = (id) => `[data-testid="${id}"]`;

export class App {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
  }

  /** What the page says of itself, all of it at one moment. @returns {Promise<Facts>} */
  facts() {
    return this.stage.evaluate(() => {
      const a = /** @type {any} */ (window).audiotab;
      const { fps, frameTimes, view, head, frequency, range, latency, columnsPending, status, stream, grid } = a;
      return { fps, frameTimes, view, head, frequency, range, latency, columnsPending, status, stream, grid };
    });
  }

  /**
   * @param {string} what
   * @param {(facts: Facts) => boolean} check
   * @param {number} timeoutMs
   */
  async waitFor(what, check, timeoutMs = 15_000) {
    return until(what, async () => {
      const facts = await this.facts();
      return check(facts) ? facts : null;
    }, timeoutMs);
  }

  /** Text of an element, null when it is not there. @param {string} id @returns {Promise<string | null>} */
  text(id) {
    return this.stage.evaluate((css) => document.querySelector(css)?.textContent ?? null, byId(id));
  }

  /** @param {string} id @param {string} name @returns {Promise<string | null>} */
  attribute(id, name) {
    return this.stage.evaluate(([css, key]) => document.querySelector(css ?? '')?.getAttribute(key ?? '') ?? null, [byId(id), name]);
  }

  /** @param {string} id @returns {Promise<{ x: number, y: number, width: number, height: number }>} */
  async box(id) {
    const box = await this.stage.evaluate((css) => {
      const rect = document.querySelector(css)?.getBoundingClientRect();
      return rect ? { x: rect.x, y: rect.y, width: rect.width, height: rect.height } : null;
    }, byId(id));
    if (!box) throw new Error(`${id} is not on the page`);
    return box;
  }

  /** @param {string} id */
  click(id) {
    return this.stage.click(byId(id));
  }

  /** Picks the input device whose row says all of these words. @param {string[]} words @returns {Promise<string>} */
  async pickDevice(...words) {
    await this.click('input-picker');
    const id = await until(`a device with ${words.join(', ')}`, () =>
      this.stage.evaluate((wanted) => {
        const rows = [...document.querySelectorAll('[data-testid="device-list"] button[data-testid^="device-"]')];
        const row = rows.find((r) => wanted.every((word) => r.textContent?.includes(word)));
        return row?.getAttribute('data-testid') ?? null;
      }, words));
    await this.click(id);
    const address = id.replace(/^device-/, '');
    // The input before may be the same device under another name: only the new one counts.
    await this.waitFor('the picked device', ({ status, stream }) =>
      status?.input === address && status.state === 'running' && stream?.streamId === status.streamId);
    return address;
  }

  /** Shows exactly these channels, by their check boxes. @param {number[]} channels */
  async showChannels(channels) {
    await this.click('channel-picker');
    await this.click('channels-all');
    const count = (await this.facts()).status?.channels ?? 0;
    for (let channel = 0; channel < count; channel++) {
      if (!channels.includes(channel)) await this.click(`channel-${channel}`);
    }
    await this.stage.press('Escape');
    await until('the lanes', async () => {
      const shown = await this.stage.evaluate(() =>
        [...document.querySelectorAll('[data-testid^="spectrogram-"]')].map((e) => Number(e.getAttribute('data-testid')?.slice(12))));
      return shown.join() === channels.join();
    });
  }

  /** Chooses an entry of a drop-down list. @param {string} id @param {string | number} value */
  async choose(id, value) {
    await this.click(id);
    await this.click(`${id}-${value}`);
    await until(`${id} to be ${value}`, async () => (await this.attribute(id, 'data-value')) === String(value));
  }

  /** The crosshair leaves the lanes and popups close, so that nothing lies over the picture. */
  async lookOnly() {
    await this.stage.press('Escape');
    await this.stage.move(4, 4);
  }
}
