/** People pause a task, and resume it. */
import { steeredBy } from '../../actor.ts';
import { type CommandRefusal, refusal } from '../../refusal.ts';
import type { TaskCommand } from './command.ts';
import type { TaskDraft } from './draft.ts';

type Of<T extends TaskCommand['type']> = Extract<TaskCommand, { type: T }>;

export function pause(task: TaskDraft, { by, target }: Of<'pause'>): CommandRefusal | null {
  const { paused, runs } = task.state;
  if (paused) return refusal('ended', `It is paused already, by ${steeredBy(paused)}.`);
  const holds = runs
    .filter(({ state }) => state === 'queued' || state === 'waiting_approval')
    .map(({ id }) => id);
  task.add({ type: 'task.paused', v: 1, data: { by, target, holds } });
  return null;
}

export function resume(task: TaskDraft, { by, target }: Of<'resume'>): CommandRefusal | null {
  if (!task.state.paused) return refusal('ended', 'It is not paused.');
  task.add({ type: 'task.resumed', v: 1, data: { by, target } });
  return null;
}
