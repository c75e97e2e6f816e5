/** One stream tells another what happened: the effect is done once the other one has it, or will never take it. */

import { GATEHOUSE } from '../../core/actor.ts';
import type { StreamTold, TaskEnd } from '../../core/tell.ts';
import type { WorkerDependencies } from '../dependencies.ts';
import type { Handled } from '../handle.ts';
import type { TaskEffect } from '../task-context.ts';

type Tell = (deps: WorkerDependencies, to: StreamTold, end: TaskEnd) => Promise<Handled>;

/** How each kind of stream is told. Each refuses what it was told before. */
const TELL: Record<StreamTold['kind'], Tell> = {
  task: ({ handle }, to, end) =>
    handle({ stream: to, command: { type: 'task_ended', end }, actor: GATEHOUSE }),
};

export async function tell({
  deps,
  task,
  effect,
  guard,
}: TaskEffect<'tell'>): Promise<{ type: 'performed'; key: string }> {
  const { to, end, key } = effect;
  await guard.check();
  const handled = await TELL[to.kind](deps, to, { task, ...end });
  if (!handled.ok) {
    const { code, message } = handled.refusal;
    const fields = { task, told: to.id, reason: message };
    if (code !== 'repeated')
      deps.logger.warn(fields, 'a task that is told of an end does not take it');
  }
  return { type: 'performed', key };
}
