/** What a branch asks for besides reviews and checks, and a pull request does not have. */
import type { Pull } from '../world/pulls.ts';
import type { BranchProtection, Repository } from '../world/repositories.ts';

/** In GitHub's words. */
export function unmetRules(
  repository: Repository,
  pull: Pull,
  protection: BranchProtection,
): string[] {
  const { conversations, requiredDeployments = [], otherRules = [], locked } = protection;
  const waits = requiredDeployments.filter(
    environment => !isDeployed(repository, pull.headSha, environment),
  );
  const isOpen = pull.reviewComments.some(
    ({ inReplyTo, resolved }) => inReplyTo === null && !resolved,
  );
  return [
    ...(conversations && isOpen
      ? ['A conversation must be resolved before this pull request can be merged.']
      : []),
    ...waits.map(environment => `Waiting on a required deployment to ${environment}.`),
    ...otherRules.flatMap(({ violated, ofMerge }) => (ofMerge ? [] : (violated ?? []))),
    ...(locked ? ['Cannot change this locked branch.'] : []),
  ];
}

/** Whoever may not push to a branch merges nothing into it either. */
export const unauthorized = ({ pushers }: BranchProtection, viewer: number | null): string[] =>
  viewer === null || pushers === undefined || pushers.includes(viewer)
    ? []
    : [
        "You're not authorized to push to this branch. Visit https://docs.github.com/articles/about-protected-branches/ for more information.",
      ];

const isDeployed = ({ deployments }: Repository, sha: string, environment: string): boolean =>
  deployments
    .findLast(deployment => deployment.sha === sha && deployment.environment === environment)
    ?.statuses.at(-1)?.state === 'success';
