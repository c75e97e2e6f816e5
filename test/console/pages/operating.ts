/** The pages of budgets, policy, agents, repositories, backlogs and diagnostics. */
import { expect, it } from 'vitest';
import { asking } from '../../core/task/given.ts';
import { beginBacklog, beginTask } from '../../engine/begin.ts';
import { expectAccessible } from '../browser.ts';
import { type Site, SPAN } from '../site.ts';

export function operatingCases(site: () => Site): void {
  it('none has a fault that axe finds, and each leads to the next', async () => {
    const { log } = site().place.services;
    await beginTask(log, '42-1998-fails', asking({ repository: SPAN, issue: 1_998 }));
    const page = await site().visit('/console/', 'pia');
    for (const [title, shown] of [
      ['Budgets', 'of all repositories in a day'],
      ['Agents', 'Chains as they stand'],
      ['Failures', 'Day by day'],
      ['Repositories', 'acme/span'],
      ['Backlogs', 'There is no backlog'],
      ['Diagnostics', 'Oldest ready'],
    ] as const) {
      const pages = page.getByRole('navigation', { name: 'Pages' });
      await pages.getByRole('link', { name: title, exact: true }).click();
      await page.getByRole('heading', { name: title, exact: true }).waitFor();
      await page.getByText(shown).first().waitFor();
      await expectAccessible(page);
    }
  });

  it('what is of the whole deployment is shown to its operators alone', async () => {
    const page = await site().visit('/console/diagnostics', 'mona');
    await page.getByRole('heading', { name: 'You may not see this' }).waitFor();
  });

  it('policy answers what is made up, and a draft is tried', async () => {
    const page = await site().visit('/console/policy?repository=42', 'pia');
    await page.getByRole('rowheader', { name: 'pr.merge' }).waitFor();
    await page.getByLabel('Facts that are not as usual').fill('{"findings": ["lockfile"]}');
    await page.getByRole('button', { name: 'Ask' }).click();
    const answer = page.getByRole('region', { name: 'The answer' });
    await answer.getByText('subject to approval').first().waitFor();
    const draft = page.getByRole('textbox', { name: 'Draft' });
    await draft.fill('permit (');
    await page.getByLabel('For a person with access to').selectOption('none');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await answer.waitFor({ state: 'detached' });
    await page.getByRole('rowheader', { name: 'pr.merge' }).waitFor();
    expect(await draft.inputValue()).toBe('permit (');
    const file = page.getByLabel('File', { exact: true });
    await file.selectOption({ index: 1 });
    expect(await draft.inputValue()).not.toBe('permit (');
    await file.selectOption({ index: 0 });
    expect(await draft.inputValue()).toBe('permit (');
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByText('.github/gatehouse.cedar line 1').waitFor();
    await page.getByRole('textbox', { name: 'Draft' }).fill('');
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByText(/past decisions would come out differently/).waitFor();
    expect(
      await page.getByRole('link', { name: '.github/gatehouse.cedar on GitHub' }).count(),
    ).toBe(1);
    await expectAccessible(page);
  });

  it('a backlog is decided about where it waits', async () => {
    const { services } = site().place;
    const stream = await beginBacklog(services.log, { repository: SPAN });
    const reader = await site().visit(`/console/backlogs/${stream.id}`, 'nina');
    await reader.getByText("You can't act on this backlog").waitFor();
    const page = await site().visit('/console/', 'wes');
    const tile = page.getByRole('region', { name: 'Waiting for you' });
    await tile.getByRole('link', { name: /Billing/ }).waitFor();
    await page.getByRole('link', { name: 'Waiting for you' }).click();
    await page.getByRole('link', { name: /Decide about a backlog/ }).click();
    await page.getByRole('img', { name: 'meter Waiting, page Waiting' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Approve the plan' }).click();
    await page.getByRole('button', { name: 'Yes' }).click();
    await page.getByText('You said yes to the plan.').waitFor();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
  });
}
