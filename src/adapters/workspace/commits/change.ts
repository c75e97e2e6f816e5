/** The change between two trees, read from git objects alone. */
import { isUtf8 } from 'node:buffer';
import { CHANGE_LIMITS, type Change, type TreeEntry } from '../../../core/change.ts';
import { WorkspaceRefused } from '../../../engine/ports/workspace.ts';
import { attributesQuestions, filtersOf } from '../git/attributes.ts';
import { readAhead, readBlobs, readSizes } from '../git/blobs.ts';
import { blobsOf, differingFiles, type GitDirectory, present } from '../git/differing-files.ts';
import { records } from '../git/git.ts';
import { askAhead, gitOnceInTurn } from '../git/git-in-turn.ts';
import { alikePaths, alikeQuestions, MOST_IN_FOLDERS } from './alike-paths.ts';

/** Files above this size are part of a change without their text. */
const TEXT_LIMIT = 256 * 1024;

const STATUS: Record<string, TreeEntry['status']> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  T: 'type_changed',
};

/** Lists files with their lines, those that were renamed as such. */
const DIFF = [
  ...['diff-tree', '-r', '-z', '--raw', '--numstat', '--no-abbrev', '-M'],
  ...['--no-ext-diff', '--no-textconv'],
];

/** A line of `--raw` with its line of `--numstat`. */
type RawEntry = {
  mode: { before: string; after: string };
  sha: { before: string | null; after: string | null };
  status: string;
  from: string | null;
  path: string;
  lines: { added: number; removed: number };
  binary: boolean;
};

/** Without its entries where it is over the limits, which is known before its texts are read. */
export async function changeBetween(
  reading: GitDirectory,
  parent: string,
  before: string,
  after: string,
): Promise<Change> {
  const { files, beyond } = await differingFiles(reading, before, after);
  const over = (is: NonNullable<Change['beyond']>): Change => ({
    parent,
    tree: after,
    entries: [],
    beyond: is,
  });
  if (beyond) return over(beyond);
  const { dir, limits } = reading;
  await readAhead(dir, blobsOf(files));
  const sizes = await readSizes(dir, blobsOf(files));
  const size = (sha: string | null) => (sha === null ? 0 : (sizes.get(sha) ?? 0));
  const tooLarge = (what: string, is: number, most: number) =>
    over({
      files: files.length,
      bytes: is,
      reason: `The change holds ${is} bytes${what}; at most ${most} are allowed.`,
    });
  const bytes = files.reduce((sum, { sha }) => sum + size(sha.after), 0);
  if (bytes > CHANGE_LIMITS.bytes) return tooLarge('', bytes, CHANGE_LIMITS.bytes);
  const paths = files.map(({ path }) => path);
  const added = files.filter(({ sha }) => sha.before === null).map(({ path }) => path);
  const alikeAsked = alikeQuestions(after, added);
  if (alikeAsked === null)
    return over({
      files: files.length,
      bytes,
      reason: `The folders of its new files have paths of more than ${MOST_IN_FOLDERS} characters together.`,
    });
  const diff = [[...DIFF, before, after]];
  const attributes = attributesQuestions([before, after], paths);
  await askAhead([{ questions: diff }, { questions: attributes }, alikeAsked], { dir, limits });
  const [output = Buffer.alloc(0)] = await gitOnceInTurn(diff, { dir, limits });
  const raws = parseRaw(records(output, 'latin1')).map(named);
  const wanted = raws
    .filter(raw => !raw.binary)
    .flatMap(raw => [raw.sha.before, raw.sha.after])
    .filter(sha => sha !== null)
    .filter(sha => sizes.has(sha) && size(sha) <= TEXT_LIMIT);
  const textBytes = wanted.reduce((sum, sha) => sum + size(sha), 0);
  if (textBytes > CHANGE_LIMITS.textBytes)
    return tooLarge(' of text, before and after', textBytes, CHANGE_LIMITS.textBytes);
  const texts = await readBlobs(dir, wanted);
  const filters = await filtersOf(reading, [before, after], paths);
  const oldFilter = ({ path, from }: RawEntry) => {
    const old = from === null ? filters.get(path) : filters.get(from);
    return old === filters.get(path) ? null : (old ?? '');
  };
  const text = (raw: RawEntry, sha: string | null) =>
    raw.binary || sha === null ? null : (texts.get(sha)?.toString() ?? null);
  const entries = raws.map(
    (raw): TreeEntry => ({
      path: raw.path,
      from: raw.from,
      status: STATUS[raw.status] ?? 'modified',
      mode: raw.mode as TreeEntry['mode'],
      blob: raw.sha,
      size: { before: size(raw.sha.before), after: size(raw.sha.after) },
      lines: raw.lines,
      binary: raw.binary,
      ...(filters.has(raw.path) && { filter: filters.get(raw.path) }),
      ...(oldFilter(raw) !== null && { oldFilter: oldFilter(raw) ?? '' }),
      text: { before: text(raw, raw.sha.before), after: text(raw, raw.sha.after) },
    }),
  );
  const alike = await alikePaths(reading, alikeAsked, added);
  return { parent, tree: after, entries, ...(alike.length > 0 && { alike }) };
}

/** Bytes that are not UTF-8 are replaced: such a name can be taken away, and nothing can be written under it. */
function named(raw: RawEntry): RawEntry {
  const bytes = Buffer.from(raw.path, 'latin1');
  if (!isUtf8(bytes) && raw.status !== 'D')
    throw new WorkspaceRefused(
      `${JSON.stringify(bytes.toString())}: a changed file has a name that is not UTF-8. Rename it, or leave it as it was.`,
    );
  const from = raw.from === null ? null : Buffer.from(raw.from, 'latin1').toString();
  return { ...raw, path: bytes.toString(), from };
}

/** Parses the output, in which all raw lines come first, then their numstat lines in that order. */
function parseRaw(fields: string[]): RawEntry[] {
  const raws: RawEntry[] = [];
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
