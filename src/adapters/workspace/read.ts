/** What stands in a commit, without a checkout. */
import { createHash } from 'node:crypto';
import { createAnswerCache } from '../../core/bounded-cache.ts';
import type { Change } from '../../core/change.ts';
import type { Digest } from '../../core/decision.ts';
import { readBlobs } from './blobs.ts';
import { changeBetween } from './change.ts';
import { git, records, treeOf, tryGit } from './git.ts';
import { mirrorWith, type RepositorySource } from './mirror.ts';

/** A regular file's content; `null` where there is none: links and folders are not followed. */
export async function readFileAt(
  stateDir: string,
  source: RepositorySource,
  commit: string,
  path: string,
): Promise<Buffer | null> {
  // No tree has such a path, and git would ask what is meant.
  if (path === '' || path.startsWith('/') || path.split('/').includes('..')) return null;
  const dir = await mirrorWith(stateDir, source, commit);
  const found = await git(['ls-tree', '-z', '--full-tree', commit, '--', path], { dir });
  for (const entry of records(found)) {
    const [mode = '', , sha = ''] = entry.slice(0, entry.indexOf('\t')).split(' ');
    if (entry.slice(entry.indexOf('\t') + 1) === path && mode.startsWith('100'))
      return (await readBlobs(dir, [sha])).get(sha) ?? null;
  }
  return null;
}

/** Names of the regular files right in a folder. */
export async function listFilesAt(
  stateDir: string,
  source: RepositorySource,
  commit: string,
  folder: string,
): Promise<string[]> {
  if (folder === '' || folder.startsWith('/') || folder.split('/').includes('..')) return [];
  const dir = await mirrorWith(stateDir, source, commit);
  const found = await git(['ls-tree', '-z', '--full-tree', commit, '--', `${folder}/`], { dir });
  return records(found)
    .filter(entry => entry.startsWith('100'))
    .map(entry => entry.slice(entry.lastIndexOf('/') + 1));
}

/** From where the two parted to `head`: what merging `head` would bring. */
export async function compareCommits(
  stateDir: string,
  source: RepositorySource,
  base: string,
  head: string,
): Promise<Change> {
  await mirrorWith(stateDir, source, base);
  const dir = await mirrorWith(stateDir, source, head);
  return compared.get(`${dir} ${base} ${head}`, async () => {
    const common = await tryGit(['merge-base', base, head], { dir });
    const parent = common.exitCode === 0 ? common.stdout.toString().trim() : base;
    return changeBetween(dir, parent, await treeOf(dir, parent), await treeOf(dir, head));
  });
}

/** A merge gate asks for the same two again and again; each may hold all that a change may. */
const compared = createAnswerCache<string, Change>(8);

/** Files that decide what an install makes, wherever they stand. */
const DECIDES_INSTALL = new Set([
  ...['package.json', 'package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml'],
  ...['pnpm-workspace.yaml', 'bun.lock', 'bun.lockb', 'deno.lock', '.npmrc', '.yarnrc'],
  ...['.yarnrc.yml', '.nvmrc', '.node-version', '.tool-versions', 'requirements.txt'],
  ...['pyproject.toml', 'poetry.lock', 'uv.lock', 'Pipfile', 'Pipfile.lock', 'setup.py'],
  ...['setup.cfg', 'go.mod', 'go.sum', 'Cargo.toml', 'Cargo.lock', 'Gemfile', 'Gemfile.lock'],
  ...['composer.json', 'composer.lock', 'mix.lock'],
]);

/** The digest of those files, of patches applied to packages, of the command and the machine. */
export async function keyOfInstall(
  stateDir: string,
  source: RepositorySource,
  commit: string,
  argv: string[],
): Promise<Digest> {
  const dir = await mirrorWith(stateDir, source, commit);
  const entries = records(await git(['ls-tree', '-r', '-z', '--full-tree', commit], { dir }));
  const decisive = entries.filter(entry => {
    const path = entry.slice(entry.indexOf('\t') + 1);
    return (
      DECIDES_INSTALL.has(path.slice(path.lastIndexOf('/') + 1)) ||
      path.startsWith('patches/') ||
      path.startsWith('.yarn/')
    );
  });
  const text = JSON.stringify([argv, process.platform, process.arch, decisive]);
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
