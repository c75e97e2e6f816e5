/** What the ledger says of a run becomes a part of the task. */
import { type CommandRefusal, refusal } from '../refusal.ts';
import type { TaskCommand } from './command.ts';
import type { TaskDraft } from './draft.ts';
import { runOf } from './state.ts';

type Of<T extends TaskCommand['type']> = Extract<TaskCommand, { type: T }>;

/** It comes whatever became of the run: of one that was cut off or lost, what it cost is all there is. */
export function spent(task: TaskDraft, { data }: Of<'spent'>): CommandRefusal | null {
  const before = runOf(task.state, data.run).spent;
  if (before && before.until >= data.until) return refusal('repeated', 'That was told already.');
  task.add({ type: 'run.spent', v: 1, data });
  return null;
}
