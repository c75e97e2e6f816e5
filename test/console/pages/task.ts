/** The page of a task: what it is, where it stands, its graph, its steps. */
import { expect, it } from 'vitest';
import { taskStream } from '../../../src/core/stream.ts';
import { blocked } from '../../core/task/given.ts';
import { beginTask } from '../../engine/begin.ts';
import { expectAccessible } from '../browser.ts';
import { type Site, SPAN, WAITING, WORKING } from '../site.ts';
import { smallPatch, waitingMerge } from '../waiting-merge.ts';
import { workingTask } from '../working-task.ts';

export function taskCases(site: () => Site): void {
  it('tells a whole walk: header, graph, steps, approvals', async () => {
    const page = await site().visit(`/console/tasks/${site().place.tasks.get('full-walk')}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const graph = page.getByRole('img', { name: /author Done/ });
    await graph.waitFor();
    expect(await graph.getAttribute('aria-label')).toMatch(/prepare Done, .*merge Done/);
    const author = page.getByRole('row', { name: /^author/ });
    expect(await author.innerText()).toMatch(/Done\s+remediator-ci\s+3/);
    await page.getByText(/^Approved to merge the pull request at .* by rey/).waitFor();
    await page.getByText('Is for the branch').waitFor();
    await page.getByText('What the runs left').click();
    await page.getByRole('columnheader', { name: 'Named in the log' }).waitFor();
    const pull = page.getByRole('link', { name: 'pull request #2' });
    expect(await pull.getAttribute('href')).toMatch(/^https:\/\/[^/]+\/acme\/sandglass\/pull\/2$/);
    const trace = page.getByRole('link', { name: 'Trace' });
    expect(await trace.getAttribute('href')).toMatch(/^https:\/\/traces\.example\/[0-9a-f]{32}$/);
    await expectAccessible(page);
  });

  it('shows what the task changes, file by file', async () => {
    const page = await site().visit(
      `/console/tasks/${await waitingMerge(site(), smallPatch())}`,
      'rey',
    );
    await page.getByRole('link', { name: 'Change' }).click();
    await page.getByRole('heading', { name: 'Change', exact: true }).waitFor();
    await page.getByText('return a + b; //').waitFor();
    await page.getByRole('button', { name: /^src\/sum\.js/ }).waitFor();
  });

  it('says where a change is not there to show', async () => {
    const page = await site().visit(`/console/tasks/${site().place.tasks.get('full-walk')}/change`);
    await page.getByRole('heading', { name: 'There is no change to show' }).waitFor();
    await expectAccessible(page);
  });

  it('shows steps to come as such, and whose turn it is', async () => {
    const page = await site().visit(`/console/tasks/${WAITING}`);
    await page.getByText('A person has to act').waitFor();
    const graph = page.getByRole('img', { name: /author Waiting/ });
    await graph.waitFor();
    expect(await graph.locator('rect[data-status="waiting"]').count()).toBeGreaterThan(3);
  });

  it('tells how its budgets stand', async () => {
    const page = await site().visit(`/console/tasks/${WORKING}`);
    await page.getByText('1,230 tokens, without a cap').waitFor();
  });

  it('lets people publish what a review blocks, and says why', async () => {
    const { log } = site().place.services;
    const task = '42-1997-blocked';
    await beginTask(log, task, blocked({ repository: SPAN, issue: 1_997 }));
    const page = await site().visit(`/console/tasks/${task}`, 'rey');
    await page.getByRole('textbox', { name: 'Your answer' }).fill('Callers give numbers.');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Publish as it is' }).click();
    await page
      .getByText('The work goes on as it is: policy is asked whether it is published.')
      .waitFor();
    await page
      .getByText(/rey goes past it: Callers give numbers\./)
      .first()
      .waitFor();
    const events = await Array.fromAsync(log.read(taskStream(task)));
    expect(events.find(({ type }) => type === 'step.overridden')?.data).toMatchObject({
      step: 'review',
      because: 'Callers give numbers.',
    });
  });

  it('is steered by whoever may, and says why others may not', async () => {
    const task = await workingTask(site());
    const page = await site().visit(`/console/tasks/${task}`);
    for (const [button, then, said] of [
      ['Pause', 'A person has to act', 'You paused it.'],
      ['Resume', 'Gatehouse works', 'It goes on.'],
      ['Free the branch', 'Gatehouse works', 'Policy is asked whether the branch may be freed'],
    ] as const) {
      await page.getByRole('button', { name: button }).click();
      await page.getByRole('button', { name: 'Yes' }).click();
      await page.getByText(then).waitFor();
      await page.getByText(said).waitFor();
    }
    site().before.answers = request => (request.method === 'POST' ? 0 : null);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Yes' }).click();
    await page.getByText('It is not known whether it was done.').waitFor();
    site().before.answers = request => (request.url?.endsWith('/acts') ? 422 : null);
    await page.reload();
    await page
      .getByRole('region', { name: 'What you can do' })
      .getByRole('button', { name: 'Try again' })
      .waitFor();
    site().before.answers = null;
    await expectAccessible(page);
    const reader = await site().visit(`/console/tasks/${task}`, 'nina');
    await reader
      .getByText("You can't act on this task: it takes the role write, and you have read.")
      .waitFor();
    expect(await reader.getByRole('button', { name: 'Pause' }).count()).toBe(0);
  });
}
