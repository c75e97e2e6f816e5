import type { GitHub } from '../github.ts';
import { latestRuns, latestStatuses, passed } from '../world/checks.ts';
import { type PullRequest, standingReviews } from '../world/pulls.ts';
import type { BranchProtection, Repository, RequiredCheck } from '../world/repositories.ts';
import { atLeast, roleOf } from '../world/roles.ts';
import { runGit } from './command.ts';
import { currentBase, mergedTree } from './pull-changes.ts';
import { unauthorized, unmetRules } from './unmet-rules.ts';

export interface Mergeability {
  readonly mergeable: boolean | null;
  readonly state: 'clean' | 'blocked' | 'unstable' | 'draft' | 'dirty' | 'behind' | 'unknown';
  /** Why it is blocked, in GitHub's words. */
  readonly reasons: readonly string[];
}

/** `viewer`: who asks, as some may merge what others may not; null: nobody in particular. */
export async function mergeability(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  viewer: number | null = null,
): Promise<Mergeability> {
  const { pull } = issue;
  if (issue.state === 'closed') return { mergeable: null, state: 'unknown', reasons: [] };
  const base = await currentBase(repository, pull);
  if ((await mergedTree(repository, base, pull.headSha)) === null)
    return { mergeable: false, state: 'dirty', reasons: [] };
  if (pull.draft) return { mergeable: true, state: 'draft', reasons: [] };
  const protection = repository.protections.get(pull.baseRef);
  const reasons = protection
    ? [
        ...unmet(github, repository, issue, protection),
        ...unmetRules(repository, pull, protection),
        ...unauthorized(protection, viewer),
      ]
    : [];
  if (reasons.length) return { mergeable: true, state: 'blocked', reasons };
  if (protection?.strict && !(await contains(repository, pull.headSha, base))) {
    return {
      mergeable: true,
      state: 'behind',
      reasons: ['The head branch is not up to date with the base branch.'],
    };
  }
  return {
    mergeable: true,
    state: allGreen(repository, pull.headSha) ? 'clean' : 'unstable',
    reasons: [],
  };
}

function unmet(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  protection: BranchProtection,
): string[] {
  const { pull } = issue;
  const reasons: string[] = [];
  const standing = standingReviews(pull).filter(review =>
    atLeast(roleOf(github, repository, review.userId), 'write'),
  );
  const approvals = standing.filter(review => review.state === 'APPROVED').length;
  if (
    standing.some(review => review.state === 'CHANGES_REQUESTED') &&
    protection.requiredReviews > 0
  ) {
    reasons.push('Changes have been requested.');
  } else if (approvals < protection.requiredReviews) {
    const plural = protection.requiredReviews === 1 ? 'review is' : 'reviews are';
    reasons.push(
      `At least ${protection.requiredReviews} approving ${plural} required by reviewers with write access.`,
    );
  }
  for (const required of protection.requiredChecks) {
    const state = requiredState(github, repository, pull.headSha, required);
    if (state !== 'passed')
      reasons.push(`Required status check "${required.context}" is ${state}.`);
  }
  return reasons;
}

export function requiredState(
  github: GitHub,
  repository: Repository,
  sha: string,
  required: RequiredCheck,
): 'passed' | 'failing' | 'expected' | 'pending' {
  const runs = latestRuns(repository.checkRuns, sha).filter(
    run =>
      run.name === required.context &&
      (required.appId === undefined || run.appId === required.appId),
  );
  const app = required.appId === undefined ? null : github.world.apps.get(required.appId);
  const statuses = latestStatuses(repository.statuses, sha).filter(
    status =>
      status.context === required.context && (app === null || status.creatorId === app?.botUser.id),
  );
  if (!runs.length && !statuses.length) return 'expected';
  if (runs.some(run => run.status !== 'completed') || statuses.some(s => s.state === 'pending'))
    return 'pending';
  const green = runs.every(passed) && statuses.every(s => s.state === 'success');
  return green ? 'passed' : 'failing';
}

function allGreen(repository: Repository, sha: string): boolean {
  return (
    latestRuns(repository.checkRuns, sha).every(run => run.status === 'completed' && passed(run)) &&
    latestStatuses(repository.statuses, sha).every(status => status.state === 'success')
  );
}

async function contains(repository: Repository, head: string, base: string): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', base, head];
  return (await runGit(repository.directory, args, { accept: [1] })).code === 0;
}
