/** What lies between two trees, on git objects alone. */
import { isUtf8 } from 'node:buffer';
import type { Change, TreeEntry } from '../../core/change.ts';
import { WorkspaceRefused } from '../../engine/ports/workspace.ts';
import { readBlobs, sizesOf } from './blobs.ts';
import { git, records } from './git.ts';

const TEXT_LIMIT = 256 * 1024;
/** More than anyone reviews; and GitHub takes no file above it. */
export const CHANGE_LIMIT = 100_000_000;

const STATUS: Record<string, TreeEntry['status']> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  T: 'type_changed',
};

/** One line of `--raw`, and its line of `--numstat`. */
type Raw = {
  mode: { before: string; after: string };
  sha: { before: string | null; after: string | null };
  status: string;
  from: string | null;
  path: string;
  lines: { added: number; removed: number };
  binary: boolean;
};

export async function changeBetween(
  dir: string,
  parent: string,
  before: string,
  after: string,
): Promise<Change> {
  const output = await git(
    [
      ...['diff-tree', '-r', '-z', '--raw', '--numstat', '--no-abbrev', '-M'],
      ...['--no-ext-diff', '--no-textconv', before, after],
    ],
    { dir },
  );
  if (!isUtf8(output))
    throw new WorkspaceRefused('A changed file has a name that is not UTF-8. Rename it.');
  const raws = parse(records(output));
  const blobs = raws.flatMap(({ mode, sha }) => [
    ...(sha.before !== null && isFile(mode.before) ? [sha.before] : []),
    ...(sha.after !== null && isFile(mode.after) ? [sha.after] : []),
  ]);
  const sizes = await sizesOf(dir, blobs);
  const size = (sha: string | null) => (sha === null ? 0 : (sizes.get(sha) ?? 0));
  const wanted = raws
    .filter(raw => !raw.binary)
    .flatMap(raw => [raw.sha.before, raw.sha.after])
    .filter(sha => sha !== null)
    .filter(sha => sizes.has(sha) && size(sha) <= TEXT_LIMIT);
  const texts = await readBlobs(dir, wanted);
  const text = (raw: Raw, sha: string | null) =>
    raw.binary || sha === null ? null : (texts.get(sha)?.toString() ?? null);
  return {
    parent,
    tree: after,
    entries: raws.map(raw => ({
      path: raw.path,
      from: raw.from,
      status: STATUS[raw.status] ?? 'modified',
      mode: raw.mode as TreeEntry['mode'],
      blob: raw.sha,
      size: { before: size(raw.sha.before), after: size(raw.sha.after) },
      lines: raw.lines,
      binary: raw.binary,
      text: { before: text(raw, raw.sha.before), after: text(raw, raw.sha.after) },
    })),
  };
}

const isFile = (mode: string) => mode !== '160000';

/** All raw lines come first, then one numstat line for each, in the same order. */
function parse(fields: string[]): Raw[] {
  const raws: Raw[] = [];
  let at = 0;
  const next = () => fields[at++] ?? '';
  while (fields[at]?.startsWith(':')) {
    const [before = '', after = '', old = '', now = '', status = ''] = next().slice(1).split(' ');
    const renamed = status.startsWith('R');
    const first = next();
    raws.push({
      mode: { before, after },
      sha: { before: present(old), after: present(now) },
      status: status.slice(0, 1),
      from: renamed ? first : null,
      path: renamed ? next() : first,
      lines: { added: 0, removed: 0 },
      binary: false,
    });
  }
  for (const raw of raws) {
    const [added = '', removed = ''] = next().split('\t');
    if (raw.from !== null) at += 2;
    raw.binary = added === '-';
    raw.lines = { added: Number(added) || 0, removed: Number(removed) || 0 };
  }
  return raws;
}

const present = (sha: string) => (/^0+$/.test(sha) ? null : sha);
