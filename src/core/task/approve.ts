/** What a decision about the merge means for the approval that stands, or is to be asked for. */
import type { PolicyDecision } from '../decision.ts';
import type { TaskDraft } from './advance.ts';
import type { ReviewVerdicts } from './command.ts';
import { type Approval, type Run, standingApproval } from './state.ts';

/** Asks for approval of `decision` on `head`, unless the same request stands already. */
export function ask(
  task: TaskDraft,
  run: Run,
  decision: PolicyDecision,
  head: string | null,
): Approval {
  const standing = standingApproval(task.state);
  if (standing?.head === head && standing.action === decision.action) {
    if (standing.status === 'requested') return standing;
    if (head) voidApproval(task, standing, head, 'It no longer counts.');
  }
  const { action, resource, approvers, quorum, reasons } = decision;
  const approval = `approval-${task.state.approvals.length + 1}`;
  task.add({
    type: 'approval.requested',
    v: 1,
    data: { approval, run: run.id, action, resource, head, approvers, quorum, reasons },
  });
  if (run.state !== 'waiting_approval')
    task.add({ type: 'run.waiting_approval', v: 1, data: { run: run.id, approval } });
  const asked = standingApproval(task.state);
  if (!asked) throw new Error('an approval that was asked for stands');
  return asked;
}

/** Notes each review that does not count, once, so that its author is answered. */
export function noteRefusals(task: TaskDraft, approval: Approval, verdicts: ReviewVerdicts): void {
  for (const refusal of verdicts.refused) {
    const known = task.state.approvals.some(asked =>
      asked.refused.some(r => r.review === refusal.review && r.rule === refusal.rule),
    );
    if (!known)
      task.add({ type: 'approval.refused', v: 1, data: { approval: approval.id, ...refusal } });
  }
}

export function grant(task: TaskDraft, run: Run, verdicts: ReviewVerdicts): void {
  const standing = standingApproval(task.state);
  if (standing?.status === 'requested' && standing.head === verdicts.head)
    task.add({
      type: 'approval.granted',
      v: 1,
      data: {
        approval: standing.id,
        head: verdicts.head,
        by: verdicts.granted,
        reviews: verdicts.reviews,
      },
    });
  if (run.state === 'waiting_approval')
    task.add({ type: 'run.resumed', v: 1, data: { run: run.id } });
}

/** A new head: what stood for the old one is void, visibly. */
export function voidFor(task: TaskDraft, head: string, reason: string): void {
  const standing = standingApproval(task.state);
  if (standing?.head && standing.head !== head) voidApproval(task, standing, head, reason);
}

function voidApproval(task: TaskDraft, approval: Approval, head: string, reason: string): void {
  const { id, by, head: was } = approval;
  task.add({
    type: 'approval.voided',
    v: 1,
    data: { approval: id, by, was: was ?? head, head, reason },
  });
}
