/**
 * Work on one pull request of a person that no comment and no label asked for: a failing check, a call or a
 * `repository_dispatch` did. Its tasks are one chain, which ends in the same way as rounds on a pull request
 * of ours.
 */
import type { Repository } from '../../../core/actor.ts';
import { type FailedCheck, whyStop } from '../../../core/failed-check.ts';
import { taskStream } from '../../../core/stream.ts';
import { createdOf, type DataOf, type TaskState } from '../../../core/task/state/state.ts';
import { HAS_STOPPED } from '../../../core/task/state/unasked.ts';
import type { WorkerDependencies } from '../../dependencies.ts';
import { GITHUB, stateOf } from '../intake.ts';

type Created = DataOf<'task.created'>;
type UnaskedTask = { id: string; check: FailedCheck | null; state: TaskState };

/** More than these in a row are not needed to see that it has to stop. */
const MOST = 20;

const isCalled = ({ origin }: Created): boolean =>
  origin.kind === 'call' || origin.kind === 'dispatch';

/** What pushes nothing turns no build red, such as a review. */
const pushes = ({ graph }: Created): boolean =>
  graph.steps.some(({ purpose }) => purpose === 'publish');

/** Those since a person last asked for work there, the oldest first. */
export async function unaskedOn(
  { tasks, log }: Pick<WorkerDependencies, 'tasks' | 'log'>,
  { id: repositoryId }: Repository,
  issue: number,
): Promise<UnaskedTask[]> {
  const found: UnaskedTask[] = [];
  for (const { id } of await tasks.list({ repositoryId, issue, limit: MOST })) {
    const state = await stateOf({ log }, { id });
    const created = createdOf(state);
    const check = created.origin.kind === 'check' ? created.origin.check : null;
    if (check === null && !isCalled(created)) break;
    if (pushes(created)) found.unshift({ id, check, state });
  }
  return found;
}

/** Why no further one begins, which the last of them says once; null: one may. `check`: null of a call. */
export async function whyNoFurther(
  { handle }: Pick<WorkerDependencies, 'handle'>,
  chain: readonly UnaskedTask[],
  check: FailedCheck | null,
): Promise<string | null> {
  const last = chain.at(-1);
  if (last === undefined) return null;
  if (last.state.remediationStopped) return HAS_STOPPED.message;
  const counted = chain.filter(({ state }) => state.status !== 'canceled');
  const checks = counted.flatMap(one => one.check ?? []);
  const reason = whyStop({ times: counted.length, checks }, check);
  if (reason === null) return null;
  await handle({
    stream: taskStream(last.id),
    command: { type: 'stop_remediation', data: { check, reason } },
    actor: GITHUB,
  });
  return reason;
}

/** Why a call or a dispatch makes no further task on that pull request; null: it makes this one. */
export async function whyNotCalled(
  deps: WorkerDependencies,
  task: string,
  created: Created,
): Promise<string | null> {
  if (created.worksOn === null || !isCalled(created) || !pushes(created)) return null;
  const chain = await unaskedOn(deps, created.repository, created.worksOn.pull);
  return chain.some(({ id }) => id === task) ? null : whyNoFurther(deps, chain, null);
}
