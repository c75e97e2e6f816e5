/** Looks in a taken commit and its history for files that nobody who works on it may see. */
import { createHash } from 'node:crypto';
import type { HiddenFiles, Revealed } from '../../engine/ports/local-repositories.ts';
import { git } from './git.ts';
import type { FetchedRepository } from './take.ts';

export async function findHidden(
  { path: dir, commit }: FetchedRepository,
  { files, folder }: HiddenFiles,
): Promise<Revealed | null> {
  const tree = await filesOf(dir, commit);
  const beside = folder === null ? undefined : tree.find(({ path }) => isIn(folder, path));
  if (beside) return { path: beside.path, commit: null };
  // Files without content reveal nothing, and are in many places.
  const hidden = files
    .filter(({ content }) => content.length > 0)
    .map(({ path, content }) => ({ path, blob: blobOf(content) }))
    .filter(own => !tree.some(({ path, blob }) => path === own.path && blob === own.blob));
  const [shown] = tree.filter(({ blob }) => hidden.some(own => own.blob === blob));
  if (shown) return { path: shown.path, commit: null };
  for (const blob of await existing(dir, hidden)) {
    const found = await git(dir, [...ALL_WITH, `--find-object=${blob}`, commit, '--']);
    // The oldest brought it, and later ones may have taken it away.
    const lines = found.split('\n').filter(Boolean);
    const [at, path] = lines.slice(lines.findLastIndex(line => COMMIT.test(line)));
    if (at !== undefined && path !== undefined) return { path, commit: at };
  }
  return null;
}

const ALL_WITH = ['log', '--format=%H', '--name-only', '--no-renames'];
const COMMIT = /^[0-9a-f]{40}$/;

type TreeFile = { path: string; blob: string };

const isIn = (folder: string, path: string): boolean =>
  folder === '' || path.startsWith(`${folder}/`);

async function filesOf(dir: string, commit: string): Promise<TreeFile[]> {
  const listed = await git(dir, ['ls-tree', '-r', '-z', '--full-tree', commit]);
  return listed.split('\0').flatMap(entry => {
    const [, blob, path] = /^\d+ blob ([0-9a-f]{40})\t([\s\S]+)$/.exec(entry) ?? [];
    return blob !== undefined && path !== undefined ? [{ path, blob }] : [];
  });
}

/** Those that the repository has at all: only for them is its history walked. */
async function existing(dir: string, hidden: readonly TreeFile[]): Promise<string[]> {
  const blobs = [...new Set(hidden.map(({ blob }) => blob))];
  if (blobs.length === 0) return [];
  const input = `${blobs.join('\n')}\n`;
  const told = await git(dir, ['cat-file', '--batch-check=%(objectname) %(objecttype)'], { input });
  return told.split('\n').flatMap(line => (line.endsWith(' blob') ? [line.slice(0, 40)] : []));
}

const blobOf = (content: Buffer): string =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
