/** The active rules of a branch, of the repository and of its organization. Classic protection is not among them. */
import type { Repository } from '../../core/actor.ts';
import { GitHubFailure } from '../../engine/ports/github.ts';
import type { Client } from './client/client.ts';
import { repositoryPath } from './client/repository-path.ts';

export const readBranchRules = (
  { rest, paginate }: Client,
  repository: Repository,
  branch: string,
) =>
  paginate(rest.repos.getBranchRules, {
    ...repositoryPath(repository),
    branch,
    per_page: 100,
  }).catch(noRules);

export type BranchRule = Awaited<ReturnType<typeof readBranchRules>>[number];

/** Not every plan has rulesets. What GitHub requires, GitHub itself still enforces. */
function noRules(error: unknown): [] {
  if (error instanceof GitHubFailure && ['forbidden', 'not_found'].includes(error.class)) return [];
  throw error;
}
