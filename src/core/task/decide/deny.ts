/** People deny what waits for one answer alone: to raise a cap, or a plan. */

import { openApproval } from '../approvals/open-approvals.ts';
import type { EndsByDenial } from '../approvals/question.ts';
import { wordsOf } from './act.ts';
import { objectors, recordVerdicts } from './approve.ts';
import type { ApprovalSubject } from './command.ts';
import type { TaskDraft } from './draft.ts';

/** Who is against what was asked decides it. Answers in words who denied it, and why. */
export function denyRequest(
  task: TaskDraft,
  action: EndsByDenial,
  run: string,
  approvalSubject: ApprovalSubject,
): string {
  const standing = openApproval(task.state, { action, run, rework: null });
  const by = objectors(approvalSubject) ?? [];
  const what = action === 'budget.raise' ? 'refused to raise the cap' : 'denied the plan';
  const words = standing ? wordsOf(task, standing.id) : '';
  const reason = `${by.map(({ login }) => login).join(', ')} ${what}${words}.`;
  if (standing) {
    recordVerdicts(task, standing.id, approvalSubject);
    task.add({ type: 'approval.denied', v: 1, data: { approval: standing.id, by, reason } });
  }
  return reason;
}
