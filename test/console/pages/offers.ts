/** What each person is offered: every act that a page shows is one that they may do, or its reason is said. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { type PersonName, type Site, WORKING } from '../site.ts';
import { requestPath, smallPatch, waitingMerge } from '../waiting-merge.ts';
import { workingTask } from '../working-task.ts';

/** What stands on the pages of each, as the names of buttons and links, or why they are not there. */
type Offered = {
  who: PersonName;
  request: 'Approve …' | RegExp;
  task: 'Pause' | RegExp;
  ownRules: boolean;
  deployment: boolean;
  log: boolean;
  operates: boolean;
};
const NOTHING = { ownRules: false, deployment: false, log: false, operates: false };
const OWN = /^You can't approve it: you asked for this work or pushed to it/;
const READS = /it takes the role write, and you have read\.$/;

const PEOPLE: readonly Offered[] = [
  { who: 'mona', request: OWN, task: 'Pause', ...NOTHING, ownRules: true },
  { who: 'rey', request: 'Approve …', task: 'Pause', ...NOTHING, ownRules: true },
  { who: 'wes', request: 'Approve …', task: 'Pause', ...NOTHING },
  { who: 'nina', request: READS, task: READS, ...NOTHING },
  { who: 'ada', request: READS, task: READS, ...NOTHING, log: true },
  {
    who: 'pia',
    request: 'Approve …',
    task: 'Pause',
    ...{ ownRules: true, deployment: true, log: false, operates: true },
  },
];

type Act = { role: 'button' | 'link'; name: string };
const button = (name: string): Act => ({ role: 'button', name });
const link = (name: string): Act => ({ role: 'link', name });

/** Once nothing of the page loads any more. */
async function expectShown(page: Page, { role, name }: Act, isShown: boolean): Promise<void> {
  await expect.poll(() => page.getByText(/^Loading/).count()).toBe(0);
  const found = page.getByRole(role, { name, exact: true });
  await expect.poll(async () => (await found.count()) > 0).toBe(isShown);
}

async function offeredOrSaid(page: Page, act: string | RegExp, name: string): Promise<void> {
  if (typeof act !== 'string') await page.getByText(act).waitFor();
  await expectShown(page, button(name), typeof act === 'string');
}

export function offerCases(site: () => Site): void {
  it.each(PEOPLE)('$who is offered what they may do, and told why not the rest', async given => {
    const { who, request, task, ownRules, deployment, log, operates } = given;
    const merge = await waitingMerge(site(), smallPatch());
    const page = await site().visit(requestPath(merge), who);
    const go = (path: string) => page.goto(`${site().origin}/console/${path}`);
    await offeredOrSaid(page, request, 'Approve …');
    await expectShown(page, button('Deny …'), typeof request === 'string');
    await go(`tasks/${await workingTask(site())}`);
    await offeredOrSaid(page, task, 'Pause');

    await go('policy?repository=42');
    await page.getByRole('heading', { name: 'Try a draft' }).waitFor();
    await expectShown(page, button('Try it'), ownRules);
    await page.getByLabel('File').selectOption({ index: 1 });
    if (!deployment) await page.getByText(/^Drafts of the deployment's policies are/).waitFor();
    await expectShown(page, button('Try it'), deployment);

    await go('audit');
    if (!log) await page.getByText(/^The whole log is for auditors/).waitFor();
    else await page.getByRole('link', { name: 'Export everything' }).waitFor();
    await expectShown(page, button('Verify every event'), log);
    if (log) {
      await page.getByRole('button', { name: 'Verify every event' }).click();
      await page.getByText(/^(Yes: [\d,]+ events of|No: 1 stream of) /).waitFor();
    }

    await go('settings');
    await page.getByRole('heading', { name: 'Sessions' }).waitFor();
    await expectShown(page, button('New token'), operates);
    await expectShown(page, link('Diagnostics'), operates);
  });

  it('an operator is offered what their role in a repository lets them do, and nothing elsewhere', async () => {
    const page = await site().visit(`/console/tasks/${site().place.tasks.get('failed')}`, 'olga');
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    await page.goto(`${site().origin}/console/tasks/${WORKING}`);
    await page.getByRole('heading', { name: 'Nothing is here' }).waitFor();
  });
}
