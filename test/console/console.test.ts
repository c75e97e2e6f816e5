/** The console in a real Chromium: one browser and one server for all of its pages. */
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bind } from '../../src/compose/bind.ts';
import { createConsoleFiles } from '../../src/control/console.ts';
import { expectAccessible, openBrowser, openPage, type Watched } from './browser.ts';
import { CONSOLE_FOLDER, ensureBuilt, firstLoad } from './build.ts';

const browser = await openBrowser();
const consoleFiles = createConsoleFiles(CONSOLE_FOLDER);
/** As behind a proxy that puts Gatehouse below a path, which the proxy takes away. */
const PREFIX = '/tools/gatehouse';
const server = createServer((request, response) => {
  if (request.url?.startsWith(PREFIX)) request.url = request.url.slice(PREFIX.length);
  void consoleFiles(request, response).then(taken => taken || response.writeHead(404).end('{}'));
});
let origin: string;
let watched: Watched | null = null;

beforeAll(async () => {
  await ensureBuilt();
  origin = `http://127.0.0.1:${await bind(server, { host: '127.0.0.1', port: 0 })}`;
});
afterEach(async () => {
  const { faults = [], close } = watched ?? {};
  watched = null;
  await close?.();
  expect(faults).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  server.close();
});

/** The accessible name of what has the focus, or its tag where it has none. */
const focused = (page: Page) =>
  page.evaluate<string>(
    "document.activeElement.matches('a, button') ? document.activeElement.textContent : document.activeElement.localName",
  );

async function visit(path: string, size?: { width: number; height: number }) {
  if (browser === null) throw new Error('there is no browser');
  watched = await openPage(browser, origin, size);
  await watched.page.goto(`${origin}${path}`);
  return watched.page;
}

it('loads little before it shows anything', async () => {
  const sent = await firstLoad(file => gzipSync(file).length);
  expect(sent.js).toBeLessThan(336_000);
  expect(sent.css).toBeLessThan(60_000);
});

describe.skipIf(browser === null)('the shell', () => {
  it.each(['/console/', `${PREFIX}/console/`, `${PREFIX}/`])('opens at %s', async path => {
    const page = await visit(path);
    await page.getByRole('heading', { name: 'Home' }).waitFor();
  });

  it('has no fault that axe finds, wide and on a phone, in four themes', async () => {
    const page = await visit('/console/');
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await expectAccessible(page);
  });

  it('is used with keys alone, and single keys can be switched off', async () => {
    const page = await visit('/console/no/such/page');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('main');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Go to the home page');
    await page.keyboard.type('gh');
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('checkbox', { name: 'Single keys work' }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    await page.keyboard.press('?');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('has the chosen colours before it is painted, and the system’s where none are chosen', async () => {
    const page = await visit('/console/');
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    const theme = () =>
      page.evaluate<string[]>(
        'Object.values({ ...document.documentElement.dataset, shown: getComputedStyle(document.body).backgroundColor })',
      );
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await theme()).toEqual(['auto', 'light', 'dark', 'rgb(13, 17, 23)']);
    await page.emulateMedia({ colorScheme: 'dark', contrast: 'more' });
    await expect
      .poll(theme)
      .toEqual(['auto', 'light_high_contrast', 'dark_high_contrast', expect.any(String)]);
    await page.getByRole('button', { name: 'Appearance' }).click();
    await page.getByRole('menuitemradio', { name: 'Light' }).click();
    await page.getByRole('button', { name: 'Appearance' }).click();
    await page.getByRole('menuitemradio', { name: 'Normal' }).click();
    // The page itself is not run: what is there, was there before it.
    await page.route('**/assets/*.js', route => route.abort());
    await page.reload();
    expect(await theme()).toEqual(['light', 'light', 'dark', 'rgb(255, 255, 255)']);
  });

  it('says of an address without a page that there is none, however deep it is', async () => {
    const page = await visit(`${PREFIX}/console/no/such/page`);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await page.getByRole('link', { name: 'Go to the home page' }).click();
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`${PREFIX}/console/`);
  });
});
