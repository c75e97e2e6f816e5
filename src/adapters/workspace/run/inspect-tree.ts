/** Makes what the sandbox left safe to read, and lists it, before git reads any of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat, opendir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withoutTrailing } from '../../../core/text/without-trailing.ts';
import { WorkspaceRefused } from '../../../engine/ports/workspace.ts';
import { LONGEST_PATH } from '../git/longest-path.ts';
import type { WorkspaceQuota } from '../git/settings.ts';
import { CHMOD, removeTree } from '../git/trash.ts';

export type InspectedTree = {
  /** Paths whose name is `.git` on some file system, as latin1. */
  repositories: string[];
  /** Paths of pipes and sockets, which were removed. */
  pipes: string[];
  /** Every path of the tree as latin1, so that names in any encoding are kept. */
  paths: Set<string>;
  /** Those of them that are folders. */
  folders: Set<string>;
};

/** Bytes of all paths together, which are held in memory and named to git. */
const ALL_PATHS = 64 * 1024 * 1024;

/**
 * Makes `root` (an upper layer or a whole work tree) safe to read: it makes files readable and
 * removes setuid bits, pipes and sockets (git would wait for a pipe named `.gitignore`), and the
 * `.git` at the top. It opens no file and follows no link; the caller judges what it returns.
 */
export async function inspectTree(
  root: string,
  quota: WorkspaceQuota,
  mostInPaths = ALL_PATHS,
): Promise<InspectedTree> {
  await removeTree(join(root, '.git'));
  const found: InspectedTree = {
    repositories: [],
    pipes: [],
    paths: new Set(),
    folders: new Set(),
  };
  let files = 0;
  let size = 0;
  let inPaths = 0;
  for await (const { type, length, bytes } of entriesBelow(root)) {
    const path = Buffer.from(bytes, 'latin1').toString();
    const fullPath = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(bytes, 'latin1')]);
    if (fullPath.length > LONGEST_PATH) throw tooLong(path);
    files += 1;
    size += type === 'f' ? length : 0;
    // A tree far over its quota is not listed to its end.
    if (files > 2 * quota.files) break;
    inPaths += bytes.length;
    if (inPaths > mostInPaths)
      throw new WorkspaceRefused(
        `The run left paths of more than ${mostInPaths} bytes together, in folders that are nested too deeply, or with names that are too long. Remove them.`,
      );
    found.paths.add(bytes);
    if (type === 'd') found.folders.add(bytes);
    if (isGitName(path.slice(path.lastIndexOf('/') + 1))) found.repositories.push(bytes);
    if (type === 'p' || type === 's') {
      await rm(fullPath, { force: true });
      found.pipes.push(path);
    } else if (!['f', 'd', 'l'].includes(type) && !(await isWhiteout(fullPath, type)))
      throw new WorkspaceRefused(`${JSON.stringify(path)} is a device; remove it.`);
  }
  if (files > quota.files || size > quota.bytes)
    throw new WorkspaceRefused(
      `The run left ${files} files and ${size} bytes; at most ${quota.files} files and ${quota.bytes} bytes are allowed.`,
    );
  return found;
}

type FoundEntry = { type: string; length: number; bytes: string };

/** Makes the folder readable first. */
const LIST = `chmod ${CHMOD.join(' ')} "$0" && exec find "$0" -mindepth 1 -printf '%y %s %P\\0'`;

/** What is below a folder, one by one: a deep tree has paths of many megabytes in all. */
async function* entriesBelow(root: string): AsyncGenerator<FoundEntry> {
  if (await isEmpty(root)) return;
  const find = spawn('sh', ['-c', LIST, root], {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(find, 'close');
  ended.catch(() => {}); // It is awaited below, unless the reader stops before.
  try {
    let rest = '';
    for await (const chunk of find.stdout as AsyncIterable<Buffer>) {
      const entries = (rest + chunk.toString('latin1')).split('\0');
      rest = entries.pop() ?? '';
      if (rest.length > 2 * LONGEST_PATH) throw tooLong(rest);
      for (const entry of entries) {
        const [, type = '', length = '', bytes = ''] = /^(.) (\d+) (.*)$/s.exec(entry) ?? [];
        yield { type, length: Number(length), bytes };
      }
    }
    const [code] = await ended;
    if (code !== 0) throw new Error(`${root} can't be made readable and listed (${code}).`);
  } finally {
    find.kill('SIGKILL');
  }
}

/** One that can't be read is not known to be. */
async function isEmpty(folder: string): Promise<boolean> {
  const opened = await opendir(folder).catch(() => null);
  const first = await opened?.read();
  await opened?.close();
  return first === null;
}

const tooLong = (path: string): WorkspaceRefused =>
  new WorkspaceRefused(
    `The run left a path of more than ${LONGEST_PATH} bytes, which nothing can read: ${JSON.stringify(path.slice(0, 100))} … Remove it.`,
  );

/** Whether it is overlayfs's mark for a deleted file: device 0:0, which an agent can't create. */
async function isWhiteout(path: Buffer, type: string): Promise<boolean> {
  return type === 'c' && (await lstat(path)).rdev === 0;
}

/** Characters that the file system HFS+ ignores in names. */
const IGNORABLE = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff\u200b]/g;

/** Whether a file system takes the name for `.git`, by case, short name, stream or hidden characters. */
function isGitName(name: string): boolean {
  const seen = name.replace(IGNORABLE, '').replace(/:.*$/s, '');
  const plain = withoutTrailing(seen, '. ').toLowerCase();
  return plain === '.git' || /^git~[0-9]+$/.test(plain);
}
