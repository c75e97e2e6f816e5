/** The approval inbox and one request: what is shown, answered, and answered by two at once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { taskStream } from '../../../src/core/stream.ts';
import { created, HISTORY } from '../../core/task/given.ts';
import { beginTask } from '../../engine/begin.ts';
import { expectAccessible, PHONE } from '../browser.ts';
import type { Site } from '../site.ts';

const SPAN = { id: 42, owner: 'acme', name: 'span', installation: 7 };
let tasks = 10;

/** A task whose merge waits for a person, with this change. */
async function waiting({ place: { services } }: Site, patch: string | Buffer): Promise<string> {
  const id = `42-${++tasks}-merge`;
  const create = created({ repository: SPAN, issue: tasks, goal: { title: 'Sums', body: '' } });
  await beginTask(services.log, id, [create, ...HISTORY.waiting.slice(1)]);
  const digest = await services.artifacts.put(patch, 'record');
  await services.artifacts.link({ task: id, run: 'author-1-1' }, 'patch.diff', digest);
  services.github.roles.set(2, 'maintain');
  return id;
}
const small = () => readFileSync(join(import.meta.dirname, '../../control/change.patch'));
const request = (task: string) => `/console/tasks/${task}/approvals/approval-1`;

export function approvalCases(site: () => Site): void {
  it('leads from the inbox to a request, its change and an answer, with keys alone', async () => {
    const task = await waiting(site(), small());
    const page = await site().visit('/console/approvals?list=waiting', 'rey');
    await page
      .getByRole('link', { name: /Merge the pull request/ })
      .first()
      .waitFor();
    await expectAccessible(page);
    await page.goto(`${site().origin}${request(task)}`);
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

  it('takes one of two answers that are given at once, and says to the other whose it was', async () => {
    const task = await waiting(site(), small());
    const people = ['rey', 'mona'] as const;
    const pages = await Promise.all(people.map(person => site().visit(request(task), person)));
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
          .getByText(/^You approved it|Already decided by (rey|mona)/)
          .first()
          .innerText(),
      ),
    );
    expect(said.filter(text => text.startsWith('You approved'))).toHaveLength(1);
    const events = await Array.fromAsync(site().place.services.log.read(taskStream(task)));
    expect(events.filter(({ type }) => type === 'approval.answered')).toHaveLength(1);
  });

  it('is answered on a phone: put aside, denied with a reason', async () => {
    const task = await waiting(site(), small());
    const page = await site().visit(request(task), 'rey', PHONE);
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
    const task = await waiting(site(), small());
    const page = await site().visit(request(task), 'rey');
    await page.getByRole('button', { name: 'Approve …' }).waitFor();
    await site().place.services.handle({
      stream: taskStream(task),
      command: { type: 'head_moved', to: 'e'.repeat(40) },
      actor: { kind: 'github' },
    });
    await page.getByText(/^The approval to merge .* is void\.$/).waitFor();
    expect(await page.getByRole('button', { name: 'Approve …' }).count()).toBe(0);
  });

  it('shows of 50,000 lines those that are looked at', async () => {
    const lines = Array.from({ length: 50_000 }, (_, n) => `+line ${n}\n`).join('');
    const long = `diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n+++ b/x\n@@ -0,0 +1,50000 @@\n${lines}`;
    const task = await waiting(site(), long);
    const page = await site().visit(request(task), 'rey');
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
