/** The branch is pushed and the pull request opened, by us, outside every sandbox. */
import type { TaskCommand } from '../../core/task/command.ts';
import { baseOf, createdOf, runOf } from '../../core/task/state.ts';
import { workAt } from '../../core/task/step-state.ts';
import { viewOf } from '../../core/task/view.ts';
import { pushesToPull } from '../../core/task/works-on.ts';
import type { Commit, Remote } from '../ports/workspace.ts';
import { holdingRef } from '../ref-lease.ts';
import type { TaskEffect } from '../task-context.ts';
import { useApproval } from './use-approval.ts';

export async function push(context: TaskEffect<'push'>): Promise<TaskCommand> {
  const { deps, task, folded, effect, guard } = context;
  const { run } = effect;
  const { github, workspaces, artifacts, settings } = deps;
  const { state } = folded;
  const created = createdOf(state);
  const { repository, branch } = created;
  const work = workAt(state, runOf(state, run).step);
  if (!work) throw new Error('there is nothing to push');
  const { parent, tree, pack } = work;
  const { mergesInto } = state;
  const parents: Commit['parents'] = mergesInto === null ? [parent] : [mergesInto, parent];
  // The time is the run's, so that a second try makes the very same commit.
  const at = state.runs.find(other => other.id === run)?.startedAt ?? state.createdAt;
  const commit = {
    repository,
    parents,
    tree: { sha: tree, pack: await artifacts.get(pack) },
    message: deps.redact(
      github.writes.commitMessage({ ...viewOf(task, folded), console: settings.console }),
    ),
    author: settings.author,
    at,
  };
  const expected = state.pushed?.sha ?? null;
  const isThere = expected !== null || pushesToPull(created);
  const before = isThere ? parents[0] : null;
  github.writes.preparePull(repository);
  // All that the push rests on is asked for at once, and the push waits for all of it. Where the repository
  // is now is among it: another one may have the name by now.
  const { resolve: ask, promise: asked } =
    Promise.withResolvers<[remote: Remote, signed: boolean]>();
  asked.catch(() => {});
  const approved = await useApproval(context, 'branch.push', effect, () =>
    ask(
      Promise.all([
        github.facts.remote(repository, 'write'),
        github.facts.requiresSignatures(repository, baseOf(state)),
      ]),
    ),
  );
  if ('instead' in approved) return approved.instead;
  const pushed = await holdingRef(
    deps,
    { repositoryId: repository.id, branch },
    guard,
    async () => {
      const [remote, signed] = await asked;
      await approved.fresh();
      const made = { ...commit, remote };
      // A rule of the branch itself is met here first: asking for it would be one more request.
      const plain = signed ? null : await workspaces.push(made, branch, before);
      if (plain && plain.outcome !== 'unsigned') return plain;
      const changes = await workspaces.newEntries(made);
      return github.writes.commitSigned(
        repository,
        { branch, expected: before, parents, tree, changes, message: commit.message },
        approved.fresh,
      );
    },
  );
  await github.facts.renew(repository, ['pulls']);
  switch (pushed.outcome) {
    case 'pushed':
      if (!pushesToPull(created)) compareAhead(context, pushed.sha);
      return { type: 'pushed', run, branch, sha: pushed.sha, tree, was: expected };
    case 'moved':
      if (pushed.to === null) return { type: 'pull_closed', branch };
      return {
        type: 'refused',
        run,
        reason: `Somebody else pushed to ${branch} meanwhile: ask again, for what stands there now.`,
      };
    case 'refused':
      return { type: 'refused', run, reason: `GitHub refused the push: ${pushed.reason}` };
  }
}

/** Policy is asked about the merge next, of the whole change: it is read while the pull request is opened. */
function compareAhead(
  { deps, folded: { state } }: Pick<TaskEffect<'push'>, 'deps' | 'folded'>,
  head: string,
): void {
  const { github, workspaces } = deps;
  const { repository, base: began } = createdOf(state);
  const compare = async () => {
    const [home, remote] = await Promise.all([
      github.facts.defaultBranch(repository),
      github.facts.remote(repository, 'read'),
    ]);
    const base = home.ref === baseOf(state) ? home.sha : began.sha;
    await workspaces.compare({ repository, remote }, base, head);
  };
  // What is kept of it serves the question. Where it fails, the question reads it, and fails there.
  compare().catch(() => {});
}

export async function openPull(context: TaskEffect<'open_pull'>): Promise<TaskCommand> {
  const { deps, task, folded, effect, guard } = context;
  const { repository, branch } = createdOf(folded.state);
  await guard.check();
  const opened = await deps.github.writes.openPull(repository, {
    head: branch,
    base: baseOf(folded.state),
    view: viewOf(task, folded),
    // What the task does not merge itself is for people at once.
    draft: createdOf(folded.state).worksOn === null,
  });
  return { type: 'pull_opened', run: effect.run, ...opened };
}
