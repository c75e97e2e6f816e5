import type { CommitInfo } from '../git/commits.ts';
import type { FileDiff } from '../git/diff.ts';
import type { GitHub } from '../github.ts';
import { accountByEmail } from '../world/accounts.ts';
import type { Repository } from '../world/repositories.ts';
import { type Json, simpleUser } from './account.ts';
import { nodeId } from './links.ts';
import { repositoryPage, repositoryUrl } from './repository.ts';

function author(github: GitHub, email: string): Json | null {
  const account = accountByEmail(github, email);
  return account ? simpleUser(github, account) : null;
}

export function verification(github: GitHub, sha: string): Json {
  const verified = github.world.signedCommits.has(sha);
  return {
    verified,
    reason: verified ? 'valid' : 'unsigned',
    signature: null,
    payload: null,
    verified_at: verified ? github.timestamp() : null,
  };
}

export function commitNodeId(repository: Repository, sha: string): string {
  return nodeId('C', `${repository.id}:${sha}`);
}

export function commitJson(
  github: GitHub,
  repository: Repository,
  commit: CommitInfo,
  files?: readonly FileDiff[],
): Json {
  const url = repositoryUrl(github, repository);
  const page = repositoryPage(github, repository);
  return {
    sha: commit.sha,
    node_id: commitNodeId(repository, commit.sha),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      url: `${url}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: verification(github, commit.sha),
    },
    url: `${url}/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    comments_url: `${url}/commits/${commit.sha}/comments`,
    author: author(github, commit.author.email),
    committer: author(github, commit.committer.email),
    parents: commit.parents.map(sha => ({
      sha,
      url: `${url}/commits/${sha}`,
      html_url: `${page}/commit/${sha}`,
    })),
    ...(files && {
      stats: statistics(files),
      files: files.map(file => fileJson(github, repository, commit.sha, file)),
    }),
  };
}

export function gitCommitJson(github: GitHub, repository: Repository, commit: CommitInfo): Json {
  const url = `${repositoryUrl(github, repository)}/git`;
  const page = repositoryPage(github, repository);
  return {
    sha: commit.sha,
    node_id: commitNodeId(repository, commit.sha),
    url: `${url}/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: `${url}/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map(sha => ({
      sha,
      url: `${url}/commits/${sha}`,
      html_url: `${page}/commit/${sha}`,
    })),
    verification: verification(github, commit.sha),
  };
}

/** The short form inside check suites and pushes. */
export function simpleCommit(commit: CommitInfo): Json {
  const { name, email } = commit.author;
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: commit.committer.date,
    author: { name, email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  };
}

export function fileJson(
  github: GitHub,
  repository: Repository,
  sha: string,
  file: FileDiff,
): Json {
  const page = repositoryPage(github, repository);
  const path = file.filename.split('/').map(encodeURIComponent).join('/');
  return {
    sha: file.sha,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${page}/blob/${sha}/${path}`,
    raw_url: `${page}/raw/${sha}/${path}`,
    contents_url: `${repositoryUrl(github, repository)}/contents/${path}?ref=${sha}`,
    ...(file.patch !== undefined && { patch: file.patch }),
    ...(file.previous !== null && { previous_filename: file.previous }),
  };
}

function statistics(files: readonly FileDiff[]): Json {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return { additions, deletions, total: additions + deletions };
}
