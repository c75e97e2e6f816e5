/** The branch is pushed and the pull request opened, by us, outside every sandbox. */
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { opensDraft, pushesToPull } from '../../core/task/events/works-on.ts';
import { baseOf, createdOf, runOf } from '../../core/task/state/state.ts';
import { viewOf } from '../../core/task/views/view.ts';
import { workAt } from '../../core/task/work/step-state.ts';
import { endedPull } from '../facts/ended-pull.ts';
import { GitHubFailure } from '../ports/github.ts';
import type { PushOutcome } from '../ports/signed-commit.ts';
import type { Commit, Remote } from '../ports/workspace.ts';
import { holdingRef } from '../ref-lease.ts';
import type { TaskEffect } from '../task-context.ts';
import { useApproval } from './use-approval.ts';

export async function push(context: TaskEffect<'push'>): Promise<TaskCommand> {
  const { deps, folded, effect, guard } = context;
  const { github, workspaces } = deps;
  const { state } = folded;
  const created = createdOf(state);
  const { repository, branch } = created;
  const commit = await commitOf(context);
  github.writes.preparePull(repository);
  // All that the push rests on is asked for at once, and the push waits for all of it. Where the repository
  // is now is among it: another one may have the name by now.
  const { resolve: ask, promise: asked } =
    Promise.withResolvers<[remote: Remote, signed: boolean | null]>();
  asked.catch(() => {});
  const merging = mergedMeanwhile(context);
  merging.catch(() => {});
  const approved = await useApproval(context, 'branch.push', effect, () =>
    ask(Promise.all([github.facts.remote(repository, 'write'), wantsSignatures(context)])),
  );
  const merged = await merging;
  if (merged) return merged;
  if ('instead' in approved) return approved.instead;
  const { parents, message } = commit;
  const tree = commit.tree.sha;
  // Without a pull request, what an earlier try pushed is gone with that try.
  const expected = state.pull !== null || pushesToPull(created) ? parents[0] : null;
  const pushed = await holdingRef(
    deps,
    { repositoryId: repository.id, branch },
    guard,
    async () => {
      const [remote, signed] = await asked;
      if (signed === null) return { outcome: 'no_base' as const };
      const before = await pushedBefore(context, tree);
      if (before) return before;
      await approved.fresh();
      const made = { ...commit, remote };
      // A rule of the branch itself is met here first: asking for it would be one more request.
      const plain = signed ? null : await workspaces.push(made, branch, expected);
      if (plain && plain.outcome !== 'unsigned') return plain;
      const changes = await workspaces.newEntries(made);
      return github.writes.commitSigned(
        repository,
        { branch, expected, parents, tree, changes, message },
        approved.fresh,
      );
    },
  );
  await github.facts.renew(repository, ['pulls']);
  if (pushed.outcome === 'pushed' && !pushesToPull(created)) compareAhead(context, pushed.sha);
  return commandAfter(context, pushed, tree);
}

/** The commit that is pushed: the work of the run's step, on the base where it merges that in. */
async function commitOf({
  deps: { artifacts, github, redact, settings },
  task,
  folded,
  effect,
}: TaskEffect<'push'>): Promise<Omit<Commit, 'remote'>> {
  const { state } = folded;
  const run = runOf(state, effect.run);
  const work = workAt(state, run.step);
  if (!work) throw new Error('there is nothing to push');
  const { parent, tree, pack } = work;
  const { mergesInto } = state;
  const view = { ...viewOf(task, folded), console: settings.console };
  return {
    repository: createdOf(state).repository,
    parents: mergesInto === null ? [parent] : [mergesInto, parent],
    tree: { sha: tree, pack: await artifacts.get(pack) },
    message: redact(github.writes.commitMessage(view)),
    author: settings.author,
    // The time is the run's, so that a second try makes the very same commit.
    at: run.startedAt ?? state.createdAt,
  };
}

/** What the task is told of the push. */
function commandAfter(
  { folded: { state }, effect: { run } }: TaskEffect<'push'>,
  pushed: PushOutcome | { outcome: 'no_base' },
  tree: string,
): TaskCommand {
  const { branch } = createdOf(state);
  switch (pushed.outcome) {
    case 'pushed':
      return { type: 'pushed', run, branch, sha: pushed.sha, tree, was: state.pushed?.sha ?? null };
    case 'no_base':
      return { type: 'refused', run, reason: baseIsGone(baseOf(state)) };
    case 'moved':
      if (pushed.to === null) return { type: 'pull_closed', gone: [branch] };
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

/** What a person merged meanwhile takes no more commits. */
async function mergedMeanwhile({
  deps: { github },
  folded: { state },
}: TaskEffect<'push'>): Promise<TaskCommand | null> {
  if (!state.pull) return null;
  const pull = await github.facts.pull(createdOf(state).repository, state.pull.number);
  return pull.merged ? endedPull(github.facts, state, pull) : null;
}

/** An earlier try may have pushed this very tree, and failed to open the pull request. */
async function pushedBefore(
  { deps: { github }, folded: { state } }: TaskEffect<'push'>,
  tree: string,
): Promise<{ outcome: 'pushed'; sha: string } | null> {
  const { pull, pushed } = state;
  if (pull || pushed?.tree !== tree) return null;
  const { repository, branch } = createdOf(state);
  const isThere = (await github.facts.branch(repository, branch)) === pushed.sha;
  return isThere ? { outcome: 'pushed', sha: pushed.sha } : null;
}

/** Null where the base is not there any more. */
async function wantsSignatures({
  deps: { github },
  folded: { state },
}: TaskEffect<'push'>): Promise<boolean | null> {
  const { repository } = createdOf(state);
  const base = baseOf(state);
  try {
    return await github.facts.requiresSignatures(repository, base);
  } catch (error) {
    const isMissing = error instanceof GitHubFailure && error.class === 'not_found';
    if (isMissing && (await github.facts.branch(repository, base)) === null) return null;
    throw error;
  }
}

const baseIsGone = (base: string): string =>
  `The branch ${base}, into which this is to be merged, was deleted: restore it, and \`/agent retry\` goes on.`;

export async function openPull(context: TaskEffect<'open_pull'>): Promise<TaskCommand> {
  const { deps, task, folded, effect, guard } = context;
  const { repository, branch } = createdOf(folded.state);
  const { run } = effect;
  const { facts, writes } = deps.github;
  const base = baseOf(folded.state);
  await guard.check();
  try {
    const opened = await writes.openPull(repository, {
      head: branch,
      base,
      view: viewOf(task, folded),
      draft: opensDraft(createdOf(folded.state)),
    });
    return { type: 'pull_opened', run, ...opened };
  } catch (error) {
    // GitHub says only that the base is invalid.
    const isRefused = error instanceof GitHubFailure && error.class === 'invalid';
    if (!isRefused || (await facts.branch(repository, base)) !== null) throw error;
    return { type: 'refused', run, reason: baseIsGone(base) };
  }
}
