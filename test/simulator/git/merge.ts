import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WEB_FLOW_EMAIL } from '../world/accounts.ts';
import type { MergeMethod, Pull } from '../world/pulls.ts';
import type { Repository } from '../world/repositories.ts';
import { git, runGit } from './command.ts';
import { type Identity, readCommits } from './commits.ts';
import { mergedTree } from './pull-changes.ts';

/** The committer of everything that GitHub itself writes. */
export const WEB_FLOW: Identity = { name: 'GitHub', email: WEB_FLOW_EMAIL };

export interface MergeRequest {
  readonly method: MergeMethod;
  readonly base: string;
  readonly author: Identity;
  readonly message: string;
  readonly date: Date;
}

/** Makes the commit (or commits) of a merge; null where the two conflict. No branch moves. */
export async function makeMerge(
  repository: Repository,
  pull: Pick<Pull, 'headSha'>,
  request: MergeRequest,
): Promise<string | null> {
  if (request.method === 'rebase') return rebase(repository, request.base, pull.headSha);
  const tree = await mergedTree(repository, request.base, pull.headSha);
  if (tree === null) return null;
  const parents = request.method === 'merge' ? [request.base, pull.headSha] : [request.base];
  const args = ['commit-tree', tree, ...parents.flatMap(parent => ['-p', parent])];
  return git(repository.directory, args, { input: request.message, env: identity(request) });
}

function identity({ author, date }: MergeRequest): Record<string, string> {
  const when = date.toISOString();
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: when,
    GIT_COMMITTER_NAME: WEB_FLOW.name,
    GIT_COMMITTER_EMAIL: WEB_FLOW.email,
    GIT_COMMITTER_DATE: when,
  };
}

/** In a work tree of its own: git 2.39 cannot replay commits in a bare repository. */
async function rebase(repository: Repository, base: string, head: string): Promise<string | null> {
  const commits = await readCommits(repository.directory, [
    '--reverse',
    '--no-merges',
    `${base}..${head}`,
  ]);
  const folder = join(repository.directory, `rebase-${head}`);
  const env = { GIT_COMMITTER_NAME: WEB_FLOW.name, GIT_COMMITTER_EMAIL: WEB_FLOW.email };
  await git(repository.directory, ['worktree', 'add', '--quiet', '--detach', folder, base]);
  try {
    const picks = commits.map(commit => commit.sha);
    if (!picks.length) return base;
    const { code } = await runGit(folder, ['cherry-pick', '--allow-empty', ...picks], {
      env,
      accept: [1],
    });
    return code === 0 ? await git(folder, ['rev-parse', 'HEAD']) : null;
  } finally {
    await rm(folder, { recursive: true, force: true });
    await git(repository.directory, ['worktree', 'prune']);
  }
}
