/** The leases under which a task's branch is written, and its effects performed, are ended: whoever holds one is stuck. */
import { taskStream } from '../../core/stream.ts';
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { createdOf } from '../../core/task/state/state.ts';
import { effectLeases, refLease } from '../lease-guard.ts';
import type { TaskEffect } from '../task-context.ts';

export async function unlock({
  deps,
  task,
  folded,
  effect,
  guard,
}: TaskEffect<'unlock'>): Promise<TaskCommand> {
  const { repository, branch } = createdOf(folded.state);
  const ofWork = effect.work ? await deps.leases.held(effectLeases(taskStream(task))) : [];
  await guard.check();
  const broken = await deps.leases.breakOff([
    refLease(repository.id, branch),
    ...ofWork.filter(name => name !== guard.fence.lease),
  ]);
  deps.logger.warn({ task, branch, broken }, 'leases were broken');
  const target = folded.state.unlock?.target ?? null;
  return {
    type: 'record',
    event: { type: 'ref.unlocked', v: 1, data: { branch, broken, target } },
  };
}
