// The lane of events as a test sees it: which events it shows, and in which columns of the screen it draws them.

import { until } from './processes.mjs';

/**
 * @typedef {{ id: string, kind: string, frame: number, durFrames: number | null, message: string }} ShownEvent
 * @typedef {{ firstPx: number, framesPerPx: number, widthPx: number, following: boolean }} View
 * @typedef {{ size: number, selected: string | null, range: { startFrame: number, endFrame: number } | null, inView: ShownEvent[] }} LaneFacts
 * @typedef {[from: number, end: number]} Run device pixels from the lane's left edge
 */

/** Columns that share a frame with an event, within the view; null where it is outside. @param {{ frame: number, durFrames: number | null }} event @param {View} view @returns {Run | null} */
export function columnsOf({ frame, durFrames }, { firstPx, framesPerPx, widthPx }) {
  const from = Math.floor(frame / framesPerPx) - firstPx;
  const end = Math.ceil((frame + Math.max(1, durFrames ?? 1)) / framesPerPx) - firstPx;
  return end > 0 && from < widthPx ? [Math.max(0, from), Math.min(widthPx, end)] : null;
}

/** Runs that touch become one. @param {(Run | null)[]} runs from left to right @returns {Run[]} */
export function joined(runs) {
  /** @type {Run[]} */
  const whole = [];
  for (const run of runs) {
    const last = whole.at(-1);
    if (run && last && last[1] >= run[0]) last[1] = Math.max(last[1], run[1]);
    else if (run) whole.push([...run]);
  }
  return whole;
}

export class EventLane {
  /** @param {import('./stage.mjs').Stage['evaluate']} evaluate runs in the page */
  constructor(evaluate) {
    this.evaluate = evaluate;
  }

  /** View and lane at one moment. @returns {Promise<{ view: View, head: { endFrame: number }, lane: LaneFacts }>} */
  facts() {
    return this.evaluate(() => {
      const { view, head, eventLane } = /** @type {any} */ (window).audiotab;
      return { view, head, lane: eventLane };
    });
  }

  /** Waits until an event in view is the one. @param {string} what @param {(event: ShownEvent) => boolean} check */
  shows(what, check) {
    return until(what, async () => (await this.facts()).lane.inView.find(check));
  }

  /** Two frames from now: what changed is drawn. Asked twice, since not every browser waits for an answer to come. */
  async drawn() {
    await this.evaluate(() => {
      const seen = /** @type {any} */ (window);
      seen.twoFramesLater = false;
      requestAnimationFrame(() => requestAnimationFrame(() => (seen.twoFramesLater = true)));
    });
    await until('two more frames', () => this.evaluate(() => /** @type {any} */ (window).twoFramesLater === true));
  }

  /** Runs of columns in which bars or ticks are drawn. @returns {Promise<Run[]>} */
  async bars() {
    await this.drawn();
    return this.evaluate(() => {
      const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector('[data-testid="event-plot"] canvas'));
      // A few pixels above the line they stand on.
      const row = canvas.height - Math.round(6 * devicePixelRatio);
      const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).getImageData(0, row, canvas.width, 1);
      /** @type {Run[]} */
      const runs = [];
      for (let x = 0; x < canvas.width; x++) {
        if (data[4 * x + 3] === 0) continue;
        const last = runs.at(-1);
        if (last && last[1] === x) last[1] = x + 1;
        else runs.push([x, x + 1]);
      }
      return runs;
    });
  }

  /** Columns of the lines through the lanes above. @returns {Promise<number[]>} */
  async lines() {
    await this.drawn();
    return this.evaluate(() => {
      const left = document.querySelector('[data-testid="event-plot"]')?.getBoundingClientRect().left ?? 0;
      const lines = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-testid="mark-line"]'))];
      const shown = lines.filter((line) => line.style.visibility === 'visible');
      return shown.map((line) => Math.round((line.getBoundingClientRect().left - left) * devicePixelRatio));
    });
  }
}
