/** A run takes one of the slots of this process, or is told its place in the line for one. */
import { GATEHOUSE } from '../../core/actor.ts';
import type { Folded } from '../../core/fold.ts';
import { taskStream } from '../../core/stream.ts';
import { createdOf } from '../../core/task/state.ts';
import { type ConcurrencyLimit, placeInLine } from '../concurrency-limit.ts';
import type { WorkerDependencies } from '../dependencies.ts';
import { asTask } from '../streams.ts';

/** Whoever waits for less is told nothing. */
const TOLD_AFTER_MS = 10_000;

/** Gives the slot back; null where the run has to wait for one. */
export async function takeSlot(
  { runLimit, handle }: Pick<WorkerDependencies, 'handle'> & { runLimit: ConcurrencyLimit },
  task: string,
  folded: Folded<unknown>,
  run: string,
): Promise<(() => void) | null> {
  const { repository } = createdOf(asTask(folded).state);
  const slot = runLimit.take(`${task} ${run}`, repository.id);
  if (slot.taken) return slot.release;
  if (slot.sinceMs >= TOLD_AFTER_MS) {
    const data = { run, reason: placeInLine(slot.ahead) };
    // Refused where that is said already.
    const command = { type: 'unplaced' as const, data };
    await handle({ stream: taskStream(task), command, actor: GATEHOUSE });
  }
  return null;
}
