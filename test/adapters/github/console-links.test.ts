/** Texts on GitHub lead to the pages of the console where it has an address, and name no page where it has none. */
import { expect, it } from 'vitest';
import { renderCheck } from '../../../src/adapters/github/surfaces/check.ts';
import { renderComment } from '../../../src/adapters/github/surfaces/comment.ts';
import { anApproval, aView } from './view.ts';

const CONSOLE = 'https://gatehouse.example/tools/console';
const asking = { status: 'active' as const, approval: anApproval(), approvals: [anApproval()] };
const textsOf = (console: string | null) => {
  const view = aView({ ...asking, console });
  return { id: view.id, texts: [renderCheck(view).summary, renderComment(view)] };
};

it('links each text to the page of its task and of what it asks', () => {
  const { id, texts } = textsOf(CONSOLE);
  for (const text of texts) {
    expect(text).toContain(`[\`${id}\`](${CONSOLE}/tasks/${id})`);
    expect(text).toContain(`(${CONSOLE}/tasks/${id}/approvals/approval-1)`);
  }
});

it('links nothing to a console without an address', () => {
  for (const text of textsOf(null).texts) expect(text).not.toMatch(/\/tasks\/|console/);
});
