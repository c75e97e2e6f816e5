/** What a run spends, the caps that it reaches, and people who raise them. */

import { countingReviews } from '../approvals/judgement.ts';
import { raisedTo } from '../budget.ts';
import { effectKey } from '../effect.ts';
import { type CommandRefusal, refusal } from '../refusal.ts';
import { voidApproval } from './approve.ts';
import type { ApprovalSubject, TaskCommand } from './command.ts';
import type { TaskDraft } from './draft.ts';
import { openApproval } from './open-approvals.ts';
import { createdOf, type Run, runOf, type TaskState } from './state.ts';

type Of<T extends TaskCommand['type']> = Extract<TaskCommand, { type: T }>;

/** It comes whatever became of the run: of one that was cut off or lost, what it cost is all there is. */
export function spent(task: TaskDraft, { data }: Of<'spent'>): CommandRefusal | null {
  const before = runOf(task.state, data.run).budget.spent;
  if (before && before.until >= data.until) return refusal('repeated', 'That was told already.');
  task.add({ type: 'run.spent', v: 1, data });
  return null;
}

/** Whether people can be asked to raise a cap: a dry run asks nobody, and without an issue nobody hears it. */
export function mayRaise(state: TaskState): boolean {
  const { mode, issue, worksOn } = createdOf(state);
  return mode === 'live' && (issue !== null || worksOn !== null || state.pull !== null);
}

/** A new day or month has begun: nobody has to raise the cap any more. */
export function freed(task: TaskDraft, { run: id }: Of<'cap_freed'>): CommandRefusal | null {
  const run = runOf(task.state, id);
  const reached = run.budget.raises;
  if (!reached || run.state !== 'queued')
    return refusal('ended', `Run ${id} waits for no cap to be raised.`);
  const standing = openApproval(task.state, { action: 'budget.raise', run: id, rework: null });
  const period = reached.scope === 'day' ? 'day' : 'month';
  if (standing)
    voidApproval(
      task,
      standing,
      null,
      `A new ${period} has begun, so the work goes on without it.`,
    );
  task.add({ type: 'budget.freed', v: 1, data: { run: id, reached } });
  return null;
}

/** Policy allows it: the cap is raised, and the approval for exactly this one is used up. */
export function raise(task: TaskDraft, run: Run, { digest, judgement }: ApprovalSubject): void {
  const reached = run.budget.raises;
  if (!reached) return;
  const question = { action: 'budget.raise', run: run.id, rework: null };
  const standing = openApproval(task.state, question);
  const approval = standing?.status === 'granted' ? standing.id : null;
  if (approval !== null) {
    const effect = effectKey.decide('budget.raise', run.id);
    const reviews = countingReviews(judgement);
    task.add({ type: 'approval.used', v: 1, data: { approval, digest, effect, reviews } });
  }
  const data = { run: run.id, reached, to: raisedTo(reached), approval };
  task.add({ type: 'budget.raised', v: 1, data });
}
