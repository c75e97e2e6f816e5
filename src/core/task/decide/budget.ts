/** What a run spends, the caps that it reaches, and people who raise them. */

import { raisedTo } from '../../budget.ts';
import { type CommandRefusal, refusal } from '../../refusal.ts';
import { openApproval } from '../approvals/open-approvals.ts';
import { type Approval, type Run, runOf } from '../state/state.ts';
import { voidApproval } from './approve.ts';
import type { TaskCommand } from './command.ts';
import type { TaskDraft } from './draft.ts';

type Of<T extends TaskCommand['type']> = Extract<TaskCommand, { type: T }>;

/** It comes whatever became of the run: of one that was cut off or lost, what it cost is all there is. */
export function spent(task: TaskDraft, { data }: Of<'spent'>): CommandRefusal | null {
  const before = runOf(task.state, data.run).budget.spent;
  if (before && before.until >= data.until) return refusal('repeated', 'That was told already.');
  task.add({ type: 'run.spent', v: 1, data });
  return null;
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

/** Policy allows it: the cap is raised, by the approval that is used up for it. */
export function raise(task: TaskDraft, run: Run, used: Approval | null): void {
  const reached = run.budget.raises;
  if (!reached) return;
  const data = { run: run.id, reached, to: raisedTo(reached), approval: used?.id ?? null };
  task.add({ type: 'budget.raised', v: 1, data });
}
