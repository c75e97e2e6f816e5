/** Texts on GitHub lead to the pages of the console where it has an address, and name no page where it has none. */
import { expect, it } from 'vitest';
import { renderCheck } from '../../../src/adapters/github/surfaces/check.ts';
import { renderComment } from '../../../src/adapters/github/surfaces/comment.ts';
import { commitMessage } from '../../../src/adapters/github/surfaces/commit.ts';
import { requestText, settledText } from '../../../src/adapters/github/surfaces/request.ts';
import { anApproval, aView } from './view.ts';

const CONSOLE = 'https://gatehouse.example/tools/console';
const asking = { status: 'active' as const, approval: anApproval(), approvals: [anApproval()] };
const textsOf = (console: string | null) => {
  const view = aView({ ...asking, console });
  return { id: view.id, texts: [renderCheck(view).summary, renderComment(view)] };
};
const PAGE = `${CONSOLE}/tasks/42-1-a/approvals/approval-1`;
const asked = (page?: string) => {
  const { action, resource, head, files, findings, reasons, approvers, quorum } = anApproval();
  const of = { approval: 'approval-1', digest: `sha256:${'1'.repeat(64)}`, holdsForHours: 72 };
  const what = { action, resource, head, files, findings, reasons, approvers, quorum };
  return { ...of, ...what, inRun: false, ...(page === undefined ? {} : { page }) };
};

it('links each text to the page of its task and of what it asks', () => {
  const { id, texts } = textsOf(CONSOLE);
  for (const text of texts) {
    expect(text).toContain(`[\`${id}\`](${CONSOLE}/tasks/${id})`);
    expect(text).toContain(`(${CONSOLE}/tasks/${id}/approvals/approval-1)`);
  }
});

it('links what asks, and what became of it, to the page of the request', () => {
  const code = 'approval_settled' as const;
  const settled = { code, outcome: 'denied' as const, by: ['rey'], reason: '' };
  for (const page of [PAGE, undefined])
    for (const text of [
      requestText(asked(page)),
      settledText({ ...settled, request: asked(page) }),
    ]) {
      expect(text.includes(`[Look at it in the console](${PAGE})`)).toBe(page !== undefined);
      expect(text.includes('console')).toBe(page !== undefined);
    }
});

it('links a commit to the page of its task, in a trailer of its own', () => {
  const view = aView({ ...asking, console: CONSOLE });
  const trailers = commitMessage(view).split('\n\n').at(-1)?.split('\n') ?? [];
  expect(trailers.slice(0, 2)).toEqual([
    `Gatehouse-Task: ${view.id}`,
    `Gatehouse-Page: ${CONSOLE}/tasks/${view.id}`,
  ]);
  expect(commitMessage(aView({ ...asking, console: null }))).not.toContain('Gatehouse-Page');
});

it('links nothing to a console without an address', () => {
  for (const text of textsOf(null).texts) expect(text).not.toMatch(/\/tasks\/|console/);
});
