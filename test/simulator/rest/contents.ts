import { git, resolveCommit, runGit } from '../git/command.ts';
import { repositoryPage, repositoryUrl } from '../present/repository.ts';
import { ok, type Reply, type RepositoryCall } from './call.ts';
import { notFound, refusal } from './errors.ts';

interface TreeEntry {
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly size: number | null;
  readonly path: string;
}

export async function readTree(
  directory: string,
  tree: string,
  options: readonly string[] = [],
): Promise<TreeEntry[]> {
  const output = await git(directory, ['ls-tree', '-z', '-l', ...options, tree]);
  return output
    .split('\0')
    .filter(Boolean)
    .map(line => {
      const [meta = '', path = ''] = line.split(/\t(.*)/s);
      const [mode = '', type = '', sha = '', size = '-'] = meta.split(/ +/);
      return { mode, type, sha, size: size === '-' ? null : Number(size), path };
    });
}

export async function readBlob(directory: string, sha: string): Promise<Buffer> {
  return (await runGit(directory, ['cat-file', 'blob', sha])).stdout;
}

export async function getContent(call: RepositoryCall): Promise<Reply> {
  const { repository } = call;
  const path = String(call.params.path).replaceAll(/^\/+|\/+$/g, '');
  const ref = String(call.query.ref ?? repository.defaultBranch);
  const commit = await resolveCommit(repository.directory, ref);
  if (!commit) throw refusal(404, `No commit found for the ref ${ref}`);
  const found = await entryAt(repository.directory, commit, path);
  if (!found) throw notFound();
  if (found.type === 'tree') return ok(await directory(call, found.sha, path, ref));
  const content =
    found.type === 'blob' ? await readBlob(repository.directory, found.sha) : Buffer.alloc(0);
  if (/\.raw/.test(call.accept)) {
    return {
      status: 200,
      raw: { type: 'application/vnd.github.raw+json; charset=utf-8', content },
    };
  }
  return ok({
    ...describe(call, found, path, ref),
    encoding: 'base64',
    content: content.toString('base64').replaceAll(/(.{60})/g, '$1\n'),
  });
}

async function entryAt(
  directory: string,
  commit: string,
  path: string,
): Promise<TreeEntry | undefined> {
  if (path === '') {
    const sha = await git(directory, ['rev-parse', `${commit}^{tree}`]);
    return { mode: '040000', type: 'tree', sha, size: null, path: '' };
  }
  const output = await runGit(directory, ['ls-tree', '-z', '-l', commit, '--', path], {
    env: { GIT_LITERAL_PATHSPECS: '1' },
  });
  const [entry] = output.stdout.toString().split('\0').filter(Boolean);
  const [meta = '', name = ''] = entry?.split(/\t(.*)/s) ?? [];
  if (name !== path) return undefined;
  const [mode = '', type = '', sha = '', size = '-'] = meta.split(/ +/);
  return { mode, type, sha, size: size === '-' ? null : Number(size), path: name };
}

async function directory(
  call: RepositoryCall,
  tree: string,
  path: string,
  ref: string,
): Promise<unknown> {
  const entries = await readTree(call.repository.directory, tree);
  const list = entries.map(entry =>
    describe(call, entry, path ? `${path}/${entry.path}` : entry.path, ref),
  );
  if (!/\.object/.test(call.accept)) return list;
  const self = describe(
    call,
    { mode: '040000', type: 'tree', sha: tree, size: null, path },
    path,
    ref,
  );
  return { ...self, entries: list };
}

const TYPES: Readonly<Record<string, string>> = { tree: 'dir', commit: 'submodule', blob: 'file' };

function describe(call: RepositoryCall, entry: TreeEntry, path: string, ref: string) {
  const url = repositoryUrl(call.github, call.repository);
  const page = repositoryPage(call.github, call.repository);
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const self = `${url}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const tree = entry.type === 'tree';
  const html = `${page}/${tree ? 'tree' : 'blob'}/${encodeURIComponent(ref)}/${encoded}`;
  const gitUrl = `${url}/git/${tree ? 'trees' : 'blobs'}/${entry.sha}`;
  return {
    type: entry.mode === '120000' ? 'symlink' : (TYPES[entry.type] ?? 'file'),
    size: entry.size ?? 0,
    name: path.split('/').at(-1) ?? '',
    path,
    sha: entry.sha,
    url: self,
    git_url: gitUrl,
    html_url: html,
    download_url: tree ? null : `${page}/raw/${encodeURIComponent(ref)}/${encoded}`,
    _links: { self, git: gitUrl, html },
  };
}
