import { git } from '../git/command.ts';
import { commitsBetween, readCommit, readCommits } from '../git/commits.ts';
import { diffFiles } from '../git/diff.ts';
import { mergeBase } from '../git/pull-changes.ts';
import { commitJson, fileJson } from '../present/commit.ts';
import { repositoryPage, repositoryUrl } from '../present/repository.ts';
import { findCommit } from './addressed.ts';
import { ok, type Reply, type RepositoryCall } from './call.ts';
import { notFound } from './errors.ts';
import { paginate } from './pagination.ts';

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

export async function getCommit(call: RepositoryCall): Promise<Reply> {
  const { directory } = call.repository;
  const commit = await readCommit(directory, await findCommit(call));
  if (/\.sha/.test(call.accept)) {
    return {
      status: 200,
      raw: { type: 'application/vnd.github.sha; charset=utf-8', content: commit.sha },
    };
  }
  const files = await diffFiles(directory, commit.parents[0] ?? EMPTY_TREE, commit.sha);
  return ok(commitJson(call.github, call.repository, commit, files));
}

export async function listCommits(call: RepositoryCall): Promise<Reply> {
  const { sha, path } = call.query;
  const start = await findCommit(call, sha ?? call.repository.defaultBranch);
  const limits = path === undefined ? [] : ['--', String(path)];
  const commits = await readCommits(call.repository.directory, [
    '--max-count=500',
    start,
    ...limits,
  ]);
  return paginate(call, commits, page =>
    page.map(commit => commitJson(call.github, call.repository, commit)),
  );
}

export async function compareCommits(call: RepositoryCall): Promise<Reply> {
  const { github, repository } = call;
  const [, from, to] = /^(.+?)\.\.\.(.+)$/s.exec(String(call.params.basehead)) ?? [];
  if (!from || !to) throw notFound();
  const [base, head] = await Promise.all([commitOf(call, from), commitOf(call, to)]);
  const parting = await mergeBase(repository, base, head);
  const { directory } = repository;
  const [behind, ahead] = (
    await git(directory, ['rev-list', '--left-right', '--count', `${base}...${head}`])
  )
    .split('\t')
    .map(Number);
  const commits = await commitsBetween(directory, base, head);
  const files = await diffFiles(directory, parting, head);
  const url = `${repositoryUrl(github, repository)}/compare/${from}...${to}`;
  const page = `${repositoryPage(github, repository)}/compare/${from}...${to}`;
  const status = ahead && behind ? 'diverged' : ahead ? 'ahead' : behind ? 'behind' : 'identical';
  const one = async (sha: string) =>
    commitJson(github, repository, await readCommit(directory, sha));
  return ok({
    url,
    html_url: page,
    permalink_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    base_commit: await one(base),
    merge_base_commit: await one(parting),
    status,
    ahead_by: ahead ?? 0,
    behind_by: behind ?? 0,
    total_commits: commits.length,
    commits: commits.map(commit => commitJson(github, repository, commit)),
    files: files.map(file => fileJson(github, repository, head, file)),
  });
}

/** `owner:branch` names the same repository's branch here: objects of forks arrive with pull requests. */
async function commitOf(call: RepositoryCall, revision: string): Promise<string> {
  try {
    return await findCommit(call, revision.replace(/^[^:]+:/, ''));
  } catch {
    throw notFound();
  }
}
