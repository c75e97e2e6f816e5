/**
 * Masks cover what only an agent's CLI reads: its settings, skills, rules, plugins and hooks. Each is
 * named by its file name or by the end of its path, such as `.github/hooks/`, and covered wherever in
 * the work tree it stands. In the sandbox it is empty and read-only. The work tree itself stays as it is.
 */
import { isUtf8 } from 'node:buffer';
import { constants } from 'node:fs';
import {
  lchown,
  lstat,
  mkdir,
  open,
  readlink,
  rmdir,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { execa } from 'execa';
import { AGENT_UID, SANDBOX_WORK, type SandboxSpec } from '../../engine/ports/sandbox.ts';
import { WorkspaceRefused, writableFolder } from '../../engine/ports/workspace.ts';
import { TRUSTED_PATH } from './find-tools.ts';

/** A path below the work tree that is covered, and by what. */
export type Mask = { path: string; kind: 'folder' | 'file' };

type Masks = {
  covered: Mask[];
  /** Takes what was put under the masks out of the work tree again, once every process is dead. */
  remove(): Promise<void>;
};

/** Each mask is a mount: a tree with more of them is refused. */
const MOST_MASKS = 300;
const MOST_MS = 20_000;
/** Bytes of the paths that are found in all layers. */
const MOST_FOUND = 1024 * 1024;

/** What the work tree is made of, topmost first; `at`: where below its root. */
type Layer = { folder: string; at: string };
type Kind = 'missing' | 'folder' | 'link' | 'file';

/** `root`: whether Gatehouse runs as root, so that what it puts into the tree is given to the agent. */
export async function layMasks(spec: SandboxSpec, root: boolean): Promise<Masks> {
  const undo: (() => Promise<void>)[] = [];
  const remove = async () => {
    const failed: unknown[] = [];
    for (const step of undo.toReversed()) await step().catch(error => failed.push(error));
    if (failed.length > 0) throw failed[0];
  };
  if (spec.masks.length === 0) return { covered: [], remove };
  const layers = layersOf(spec);
  const kindOf = kindsIn(layers);
  try {
    const covered: Mask[] = [];
    for (const { path, named, onlyLink } of await pathsFor(spec.masks, layers)) {
      const kind = await kindOf(path);
      if (onlyLink && kind !== 'link') continue;
      // A file that is missing stays missing: a CLI reads it when it starts, and each start looks anew.
      if (kind === 'missing' && (named === 'file' || path.includes('/'))) continue;
      if (kind === 'folder' || kind === 'file') {
        covered.push({ path, kind });
        continue;
      }
      undo.push(await layMountPoint(writableFolder(spec.workTree), { path, kind: named }, root));
      covered.push({ path, kind: named });
    }
    return { covered, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The layers of the tree, and above them what is bound into it. */
function layersOf({ workTree, binds }: SandboxSpec): Layer[] {
  const bound = binds.flatMap(({ from, to }) => {
    const at = posix.relative(SANDBOX_WORK, to);
    return at === '' || at.startsWith('..') || at.startsWith('.git/') ? [] : [{ folder: from, at }];
  });
  const folders =
    workTree.kind === 'folder' ? [workTree.path] : [workTree.upper, ...workTree.lower];
  return [...bound, ...folders.map(folder => ({ folder, at: '' }))];
}

/** `onlyLink`: it is covered where a link stands there, which may lead to what is masked. */
type Named = { path: string; named: Mask['kind']; onlyLink: boolean };
type Name = Omit<Named, 'path'> & { name: string };

/** Where the names stand, in whatever case, and those that would stand at the root. */
async function pathsFor(masks: readonly string[], layers: readonly Layer[]): Promise<Named[]> {
  const own = masks.map(nameOf);
  const names = [...own, ...own.flatMap(foldersOf)];
  const found = new Map<string, Omit<Named, 'path'>>();
  for (const { name, ...how } of own) found.set(name, how);
  for (const path of await findNames(names, layers)) {
    const tail = `/${path}`.toLowerCase();
    const of = names.find(({ name }) => tail.endsWith(`/${name.toLowerCase()}`));
    found.set(path, { named: of?.named ?? 'folder', onlyLink: of?.onlyLink ?? false });
  }
  if (found.size > MOST_MASKS + masks.length)
    throw new WorkspaceRefused(
      `The work tree has ${found.size} folders and files that configure agents, and at most ${MOST_MASKS} can be covered.`,
    );
  return [...found].map(([path, { named, onlyLink }]) => ({ path, named, onlyLink }));
}

/** A folder's name ends with a slash. */
function nameOf(mask: string): Name {
  const name = mask.replace(/\/$/, '');
  if (!/^\.?[\w-]+(?:\.[\w-]+)*(?:\/\.?[\w-]+(?:\.[\w-]+)*)*$/.test(name))
    throw new Error(`${JSON.stringify(mask)} can't be masked: name a file, or a folder with "/".`);
  return { name, named: mask.endsWith('/') ? 'folder' : 'file', onlyLink: false };
}

/** The folders on the way to a name, which are looked at themselves: a link is not followed. */
function foldersOf({ name }: Name): Name[] {
  const parts = name.split('/').slice(0, -1);
  return parts.map((_, at) => ({
    name: parts.slice(0, at + 1).join('/'),
    named: 'folder',
    onlyLink: true,
  }));
}

/**
 * Where the names stand in the layers. Git's own folder is not looked into, nor are installed packages: no
 * CLI reads its settings there. One `find` looks into all layers, because starting one takes longer.
 */
async function findNames(names: readonly Name[], layers: readonly Layer[]): Promise<string[]> {
  const folders: Layer[] = [];
  for (const layer of layers) if ((await lstat(layer.folder)).isDirectory()) folders.push(layer);
  if (folders.length === 0) return [];
  // A layer has no name of its own, which could be one that is looked for, or is skipped.
  const begin = ({ folder }: Layer) => `${folder}/./`;
  const wanted = names.flatMap(({ name, onlyLink }, at) => [
    ...(at > 0 ? ['-o'] : []),
    ...(onlyLink ? ['-type', 'l'] : []),
    ...['-ipath', `*/${name}`],
  ]);
  const skipped = ['-name', '.git', '-prune', '-o', '-name', 'node_modules', '-prune', '-o'];
  const { stdout, isMaxBuffer, failed, message } = await execa(
    'find',
    [...folders.map(begin), ...skipped, '(', ...wanted, ')', '-print0', '-prune'],
    {
      cwd: '/',
      env: { PATH: TRUSTED_PATH, LC_ALL: 'C' },
      extendEnv: false,
      stdin: 'ignore',
      encoding: 'buffer',
      timeout: MOST_MS,
      maxBuffer: MOST_FOUND,
      reject: false,
    },
  );
  if (isMaxBuffer)
    throw new WorkspaceRefused(
      `The work tree has folders and files that configure agents whose paths come to more than ${MOST_FOUND} bytes, and at most ${MOST_MASKS} can be covered.`,
    );
  if (failed) throw new Error(message);
  if (!isUtf8(stdout))
    throw new WorkspaceRefused(
      'A folder on the way to the configuration of an agent has a name that is not UTF-8, so it can’t be covered.',
    );
  const paths = Buffer.from(stdout).toString().split('\0').slice(0, -1);
  return paths.flatMap(path =>
    folders
      .filter(layer => path.startsWith(begin(layer)))
      .map(layer => join(layer.at, path.slice(begin(layer).length))),
  );
}

/** What stands at a path of the merged tree, no link being followed; below a link or a file, nothing. */
function kindsIn(layers: readonly Layer[]): (path: string) => Promise<Kind> {
  const known = new Map<string, Promise<Kind>>();
  const look = async (path: string): Promise<Kind> => {
    const parent = dirname(path);
    if (parent !== '.' && (await kindOf(parent)) !== 'folder') return 'missing';
    for (const { folder, at } of layers) {
      if (at.startsWith(`${path}/`)) return 'folder';
      if (at !== '' && at !== path && !path.startsWith(`${at}/`)) continue;
      const entry = await lstat(join(folder, posix.relative(at, path))).catch(() => null);
      if (entry === null) continue;
      // An overlay marks by such a device what was removed from the layers below.
      if (entry.isCharacterDevice() && entry.rdev === 0) return 'missing';
      return entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'file';
    }
    return 'missing';
  };
  const kindOf = (path: string): Promise<Kind> => {
    const kind = known.get(path) ?? look(path);
    known.set(path, kind);
    return kind;
  };
  return kindOf;
}

/**
 * Makes an empty folder or file to mount on: a mount on a link would be one on what it names. Returns
 * what undoes it.
 */
async function layMountPoint(
  folder: string,
  { path, kind }: Mask,
  root: boolean,
): Promise<() => Promise<void>> {
  const own = async (made: string) => {
    if (root) await lchown(made, AGENT_UID, AGENT_UID);
  };
  let parent = folder;
  for (const part of dirname(path)
    .split('/')
    .filter(name => name !== '.')) {
    parent = join(parent, part);
    const made = await mkdir(parent).then(
      () => true,
      () => false,
    );
    if (made) await own(parent);
  }
  const target = join(folder, path);
  const link = await readlink(target).catch(() => null);
  if (link !== null) await unlink(target);
  await (kind === 'folder' ? mkdir(target) : writeFile(target, '', { flag: 'wx' }));
  await own(target);
  const made = await open(target, constants.O_RDONLY | constants.O_NOFOLLOW);
  return async () => {
    try {
      // An agent may have moved it with its folder, and put a link out of the tree in its place.
      const now = await readlink(`/proc/self/fd/${made.fd}`);
      await (kind === 'folder' ? rmdir(now) : unlink(now));
      if (link !== null) await symlink(link, now);
    } catch (error) {
      if (!LEFT_BY_AGENTS.has(codeOf(error))) throw error;
    } finally {
      await made.close();
    }
  };
}

/** It stands in a folder that the agent closed to everybody, or deeper than a path can name, or is gone. */
const LEFT_BY_AGENTS = new Set(['EACCES', 'ENAMETOOLONG', 'ENOENT']);

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';
