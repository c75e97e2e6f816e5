/** Makes a tree on GitHub, with few requests: short texts travel in the request for the tree itself. */
import { isUtf8 } from 'node:buffer';
import type { Repository } from '../../../core/actor.ts';
import { createBoundedCache } from '../../../core/bounds/bounded-cache.ts';
import type { NewEntries } from '../../../engine/ports/signed-commit.ts';
import type { Client } from '../client/client.ts';
import { repositoryPath } from '../client/repository-path.ts';

type Entry = NewEntries['entries'][number];
type TreeItem = NonNullable<Parameters<Client['rest']['git']['createTree']>[0]>['tree'][number];

/** GitHub takes trees of any size in parts, each on top of the one before. */
const MOST_ENTRIES = 1_000;
const MOST_INLINE_BYTES = 4_000_000;
/** A longer text is uploaded by itself. */
const LONGEST_INLINE = 500_000;
const UPLOADS_AT_ONCE = 4;

/** What is uploaded already, so that a try that met a limit on writes goes on where it was. */
const uploaded = createBoundedCache<string, true>(20_000);

/** Returns the name of the tree. */
export async function uploadTree(
  client: Client,
  repository: Repository,
  { base, entries }: NewEntries,
): Promise<string> {
  const path = repositoryPath(repository);
  const keyOf = ({ sha }: Entry) => `${repository.id} ${sha}`;
  const large = entries.filter(entry => entry.content !== null && !isInline(entry.content));
  const missing = large.filter(entry => !uploaded.get(keyOf(entry)));
  for (let at = 0; at < missing.length; at += UPLOADS_AT_ONCE)
    await Promise.all(
      missing.slice(at, at + UPLOADS_AT_ONCE).map(async entry => {
        const content = (entry.content ?? Buffer.alloc(0)).toString('base64');
        await client.rest.git.createBlob({ ...path, content, encoding: 'base64' });
        uploaded.set(keyOf(entry), true);
      }),
    );
  try {
    let tree = base;
    for (const part of inParts(entries)) {
      const items = part.map(itemOf);
      const { data } = await client.rest.git.createTree({ ...path, base_tree: tree, tree: items });
      tree = data.sha;
    }
    return tree;
  } catch (error) {
    // GitHub may have dropped what no commit refers to.
    for (const entry of large) uploaded.delete(keyOf(entry));
    throw error;
  }
}

/** What is removed comes first: a folder may take the place of a file. */
function* inParts(entries: Entry[]): Generator<Entry[]> {
  const ordered = [
    ...entries.filter(({ sha }) => sha === null),
    ...entries.filter(({ sha }) => sha !== null),
  ];
  let part: Entry[] = [];
  let bytes = 0;
  for (const entry of ordered) {
    const size = entry.content !== null && isInline(entry.content) ? entry.content.length : 0;
    if (part.length >= MOST_ENTRIES || (bytes > 0 && bytes + size > MOST_INLINE_BYTES)) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(entry);
    bytes += size;
  }
  if (part.length > 0) yield part;
}

function itemOf({ path, mode, sha, content }: Entry): TreeItem {
  const item = { path, ...kindOf(mode) };
  return content !== null && isInline(content)
    ? { ...item, content: content.toString('utf8') }
    : { ...item, sha };
}

/** JSON carries text alone. */
const isInline = (content: Buffer): boolean =>
  content.length > 0 && content.length <= LONGEST_INLINE && isUtf8(content) && !content.includes(0);

function kindOf(mode: string): Pick<TreeItem, 'mode' | 'type'> {
  switch (mode) {
    case '100644':
    case '100755':
    case '120000':
      return { mode, type: 'blob' };
    case '160000':
      return { mode, type: 'commit' };
    default:
      throw new Error(`A tree can't have the mode ${mode}.`);
  }
}
