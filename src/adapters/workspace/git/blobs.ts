/** Reads many git objects by name with one command. What was read is kept: an object never changes. */
import { createBoundedCache } from '../../../core/bounds/bounded-cache.ts';
import { WorkspaceRefused } from '../../../engine/ports/workspace.ts';
import { git, tryGit } from './git.ts';
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
  for (const [sha, content] of contentsIn(output)) {
    if (content === null) throw new Error(`Object ${sha} can't be read.`);
    found.set(sha, content);
    keep(sha, content);
  }
  return found;
}

/** What of blobs whose sizes are not known yet is read at once. */
const AHEAD_BYTES = 2 * 1024 * 1024;
/** What git may allocate for it: with a large blob it gives up before it has read it. */
const AHEAD_MEMORY = 128 * 1024 * 1024;

/** Reads small blobs once, so that both their sizes and their contents are known. Of large ones nothing is known. */
export async function readAhead(dir: string, shas: string[]): Promise<void> {
  const { missing } = lookUp(shas, sha => knownContents.get(sha));
  if (missing.length === 0) return;
  const read = await tryGit(['cat-file', '--batch'], {
    dir,
    input: missing.join('\n'),
    most: AHEAD_BYTES,
    limits: { ...CONTENT_LIMITS, memoryBytes: AHEAD_MEMORY },
  }).catch(error => {
    if (error instanceof WorkspaceRefused) return null;
    throw error;
  });
  for (const [sha, content] of contentsIn(read?.stdout ?? Buffer.alloc(0))) {
    if (content !== null) keep(sha, content);
  }
}

/** A part of git's output is copied, as it would keep all of it in memory. */
function keep(sha: string, content: Buffer): void {
  knownSizes.set(sha, content.length);
  knownContents.set(sha, Buffer.from(content));
}

/** What git printed of objects, as far as it is whole; `null` for one that it does not have. */
function* contentsIn(output: Buffer): Generator<[sha: string, content: Buffer | null]> {
  // The output is "<sha> <type> <size>\n<content>\n" for each object, in order.
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(10, at);
    if (end === -1) return;
    const [sha = '', , size = ''] = output.toString('latin1', at, end).split(' ');
    const next = /^\d+$/.test(size) ? end + 1 + Number(size) : end;
    if (next >= output.length) return;
    yield [sha, next === end ? null : output.subarray(end + 1, next)];
    at = next + 1;
  }
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
