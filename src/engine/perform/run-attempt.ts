/** A run is started, attempted, and what it produced is told: the long effect. */

import { GATEHOUSE } from '../../core/actor.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import { createdOf, runOf } from '../../core/task/state.ts';
import { attempt } from '../attempt/attempt.ts';
import { choose } from '../attempt/choose.ts';
import type { Claim } from '../claim.ts';
import type { Handle } from '../handle.ts';
import { loadFolded } from '../handle.ts';
import type { Parts } from '../parts.ts';
import { asTask } from '../streams.ts';

export async function runAttempt(
  parts: Parts & { handle: Handle },
  task: string,
  id: string,
  claim: Claim,
): Promise<TaskCommand | null> {
  const stream = { kind: 'task' as const, id: task };
  const before = asTask(await loadFolded(parts.log, stream));
  const chosen = await choose(parts, before.state, runOf(before.state, id));
  const adapter = typeof chosen === 'string' ? null : chosen.adapter.name;
  const started = await parts.handle({
    stream,
    command: {
      type: 'start',
      run: id,
      epoch: claim.fence.epoch,
      worker: parts.settings.worker,
      adapter,
    },
    actor: GATEHOUSE,
    fence: claim.fence,
  });
  if (!started.ok) return null;
  const folded = asTask(started.folded);
  const run = runOf(folded.state, id);
  // It was running under a worker that is gone: that attempt is over, another one is queued.
  if (run.state !== 'running') {
    const dead = `${task}-${id}`;
    await Promise.all([parts.workspaces.reap([dead]), parts.gateway.reap(dead)]);
    return null;
  }
  if (typeof chosen === 'string') return { type: 'refused', run: id, reason: chosen };
  const { owner, name } = createdOf(folded.state).repository;
  parts.logger.info({ task, run: id, adapter, repository: `${owner}/${name}` }, 'run started');
  return attempt(parts, task, folded, id, chosen, claim);
}
