/**
 * Whether a base branch was set back or rewritten since GitHub noted a pull request's base commit: then
 * merging brings more than what came after that commit, and GitHub itself compares with the tip.
 */
import type { Repository } from '../../../core/actor.ts';
import { createAnswerCache } from '../../../core/bounds/bounded-cache.ts';
import type { Client } from '../client/client.ts';
import { orNull } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';

/** Two commits never change how they lie to each other; whether GitHub has them may change. */
const MOST = 1_000;
const known = createAnswerCache<string, boolean | null>(MOST);

export const isRewound = (
  client: Client,
  repository: Repository,
  base: string,
  tip: string,
): Promise<boolean> =>
  base === tip ? Promise.resolve(false) : askOnce(client, repository, base, tip);

async function askOnce(
  client: Client,
  repository: Repository,
  base: string,
  tip: string,
): Promise<boolean> {
  const key = `${repository.id} ${base} ${tip}`;
  const found = await known.get(key, () => askWhether(client, repository, base, tip));
  // GitHub also says of what it has only just been given, or can't reach now, that it is not there.
  if (found === null) known.forget(key);
  // A commit that GitHub does not have any more is in no branch.
  return found ?? true;
}

/** Null: GitHub does not have one of the commits. */
async function askWhether(
  { rest }: Client,
  repository: Repository,
  base: string,
  tip: string,
): Promise<boolean | null> {
  const asked = {
    ...repositoryPath(repository),
    basehead: `${base}...${tip}`,
    // The changed files stand on the first page alone.
    per_page: 1,
    page: 2,
  };
  const compared = await orNull(rest.repos.compareCommitsWithBasehead(asked));
  return compared && ['diverged', 'behind'].includes(compared.data.status);
}
