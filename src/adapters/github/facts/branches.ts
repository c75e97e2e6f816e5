/** What branches point at. */
import type { Repository } from '../../../core/actor.ts';
import { type DefaultBranch, GitHubFailure } from '../../../engine/ports/github.ts';
import type { Clients } from '../client/client.ts';
import { orNull } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import type { Locate, Located } from '../locate.ts';
import type { KeptFact } from './kept.ts';

export const readBranch = (clients: Clients, repository: Repository, branch: string) =>
  readRef(clients, repository, `heads/${branch}`);

export const readTag = (clients: Clients, repository: Repository, tag: string) =>
  readRef(clients, repository, `tags/${tag}`);

async function readRef(
  clients: Clients,
  repository: Repository,
  ref: string,
): Promise<string | null> {
  const { rest } = clients(repository, 'facts');
  const asked = rest.git.getRef({ ...repositoryPath(repository), ref });
  const found = await orNull(asked).catch(error => {
    // Of a repository without a commit GitHub says 409.
    if (error instanceof GitHubFailure && error.status === 409) return null;
    throw error;
  });
  return found?.data.object.sha ?? null;
}

/** What a branch that was renamed is called now; `null` where GitHub leads nowhere. */
export async function readRenamedBranch(
  clients: Clients,
  repository: Repository,
  branch: string,
): Promise<string | null> {
  const { rest } = clients(repository, 'facts');
  const found = await orNull(rest.repos.getBranch({ ...repositoryPath(repository), branch }));
  return found?.data.name ?? null;
}

/** Names are suggested from these: more would take too many requests for that. */
const MOST_BRANCHES = 1_000;

export async function readBranches(clients: Clients, repository: Repository): Promise<string[]> {
  const { rest, paginate } = clients(repository, 'facts');
  const names: string[] = [];
  await paginate(
    rest.repos.listBranches,
    { ...repositoryPath(repository), per_page: 100 },
    ({ data }, done) => {
      names.push(...data.map(({ name }) => name));
      if (names.length >= MOST_BRANCHES) done();
      return [];
    },
  );
  return names;
}

/** `empty` where it has no commit. `tip`: what is kept of what a branch points at. */
export async function readDefaultBranch(
  tip: KeptFact<string | null>,
  locate: Locate,
  believed: Located,
): Promise<DefaultBranch> {
  const found = await tip(believed, believed.defaultBranch);
  if (found !== null) return { ...placeOf(believed), sha: found };
  // What is not there may have been renamed since the name was kept.
  const now = await locate(believed, 'fresh');
  const { owner, name, defaultBranch } = now;
  const sha = await tip(now, defaultBranch, 'fresh');
  if (sha === null)
    throw new GitHubFailure('empty', `${owner}/${name} has no commit on ${defaultBranch}.`, null);
  return { ...placeOf(now), sha };
}

const placeOf = ({ owner, name, defaultBranch: ref, archived }: Located) => ({
  ref,
  archived,
  owner,
  name,
});
