/** One stream tells another what happened: the effect is done once the other one has it, or will never take it. */

import { GATEHOUSE } from '../../core/actor.ts';
import { taskStream } from '../../core/stream.ts';
import { createdOf } from '../../core/task/state/state.ts';
import { viewOf } from '../../core/task/views/view.ts';
import type { StreamTold, TaskEnd } from '../../core/tell.ts';
import type { WorkerDependencies } from '../dependencies.ts';
import { type Handled, loadFolded } from '../handle.ts';
import { asTask } from '../streams.ts';
import type { TaskEffect } from '../task-context.ts';

type Tell = (deps: WorkerDependencies, to: StreamTold, end: TaskEnd) => Promise<Handled>;

/** How each kind of stream is told. Each refuses what it was told before. */
const TELL: Record<StreamTold['kind'], Tell> = {
  task: ({ handle }, to, end) =>
    handle({ stream: to, command: { type: 'task_ended', end }, actor: GATEHOUSE }),
  async backlog({ handle, log }, { id }, end) {
    const { origin } = createdOf(asTask(await loadFolded(log, taskStream(end.task))).state);
    const item = origin.kind === 'backlog' ? origin.item : '';
    const command = { type: 'item_ended' as const, item, end };
    return handle({ stream: { kind: 'backlog', id }, command, actor: GATEHOUSE });
  },
};

export async function tell({
  deps,
  task,
  effect,
  guard,
}: TaskEffect<'tell'>): Promise<{ type: 'performed'; key: string } | null> {
  const { to, end, key } = effect;
  await guard.check();
  const handled = await TELL[to.kind](deps, to, { task, ...end });
  if (!handled.ok) {
    const { code, message } = handled.refusal;
    // Whoever made the task has still to say so, however long GitHub keeps it from that: the sweep asks again.
    if (code === 'stale') return null;
    const fields = { task, told: to.id, reason: message };
    if (code !== 'repeated')
      deps.logger.warn(fields, 'a task that is told of an end does not take it');
  }
  return { type: 'performed', key };
}

/** How far a task is, in a few words: the backlog that it is part of shows it. */
export async function tellProgress({
  deps,
  task,
  folded,
  effect,
  guard,
}: TaskEffect<'tell_progress'>): Promise<{ type: 'performed'; key: string }> {
  const { backlog, key } = effect;
  const { origin, approval, question, steps, pull } = viewOf(task, folded);
  const asks = question !== null || approval?.status === 'requested';
  const working = steps.filter(({ run }) => run?.state === 'running').map(({ id }) => id);
  const phase = asks ? 'waits for people' : working.join(', ');
  await guard.check();
  if (origin.kind === 'backlog')
    await deps.handle({
      stream: { kind: 'backlog', id: backlog },
      command: {
        type: 'item_progressed',
        data: { item: origin.item, task, phase, pull: pull?.number ?? null },
      },
      actor: GATEHOUSE,
    });
  return { type: 'performed', key };
}
