import type { GitHub } from '../github.ts';
import { happened } from '../rest/issue-state.ts';
import { leaveQueue } from '../rest/leave-queue.ts';
import {
  closePull,
  disableAutoMerge,
  dismissStaleReviews,
  markMergedByPush,
} from '../rest/pull-state.ts';
import { openSuites } from '../rest/suites.ts';
import { emitPush } from '../webhooks/push.ts';
import type { Account } from '../world/accounts.ts';
import { isPullRequest, type PullRequest } from '../world/pulls.ts';
import type { Repository } from '../world/repositories.ts';
import { atLeast, roleOf } from '../world/roles.ts';
import { branchTip, ZERO } from './branches.ts';
import { git, runGit } from './command.ts';

export interface RefChange {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
}

export function changesBetween(
  before: Map<string, string>,
  after: Map<string, string>,
): RefChange[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .map(ref => ({ ref, before: before.get(ref) ?? ZERO, after: after.get(ref) ?? ZERO }))
    .filter(change => change.before !== change.after);
}

/** Moves one ref if it is where it is believed to be, with everything that follows from it. */
export async function moveRef(
  github: GitHub,
  repository: Repository,
  change: RefChange,
  pusher: Account,
): Promise<void> {
  const { ref, before, after } = change;
  const args =
    after === ZERO ? ['update-ref', '-d', ref, before] : ['update-ref', ref, after, before];
  await git(repository.directory, args);
  await refsMoved(github, repository, [change], pusher);
}

/** What GitHub does after a push: events, check suites, and the pull requests that follow the branch. */
export async function refsMoved(
  github: GitHub,
  repository: Repository,
  changes: readonly RefChange[],
  pusher: Account,
): Promise<void> {
  if (!changes.length) return;
  repository.pushedAt = github.timestamp();
  const tags = changes.filter(({ ref }) => ref.startsWith('refs/tags/'));
  for (const change of changes) {
    // More than three tags at once: no event for them.
    if (tags.length > 3 && tags.includes(change)) continue;
    await emitPush(github, repository, change, pusher);
    const branch = /^refs\/heads\/(.+)$/s.exec(change.ref)?.[1];
    if (branch === undefined) continue;
    if (change.after !== ZERO) await openSuites(github, repository, branch, change.after, pusher);
    await followHead(github, repository, branch, change, pusher);
    await followBase(github, repository, branch, change, pusher);
  }
}

function openPulls(
  github: GitHub,
  wanted: (repository: Repository, issue: PullRequest) => boolean,
) {
  const found: { base: Repository; issue: PullRequest }[] = [];
  for (const base of github.world.repositories.values()) {
    for (const issue of base.issues.values()) {
      if (isPullRequest(issue) && issue.state === 'open' && wanted(base, issue))
        found.push({ base, issue });
    }
  }
  return found;
}

async function followHead(
  github: GitHub,
  repository: Repository,
  branch: string,
  change: RefChange,
  pusher: Account,
) {
  const mine = openPulls(
    github,
    (_, { pull }) => pull.headRepositoryId === repository.id && pull.headRef === branch,
  );
  for (const { base, issue } of mine) {
    if (change.after === ZERO) {
      await closePull(github, base, issue, pusher.id);
      continue;
    }
    await leaveQueue(github, base, issue, { by: pusher, reason: 'BRANCH_PROTECTIONS' });
    issue.pull.headSha = change.after;
    issue.pull.baseSha = (await branchTip(base, issue.pull.baseRef)) ?? issue.pull.baseSha;
    await keepHead(github, base, issue);
    await dismissStaleReviews(github, base, issue, pusher.id);
    if (issue.pull.autoMerge && !atLeast(roleOf(github, base, pusher.id), 'write'))
      await disableAutoMerge(github, base, issue, { by: pusher, reason: 'push' });
    issue.timeline.push({
      at: github.timestamp(),
      userId: pusher.id,
      text: `pushed ${change.after.slice(0, 7)}`,
    });
    await happened(github, base, issue, 'synchronize', pusher.id, {
      before: change.before,
      after: change.after,
    });
  }
}

async function followBase(
  github: GitHub,
  repository: Repository,
  branch: string,
  change: RefChange,
  pusher: Account,
) {
  const onto = openPulls(
    github,
    (base, { pull }) => base.id === repository.id && pull.baseRef === branch,
  );
  for (const { issue } of onto) {
    if (change.after === ZERO) {
      await closePull(github, repository, issue, pusher.id);
      continue;
    }
    const args = ['merge-base', '--is-ancestor', issue.pull.headSha, change.after];
    const { code } = await runGit(repository.directory, args, { accept: [1] });
    if (code === 0) await markMergedByPush(github, repository, issue, change.after, pusher);
  }
}

/** The head stays reachable in the base repository as refs/pull/N/head, wherever it came from. */
export async function keepHead(
  github: GitHub,
  base: Repository,
  issue: PullRequest,
): Promise<void> {
  const { headRepositoryId, headSha } = issue.pull;
  const ref = `refs/pull/${issue.number}/head`;
  const head = github.world.repositories.get(headRepositoryId);
  if (head && head.id !== base.id) {
    await git(base.directory, [
      'fetch',
      '--quiet',
      '--no-tags',
      head.directory,
      `+${headSha}:${ref}`,
    ]);
  } else {
    await git(base.directory, ['update-ref', ref, headSha]);
  }
}
