/** The merge: policy is asked once more right before it, then exactly that head is merged. */

import { taskStream } from '../../core/stream.ts';
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { blockedBy } from '../../core/task/events/blocked.ts';
import { baseOf, createdOf, type TaskState } from '../../core/task/state/state.ts';
import { loadFolded } from '../handle.ts';
import { holdingRef } from '../ref-lease.ts';
import type { TaskEffect } from '../task-context.ts';
import { type Approved, useApproval } from './use-approval.ts';

export async function markReady(context: TaskEffect<'mark_ready'>): Promise<TaskCommand> {
  const { deps, folded, effect, guard } = context;
  const pull = pullOf(folded.state);
  await guard.check();
  await deps.github.writes.markReady(createdOf(folded.state).repository, pull);
  return { type: 'record', event: { type: 'pull.readied', v: 1, data: { run: effect.run } } };
}

export async function merge(context: TaskEffect<'merge'>): Promise<TaskCommand> {
  const { deps, folded, effect, guard } = context;
  const { number, head } = pullOf(folded.state);
  const { run } = effect;
  const { checksUntil, mergeWaits, mergeQueue } = folded.state;
  // It was allowed, and waits all the same: it is opened again once policy has been asked again.
  if (mergeWaits) return { type: 'performed', key: effect.key };
  const { repository, branch } = createdOf(folded.state);
  const { writes } = deps.github;
  const pull = { number, base: baseOf(folded.state) };
  const approved = await useApproval(context, 'pr.merge', effect, () =>
    writes.prepareMerge(repository, pull),
  );
  if ('instead' in approved) return approved.instead;
  const merged = await holdingRef(
    deps,
    { repositoryId: repository.id, branch },
    guard,
    async () => {
      const queued = mergeQueue !== null;
      const done = await writes.merge(repository, {
        ...pull,
        sha: head,
        queued,
        fresh: approved.fresh,
      });
      // Whoever ended its run meanwhile can't know that it is in GitHub's queue.
      if (done.outcome === 'queued' && !(await isWanted(context)))
        await writes.leaveQueue(repository, number);
      return done;
    },
  );
  switch (merged.outcome) {
    case 'merged':
      return { type: 'merged', commit: merged.commit, head, by: merged.by };
    case 'moved':
      return { type: 'head_moved', to: merged.head };
    case 'behind':
      return update(context, number, merged.base, approved.fresh);
    case 'blocked':
      return {
        type: 'merge_blocked',
        run,
        because: blockedBy('github', merged.reason, checksUntil),
      };
    case 'queued':
    case 'dequeued':
      return {
        type: 'merge_blocked',
        run,
        because: blockedBy(merged.outcome, merged.reason, checksUntil),
      };
  }
}

async function isWanted({ deps, task, effect }: TaskEffect<'merge'>): Promise<boolean> {
  const { open } = await loadFolded(deps.log, taskStream(task));
  return open.some(({ key }) => key === effect.key);
}

/** It is not allowed any more: GitHub must not merge it from its queue. */
export async function leaveQueue(context: TaskEffect<'leave_queue'>): Promise<TaskCommand> {
  const { deps, folded, effect, guard } = context;
  await guard.check();
  await deps.github.writes.leaveQueue(
    createdOf(folded.state).repository,
    pullOf(folded.state).number,
  );
  return { type: 'performed', key: effect.key };
}

/** How often GitHub merges the base into one of our heads: a base that never rests is a person's to judge. */
const UPDATES = 5;

/**
 * The base asks for branches that contain all of it. Policy has just allowed the merge of both; the
 * head that comes of it is judged anew.
 */
async function update(
  { deps, folded, effect, guard }: TaskEffect<'merge'>,
  number: number,
  base: string,
  fresh: Approved['fresh'],
): Promise<TaskCommand> {
  const { state } = folded;
  const { repository, branch } = createdOf(state);
  const { head } = pullOf(state);
  // Where GitHub is not at it, people are to see to it.
  const waits = (obstacle: 'behind' | 'github', reason: string): TaskCommand => ({
    type: 'merge_blocked',
    run: effect.run,
    because: blockedBy(
      obstacle,
      `The branch is behind ${base}, which asks for branches that contain all of it. ${reason}`,
      null,
    ),
  });
  const fix = 'Update the branch, and the work goes on.';
  if (state.updates >= UPDATES)
    return waits('github', `It was updated ${UPDATES} times already. ${fix}`);
  const updated = await holdingRef(
    deps,
    { repositoryId: repository.id, branch },
    guard,
    async () => {
      await fresh();
      return deps.github.writes.updateBranch(repository, number, head);
    },
  );
  return updated.outcome === 'updating'
    ? waits('behind', 'GitHub merges it into the branch.')
    : waits('github', `GitHub did not merge it into the branch: ${updated.reason} ${fix}`);
}

function pullOf(state: TaskState): NonNullable<TaskState['pull']> {
  if (!state.pull) throw new Error('there is no pull request');
  return state.pull;
}
