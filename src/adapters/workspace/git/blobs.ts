/** Reads many git objects by name with one command. What was read is kept: an object never changes. */
import { createBoundedCache } from '../../../core/bounds/bounded-cache.ts';
import { git } from './git.ts';
import { CONTENT_LIMITS, withContents } from './git-limits.ts';

const knownSizes = createBoundedCache<string, number>(50_000);
const knownContents = createBoundedCache<string, Buffer>(10_000, {
  of: content => content.length + 100,
  most: 32 * 1024 * 1024,
});

/** The size in bytes of each object that exists in the git directory, or was read from another one before. */
export async function readSizes(dir: string, shas: string[]): Promise<Map<string, number>> {
  const { found, missing } = lookUp(shas, sha => knownSizes.get(sha));
  if (missing.length === 0) return found;
  const output = await git(['cat-file', '--batch-check=%(objectname) %(objectsize)'], {
    dir,
    input: missing.join('\n'),
  });
  for (const line of output.toString().split('\n')) {
    const [sha = '', size = ''] = line.split(' ');
    if (!/^\d+$/.test(size)) continue;
    found.set(sha, Number(size));
    knownSizes.set(sha, Number(size));
  }
  return found;
}

/** The content of each blob; throws where one is not known and does not exist in the git directory. */
export async function readBlobs(dir: string, shas: string[]): Promise<Map<string, Buffer>> {
  const { found, missing } = lookUp(shas, sha => knownContents.get(sha));
  if (missing.length === 0) return found;
  const output = await git(['cat-file', '--batch'], {
    dir,
    input: missing.join('\n'),
    limits: withContents(CONTENT_LIMITS),
  });
  // The output is "<sha> <type> <size>\n<content>\n" for each object, in order.
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(10, at);
    const [sha = '', , size = ''] = output.toString('latin1', at, end).split(' ');
    if (!/^\d+$/.test(size)) throw new Error(`Object ${sha} can't be read.`);
    const content = output.subarray(end + 1, end + 1 + Number(size));
    found.set(sha, content);
    // A copy, as a part of the output would keep all of it in memory.
    knownContents.set(sha, Buffer.from(content));
    at = end + 1 + Number(size) + 1;
  }
  return found;
}

/** What is known of the objects, each once, and those of which nothing is. */
function lookUp<T>(shas: readonly string[], known: (sha: string) => T | undefined) {
  const found = new Map<string, T>();
  const missing: string[] = [];
  for (const sha of new Set(shas)) {
    const value = known(sha);
    if (value === undefined) missing.push(sha);
    else found.set(sha, value);
  }
  return { found, missing };
}
