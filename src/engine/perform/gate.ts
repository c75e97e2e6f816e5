/** GitHub is answered whether a deployment may go ahead. */
import { taskStream } from '../../core/stream.ts';
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { createdOf, runOf } from '../../core/task/state/state.ts';
import type { StreamEffect, TaskEffect } from '../task-context.ts';
import { useApproval } from './use-approval.ts';

/** Somebody else's deployment, once policy has allowed it once more. */
export async function release(context: TaskEffect<'release'>): Promise<TaskCommand> {
  const { deps, task, folded, effect } = context;
  const { origin, repository } = createdOf(folded.state);
  if (origin.kind !== 'deployment') throw new Error('GitHub has not asked about a deployment');
  if (runOf(folded.state, effect.run).state !== 'running')
    return { type: 'performed', key: effect.key };
  const approved = await useApproval(context, 'deploy', effect);
  if ('instead' in approved) return approved.instead;
  const { workflowRun, environment } = origin;
  const decision = folded.state.decisions.findLast(({ action }) => action === 'deploy');
  const refused = await deps.github.writes.answerGate(repository, {
    workflowRun,
    environment,
    state: 'approved',
    comment: deps.redact([...(decision?.reasons ?? []), `Task ${task} of Gatehouse.`].join(' ')),
    triedBefore: await mayBeAnswered(context),
    fresh: approved.fresh,
  });
  if (refused !== null) return { type: 'refused', run: effect.run, reason: refused };
  return { type: 'gate_released', run: effect.run, workflowRun, environment };
}

/** It was tried before, and nobody knows what came of that. */
async function mayBeAnswered({
  deps,
  task,
  effect,
  guard,
}: TaskEffect<'release'>): Promise<boolean> {
  if (guard.before === 'doubted') return true;
  for await (const { type, data } of deps.log.read(taskStream(task)))
    if (type === 'effect.failed' && data.key === effect.key) return true;
  return false;
}

/** Where GitHub takes no answer, its run says why: nothing waits for ours any more. */
export async function answerGate({
  deps,
  effect,
  guard,
}: StreamEffect<'answer_gate'>): Promise<{ type: 'performed'; key: string }> {
  const { key, repository, workflowRun, environment, state, comment } = effect;
  const answer = { workflowRun, environment, state, comment: deps.redact(comment) };
  const fresh = () => guard.check();
  await deps.github.writes.answerGate(repository, { ...answer, triedBefore: false, fresh });
  return { type: 'performed', key };
}
