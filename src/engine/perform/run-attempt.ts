/** A run is started, attempted, and what it produced is told: the long effect. */

import { GATEHOUSE } from '../../core/actor.ts';
import { taskStream } from '../../core/stream.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import { createdOf, runOf } from '../../core/task/state.ts';
import { attempt } from '../attempt/attempt.ts';
import { choose } from '../attempt/choose.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Handle } from '../handle.ts';
import { loadFolded } from '../handle.ts';
import type { LeaseGuard } from '../lease-guard.ts';
import { asTask } from '../streams.ts';

export async function runAttempt(
  deps: Dependencies & { handle: Handle },
  task: string,
  id: string,
  guard: LeaseGuard,
): Promise<TaskCommand | null> {
  const stream = taskStream(task);
  const before = asTask(await loadFolded(deps.log, stream));
  const chosen = await choose(deps, before.state, runOf(before.state, id));
  const adapter = typeof chosen === 'string' ? null : chosen.adapter.name;
  const started = await deps.handle({
    stream,
    command: {
      type: 'start',
      run: id,
      epoch: guard.fence.epoch,
      worker: deps.settings.worker,
      adapter,
    },
    actor: GATEHOUSE,
    fence: guard.fence,
  });
  if (!started.ok) return null;
  const folded = asTask(started.folded);
  const run = runOf(folded.state, id);
  // It was running under a worker that is gone: that attempt is over, another one is queued.
  if (run.state !== 'running') {
    const dead = `${task}-${id}`;
    await Promise.all([deps.workspaces.reap([dead]), deps.gateway.reap(dead)]);
    return null;
  }
  if (typeof chosen === 'string') return { type: 'refused', run: id, reason: chosen };
  const { owner, name } = createdOf(folded.state).repository;
  deps.logger.info({ task, run: id, adapter, repository: `${owner}/${name}` }, 'run started');
  return attempt(deps, task, folded, id, chosen, guard);
}
