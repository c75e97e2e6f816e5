/**
 * Has GitHub make a commit out of what we send it. GitHub signs a commit that names no author and no
 * committer as the App's own. The branch moves last, without force, and only to the tree that policy
 * decided on: what a broken try leaves is a commit on no branch.
 */
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { PushOutcome, SignedCommit } from '../../../engine/ports/signed-commit.ts';
import type { Client } from '../client/client.ts';
import { orNull, reasonOf } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { uploadTree } from './upload-tree.ts';
import type { WriteContext } from './write-context.ts';

export async function commitSigned(
  { clients }: WriteContext,
  repository: Repository,
  commit: SignedCommit,
  fresh: () => Promise<void>,
): Promise<PushOutcome> {
  const client = clients(repository, 'push');
  const now = await headOf(client, repository, commit.branch);
  if (now !== commit.expected) return standsThere(client, repository, commit, now);
  try {
    const made = await uploadTree(client, repository, commit.changes);
    if (made !== commit.tree)
      return refused(
        `it made the tree ${made} of what policy allowed as ${commit.tree}, so nothing was moved.`,
      );
    const { data } = await client.rest.git.createCommit({
      ...repositoryPath(repository),
      message: commit.message,
      tree: commit.tree,
      parents: commit.parents,
    });
    const { verified, reason } = data.verification;
    if (!verified)
      return refused(
        `it did not sign the commit that it made (${reason}). On an Enterprise Server an administrator enables web commit signing.`,
      );
    if (!isThis(data, commit)) return refused('it made another commit than it was asked for.');
    await fresh();
    return await move(client, repository, commit, data.sha);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return refused(reasonOf(error));
  }
}

const isRefusal = (error: unknown): error is GitHubFailure =>
  error instanceof GitHubFailure && ['forbidden', 'invalid', 'conflict'].includes(error.class);

const refused = (reason: string): PushOutcome => ({ outcome: 'refused', reason });

async function move(
  client: Client,
  repository: Repository,
  commit: SignedCommit,
  sha: string,
): Promise<PushOutcome> {
  const path = repositoryPath(repository);
  const ref = `heads/${commit.branch}`;
  try {
    if (commit.expected === null)
      await client.rest.git.createRef({ ...path, ref: `refs/${ref}`, sha });
    else await client.rest.git.updateRef({ ...path, ref, sha, force: false });
    return { outcome: 'pushed', sha };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const now = await headOf(client, repository, commit.branch);
    if (now !== commit.expected) return standsThere(client, repository, commit, now);
    return refused(reasonOf(error));
  }
}

/** An earlier try may have come through, though its answer did not. */
async function standsThere(
  client: Client,
  repository: Repository,
  commit: SignedCommit,
  sha: string | null,
): Promise<PushOutcome> {
  if (sha === null) return { outcome: 'moved', to: null };
  const path = repositoryPath(repository);
  const { data } = await client.rest.git.getCommit({ ...path, commit_sha: sha });
  return isThis(data, commit) ? { outcome: 'pushed', sha } : { outcome: 'moved', to: sha };
}

/** GitHub may leave out the line break at a message's end. */
const isThis = (
  made: {
    tree: { sha: string };
    parents: { sha: string }[];
    message: string;
    verification: { verified: boolean };
  },
  { tree, parents, message }: SignedCommit,
): boolean =>
  made.verification.verified &&
  made.tree.sha === tree &&
  made.parents.map(({ sha }) => sha).join() === parents.join() &&
  made.message.trimEnd() === message.trimEnd();

async function headOf(
  { rest }: Client,
  repository: Repository,
  branch: string,
): Promise<string | null> {
  const found = await orNull(
    rest.git.getRef({ ...repositoryPath(repository), ref: `heads/${branch}` }),
  );
  return found?.data.object.sha ?? null;
}
