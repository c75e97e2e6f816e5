/** The timeline of a task, its events, and its decisions. */
import { expect, it } from 'vitest';
import { expectAccessible } from '../browser.ts';
import { longTask } from '../long.ts';
import { RUN, type Site, WAITING, WORKING } from '../site.ts';

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
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await expect.poll(() => bars.count()).toBe(all);
    const waits = await page
      .getByRole('img', { name: /^(Waits for people|Approved|Denied|No longer asked)/ })
      .count();
    expect(waits).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'As a table' }).click();
    expect(await page.getByRole('row').count()).toBe(all + waits + 1);
  });

  it('draws each call of a model: its first byte, its end, its tokens and what it cost', async () => {
    const page = await site().visit(`/console/tasks/${WORKING}/timeline`);
    await page.getByRole('button', { name: new RegExp(`^${RUN} `) }).click();
    const calls = page.getByRole('region', { name: `Model calls of ${RUN}` });
    await calls
      .getByRole('img', {
        name: /first byte after 120 ms; 1,200 tokens in, 30 out; \$0\.0042/,
      })
      .waitFor();
    await expectAccessible(page);
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

  it('shows a task of 20,000 events as fast as a short one', async () => {
    const task = await longTask(site());
    const page = await site().visit('/console/');
    const shown = async (id: string) => {
      const began = performance.now();
      await page.goto(`${site().origin}/console/tasks/${id}/timeline`);
      await page
        .getByRole('region', { name: 'Events, newest first' })
        .getByRole('button')
        .first()
        .click();
      return performance.now() - began;
    };
    const short = await shown(site().place.tasks.get('full-walk') ?? '');
    const long = await shown(task);
    await page.getByText('"seq": 20000').waitFor();
    expect(await page.locator('main li').count()).toBeLessThan(80);
    // Neither depends on how many there are; the machine's other work is in both.
    expect(long).toBeLessThan(short * 5 + 1_000);
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

  it('says what observed policies would have answered', async () => {
    const page = await site().visit(`/console/tasks/${WAITING}/decisions`);
    await page
      .getByText(
        'By the observed policies, which are not enforced, it would be denied (strangers). Strangers start nothing.',
      )
      .waitFor();
  });
}
