/** A person has the work published as it is, though an agent's review blocks it. */
import { type CommandRefusal, refusal } from '../../refusal.ts';
import { blockingReviews, NO_REVIEW_BLOCKS } from '../work/blocking-reviews.ts';
import { advance } from './advance.ts';
import type { TaskCommand } from './command.ts';
import type { TaskDraft } from './draft.ts';

export function override(
  task: TaskDraft,
  { by, because }: Extract<TaskCommand, { type: 'override' }>,
): CommandRefusal | null {
  const blocking = blockingReviews(task.state);
  if (blocking.length === 0) return refusal('ended', `Here, ${NO_REVIEW_BLOCKS}.`);
  for (const { step, id: run } of blocking)
    task.add({ type: 'step.overridden', v: 1, data: { step, run, by, because } });
  advance(task);
  return null;
}
