/** Objects of git that are made by REST: contents, trees and commits, which no branch has yet. */
import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ZERO } from '../git/branches.ts';
import { git, resolveCommit, runGit } from '../git/command.ts';
import { readCommit } from '../git/commits.ts';
import { WEB_FLOW } from '../git/merge.ts';
import { gitCommitJson } from '../present/commit.ts';
import { repositoryUrl } from '../present/repository.ts';
import { emailOf } from '../world/accounts.ts';
import { accountOf } from './actor.ts';
import { created, type Reply, type RepositoryCall } from './call.ts';
import { refusal } from './errors.ts';
import { treeJson } from './git.ts';

const LARGEST_BLOB = 100_000_000;

export async function createBlob(call: RepositoryCall): Promise<Reply> {
  const { content, encoding = 'utf-8' } = call.body as { content: string; encoding?: string };
  const bytes = Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8');
  if (bytes.length > LARGEST_BLOB) throw refusal(422, 'Your input exceeds the maximum size.');
  const [sha = ''] = await writeBlobs(call, [bytes]);
  return created({
    sha,
    url: `${repositoryUrl(call.github, call.repository)}/git/blobs/${sha}`,
  });
}

/** With one process for all of them. */
async function writeBlobs(
  { repository }: RepositoryCall,
  contents: readonly Buffer[],
): Promise<string[]> {
  const parts = contents.flatMap(content => [
    Buffer.from(`blob\ndata ${content.length}\n`),
    content,
    Buffer.from('\n'),
  ]);
  const input = Buffer.concat([...parts, Buffer.from('done\n')]);
  if (contents.length > 0)
    await git(repository.directory, ['fast-import', '--quiet', '--done'], { input });
  return contents.map(content =>
    createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex'),
  );
}

type NewEntry = {
  path: string;
  mode: string;
  type: string;
  sha?: string | null;
  content?: string;
};

/** Entries of nested folders by their whole paths, on top of another tree where one is given. */
export async function createTree(call: RepositoryCall): Promise<Reply> {
  const { directory } = call.repository;
  const { tree, base_tree } = call.body as { tree: NewEntry[]; base_tree?: string };
  const index = join(directory, `index-${randomUUID()}`);
  const env = { GIT_INDEX_FILE: index };
  try {
    if (base_tree !== undefined) {
      const { code } = await runGit(directory, ['read-tree', base_tree], { env, accept: [128] });
      if (code !== 0) throw refusal(422, 'base_tree is not a valid tree oid');
    }
    const inline = tree.flatMap(({ content }) => (content === undefined ? [] : [content]));
    const shas = await writeBlobs(
      call,
      inline.map(content => Buffer.from(content)),
    );
    const written = new Map(inline.map((content, at) => [content, shas[at] ?? '']));
    const lines: string[] = [];
    for (const { path, mode, type, sha = null, content } of tree) {
      if (content !== undefined && sha !== null)
        throw refusal(422, 'Must supply either tree.sha or tree.content.');
      const blob = content === undefined ? sha : (written.get(content) ?? sha);
      if (blob !== null && content === undefined && type === 'blob')
        await checkBlob(directory, blob);
      lines.push(blob === null ? `0 ${ZERO}\t` : `${mode} ${blob}\t`, path, '\0');
    }
    const input = lines.join('');
    if (input !== '') await git(directory, ['update-index', '-z', '--index-info'], { env, input });
    const sha = await git(directory, ['write-tree'], { env });
    return created(await treeJson(call, sha, []));
  } finally {
    await rm(index, { force: true });
  }
}

async function checkBlob(directory: string, sha: string): Promise<void> {
  const { code } = await runGit(directory, ['cat-file', '-e', sha], { accept: [1, 128] });
  if (code !== 0) throw refusal(422, 'tree.sha does not exist in this repository');
}

type Signature = { name: string; email: string; date?: string };

/** GitHub signs what an App commits, where the App names nobody and brings no signature of its own. */
export async function createCommit(call: RepositoryCall): Promise<Reply> {
  const { github, repository, actor } = call;
  const {
    message,
    tree,
    parents = [],
    author,
    committer,
    signature,
  } = call.body as {
    message: string;
    tree: string;
    parents?: string[];
    author?: Signature;
    committer?: Signature;
    signature?: string;
  };
  for (const parent of parents)
    if ((await resolveCommit(repository.directory, parent)) !== parent)
      throw refusal(422, 'Parent SHA does not exist or is not a commit object');
  const account = accountOf(actor);
  const isApp = actor.kind === 'installation';
  const name = isApp ? account.login : (account.name ?? account.login);
  const itself = { name, email: emailOf(account) };
  const signs = isApp && !author && !committer && !signature;
  const by: Signature = author ?? itself;
  const committed: Signature = committer ?? (signs ? WEB_FLOW : by);
  const now = github.now().toISOString();
  const env = {
    GIT_AUTHOR_NAME: by.name,
    GIT_AUTHOR_EMAIL: by.email,
    GIT_AUTHOR_DATE: by.date ?? now,
    GIT_COMMITTER_NAME: committed.name,
    GIT_COMMITTER_EMAIL: committed.email,
    GIT_COMMITTER_DATE: committed.date ?? now,
  };
  const args = ['commit-tree', tree, ...parents.flatMap(parent => ['-p', parent])];
  const sha = await git(repository.directory, args, { env, input: message });
  if (signs && github.world.signsCommits) github.world.signedCommits.add(sha);
  return created(gitCommitJson(github, repository, await readCommit(repository.directory, sha)));
}
