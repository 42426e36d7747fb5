// The window opens its page to other programs of this machine when asked, and says why when it cannot.

import { expect, test } from '@playwright/test';
import { byId } from '../harness/app.mjs';
import { openPage } from '../harness/pages.mjs';

/** @param {string} query */
const openSettings = async (query) => {
  const open = await openPage(`index.html?fake&${query}`, { width: 1440, height: 900 }, { webgl: false });
  await open.page.waitForSelector(byId('setting-share'), { timeout: 30_000 });
  return open;
};

test('a link while it is shared, none before and after', async () => {
  const { page, errors, close } = await openSettings('');
  await expect(page.locator(byId('share-url'))).toHaveCount(0);
  await page.click(byId('setting-share'));
  await expect(page.locator(byId('share-url'))).toHaveValue(/^http:\/\/127\.0\.0\.1:9090\//);
  // The panel may be away meanwhile.
  await page.click(byId('panel-tab-events'));
  await page.click(byId('panel-tab-settings'));
  await expect(page.locator(byId('share-url'))).toHaveValue(/^http/);
  await page.click(byId('setting-share'));
  await expect(page.locator(byId('share-url'))).toHaveCount(0);
  expect(errors).toEqual([]);
  await close();
});

test('one sentence when it cannot be shared', async () => {
  const { page, close } = await openSettings('port-taken');
  await page.click(byId('setting-share'));
  await expect(page.locator(`${byId('notice')}[data-kind="share"]`)).toContainText('Port 9090 is in use by another program');
  await expect(page.locator(byId('share-url'))).toHaveCount(0);
  await close();
});
