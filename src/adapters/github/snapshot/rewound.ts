/**
 * Whether a base branch was set back or rewritten since GitHub noted a pull request's base commit: then
 * merging brings more than what came after that commit, and GitHub itself compares with the tip.
 */
import type { Repository } from '../../../core/actor.ts';
import { createAnswerCache } from '../../../core/bounded-cache.ts';
import type { Client } from '../client.ts';
import { orNull } from '../failure.ts';
import { repositoryPath } from '../repository-path.ts';

/** Two commits never change how they lie to each other. */
const MOST = 1_000;
const known = createAnswerCache<string, boolean>(MOST);

export const isRewound = (
  client: Client,
  repository: Repository,
  base: string,
  tip: string,
): Promise<boolean> =>
  base === tip
    ? Promise.resolve(false)
    : known.get(`${repository.id} ${base} ${tip}`, () => askWhether(client, repository, base, tip));

async function askWhether(
  { rest }: Client,
  repository: Repository,
  base: string,
  tip: string,
): Promise<boolean> {
  const asked = {
    ...repositoryPath(repository),
    basehead: `${base}...${tip}`,
    // The changed files stand on the first page alone.
    per_page: 1,
    page: 2,
  };
  const compared = await orNull(rest.repos.compareCommitsWithBasehead(asked));
  // A commit that GitHub does not have any more is in no branch.
  return compared === null || ['diverged', 'behind'].includes(compared.data.status);
}
