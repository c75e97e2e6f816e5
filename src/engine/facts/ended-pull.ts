/** A pull request of ours that is not open any more, as its task is told of it. */
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { mayBeQueued } from '../../core/task/state/in-merge-queue.ts';
import { createdOf, type TaskState } from '../../core/task/state/state.ts';
import type { GitHubFacts, PullFacts } from '../ports/github.ts';

/** Null where it is open. */
export async function endedPull(
  facts: Pick<GitHubFacts, 'branch'>,
  state: TaskState,
  pull: PullFacts,
): Promise<Extract<TaskCommand, { type: 'merged' | 'pull_closed' }> | null> {
  if (pull.merged)
    return {
      type: 'merged',
      commit: pull.mergeCommit ?? pull.head.sha,
      head: pull.head.sha,
      // The answer to our own request may have been lost.
      by: mayBeQueued(state) || pull.mergedByUs ? 'gatehouse' : 'person',
    };
  if (pull.state === 'open') return null;
  const { repository } = createdOf(state);
  const names = [pull.head.ref, pull.base.ref];
  const found = await Promise.all(names.map(name => facts.branch(repository, name)));
  return { type: 'pull_closed', gone: names.filter((_, index) => found[index] === null) };
}
