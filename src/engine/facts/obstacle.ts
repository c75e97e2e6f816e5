/** What keeps a pull request from being merged whatever policy says, so that nobody is asked about it. */
import { roleForRework } from '../../core/profile.ts';
import { blockedBy } from '../../core/task/events/blocked.ts';
import { createdOf, type TaskState } from '../../core/task/state/state.ts';
import type { Dependencies } from '../dependencies.ts';
import type { PullFacts } from '../ports/github.ts';
import type { Overtaken } from './question.ts';

export async function obstacleOf(
  deps: Pick<Dependencies, 'github' | 'workspaces' | 'profiles'>,
  state: TaskState,
  pull: PullFacts,
  run: string,
): Promise<Overtaken | null> {
  const held = (reason: string) =>
    ({ type: 'merge_blocked', run, because: blockedBy('held', reason, null) }) as const;
  if (pull.locked) return held('The pull request is locked. Unlock it, and the work goes on.');
  if (pull.draft)
    return held('The pull request is a draft. Mark it as ready for review, and the work goes on.');
  return pull.conflicts ? conflictOf(deps, state, pull, run) : null;
}

async function conflictOf(
  { github, workspaces, profiles }: Pick<Dependencies, 'github' | 'workspaces' | 'profiles'>,
  state: TaskState,
  pull: PullFacts,
  run: string,
): Promise<Overtaken> {
  const { repository } = createdOf(state);
  const { ref } = pull.base;
  const head = pull.head.sha;
  // The commit that the pull request names as its base may be an older one.
  const sha = (await github.facts.branch(repository, ref)) ?? pull.base.sha;
  const source = { repository, remote: await github.facts.remote(repository, 'read') };
  const files = await workspaces.conflicts(source, sha, head);
  // Where git finds nothing to settle, there is nothing for an agent to do.
  const role = files.length > 0 ? roleForRework(profiles.values(), 'conflict') : null;
  return { type: 'merge_conflict', run, base: { ref, sha }, head, files, role };
}
