/** What surrounds every page, and the home page. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { expectAccessible } from '../browser.ts';
import { PREFIX, type Site } from '../site.ts';

/** The accessible name of what has the focus, or its tag where it has none. */
const focused = (page: Page) =>
  page.evaluate<string>(
    "document.activeElement.matches('a, button') ? document.activeElement.textContent : document.activeElement.localName",
  );

export function shellCases(site: () => Site): void {
  it.each(['/console/', `${PREFIX}/console/`, `${PREFIX}/`])('opens at %s', async path => {
    const page = await site().visit(path);
    await page.getByRole('heading', { name: 'Home' }).waitFor();
  });

  it('has no fault that axe finds, wide and on a phone, in four themes', async () => {
    const page = await site().visit('/console/', 'rey');
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    const you = page.getByRole('region', { name: 'Waiting for you' });
    await you.getByRole('link', { name: /A span is empty/ }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await expectAccessible(page);
  });

  it('is used with keys alone, and single keys can be switched off', async () => {
    const page = await site().visit('/console/no/such/page');
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
    const page = await site().visit('/console/');
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
    const page = await site().visit(`${PREFIX}/console/no/such/page`);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await page.getByRole('link', { name: 'Go to the home page' }).click();
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`${PREFIX}/console/`);
  });
}
