/** Reads many git objects by name with one command. */
import { git } from './git.ts';
import { CONTENT_LIMITS, withContents } from './git-limits.ts';

/** The size in bytes of each object that exists in the git directory. */
export async function readSizes(dir: string, shas: string[]): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  const asked = [...new Set(shas)];
  if (asked.length === 0) return sizes;
  const output = await git(['cat-file', '--batch-check=%(objectname) %(objectsize)'], {
    dir,
    input: asked.join('\n'),
  });
  for (const line of output.toString().split('\n')) {
    const [sha = '', size = ''] = line.split(' ');
    if (/^\d+$/.test(size)) sizes.set(sha, Number(size));
  }
  return sizes;
}

/** The content of each blob; throws where one does not exist. */
export async function readBlobs(dir: string, shas: string[]): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  const asked = [...new Set(shas)];
  if (asked.length === 0) return contents;
  const output = await git(['cat-file', '--batch'], {
    dir,
    input: asked.join('\n'),
    limits: withContents(CONTENT_LIMITS),
  });
  // The output is "<sha> <type> <size>\n<content>\n" for each object, in order.
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(10, at);
    const [sha = '', , size = ''] = output.toString('latin1', at, end).split(' ');
    if (!/^\d+$/.test(size)) throw new Error(`Object ${sha} can't be read.`);
    contents.set(sha, output.subarray(end + 1, end + 1 + Number(size)));
    at = end + 1 + Number(size) + 1;
  }
  return contents;
}
