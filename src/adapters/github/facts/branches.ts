/** What branches point at. */
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { Clients } from '../client.ts';
import { orNull } from '../failure.ts';

export async function readBranch(
  clients: Clients,
  repository: Repository,
  branch: string,
): Promise<string | null> {
  const { rest } = clients(repository, 'facts');
  const where = { owner: repository.owner, repo: repository.name };
  const found = await orNull(rest.git.getRef({ ...where, ref: `heads/${branch}` }));
  return found?.data.object.sha ?? null;
}

export async function readRepository(
  clients: Clients,
  repository: Repository,
): Promise<{ defaultBranch: string; archived: boolean }> {
  const { rest } = clients(repository, 'facts');
  const where = { owner: repository.owner, repo: repository.name };
  const { data } = await rest.repos.get(where);
  if (data.id !== repository.id)
    throw new GitHubFailure(
      'not_found',
      `${repository.owner}/${repository.name} is another repository by now.`,
      null,
    );
  return { defaultBranch: data.default_branch, archived: data.archived };
}

export async function readDefaultBranch(
  clients: Clients,
  repository: Repository,
): Promise<{ ref: string; sha: string }> {
  const { defaultBranch: ref } = await readRepository(clients, repository);
  const sha = await readBranch(clients, repository, ref);
  if (sha === null)
    throw new GitHubFailure(
      'not_found',
      `${repository.owner}/${repository.name} has no commit on ${ref}.`,
      null,
    );
  return { ref, sha };
}
