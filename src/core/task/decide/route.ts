/** Who works on a run, and that nobody can at present. */
import { type CommandRefusal, refusal } from '../../refusal.ts';
import { isOver, runOf } from '../state/state.ts';
import type { TaskCommand } from './command.ts';
import type { TaskDraft } from './draft.ts';

type Of<T extends TaskCommand['type']> = Extract<TaskCommand, { type: T }>;

export function choose(task: TaskDraft, { data }: Of<'choose'>): CommandRefusal | null {
  const run = runOf(task.state, data.run);
  if (run.state !== 'queued')
    return refusal('ended', `Run ${run.id} is ${run.state}: nobody is chosen for it any more.`);
  task.add({ type: 'run.chosen', v: 1, data });
  return null;
}

export function unplaced(task: TaskDraft, { data }: Of<'unplaced'>): CommandRefusal | null {
  const run = runOf(task.state, data.run);
  if (isOver(run)) return refusal('ended', `Run ${run.id} is over.`);
  if (run.unplaced === data.reason) return refusal('repeated', 'That is said already.');
  task.add({ type: 'run.unplaced', v: 1, data });
  return null;
}
