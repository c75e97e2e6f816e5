/** What branches point at. */
import type { Repository } from '../../../core/actor.ts';
import { createBoundedCache } from '../../../core/bounded-cache.ts';
import { type DefaultBranch, GitHubFailure } from '../../../engine/ports/github.ts';
import type { Clients } from '../client.ts';
import { orNull } from '../failure.ts';
import { repositoryPath } from '../repository-path.ts';

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

/** By repository: what its default branch was called last, so that one need not wait for the other. */
const lastNames = createBoundedCache<number, string>(10_000);

export async function readDefaultBranch(
  clients: Clients,
  repository: Repository,
): Promise<DefaultBranch> {
  const { rest } = clients(repository, 'facts');
  const path = repositoryPath(repository);
  const expected = lastNames.get(repository.id);
  const [{ data }, early] = await Promise.all([
    rest.repos.get(path),
    expected === undefined ? null : readBranch(clients, repository, expected),
  ]);
  if (data.id !== repository.id)
    throw new GitHubFailure(
      'transport',
      `${repository.owner}/${repository.name} is another repository by now.`,
      null,
    );
  const sha =
    data.default_branch === expected
      ? early
      : await readBranch(clients, repository, data.default_branch);
  lastNames.set(repository.id, data.default_branch);
  if (sha === null)
    throw new GitHubFailure(
      'empty',
      `${repository.owner}/${repository.name} has no commit on ${data.default_branch}.`,
      null,
    );
  return {
    ref: data.default_branch,
    sha,
    archived: data.archived,
    owner: data.owner.login,
    name: data.name,
  };
}
