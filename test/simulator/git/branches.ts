import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository } from '../world/repositories.ts';

/** Stands for "no commit" before a ref was made and after it is gone. */
export const ZERO = '0'.repeat(40);

export const branchTip = (repository: Repository, branch: string): Promise<string | undefined> =>
  refTip(repository.directory, `refs/heads/${branch}`);

/** Of a branch or a tag, from the files that git keeps refs in: asked too often for a process each time. */
export async function refTip(directory: string, ref: string): Promise<string | undefined> {
  if (!/^refs\/(heads|tags)\//.test(ref)) return undefined;
  if (ref.split('/').some(part => part === '' || part === '..')) return undefined;
  const loose = await readFile(join(directory, ref), 'utf8').catch(() => undefined);
  if (loose !== undefined) return loose.trim();
  const packed = await readFile(join(directory, 'packed-refs'), 'utf8').catch(() => '');
  const line = packed.split('\n').find(entry => entry.endsWith(` ${ref}`));
  return line?.slice(0, 40);
}

/** Branches and tags with what they point at, from the same files; `pattern` is how their names begin. */
export async function listRefs(directory: string, pattern = ''): Promise<Map<string, string>> {
  const refs = new Map<string, string>();
  const packed = await readFile(join(directory, 'packed-refs'), 'utf8').catch(() => '');
  for (const [, sha = '', ref = ''] of packed.matchAll(
    /^([0-9a-f]{40}) (refs\/(?:heads|tags)\/.+)$/gm,
  ))
    refs.set(ref, sha);
  for (const kind of ['refs/heads', 'refs/tags']) {
    const names = await readdir(join(directory, kind), { recursive: true }).catch(() => []);
    for (const name of names) {
      // A folder can't be read, and what git is about to write ends with ".lock".
      const sha = await readFile(join(directory, kind, name), 'utf8').catch(() => '');
      if (!name.endsWith('.lock') && sha !== '') refs.set(`${kind}/${name}`, sha.trim());
    }
  }
  const sorted = [...refs].sort(([one], [other]) => (one < other ? -1 : 1));
  return new Map(sorted.filter(([ref]) => ref.startsWith(pattern)));
}

/** Which branches point exactly at a commit. */
export async function branchesWithHead(repository: Repository, sha: string): Promise<string[]> {
  const refs = await listRefs(repository.directory, 'refs/heads/');
  return [...refs].filter(([, at]) => at === sha).map(([ref]) => ref.slice('refs/heads/'.length));
}
