/** What a page shows where it can't show what it is for: each state says what to do next. */
import { expect, it } from 'vitest';
import { expectAccessible } from '../browser.ts';
import type { Site } from '../site.ts';

export function stateCases(site: () => Site): void {
  const failed = (page: Awaited<ReturnType<Site['visit']>>, name: string) =>
    page.getByRole('main').getByRole('heading', { name }).first().waitFor();

  it('nobody is signed in', async () => {
    const page = await site().visit('/console/tasks/some-task', null);
    await failed(page, 'You are not signed in');
    await expectAccessible(page);
    // Nothing is followed by whoever may see nothing: no connection is said to be lost.
    expect(await page.getByText(/^Reconnecting/).count()).toBe(0);
  });

  it('what one may not see is not there', async () => {
    const task = site().place.tasks.get('failed');
    const page = await site().visit(`/console/tasks/${task}`, 'otto');
    await failed(page, 'Nothing is here');
    await expectAccessible(page);
  });

  it('it is forbidden, or the server has a fault', async () => {
    site().before.answers = () => 403;
    const page = await site().visit('/console/tasks/some-task');
    await failed(page, 'You may not see this');
    await expectAccessible(page);
    site().before.answers = null;
  });

  it('it answers that it can not now: what it says is shown, and what was read before', async () => {
    const task = site().place.tasks.get('full-walk');
    const page = await site().visit(`/console/tasks/${task}`);
    await page.getByText(/as of event \d+/).waitFor();
    site().before.answers = request => (request.url?.endsWith(`/tasks/${task}`) ? 429 : null);
    expect(site().cut()).toBeGreaterThan(0);
    await page.getByText(/^The server answered with status 429\..*This is how it stood/).waitFor();
    expect(await page.getByText('Gatehouse does not answer.').count()).toBe(0);
  });

  it('the server is away, and comes back', async () => {
    const task = site().place.tasks.get('full-walk');
    const page = await site().visit(`/console/tasks/${task}`);
    await page.getByText(/as of event \d+/).waitFor();
    let asked = 0;
    site().before.answers = request => {
      if (request.url?.endsWith(`/tasks/${task}`)) asked += 1;
      return 0;
    };
    expect(site().cut()).toBeGreaterThan(0);
    await page.getByText('Gatehouse does not answer.').waitFor();
    await expectAccessible(page);
    const before = asked;
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => asked).toBeGreaterThan(before);
    // It comes back by itself.
    site().before.answers = null;
    await page.getByText('Gatehouse does not answer.').waitFor({ state: 'detached' });
    expect(await page.getByText(/as of event \d+/).count()).toBe(1);
  });
}
