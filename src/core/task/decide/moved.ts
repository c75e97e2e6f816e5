/** The head or the base moved: what was approved before that is void. */
import { type CommandRefusal, refusal } from '../../refusal.ts';
import { openMerges, usedByMerge } from '../approvals/open-approvals.ts';
import { type Approval, baseOf } from '../state/state.ts';
import { voidApproval, voidFor } from './approve.ts';
import type { TaskCommand } from './command.ts';
import type { TaskDraft } from './draft.ts';

/** What stood for the head before, or what a merge has used, ends with the move to another one. */
export function voidByMove(task: TaskDraft, to: string, reason: string, used?: Approval): void {
  if (task.state.blocked?.obstacle !== 'behind') {
    if (used) voidApproval(task, used, to, reason);
    else voidFor(task, to, reason);
    return;
  }
  // GitHub was asked to merge the base in: a review may outlive that, so nobody is told it is void.
  const merged = 'The base was merged into the branch.';
  for (const { id, head } of used ? [used] : openMerges(task.state))
    if (head !== to)
      task.add({
        type: 'approval.voided',
        v: 1,
        data: { approval: id, by: [], was: head, head: to, reason: merged },
      });
}

export function headMoved(task: TaskDraft, to: string): CommandRefusal | null {
  const from = task.state.pull?.head;
  if (!from) return refusal('absent', 'There is no pull request yet.');
  if (from === to) return refusal('repeated', 'The head is where it was.');
  // What a merge used that found the head moved was for nothing: it is void as well.
  const used = usedByMerge(task.state);
  voidByMove(task, to, 'Somebody else pushed.');
  if (used) voidByMove(task, to, 'Somebody else pushed.', used);
  task.add({ type: 'head.moved', v: 1, data: { from, to } });
  return null;
}

export function baseMoved(
  task: TaskDraft,
  { to, reviews }: Extract<TaskCommand, { type: 'base_moved' }>,
): CommandRefusal | null {
  const from = baseOf(task.state);
  if (from === to) return refusal('repeated', 'The base is the branch that it was.');
  const used = usedByMerge(task.state);
  for (const approval of [...openMerges(task.state), ...(used ? [used] : [])])
    voidApproval(task, approval, approval.head, `The base was ${from}; now it is ${to}.`);
  task.add({ type: 'base.moved', v: 1, data: { from, to, reviews } });
  return null;
}
