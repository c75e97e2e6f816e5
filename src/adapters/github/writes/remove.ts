/** Removes one-shot labels and branches. */
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import { orNull } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import type { WriteContext } from './write-context.ts';

export async function removeLabel(
  { clients }: WriteContext,
  repository: Repository,
  issue: number,
  label: string,
): Promise<void> {
  const { rest } = clients(repository, 'talk');
  await orNull(
    rest.issues.removeLabel({ ...repositoryPath(repository), issue_number: issue, name: label }),
  );
}

/** What a branch points at that is to be gone. */
const NOTHING = '0'.repeat(40);

/** REST deletes a branch wherever it points by then. */
const DELETE = `mutation ($repository: ID!, $ref: GitRefname!, $sha: GitObjectID!) {
  updateRefs(input: {
    repositoryId: $repository
    refUpdates: [{ name: $ref, beforeOid: $sha, afterOid: "${NOTHING}" }]
  }) { clientMutationId }
}`;

/**
 * Only where the branch still points at `sha`: commits by others are not thrown away. It stays as well
 * where a rule of the repository keeps it.
 */
export async function deleteBranch(
  { clients }: WriteContext,
  repository: Repository,
  branch: string,
  sha: string,
): Promise<void> {
  const { rest, graphql } = clients(repository, 'merge');
  const path = repositoryPath(repository);
  const existing = await orNull(rest.git.getRef({ ...path, ref: `heads/${branch}` }));
  if (existing?.data.object.sha !== sha) return;
  const { node_id } = (await rest.repos.get(path)).data;
  try {
    await graphql(DELETE, { repository: node_id, ref: `refs/heads/${branch}`, sha });
  } catch (error) {
    // GraphQL answers 200 to what it refuses: what is gone or points elsewhere by now, and what a rule keeps.
    const settled =
      error instanceof GitHubFailure && error.status === 200 && error.class !== 'rate_limit';
    if (!settled) throw error;
  }
}
