// The picture that WebGL2 draws is the picture that Canvas 2D draws, pixel for pixel, and costs the uploads it must.

import { expect, test } from '@playwright/test';
import { openPage } from '../harness/pages.mjs';

/** @type {Awaited<ReturnType<typeof openPage>>} */
let twins;

test.beforeAll(async () => {
  twins = await openPage('testing/twin.html', { width: 800, height: 600 });
  await twins.page.waitForFunction(() => 'twin' in window);
});

test.afterAll(async () => {
  expect(twins.errors).toEqual([]);
  await twins.close();
});

/** @param {{ differing: number, colours: number }[][]} results @param {number} [leastColours] */
function expectEqual(results, leastColours = 2) {
  for (const plots of results) for (const plot of plots) expect(plot.differing).toBe(0);
  expect(Math.max(...results.flat().map((plot) => plot.colours))).toBeGreaterThanOrEqual(leastColours);
}

test('every zoom, from columns much finer than pixels to much coarser', async () => {
  for (const levels of ['noise', 'tone', 'click', 'gaps']) {
    const compared = await twins.page.evaluate((name) => {
      const { twin } = /** @type {any} */ (window);
      twin.open(301, [{ heightPx: 97, channel: 0 }, { heightPx: 40, channel: 1 }]);
      twin.grid(512, 128, 1024);
      twin.columns(name, 0, 700);
      return [1 / 32, 0.5, 3, 37.5, 128, 200, 311.25, 1000, 4096].map((framesPerPx) =>
        twin.compare({ framesPerPx, firstPx: Math.round(20_000 / framesPerPx) - 60, widthPx: 301 }),
      );
    }, levels);
    expectEqual(compared);
  }
});

test('a picture that scrolls live over a ring that wraps, one upload of exactly the new columns per frame', async () => {
  const { results, steps } = await twins.page.evaluate(() => {
    const { twin } = /** @type {any} */ (window);
    twin.open(256, [{ heightPx: 120, channel: 0 }]);
    twin.grid(1024, 256, 200);
    twin.columns('noise', 0, 150);
    const scale = { framesPerPx: 100, firstPx: 100, widthPx: 256 };
    const compared = [twin.compare(scale)];
    /** @type {{ count: number, wraps: boolean, uploads: number, bytes: number, combined: number }[]} */
    const done = [];
    for (let i = 0; i < 40; i++) {
      const before = twin.work();
      const count = 1 + (i % 5);
      const first = done.reduce((sum, step) => sum + step.count, 150);
      twin.columns(i % 7 === 3 ? 'gaps' : 'noise', first, count);
      scale.firstPx += i % 4;
      compared.push(twin.compare({ ...scale }));
      const after = twin.work();
      const wraps = Math.floor(first / 200) !== Math.floor((first + count - 1) / 200);
      done.push({ count, wraps, uploads: after.codeUploads - before.codeUploads, bytes: after.codeBytes - before.codeBytes, combined: after.columnsCombined - before.columnsCombined });
    }
    return { results: compared, steps: done };
  });
  expectEqual(results, 100);
  expect(steps.some((step) => step.wraps)).toBe(true);
  for (const { count, wraps, uploads, bytes, combined } of steps) {
    expect(uploads).toBe(wraps ? 2 : 1);
    expect(bytes).toBeGreaterThanOrEqual(count * 513 * 2);
    expect(bytes).toBeLessThanOrEqual(1.1 * count * 513 * 2);
    // What came in at the edge and what the new columns touch, nothing else of the 256.
    expect(combined).toBeLessThanOrEqual(4 + Math.ceil((count * 256) / 100) + 2);
  }
});

test('the former setting behind the new one, columns missing in between, and either alone', async () => {
  const results = await twins.page.evaluate(() => {
    const { twin } = /** @type {any} */ (window);
    twin.open(200, [{ heightPx: 90, channel: 0 }]);
    const scale = { framesPerPx: 700, firstPx: 3, widthPx: 200 };
    twin.grid(512, 128, 2048);
    twin.columns('noise', 0, 1200);
    const compared = [twin.compare(scale)];
    twin.grid(2048, 512, 512);
    for (const [first, count] of [[200, 20], [150, 3], [154, 1], [160, 7], [100, 1]]) {
      twin.columns('tone', first, count);
      compared.push(twin.compare(scale));
    }
    // Holes in every pixel, and what an older lap of the ring left in them.
    twin.grid(256, 64, 256);
    twin.columns('noise', 0, 256);
    compared.push(twin.compare(scale));
    for (let i = 256; i < 500; i += 3) twin.columns('noise', i, 1);
    compared.push(twin.compare(scale));
    twin.settle();
    compared.push(twin.compare({ ...scale, framesPerPx: 350.5 }));
    // Combined columns, as of a wide view.
    twin.columns('click', 10, 100, 3);
    compared.push(twin.compare({ ...scale, framesPerPx: 900 }));
    return compared;
  });
  expectEqual(results, 100);
});

test('axes, bands, colours and sizes; looks cost no upload of codes', async () => {
  const { results, uploads } = await twins.page.evaluate(() => {
    const { twin } = /** @type {any} */ (window);
    const compared = [];
    const uploadsOfLooks = [];
    for (const [widthPx, heightPx, size] of /** @type {const} */ ([[64, 7, 256], [333, 150, 2048], [100, 33, 16_384], [17, 260, 1024]])) {
      twin.open(widthPx, [{ heightPx, channel: 0 }, { heightPx: heightPx + 1, channel: 1 }]);
      twin.grid(size, size / 4, 300);
      twin.columns('noise', 0, 300);
      const scale = { framesPerPx: size / 3, firstPx: 30, widthPx };
      compared.push(twin.compare(scale));
      const before = twin.work();
      twin.look('inferno', -90, -20, 'linear');
      compared.push(twin.compare(scale));
      twin.look('gray', -160, 10, 'log', [900, 1100]);
      compared.push(twin.compare(scale));
      twin.look('turbo', -100, -90, 'linear', [12_000, 12_400]);
      compared.push(twin.compare(scale));
      const after = twin.work();
      uploadsOfLooks.push(after.codeUploads - before.codeUploads);
    }
    return { results: compared, uploads: uploadsOfLooks };
  });
  expectEqual(results, 200);
  expect(uploads).toEqual([0, 0, 0, 0]);
});

test('columns with more bins and rings with more slots than a texture may have', async () => {
  const results = await twins.page.evaluate(() => {
    const { twin } = /** @type {any} */ (window);
    const compared = [];
    for (const sideBits of [6, 8]) {
      twin.open(150, [{ heightPx: 140, channel: 0 }], sideBits);
      twin.grid(1024, 256, 300);
      twin.columns('noise', 0, 300);
      compared.push(twin.compare({ framesPerPx: 300, firstPx: 20, widthPx: 150 }));
      twin.columns('noise', 300, 130);
      compared.push(twin.compare({ framesPerPx: 700, firstPx: 20, widthPx: 150 }));
    }
    return compared;
  });
  expectEqual(results, 100);
});

test('a list of lanes that scrolls keeps every plot at its place', async () => {
  const results = await twins.page.evaluate(async () => {
    const { twin } = /** @type {any} */ (window);
    twin.open(120, Array.from({ length: 40 }, (_, channel) => ({ heightPx: 50 + (channel % 2), channel })));
    twin.grid(256, 128, 300);
    twin.columns('noise', 0, 300);
    const compared = [];
    for (const [top, heightPx] of [[0, 500], [100, 500], [333, 500], [1200, 500], [5000, 500], [40, 500], [40, 1800]]) {
      twin.scrollTo(top, heightPx);
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      compared.push(twin.inSight(twin.compare({ framesPerPx: 200, firstPx: 40, widthPx: 120 })));
    }
    return compared;
  });
  expectEqual(results, 100);
  for (const plots of results) expect(plots.length).toBeGreaterThan(8);
});

test('a frame in which nothing moves draws nothing', async () => {
  const frames = await twins.page.evaluate(() => {
    const { twin } = /** @type {any} */ (window);
    twin.open(100, [{ heightPx: 60, channel: 0 }]);
    twin.grid(256, 64, 300);
    twin.columns('noise', 0, 300);
    const scale = { framesPerPx: 200, firstPx: 40, widthPx: 100 };
    twin.compare(scale);
    const before = twin.work();
    for (let i = 0; i < 10; i++) twin.draw(scale);
    return { before, after: twin.work() };
  });
  expect(frames.after).toEqual(frames.before);
});

test('small waveforms at every zoom, with gaps, clipping, gain and an edge that moves', async () => {
  const results = await twins.page.evaluate(() => {
    const { twin } = /** @type {any} */ (window);
    const widthPx = 240;
    const compared = [];
    for (const framesPerPx of [1 / 32, 0.25, 1, 7.5, 100, 1500]) {
      twin.open(widthPx, [13, 14, 40, 91].map((heightPx, channel) => ({ heightPx, channel, waveform: true })));
      twin.gain(0);
      const firstPx = Math.round(30_000 / framesPerPx);
      for (let step = 0; step < 8; step++) {
        const at = firstPx + step * 3;
        const view = { framesPerPx, firstPx: at - 20, widthPx: widthPx + 40 };
        // The head is not there yet, then it is.
        twin.waveform(view, (at + widthPx - (step < 4 ? 9.5 : -30)) * framesPerPx);
        compared.push(twin.compare({ framesPerPx, firstPx: at, widthPx }));
      }
      twin.gain(24);
      compared.push(twin.compare({ framesPerPx, firstPx: firstPx + 5, widthPx }));
      // The zoom is another one already, the result follows.
      compared.push(twin.compare({ framesPerPx: 2 * framesPerPx, firstPx: Math.round(firstPx / 2), widthPx }));
    }
    return compared;
  });
  expectEqual(results, 20);
});

test('small waveforms draw what came in, the same at every zoom, and send it in one call', async () => {
  const zooms = await twins.page.evaluate(() => {
    const { twin } = /** @type {any} */ (window);
    const widthPx = 500;
    return [40, 1200].map((framesPerPx) => {
      twin.open(widthPx, Array.from({ length: 12 }, (_, channel) => ({ heightPx: 20, channel, waveform: true })));
      const steps = [];
      for (let step = 0; step < 30; step++) {
        const firstPx = 1000 + 4 * Math.floor(step / 2);
        twin.waveform({ framesPerPx, firstPx: firstPx - 20, widthPx: widthPx + 60 }, (firstPx + widthPx + 20) * framesPerPx);
        const before = twin.work();
        const compared = twin.compare({ framesPerPx, firstPx, widthPx });
        const after = twin.work();
        const differing = compared.reduce((/** @type {number} */ sum, /** @type {any} */ plot) => sum + plot.differing, 0);
        steps.push({ differing, drawn: after.drawnColumns - before.drawnColumns, uploads: after.waveformUploads - before.waveformUploads, bytes: after.waveformBytes - before.waveformBytes });
      }
      return steps;
    });
  });
  for (const steps of zooms) {
    for (const [i, step] of steps.entries()) {
      expect(step.differing).toBe(0);
      if (i === 0) continue;
      // Every other frame moves by four columns, those between do not.
      expect(step.drawn).toBe(i % 2 === 0 ? 4 * 12 : 0);
      expect(step.bytes).toBe(step.drawn * 8);
      expect(step.uploads).toBeLessThanOrEqual(i % 2 === 0 ? 2 : 0);
    }
  }
});
