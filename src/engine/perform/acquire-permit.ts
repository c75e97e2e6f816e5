/** Acquires a permit of this process's concurrency limit for a run, or records the run's place in the queue. */
import { GATEHOUSE } from '../../core/actor.ts';
import type { Folded } from '../../core/fold.ts';
import { taskStream } from '../../core/stream.ts';
import { createdOf } from '../../core/task/state/state.ts';
import { type ConcurrencyLimit, placeInQueue } from '../concurrency-limit.ts';
import type { WorkerDependencies } from '../dependencies.ts';
import { asTask } from '../streams.ts';

/**
 * In milliseconds: a run that has to wait asks again after so long, and later for each run that goes before
 * it. One that does not ask for five seconds has lost its place.
 */
const AGAIN = { least: 500, each: 100, most: 3_000 };
/** A shorter wait is not recorded. */
const RECORDED_AFTER_MS = 10_000;

/** Returns what releases the permit, or the milliseconds after which the run is to ask again. */
export async function acquirePermit(
  { runLimit, handle }: Pick<WorkerDependencies, 'handle'> & { runLimit: ConcurrencyLimit },
  task: string,
  folded: Folded<unknown>,
  run: string,
): Promise<(() => void) | number> {
  const { repository } = createdOf(asTask(folded).state);
  const permit = runLimit.take(`${task} ${run}`, repository.id);
  if (permit.taken) return permit.release;
  if (permit.sinceMs >= RECORDED_AFTER_MS) {
    const data = { run, reason: placeInQueue(permit.ahead) };
    // The command is refused where the same place is recorded already.
    const command = { type: 'unplaced' as const, data };
    await handle({ stream: taskStream(task), command, actor: GATEHOUSE });
  }
  return Math.min(AGAIN.most, AGAIN.least + AGAIN.each * permit.ahead);
}
