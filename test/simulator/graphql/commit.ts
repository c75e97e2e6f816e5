import { branchTip } from '../git/branches.ts';
import { type FileChange, writeCommit } from '../git/commits.ts';
import { WEB_FLOW } from '../git/merge.ts';
import { moveRef } from '../git/refs.ts';
import { readNodeId } from '../present/links.ts';
import { accountOf } from '../rest/actor.ts';
import { readTree } from '../rest/contents.ts';
import { notFound, refusal } from '../rest/errors.ts';
import { emailOf } from '../world/accounts.ts';
import { findRepository, type Repository, withRefLock } from '../world/repositories.ts';
import { branchObject } from './branches.ts';
import { commitObject } from './commits.ts';
import type { Mutation } from './mutations.ts';
import { type Context, permit } from './queries.ts';

type CommitInput = Mutation<{
  readonly branch: {
    readonly id?: string;
    readonly repositoryNameWithOwner?: string;
    readonly branchName?: string;
  };
  readonly message: { readonly headline: string; readonly body?: string };
  readonly expectedHeadOid: string;
  readonly fileChanges?: {
    readonly additions?: readonly { readonly path: string; readonly contents: string }[];
    readonly deletions?: readonly { readonly path: string }[];
  };
}>;

/** A commit that GitHub signs in the App's name; it must follow the head that the caller knows. */
export async function createCommitOnBranch({ input }: CommitInput, context: Context) {
  const { github, actor } = context;
  const { repository, branch } = findBranch(context, input.branch);
  return withRefLock(repository, async () => {
    const tip = await branchTip(repository, branch);
    if (!tip) throw refusal(404, `Could not resolve to a branch named ${branch}`);
    if (tip !== input.expectedHeadOid) {
      throw refusal(
        409,
        `Expected branch to point to "${input.expectedHeadOid}" but it did not. Pull and try again.`,
      );
    }
    if (repository.protections.has(branch)) {
      throw refusal(
        422,
        'Protected branch rule violations found: Changes must be made through a pull request.',
      );
    }
    const changes = await fileChanges(repository, tip, input.fileChanges ?? {});
    const workflows = changes.find(({ path }) => path.startsWith('.github/workflows/'));
    if (workflows && actor.kind === 'installation' && actor.permissions.workflows !== 'write') {
      throw refusal(403, 'Resource not accessible by integration');
    }
    const author = accountOf(actor);
    const { headline, body } = input.message;
    const sha = await writeCommit(repository.directory, {
      parent: tip,
      changes,
      message: body ? `${headline}\n\n${body}` : headline,
      author: { name: author.login, email: emailOf(author) },
      committer: WEB_FLOW,
      date: github.now(),
    });
    github.world.signedCommits.add(sha);
    await moveRef(
      github,
      repository,
      { ref: `refs/heads/${branch}`, before: tip, after: sha },
      author,
    );
    return {
      clientMutationId: input.clientMutationId,
      commit: await commitObject(github, repository, sha),
      ref: branchObject(github, repository, branch, sha),
    };
  });
}

function findBranch(
  context: Context,
  branch: CommitInput['input']['branch'],
): { repository: Repository; branch: string } {
  const fromId = branch.id
    ? /^(\d+):refs\/heads\/(.+)$/s.exec(readNodeId(branch.id)?.key ?? '')
    : null;
  const [owner = '', name = ''] = branch.repositoryNameWithOwner?.split('/') ?? [];
  const repository = fromId
    ? context.github.world.repositories.get(Number(fromId[1]))
    : findRepository(context.github, owner, name);
  if (!repository) throw refusal(404, 'Could not resolve to a Repository.');
  permit(context, repository, ['contents:write'], 'write', notFound);
  return {
    repository,
    branch: fromId?.[2] ?? branch.branchName?.replace(/^refs\/heads\//, '') ?? '',
  };
}

/** The caller cannot say modes: a known file keeps its own, a new one is plain. */
async function fileChanges(
  repository: Repository,
  tip: string,
  changes: NonNullable<CommitInput['input']['fileChanges']>,
): Promise<FileChange[]> {
  const known = new Map(
    (await readTree(repository.directory, tip, ['-r'])).map(entry => [entry.path, entry.mode]),
  );
  const additions = (changes.additions ?? []).map(({ path, contents }) => ({
    path,
    content: Buffer.from(contents, 'base64'),
    mode: known.get(path) === '100755' ? ('100755' as const) : ('100644' as const),
  }));
  const deletions = (changes.deletions ?? []).map(({ path }) => {
    if (!known.has(path))
      throw refusal(
        422,
        `A path was requested for deletion which does not exist as of commit oid \`${tip}\``,
      );
    return { path, content: null };
  });
  return [...deletions, ...additions];
}
