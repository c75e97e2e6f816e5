/**
 * Our check where it is required and no task stands: green where no work of a task is in the commit, or
 * what is in it was merged as it was allowed; else it says what the check of that task says.
 */
import { GATEHOUSE, type Repository } from '../../core/actor.ts';
import type { HeadVerdict, JudgedHead } from '../../core/judged-head.ts';
import { taskStream } from '../../core/stream.ts';
import type { TaskState } from '../../core/task/state/state.ts';
import { viewOf } from '../../core/task/views/view.ts';
import { checkVerdict } from '../../core/verdict.ts';
import type { Dependencies } from '../dependencies.ts';
import { loadFolded } from '../handle.ts';
import { GitHubFailure } from '../ports/github.ts';
import { type TaskCommit, WorkspaceRefused } from '../ports/workspace.ts';
import { holdingRef } from '../ref-lease.ts';
import { asTask } from '../streams.ts';
import type { StreamEffect } from '../task-context.ts';
import { workInFork } from './fork-work.ts';

type FoundTask = NonNullable<HeadVerdict['tasks']>[number] & {
  state: TaskState;
  /** It opens its own pull request with this commit just now. */
  opens: boolean;
  conclusion: HeadVerdict['conclusion'];
};

export async function judgeHead(
  context: StreamEffect<'judge_head'>,
): Promise<{ type: 'performed'; key: string }> {
  const { deps, effect, guard } = context;
  const { key, repository, about } = effect;
  // Two tasks may change at once: the last to write has seen both.
  const ref = { repositoryId: repository.id, branch: about.head };
  await holdingRef(deps, ref, guard, async () => {
    const fork = await isFromFork(deps, repository, about);
    const work = fork
      ? await workInFork(deps.github.facts, repository, about)
      : await workHere(deps, repository, about);
    if (work === 'replaced') return;
    const found = work === 'untold' ? null : await tasksIn(deps, { repository, about }, work);
    // Strangers push to forks as often as they like, and anybody can copy a trailer: no task keeps that.
    if (!fork) for (const { id } of found ?? []) await remember(deps, id, about);
    // There the task's own check stands, or will as soon as its pull request is known: GitHub may tell of it first.
    if (found?.some(({ state, opens }) => state.pull?.head === about.head || opens)) return;
    await guard.check();
    await deps.github.writes.showHead(repository, about, verdictOf(found, !fork));
  });
  return { type: 'performed', key };
}

/** GitHub makes merge groups itself, of what people with write access add to the queue. */
async function isFromFork(
  { github }: Pick<Dependencies, 'github'>,
  repository: Repository,
  { pull, group }: JudgedHead,
): Promise<boolean> {
  if (group) return false;
  const { head } = await github.facts.pull(repository, pull);
  return head.repositoryId !== repository.id;
}

/** The task is told, so that this check follows its own. */
async function remember(
  { handle }: StreamEffect<'judge_head'>['deps'],
  id: string,
  about: JudgedHead,
) {
  const command = { type: 'work_found' as const, about };
  await handle({ stream: taskStream(id), command, actor: GATEHOUSE });
}

async function workHere(
  { github, workspaces }: Pick<Dependencies, 'github' | 'workspaces'>,
  repository: Repository,
  about: JudgedHead,
): Promise<TaskCommit[] | 'untold'> {
  const source = { repository, remote: await github.facts.remote(repository, 'read') };
  // A check stands on a commit, which may be the head of pull requests for other branches as well:
  // whatever the default branch does not have yet counts.
  const { sha } = await github.facts.defaultBranch(repository);
  return workspaces.taskCommits(source, sha, about.head).catch((error: unknown) => {
    // Who waits for our check is told that nobody can say whose work is in there.
    if (error instanceof WorkspaceRefused) return 'untold';
    throw error;
  });
}

async function tasksIn(
  { tasks, github, log }: Pick<Dependencies, 'github' | 'tasks' | 'log'>,
  { repository, about }: { repository: Repository; about: JudgedHead },
  commits: TaskCommit[],
): Promise<FoundTask[]> {
  const ids = new Set(commits.map(({ task }) => task));
  // What GitHub squashes for a group is a commit of its own: its pull requests say whose it is.
  for (const pull of about.group ? await pullsInGroup(github, repository, about) : [])
    for (const { id } of await tasks.list({ repositoryId: repository.id, pull, limit: 1 }))
      ids.add(id);
  const found: FoundTask[] = [];
  for (const id of ids) {
    const row = await tasks.find(id);
    if (row?.repositoryId !== repository.id) continue;
    const folded = asTask(await loadFolded(log, taskStream(id)));
    const view = viewOf(id, folded);
    const verdict = checkVerdict(view);
    found.push({
      id,
      title: view.title,
      pull: view.pull?.number ?? null,
      verdict: verdict.title,
      state: folded.state,
      opens:
        folded.open.some(({ kind }) => kind === 'open_pull') &&
        folded.state.pushed?.sha === about.head,
      conclusion: conclusionOf(folded.state, about, { commits, verdict: verdict.conclusion }),
    });
  }
  return found;
}

/** GitHub may not show its queue: then the pull request is known that gave the group its name. */
async function pullsInGroup(
  { facts }: Dependencies['github'],
  repository: Repository,
  { pull }: JudgedHead,
): Promise<number[]> {
  const ahead = await facts.aheadInQueue(repository, pull).catch((error: unknown) => {
    if (error instanceof GitHubFailure && error.lasting) return [];
    throw error;
  });
  return [...ahead, pull];
}

/** What was allowed is one head: in a group that very head, elsewhere only once it was merged. */
function conclusionOf(
  state: TaskState,
  { group }: JudgedHead,
  { commits, verdict }: { commits: TaskCommit[]; verdict: string | null },
): HeadVerdict['conclusion'] {
  const has = (sha: string | undefined) => commits.some(({ commit }) => commit === sha);
  const isAllowed = state.pull !== null && state.mergeable === state.pull.head;
  if (group && (isAllowed || state.merged)) return 'success';
  // Work on somebody's own pull request is done once it is pushed: people merge it.
  if (state.status === 'success' && has(state.pushed?.sha)) return 'success';
  return verdict === 'failure' || verdict === 'cancelled' ? verdict : 'action_required';
}

/** Where it can't be told whose work is in it, somebody with write access has to see to that. */
function verdictOf(found: FoundTask[] | null, followed: boolean): HeadVerdict {
  if (found === null) return { conclusion: 'action_required', tasks: null, followed };
  return {
    conclusion: found.find(({ conclusion }) => conclusion !== 'success')?.conclusion ?? 'success',
    tasks: found
      .toSorted((a, b) => Number(a.conclusion === 'success') - Number(b.conclusion === 'success'))
      .map(({ id, title, pull, verdict }) => ({ id, title, pull, verdict })),
    followed,
  };
}
