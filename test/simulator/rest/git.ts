import { listRefs, refTip, ZERO } from '../git/branches.ts';
import { git, resolveCommit, runGit } from '../git/command.ts';
import { readCommit } from '../git/commits.ts';
import { moveRef } from '../git/refs.ts';
import { hasUnsigned, wantsSignatures } from '../git/signatures.ts';
import { gitCommitJson } from '../present/commit.ts';
import { nodeId } from '../present/links.ts';
import { repositoryUrl } from '../present/repository.ts';
import { withRefLock } from '../world/repositories.ts';
import { accountOf } from './actor.ts';
import { created, NO_CONTENT, ok, type Reply, type RepositoryCall } from './call.ts';
import { readBlob, readTree } from './contents.ts';
import { notFound, refusal } from './errors.ts';
import { paginate } from './pagination.ts';

function refJson(call: RepositoryCall, ref: string, sha: string) {
  const url = `${repositoryUrl(call.github, call.repository)}/git`;
  return {
    ref,
    node_id: nodeId('REF', `${call.repository.id}:${ref}`),
    url: `${url}/${ref}`,
    object: { type: 'commit', sha, url: `${url}/commits/${sha}` },
  };
}

async function findRef(call: RepositoryCall): Promise<{ ref: string; sha: string }> {
  const ref = `refs/${call.params.ref}`;
  const sha = await refTip(call.repository.directory, ref);
  if (sha) return { ref, sha };
  const refs = await listRefs(call.repository.directory, 'refs/heads/');
  throw refs.size === 0 ? refusal(409, 'Git Repository is empty.') : notFound();
}

export async function getRef(call: RepositoryCall): Promise<Reply> {
  const { ref, sha } = await findRef(call);
  return ok(refJson(call, ref, sha));
}

export async function listMatchingRefs(call: RepositoryCall): Promise<Reply> {
  const refs = await listRefs(call.repository.directory, `refs/${call.params.ref}`);
  return paginate(call, [...refs], page => page.map(([ref, sha]) => refJson(call, ref, sha)));
}

export function createRef(call: RepositoryCall): Promise<Reply> {
  const ref = String(call.body.ref);
  return withRefLock(call.repository, async () => {
    if (!/^refs\/(heads|tags)\/[^\s~^:?*[\\]+$/.test(ref))
      throw refusal(422, 'Reference name is not valid');
    const sha = await existingCommit(call);
    if (await refTip(call.repository.directory, ref))
      throw refusal(422, 'Reference already exists');
    await checkWorkflows(call, sha);
    await checkSigned(call, ref, sha);
    await moveRef(
      call.github,
      call.repository,
      { ref, before: ZERO, after: sha },
      accountOf(call.actor),
    );
    return created(refJson(call, ref, sha));
  });
}

export function updateRef(call: RepositoryCall): Promise<Reply> {
  return withRefLock(call.repository, async () => {
    const { ref, sha: before } = await findRef(call);
    const after = await existingCommit(call);
    checkUnprotected(call, ref);
    const { code } = await runGit(
      call.repository.directory,
      ['merge-base', '--is-ancestor', before, after],
      { accept: [1] },
    );
    if (code !== 0 && call.body.force !== true) throw refusal(422, 'Update is not a fast forward');
    await checkWorkflows(call, after);
    await checkSigned(call, ref, after);
    if (before !== after)
      await moveRef(call.github, call.repository, { ref, before, after }, accountOf(call.actor));
    return ok(refJson(call, ref, after));
  });
}

export function deleteRef(call: RepositoryCall): Promise<Reply> {
  return withRefLock(call.repository, async () => {
    const ref = `refs/${call.params.ref}`;
    const before = await refTip(call.repository.directory, ref);
    if (!before) throw refusal(422, 'Reference does not exist');
    checkUnprotected(call, ref);
    await moveRef(
      call.github,
      call.repository,
      { ref, before, after: ZERO },
      accountOf(call.actor),
    );
    return NO_CONTENT;
  });
}

function checkUnprotected(call: RepositoryCall, ref: string): void {
  if (!call.repository.protections.has(ref.replace('refs/heads/', ''))) return;
  throw refusal(
    422,
    'Protected branch update failed: Changes must be made through a pull request.',
  );
}

async function checkSigned(call: RepositoryCall, ref: string, sha: string): Promise<void> {
  const { github, repository } = call;
  if (!wantsSignatures(repository, ref.replace('refs/heads/', ''))) return;
  if (await hasUnsigned(github, repository, [sha, '--not', '--branches']))
    throw refusal(
      422,
      'Repository rule violations found\n\nCommits must have verified signatures.\n\n',
    );
}

async function existingCommit(call: RepositoryCall): Promise<string> {
  const sha = await resolveCommit(call.repository.directory, String(call.body.sha));
  if (sha !== call.body.sha) throw refusal(422, 'Object does not exist');
  return String(sha);
}

/** A commit that changes workflow files needs its own permission, by whatever way it gets a branch. */
async function checkWorkflows(call: RepositoryCall, sha: string): Promise<void> {
  if (call.actor.kind !== 'installation' || call.actor.permissions.workflows === 'write') return;
  const args = [
    'log',
    '--format=',
    '--name-only',
    sha,
    '--not',
    '--branches',
    '--',
    '.github/workflows',
  ];
  if (await git(call.repository.directory, args)) {
    throw refusal(
      422,
      'refusing to allow a GitHub App to create or update workflow without `workflows` permission',
    );
  }
}

export async function getGitCommit(call: RepositoryCall): Promise<Reply> {
  const sha = await resolveCommit(call.repository.directory, String(call.params.commit_sha));
  if (!sha) throw notFound();
  return ok(
    gitCommitJson(call.github, call.repository, await readCommit(call.repository.directory, sha)),
  );
}

export async function getTree(call: RepositoryCall): Promise<Reply> {
  const { directory } = call.repository;
  const revision = String(call.params.tree_sha);
  const { code, stdout } = await runGit(
    directory,
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{tree}`],
    { accept: [1, 128] },
  );
  if (code !== 0) throw notFound();
  const sha = stdout.toString().trim();
  return ok(await treeJson(call, sha, call.query.recursive === undefined ? [] : ['-r', '-t']));
}

export async function treeJson(call: RepositoryCall, sha: string, options: readonly string[]) {
  const entries = await readTree(call.repository.directory, sha, options);
  const url = `${repositoryUrl(call.github, call.repository)}/git`;
  return {
    sha,
    url: `${url}/trees/${sha}`,
    truncated: false,
    tree: entries.map(entry => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.sha,
      ...(entry.size !== null && { size: entry.size }),
      url: `${url}/${entry.type}s/${entry.sha}`,
    })),
  };
}

export async function getBlob(call: RepositoryCall): Promise<Reply> {
  const sha = String(call.params.file_sha);
  const { directory } = call.repository;
  if (!/^[0-9a-f]{40}$/.test(sha)) throw notFound();
  const { code, stdout } = await runGit(directory, ['cat-file', '-t', sha], { accept: [128] });
  if (code !== 0 || stdout.toString().trim() !== 'blob') throw notFound();
  const content = await readBlob(directory, sha);
  if (/\.raw/.test(call.accept)) {
    return {
      status: 200,
      raw: { type: 'application/vnd.github.raw+json; charset=utf-8', content },
    };
  }
  return ok({
    sha,
    node_id: nodeId('B', `${call.repository.id}:${sha}`),
    size: content.length,
    url: `${repositoryUrl(call.github, call.repository)}/git/blobs/${sha}`,
    content: content.toString('base64'),
    encoding: 'base64',
  });
}
