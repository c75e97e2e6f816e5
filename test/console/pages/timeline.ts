/** The timeline of a task, its events, and its decisions. */
import pg from 'pg';
import { expect, it } from 'vitest';
import { created } from '../../core/task/given.ts';
import { beginTask } from '../../engine/begin.ts';
import { expectAccessible } from '../browser.ts';
import { type Site, SPAN } from '../site.ts';

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

  it('shows a task of 20,000 events as fast as a short one', async () => {
    const { services } = site().place;
    const task = '42-3-long';
    const create = created({ repository: SPAN, issue: 3, goal: { title: 'Long', body: '' } });
    await beginTask(services.log, task, [create]);
    const client = new pg.Client(services.url);
    await client.connect();
    await client.query(
      `INSERT INTO events (stream_kind, stream_id, seq, type, v, at, body, prev, hash)
       SELECT stream_kind, stream_id, n, type, v, at, body, prev, hash
       FROM events, generate_series(2, 20000) AS n WHERE stream_id = $1 AND seq = 1`,
      [task],
    );
    await client.end();
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
}
