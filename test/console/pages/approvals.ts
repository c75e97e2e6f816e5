/** The approval inbox and one request: what is shown, answered, and answered by two at once. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { taskStream } from '../../../src/core/stream.ts';
import { asking } from '../../core/task/given.ts';
import { beginTask } from '../../engine/begin.ts';
import { expectAccessible, PHONE } from '../browser.ts';
import { LONG_PATCH } from '../long.ts';
import { type Site, SPAN } from '../site.ts';
import { requestPath, smallPatch, waitingMerge } from '../waiting-merge.ts';

/** What has the focus, by its name or its text. */
const FOCUSED = `(one =>
  one.getAttribute('aria-label') ??
  document.getElementById(one.getAttribute('aria-labelledby'))?.textContent ??
  one.textContent)(document.activeElement)`;
const FOCUS_IN_DIALOG = "document.activeElement.closest('[role=dialog]') !== null";
const MOST_STOPS = 80;

async function tabTo(page: Page, name: string): Promise<void> {
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<string>(FOCUSED);
    if (focused === name) return;
  }
  throw new Error(`${name} is not reached by Tab`);
}

export function approvalCases(site: () => Site): void {
  it('leads from the inbox to a request, its change and an answer, with keys alone', async () => {
    const task = await waitingMerge(site(), smallPatch());
    const page = await site().visit('/console/approvals?list=waiting', 'rey');
    await page
      .getByRole('link', { name: /Merge the pull request/ })
      .first()
      .waitFor();
    await expectAccessible(page);
    await page.goto(`${site().origin}${requestPath(task)}`);
    await page
      .getByText(/^Needs approval to merge the pull request at ccccccc \(\w{12}\)/)
      .waitFor();
    await page.getByText('return a + b; //').waitFor();
    expect(await page.getByText('U+202E', { exact: true }).count()).toBe(1);
    const files = page.getByRole('button', { name: /\.(js|json)/ });
    expect(await files.allInnerTexts()).toMatchObject([
      expect.stringMatching(/^src\/sum\.js/),
      expect.stringMatching(/^test\/sum\.test\.js/),
      expect.stringMatching(/^package-lock\.json\s+generated/),
    ]);
    expect(await files.last().getAttribute('aria-expanded')).toBe('false');
    await expectAccessible(page);
    await page.keyboard.press('a');
    await page.getByRole('dialog', { name: 'Approve this?' }).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await page.getByText('You approved it.').waitFor();
    const events = await Array.fromAsync(site().place.services.log.read(taskStream(task)));
    expect(events.at(-1)).toMatchObject({
      type: 'approval.answered',
      actor: { kind: 'person', login: 'rey' },
      correlation: { via: 'console' },
    });
  });

  it('every act is reached and taken back with keys alone, and the focus returns to where it was', async () => {
    const task = await waitingMerge(site(), smallPatch());
    const page = await site().visit(requestPath(task), 'rey');
    await page.getByRole('button', { name: 'Approve …' }).waitFor();
    for (const [name, dialog] of [
      ['Keyboard shortcuts', 'Keyboard shortcuts'],
      ['Deny …', 'Deny this?'],
      ['Approve …', 'Approve this?'],
    ] as const) {
      await tabTo(page, name);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: dialog }).waitFor();
      expect(await page.evaluate(FOCUS_IN_DIALOG), name).toBe(true);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await page.evaluate(FOCUSED), name).toBe(name);
    }
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await tabTo(page, 'Approve');
    await page.keyboard.press('Enter');
    await page.getByText('You approved it.').waitFor();
    // The button has gone: the keyboard goes on where it stood.
    expect(await page.evaluate(FOCUSED)).toContain('You approved it.');
    await page.getByRole('button', { name: 'Take back my approval …' }).click();
    await page
      .getByRole('dialog', { name: 'Take back my approval?' })
      .getByRole('button', { name: 'Take back my approval' })
      .click();
    await page.getByText('You took your approval back.').waitFor();
  });

  it('answers together what is alike, each by its own digest', async () => {
    const tasks = [
      await waitingMerge(site(), smallPatch()),
      await waitingMerge(site(), smallPatch()),
    ];
    const page = await site().visit('/console/approvals', 'rey', PHONE);
    await page.getByRole('button', { name: 'Deny together …' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Deny these?' });
    await dialog.getByRole('textbox', { name: 'Why not?' }).fill('Not this week.');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: /^Deny \d+$/ }).click();
    await page.getByText(/^(\d+) of \1 denials taken\.$/).waitFor();
    for (const task of tasks) {
      const events = await Array.fromAsync(site().place.services.log.read(taskStream(task)));
      expect(events.at(-1)?.data, task).toMatchObject({ says: 'deny', reason: 'Not this week.' });
    }
  });

  it('has what a task asks, which is answered there', async () => {
    const { log, github } = site().place.services;
    const [task, title] = ['42-1999-asks', 'Which clock?'];
    await beginTask(
      log,
      task,
      asking({ repository: SPAN, issue: 1_999, goal: { title, body: '' } }),
    );
    github.roles.set(2, 'maintain');
    const page = await site().visit('/console/approvals', 'rey', PHONE);
    const asked = page.getByRole('list', { name: 'Questions' }).getByRole('listitem');
    await asked.getByText('The step author failed.').waitFor();
    await asked.getByText('How it is answered').click();
    await expectAccessible(page);
    await asked.getByRole('textbox', { name: 'Your answer' }).fill('The monotonic one.');
    await asked.getByRole('button', { name: 'Answer' }).click();
    await page.getByText('You answered what "Which clock?" asked.').waitFor();
    await asked.waitFor({ state: 'detached' });
    const events = await Array.fromAsync(log.read(taskStream(task)));
    expect(events.find(({ type }) => type === 'task.retried')?.data).toMatchObject({
      instructions: 'The monotonic one.',
    });
  });

  it('takes one of two answers that are given at once, and says to the other whose it was', async () => {
    const task = await waitingMerge(site(), smallPatch());
    const people = ['rey', 'pia'] as const;
    const pages = await Promise.all(people.map(person => site().visit(requestPath(task), person)));
    for (const page of pages) {
      await page.getByRole('button', { name: 'Approve …' }).click();
      await page.getByRole('dialog').waitFor();
    }
    await Promise.all(
      pages.map(page => page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()),
    );
    const said = await Promise.all(
      pages.map(page =>
        page
          .getByText(/^You approved it|Already decided by (rey|pia)/)
          .first()
          .innerText(),
      ),
    );
    expect(said.filter(text => text.startsWith('You approved'))).toHaveLength(1);
    const events = await Array.fromAsync(site().place.services.log.read(taskStream(task)));
    expect(events.filter(({ type }) => type === 'approval.answered')).toHaveLength(1);
  });

  it('is answered on a phone: put aside, denied with a reason', async () => {
    const task = await waitingMerge(site(), smallPatch());
    const page = await site().visit(requestPath(task), 'rey', PHONE);
    await page.getByRole('button', { name: 'Not now' }).click();
    await page.getByRole('button', { name: 'Remind me again' }).waitFor();
    for (const name of ['Approve …', 'Deny …', 'Remind me again']) {
      const box = await page.getByRole('button', { name }).boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0), name).toBeGreaterThanOrEqual(24);
    }
    await page.getByRole('button', { name: 'Deny …' }).click();
    await page.getByRole('textbox', { name: 'Why not?' }).fill('The name is wrong.');
    await page.getByRole('dialog').getByRole('button', { name: 'Deny' }).click();
    await page.getByText('You denied it.').waitFor();
    const events = await Array.fromAsync(site().place.services.log.read(taskStream(task)));
    expect(events.at(-1)?.data).toMatchObject({ says: 'deny', reason: 'The name is wrong.' });
  });

  it('follows a new commit while it is looked at, and refuses the answer to what was shown', async () => {
    const task = await waitingMerge(site(), smallPatch());
    const page = await site().visit(requestPath(task), 'rey');
    await page.getByRole('button', { name: 'Approve …' }).waitFor();
    await site().place.services.handle({
      stream: taskStream(task),
      command: { type: 'head_moved', to: 'e'.repeat(40) },
      actor: { kind: 'github' },
    });
    await page.getByText(/^The approval to merge .* is void\.$/).waitFor();
    expect(await page.getByRole('button', { name: 'Approve …' }).count()).toBe(0);
  });

  it('lists a change anew whose parts are of another version than it was listed in', async () => {
    const task = await waitingMerge(site(), smallPatch());
    const page = await site().visit('/console/approvals?list=waiting', 'rey');
    let listed = 0;
    await page.route(/\/diff\?/, async route => {
      listed += 1;
      if (listed > 1) return route.continue();
      const response = await route.fetch();
      return route.fulfill({ response, json: { ...(await response.json()), version: 'before' } });
    });
    await page.goto(`${site().origin}${requestPath(task)}`);
    await page.getByText('return a + b; //').waitFor();
    // Each part that came too early may have asked for it.
    expect(listed).toBeGreaterThan(1);
  });

  it('says why lines of a change are not there, and asks for them again', async () => {
    const task = await waitingMerge(site(), smallPatch());
    let away = true;
    site().before.answers = request =>
      away && /\/diff\/\d+\/\d+/.test(request.url ?? '') ? 422 : null;
    const page = await site().visit(requestPath(task), 'rey');
    const again = page.getByRole('region', { name: 'Changed files' }).getByRole('button', {
      name: 'Try again',
    });
    await again.first().waitFor();
    away = false;
    await again.first().click();
    await page.getByText('return a + b; //').waitFor();
  });

  it('shows of 50,000 lines those that are looked at', async () => {
    const task = await waitingMerge(site(), LONG_PATCH);
    const page = await site().visit(requestPath(task), 'rey');
    await page.getByText('added: line 12', { exact: true }).waitFor();
    const box = page.getByRole('region', { name: 'Changed files' });
    for (let down = 0; down < 10; down++) {
      await box.evaluate('one => one.scrollBy(0, 5000)');
      await page
        .getByText(/^added: line \d+$/)
        .first()
        .waitFor();
    }
    expect(await box.locator('[data-index]').count()).toBeLessThan(200);
  });
}
