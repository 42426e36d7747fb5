// The list of events in Chromium, on a made-up bus that can be as long and as hostile as asked.

import { readFileSync } from 'node:fs';
import { byId } from '../harness/app.mjs';
import { expect as expectSoon, test } from '../harness/fixtures.mjs';
import { openPage } from '../harness/pages.mjs';

const SIZE = { width: 1440, height: 900 };
/** @type {string[]} */
const HOSTILE = JSON.parse(readFileSync(new URL('../../../ui/src/host/testing/hostile_texts.json', import.meta.url), 'utf8'));

/** A busy machine takes its time. */
const expect = expectSoon.configure({ timeout: 30_000 });

/** @typedef {import('@playwright/test').Page} Page */

/** Opens the page with its list of events. @param {string} query @param {(page: Page) => Promise<void>} work */
async function withEvents(query, work) {
  const { page, errors, close } = await openPage(`index.html?fake&${query}`, SIZE, { webgl: false });
  try {
    await page.waitForFunction(() => /** @type {any} */ (window).audiotab?.head.running);
    await page.click(byId('panel-tab-events'));
    await work(page);
    expect(errors).toEqual([]);
  } finally {
    await close();
  }
}

/** @param {Page} page */
const count = async (page) => Number(await page.getAttribute(byId('events-list'), 'data-count'));
/** @param {Page} page */
const rows = (page) => page.locator(byId('event-row'));
/** @param {Page} page @param {number} top */
const scrollTo = (page, top) => page.locator(byId('events-list')).evaluate((list, y) => void (list.scrollTop = y), top);

test('a list of 100,000 events makes no more rows than are in sight, from the newest to the oldest', async () => {
  await withEvents('events=100000&events-rate=0&log=0', async (page) => {
    await expect.poll(() => count(page)).toBe(100_000);
    const { whole, sight } = await page.locator(byId('events-list')).evaluate((list) => ({ whole: list.scrollHeight, sight: list.clientHeight }));
    const most = Math.ceil((sight / whole) * 100_000) + 14;
    const seen = new Set();
    for (let part = 0; part <= 20; part++) {
      await scrollTo(page, ((whole - sight) * part) / 20);
      await expect.poll(async () => rows(page).first().getAttribute('data-id').then((id) => !seen.has(id))).toBe(true);
      seen.add(await rows(page).first().getAttribute('data-id'));
      expect(await rows(page).count()).toBeLessThanOrEqual(most);
    }
    // The oldest is the last row.
    await expect(rows(page).last()).toHaveAttribute('data-id', '00000000-0000-7000-8000-000000000001');
    // A search looks at all of them.
    await page.fill(byId('events-search'), 'evening disk');
    await expect.poll(() => count(page)).toBe(Math.floor(100_000 / 7));
  });
});

test('scrolling by a row writes one row, and what comes while the list is read writes none', async () => {
  await withEvents('events=100000&events-rate=0&log=0', async (page) => {
    await expect.poll(() => count(page)).toBe(100_000);
    await scrollTo(page, 40_000);
    await expect.poll(async () => rows(page).first().getAttribute('data-id').then((id) => Number.parseInt(String(id).slice(-12), 16))).toBeLessThan(99_200);
    const rowPx = await rows(page).first().evaluate((row) => row.closest('[role="listitem"]')?.getBoundingClientRect().height ?? 0);
    /** Does something to the list and tells how many of its rows were written. @param {'scroll' | 'news'} what @param {number} by */
    const written = (what, by) => page.evaluate(async ([does, amount]) => {
      const list = document.querySelector('[data-testid="events-list"]');
      if (!list) throw new Error('no list');
      const found = new Set();
      const take = (/** @type {MutationRecord[]} */ records) => {
        for (const { target } of records) {
          const row = target instanceof Element && target.closest('[role="listitem"]');
          if (row) found.add(row);
        }
      };
      const observer = new MutationObserver(take);
      observer.observe(list, { subtree: true, childList: true, attributes: true, characterData: true });
      if (does === 'scroll') list.scrollTop += Number(amount);
      else for (let i = 0; i < Number(amount); i++) window.dispatchEvent(new CustomEvent('fake-event', { detail: { message: `news ${i}` } }));
      if (does === 'news') while (!document.querySelector('[data-testid="events-new"]')) await new Promise((done) => setTimeout(done, 20));
      for (let frame = 0; frame < 3; frame++) await new Promise((done) => requestAnimationFrame(done));
      take(observer.takeRecords());
      observer.disconnect();
      return found.size;
    }, /** @type {const} */ ([what, by]));
    for (let n = 0; n < 5; n++) expect(await written('scroll', n % 2 === 0 ? rowPx : -rowPx)).toBe(1);
    expect(await written('scroll', 3 * rowPx)).toBe(3);
    expect(await written('news', 100)).toBe(0);
    await expect(page.locator(byId('events-new'))).toHaveText('100 new');
    // Rows that were filled anew are read out in the order of the list once it rests, and the focus is where it was.
    await rows(page).nth(12).focus();
    const focused = await page.evaluate(() => document.activeElement?.getAttribute('data-id'));
    await written('scroll', 4 * rowPx);
    await expect.poll(() => rows(page).evaluateAll((all) => {
      const tops = all.map((row) => row.getBoundingClientRect().top);
      return tops.every((top, i) => i === 0 || top > Number(tops[i - 1]));
    })).toBe(true);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-id'))).toBe(focused);
    await scrollTo(page, 2_000_000);
    await expect.poll(() => rows(page).nth(15).getAttribute('data-id')).not.toBe(null);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-id'))).toBe(focused);
  });
});

test('severities, channels, words and presets choose what is shown', async () => {
  await withEvents('events=70&events-rate=0&log=0', async (page) => {
    await expect.poll(() => count(page)).toBe(70);
    await page.click(byId('severity-error'));
    expect(await count(page)).toBe(10);
    await page.click(byId('severity-warning'));
    expect(await count(page)).toBe(30);
    await page.click(byId('events-channel-capture'));
    expect(await count(page)).toBe(10);
    await page.fill(byId('events-search'), 'LEFT nothing');
    expect(await count(page)).toBe(0);
    await expect(page.locator(byId('events-list'))).toContainText('No event in memory passes');
    await page.press(byId('events-search'), 'Escape');
    expect(await count(page)).toBe(10);
    await page.click(byId('events-preset-problems'));
    expect(await count(page)).toBe(30);
    await page.click(byId('events-preset-takes'));
    expect(await count(page)).toBe(10);
    await page.click(byId('events-clear'));
    expect(await count(page)).toBe(70);
  });
});

test('a click brings the event into the picture, the arrow keys the next ones', async () => {
  await withEvents('events=60&events-rate=0&log=0', async (page) => {
    await expect.poll(() => count(page)).toBe(60);
    const inView = () => page.evaluate(() => {
      const { view } = /** @type {any} */ (window).audiotab;
      const [from, to] = [view.firstPx * view.framesPerPx, (view.firstPx + view.widthPx) * view.framesPerPx];
      const frame = Number(document.querySelector('[data-testid="event-details"] [data-fact="Frame"]')?.textContent?.replaceAll(/\D/g, ''));
      return { following: view.following, inside: frame >= from && frame < to };
    });
    expect((await inView()).following).toBe(true);
    await rows(page).nth(5).click();
    await expect(page.locator(byId('event-details'))).toHaveAttribute('data-id', String(await rows(page).nth(5).getAttribute('data-id')));
    expect(await inView()).toEqual({ following: false, inside: true });
    for (let step = 0; step < 25; step++) await page.keyboard.press('ArrowDown');
    await expect(page.locator(`${byId('event-row')}[aria-current="true"]`)).toBeFocused();
    expect(await inView()).toEqual({ following: false, inside: true });
    expect(await page.locator(byId('events-list')).evaluate((list) => list.scrollTop)).toBeGreaterThan(0);
    // The keys of the picture still work from there.
    await page.keyboard.press('l');
    expect((await inView()).following).toBe(true);
  });
});

test('the list stands still while it is read, and counts what is new', async () => {
  await withEvents('events=200&events-rate=20&log=0', async (page) => {
    await expect.poll(() => count(page)).toBeGreaterThan(200);
    await scrollTo(page, 2000);
    // Says that the list has taken the scroll up: before, its rows are those of the top.
    await expect(page.locator(byId('events-new'))).toHaveText(/^\d+ new$/);
    const read = await rows(page).nth(8).evaluate((row) => ({ id: row.getAttribute('data-id'), y: row.getBoundingClientRect().y }));
    await expect.poll(async () => Number.parseInt((await page.textContent(byId('events-new'))) ?? '', 10)).toBeGreaterThan(20);
    expect(await page.locator(`[data-id="${read.id}"]`).evaluate((row) => row.getBoundingClientRect().y)).toBe(read.y);
    await page.click(byId('events-new'));
    await expect(page.locator(byId('events-new'))).toHaveCount(0);
    expect(await page.locator(byId('events-list')).evaluate((list) => list.scrollTop)).toBe(0);
  });
});

test('the log reaches back to the first event, page by page, and says so when it cannot be read', async () => {
  await withEvents('events=10&events-rate=0&log=1000', async (page) => {
    await page.click(byId('events-mode-log'));
    await expect.poll(() => count(page)).toBe(200);
    for (const more of [400, 600, 800, 1000, 1010]) {
      await scrollTo(page, 1e9);
      await expect.poll(() => count(page)).toBe(more);
    }
    await scrollTo(page, 1e9);
    await expect(page.locator(byId('events-list'))).toContainText('1\u202f010 events, and that is all');
    await page.click(byId('severity-error'));
    await expect.poll(() => count(page)).toBe(144);
  });
  await withEvents('events=10&events-rate=0&no-log', async (page) => {
    await page.click(byId('events-mode-log'));
    await expect(page.locator(byId('log-error'))).toContainText('The journal could not be read');
    await page.click(byId('events-mode-live'));
    await expect.poll(() => count(page)).toBe(10);
  });
});

test('a marker is named, explained and taken away in the list', async () => {
  await withEvents('events=5&events-rate=0&log=0', async (page) => {
    await page.keyboard.press('m');
    await expect.poll(() => count(page)).toBe(6);
    await page.fill(byId('marker-label'), '  front <b>door</b> ');
    await page.press(byId('marker-label'), 'Enter');
    await expect(rows(page).first()).toContainText('front <b>door</b>');
    await page.fill(byId('marker-note'), 'left hinge');
    await page.press(byId('marker-note'), 'Enter');
    await page.fill(byId('marker-label'), 'not this');
    await page.press(byId('marker-label'), 'Escape');
    await page.click(byId('event-details-close'));
    await rows(page).first().click();
    await expect(page.locator(byId('marker-label'))).toHaveValue('front <b>door</b>');
    await expect(page.locator(byId('marker-note'))).toHaveValue('left hinge');
    expect(await count(page)).toBe(6);
    await page.click(byId('marker-delete'));
    await expect.poll(() => count(page)).toBe(5);
    await expect(page.locator(byId('event-details'))).toHaveCount(0);
  });
});

test('a warning is told once, beside the list, and leads to its event', async () => {
  await withEvents('events=0&events-rate=2&log=0', async (page) => {
    await page.click(byId('panel-tab-settings'));
    const clipped = page.locator(`${byId('notice')}[data-kind="audio.clip"]`);
    await expect(clipped).toContainText('Clipped 12 times');
    await clipped.locator(byId('notice-show')).click();
    await expect(page.locator(byId('event-details'))).toContainText('audio.clip');
    // The loss has its own warning, nothing beside it.
    await expect(page.locator(byId('loss-warning'))).toContainText('Data loss detected (buffer overrun)');
    await expect(page.locator(`${byId('notice')}[data-kind="audio.overrun"]`)).toHaveCount(0);
  });
});

test('texts that try to be markup or script are text: in rows, chips, tooltips, toasts and details', async () => {
  await withEvents('hostile&events=25&events-rate=8&log=0', async (page) => {
    await expect.poll(() => count(page)).toBeGreaterThan(50);
    const elements = () => page.evaluate(() => {
      const strange = 'script:not([src]), iframe, object, embed, audio, video, img, math, form, link[href^="javascript"], meta[http-equiv], details, [onerror], [onload], [onfocus], [ontoggle], [onmouseover]';
      return [...document.body.querySelectorAll(strange)].map((element) => element.outerHTML.slice(0, 80));
    });
    await scrollTo(page, 1e9);
    await page.locator(`${byId('event-row')}[data-id$="0001"]`).click();
    for (let seq = 1; seq <= 25; seq++) {
      const text = String(HOSTILE[seq % HOSTILE.length]);
      const row = page.locator(`${byId('event-row')}[aria-current="true"][data-id$="${seq.toString(16).padStart(4, '0')}"]`);
      await expect(row).toBeFocused();
      expect(await row.evaluate((element) => element.querySelector('span:nth-child(2)')?.textContent)).toBe(text);
      expect(await row.getAttribute('title')).toContain(text);
      const details = await page.textContent(byId('event-details'));
      expect(details).toContain(`plant.${text}`);
      expect(details).toContain(`external:${text}`);
      await page.keyboard.press('ArrowUp');
    }
    await expect(page.locator(byId('notice'))).toHaveCount(4);
    const toasts = await page.locator(byId('notice')).allTextContents();
    for (const toast of toasts) expect(HOSTILE.some((text) => toast.includes(text))).toBe(true);
    expect(await page.locator(byId('events-channels')).locator('button').count()).toBe(24);
    await page.hover(byId('event-plot'));
    expect(await elements()).toEqual([]);
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  });
});
