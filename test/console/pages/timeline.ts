/** The timeline of a task, its events, and its decisions. */
import { expect, it } from 'vitest';
import { expectAccessible } from '../browser.ts';
import type { Site } from '../site.ts';

export function timelineCases(site: () => Site): void {
  const walk = () => `/console/tasks/${site().place.tasks.get('full-walk')}`;

  it('draws runs as bars, as a table as well, and zooms', async () => {
    const page = await site().visit(`${walk()}/timeline`);
    await page
      .getByRole('img', { name: /^Success, / })
      .first()
      .waitFor();
    const bars = page.getByRole('img', { name: /^(Success|Failure|Canceled), / });
    const all = await bars.count();
    expect(all).toBeGreaterThan(15);
    await expectAccessible(page);
    await page.getByRole('button', { name: /^review-1-1/ }).click();
    await expect.poll(() => bars.count()).toBeLessThan(all);
    await page.getByRole('button', { name: 'All' }).click();
    await expect.poll(() => bars.count()).toBe(all);
    await page.getByRole('button', { name: 'As a table' }).click();
    expect(await page.getByRole('row').count()).toBe(all + 1);
  });

  it('lists events newest first and then backwards, and has only those in sight in the page', async () => {
    const page = await site().visit(`${walk()}/timeline`);
    const events = page.getByRole('region', { name: 'Events, newest first' });
    await page.getByText('200 of 229 events are loaded.').waitFor();
    expect(await events.locator('li').first().innerText()).toMatch(/^229\n/);
    expect(await events.locator('li').count()).toBeLessThan(60);
    await page.getByRole('button', { name: 'Load earlier ones' }).click();
    await page.getByText('229 of 229 events are loaded.').waitFor();
    await events.getByRole('button').first().click();
    await events.getByText(/"hash": "sha256:/).waitFor();
  });

  it('says why policy decided as it did', async () => {
    const page = await site().visit(`${walk()}/decisions`);
    await page
      .getByRole('button', { name: /^Why: event / })
      .first()
      .click();
    await page
      .getByText(/permit, applies/)
      .first()
      .waitFor();
    await page.waitForURL(/seq=\d+$/);
    await expectAccessible(page);
    await page.reload();
    await page
      .getByText(/permit, applies/)
      .first()
      .waitFor();
  });
}
