/** Draws pages of the console, as the recorded histories fill them: `npm run pictures`. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, WIDE } from '../console/browser.ts';
import { openSite, type Site } from '../console/site.ts';

const FOLDER = join(import.meta.dirname, '../../docs/pictures');
const browser = await openBrowser();
let site: Site;

beforeAll(async () => {
  if (browser === null) throw new Error('Pictures are drawn by Chromium.');
  site = await openSite(browser);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** `until`: what is there once the page shows everything, and `drawn` what is drawn after that. */
const PAGES = [
  { name: 'console-board', path: () => '/tasks', until: 'format() says 60m', drawn: 'main' },
  { name: 'console-task', path: fullWalk, until: 'Merged as', drawn: 'svg[role=img]' },
  {
    name: 'console-timeline',
    path: () => `${fullWalk()}/timeline`,
    until: 'events are loaded',
    drawn: 'svg[role=img]',
  },
];

function fullWalk(): string {
  return `/tasks/${site.place.tasks.get('full-walk')}`;
}

it.each(PAGES)('$name', async ({ name, path, until, drawn }) => {
  const page = await site.visit(`/console${path()}`, 'mona', WIDE);
  await page.getByText(until).first().waitFor();
  await page.locator(drawn).first().waitFor();
  await expect.poll(() => page.getByText(/^Loading/).count()).toBe(0);
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  await site.leave();
});
