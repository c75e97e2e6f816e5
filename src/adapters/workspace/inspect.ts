/** A first look at what the sandbox left, before git sees any of it. */
import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { WorkspaceRefused } from '../../engine/ports/workspace.ts';
import type { Quota } from './checkout.ts';
import { makeReadable, removeTree } from './remove.ts';

export type Found = {
  /** Paths that stand for a repository inside the tree. */
  repositories: string[];
  /** Where pipes and sockets stood. */
  pipes: string[];
  /** Every path of the tree, one character a byte: no name is lost, whatever its encoding. */
  paths: Set<string>;
};

/**
 * Makes `root` (an upper layer or a whole work tree) safe to read: modes repaired and stripped,
 * pipes and sockets gone (git would wait for a pipe named `.gitignore`), `.git` at the top gone
 * unread. What it found is for the caller to judge. Nothing is opened, no link followed.
 */
export async function inspect(root: string, quota: Quota): Promise<Found> {
  await removeTree(join(root, '.git'));
  await makeReadable(root);
  const { stdout } = await execa('find', [root, '-mindepth', '1', '-printf', '%y %s %P\\0'], {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    extendEnv: false,
    stdin: 'ignore',
    encoding: 'buffer',
    maxBuffer: 1_000_000_000,
  });
  const found: Found = { repositories: [], pipes: [], paths: new Set() };
  let files = 0;
  let size = 0;
  for (const entry of Buffer.from(stdout).toString('latin1').split('\0').slice(0, -1)) {
    const [, type = '', length = '', bytes = ''] = /^(.) (\d+) (.*)$/s.exec(entry) ?? [];
    const path = Buffer.from(bytes, 'latin1').toString();
    const place = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(bytes, 'latin1')]);
    files += 1;
    size += type === 'f' ? Number(length) : 0;
    found.paths.add(bytes);
    if (standsForGit(path.slice(path.lastIndexOf('/') + 1))) found.repositories.push(path);
    if (type === 'p' || type === 's') {
      await rm(place, { force: true });
      found.pipes.push(path);
    } else if (!['f', 'd', 'l'].includes(type) && !(await isWhiteout(place, type)))
      throw new WorkspaceRefused(`${JSON.stringify(path)} is a device; remove it.`);
  }
  if (files > quota.files || size > quota.bytes)
    throw new WorkspaceRefused(
      `The run left ${files} files and ${size} bytes; at most ${quota.files} files and ${quota.bytes} bytes are taken.`,
    );
  return found;
}

/** Overlay's mark for a deleted file: a character device 0:0, which an agent can't make. */
async function isWhiteout(path: Buffer, type: string): Promise<boolean> {
  return type === 'c' && (await lstat(path)).rdev === 0;
}

/** Characters that HFS+ ignores in names. */
const IGNORABLE = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff\u200b]/g;

/** Whether any file system takes the name for `.git`: by case, short name, stream or invisibles. */
export function standsForGit(name: string): boolean {
  const plain = name
    .replace(IGNORABLE, '')
    .replace(/:.*$/s, '')
    .replace(/[. ]+$/, '')
    .toLowerCase();
  return plain === '.git' || /^git~[0-9]+$/.test(plain);
}
