/** The branch is pushed and the pull request opened, by us, outside every sandbox. */
import type { Folded } from '../../core/fold.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import { createdOf, type TaskState } from '../../core/task/state.ts';
import { viewOf } from '../../core/task/view.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Handle } from '../handle.ts';
import type { LeaseGuard } from '../lease-guard.ts';
import { holdingRef } from '../ref-lease.ts';
import { type OfRun, useApproval } from './use-approval.ts';

export async function push(
  deps: Dependencies & { handle: Handle },
  task: string,
  folded: Folded<TaskState>,
  effect: OfRun,
  guard: LeaseGuard,
): Promise<TaskCommand> {
  const { run } = effect;
  const { github, workspaces, artifacts, settings } = deps;
  const { state } = folded;
  const { repository, branch } = createdOf(state);
  if (!state.work) throw new Error('there is nothing to push');
  const { parent, tree, pack } = state.work;
  // The time is the run's, so that a second try makes the very same commit.
  const at = state.runs.find(other => other.id === run)?.startedAt ?? state.createdAt;
  const commit = {
    repository,
    remote: github.facts.remote(repository, 'write'),
    parent,
    tree: { sha: tree, pack: await artifacts.get(pack) },
    message: github.writes.commitMessage(viewOf(task, folded)),
    author: settings.author,
    at,
  };
  const expected = state.pushed?.sha ?? null;
  const before = expected === null ? null : parent;
  const question = { action: 'branch.push', run } as const;
  const approved = await useApproval(deps, task, folded, effect, question, guard);
  if ('instead' in approved) return approved.instead;
  const pushed = await holdingRef(
    deps,
    { repositoryId: repository.id, branch },
    guard,
    async () => {
      await approved.fresh();
      return workspaces.push(commit, branch, before);
    },
  );
  switch (pushed.outcome) {
    case 'pushed':
      return { type: 'pushed', run, branch, sha: pushed.sha, tree, was: expected };
    case 'moved':
      return { type: 'refused', run, reason: `Somebody else pushed to ${branch} meanwhile.` };
    case 'refused':
      return { type: 'refused', run, reason: `GitHub refused the push: ${pushed.reason}` };
  }
}

export async function openPull(
  { github }: Pick<Dependencies, 'github'>,
  task: string,
  folded: Folded<TaskState>,
  run: string,
  guard: LeaseGuard,
): Promise<TaskCommand> {
  const { repository, branch, base } = createdOf(folded.state);
  await guard.check();
  const opened = await github.writes.openPull(repository, {
    head: branch,
    base: base.ref,
    view: viewOf(task, folded),
    draft: true,
  });
  return { type: 'pull_opened', run, ...opened };
}
