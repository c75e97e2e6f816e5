/**
 * What `.gitattributes` says of files. Git's own conversions (`text`, `eol`, `ident`,
 * `working-tree-encoding`) are done as git does them; filters, which are programs, never run.
 */
import { randomUUID } from 'node:crypto';
import { appendFile, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { baseName } from '../../../core/paths/file-name.ts';
import { readBlobs } from './blobs.ts';
import type { GitDirectory } from './differing-files.ts';
import { type GitOptions, git, gitLine, records } from './git.ts';
import { gitOnceInTurn, type Questions } from './git-in-turn.ts';

/**
 * Attributes that override those of the repository: no merge driver, and no file is left out of a
 * diff by being declared binary. Filters need none: they are programs that git's configuration
 * names, and no configuration of a repository is ever read.
 */
const OVERRIDES = '* !diff !merge !export-subst';

/**
 * Encodings that are converted: by plain tables, without the escape sequences in which the C library
 * has had faults. A file in any other stays as it is stored, which is UTF-8.
 */
const ENCODINGS =
  /^(utf-?(8|16|32)((le|be)(-bom)?|-bom)?|us-ascii|ascii|latin-?1|iso-?8859-\d{1,2}|(windows-?|cp)(125\d|437|850|852|866|932|936|949|950)|shift[-_]?jis|sjis|euc-?(jp|kr|cn|tw)|big-?5|gb2312|gbk|gb18030|koi8-[ru]|macintosh)$/i;

export const writeOverrides = (dir: string): Promise<void> =>
  writeFile(join(dir, 'info/attributes'), `${OVERRIDES}\n`);

/** Takes over what holds in the checkout that a run works on: what is not converted there is not converted here. */
export async function takeOverrides(from: string, dir: string): Promise<void> {
  await copyFile(join(from, 'info/attributes'), join(dir, 'info/checked-out'));
  await restoreOverrides(dir);
}

/** What the run's own attributes added is gone again: how files were checked out does not depend on it. */
export const restoreOverrides = (dir: string): Promise<void> =>
  copyFile(join(dir, 'info/checked-out'), join(dir, 'info/attributes'));

/** The same for the agent's git. In the sandbox the machine's own configuration may name filters. */
export async function writeSandboxOverrides(from: string, dir: string): Promise<void> {
  const overrides = await readFile(join(from, 'info/attributes'));
  const noFilters = Buffer.from('* !filter\n');
  await writeFile(join(dir, 'info/attributes'), Buffer.concat([overrides, noFilters]));
}

/**
 * Lets the git directory convert encodings only where they are known ones, and returns the paths for
 * which it does. Paths are `latin1`, so that names in any encoding are kept.
 */
export async function guardEncodings(
  reading: GitOptions,
  source: 'index' | 'work tree',
  paths: Iterable<string>,
): Promise<string[]> {
  const touched = [...paths];
  // Files that the run did not touch are read again as well, by what it says of them.
  const again =
    source === 'work tree' && touched.some(isAttributes) ? await trackedFiles(reading) : [];
  const values = await attributesOf('working-tree-encoding', reading, source, [
    ...touched,
    ...again,
  ]);
  const { known = [], unknown = [] } = Object.groupBy(values, ([, value]) =>
    ENCODINGS.test(value) ? 'known' : 'unknown',
  );
  const left = await leaveAsStored(
    reading.dir,
    unknown.map(([path]) => path),
  );
  return left === 'all' ? [] : known.map(([path]) => path);
}

/**
 * The files of the index that are still in the work tree. Of one whose folder became a symbolic link,
 * git would open the attributes to which the link leads.
 */
async function trackedFiles(reading: GitOptions): Promise<string[]> {
  const removed = ['diff-files', '-z', '--name-only', '--diff-filter=D'];
  const gone = new Set(records(await git(removed, reading), 'latin1'));
  const tracked = records(await git(['ls-files', '-z'], reading), 'latin1');
  return tracked.filter(path => !gone.has(path));
}

/** More files than this are not listed one by one: then no encoding is converted. */
export const MOST_LISTED = 500;
/** Git ignores a line of 2,048 bytes or more: where a path needs one, no encoding is converted. */
const LONGEST_LINE = 2_000;

/** Leaves files unconverted in both directions: those of the paths, or all where git can't be told which. */
export async function leaveAsStored(
  dir: string,
  paths: readonly string[],
): Promise<'these' | 'all'> {
  const listed = paths.slice(0, MOST_LISTED).map(path => asStored(quoted(`/${escaped(path)}`)));
  const isAll = paths.length > MOST_LISTED || listed.some(line => line.length > LONGEST_LINE);
  const lines = isAll ? [asStored('*')] : listed;
  await appendFile(join(dir, 'info/attributes'), lines.join(''), 'latin1');
  return isAll ? 'all' : 'these';
}

const asStored = (pattern: string): string => `${pattern} !working-tree-encoding\n`;

/** A pattern that matches the path alone. */
const escaped = (path: string): string => path.replace(/[\\*?[]/g, '\\$&');

/** As git reads a name that is quoted. */
export const quoted = (name: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it quotes
  `"${name.replace(/[\x00-\x1f"\\\x7f]/g, mark => `\\${mark.charCodeAt(0).toString(8).padStart(3, '0')}`)}"`;

/** A file of attributes, as `ls-tree` lists it. */
type AttributesFile = { entry: string; sha: string };

/** Of a symbolic link, git reads the text that names where it leads as attributes. */
const FILE_OR_LINK = /^1[02]0/;

/** What `attributesFiles` asks git. */
export function attributesQuestions(trees: readonly string[], paths: readonly string[]): Questions {
  const wanted = attributesAbove(paths);
  // Git goes only into the folders that are named; a list that is too long for a command is not.
  const which = wanted.length <= MOST_NAMED ? ['--', ...wanted] : [];
  return trees.map(tree => ['ls-tree', '-r', '-z', '--full-tree', tree, ...which]);
}

/** What says something of any of the paths, for each of the trees. */
export async function attributesFiles(
  { dir, limits }: GitDirectory,
  trees: readonly string[],
  paths: readonly string[],
): Promise<AttributesFile[][]> {
  const listed = await gitOnceInTurn(attributesQuestions(trees, paths), { dir, limits });
  return listed.map(output =>
    records(output)
      .filter(
        entry => FILE_OR_LINK.test(entry) && isAttributes(entry.slice(entry.indexOf('\t') + 1)),
      )
      .map(entry => ({ entry, sha: entry.split(/[ \t]/, 3)[2] ?? '' })),
  );
}

/** The filter that each of the paths has in any of the trees. */
export async function filtersOf(
  reading: GitDirectory,
  trees: readonly string[],
  paths: readonly string[],
): Promise<Map<string, string>> {
  const filters = new Map<string, string>();
  const asked = paths.map(path => Buffer.from(path).toString('latin1'));
  for (const files of await attributesFiles(reading, trees, paths)) {
    if (files.length === 0) continue;
    for (const [path, filter] of await filtersBy(reading, files, asked))
      if (!NO_FILTER.has(filter)) filters.set(Buffer.from(path, 'latin1').toString(), filter);
  }
  return filters;
}

/** What git says where the attribute names no program. */
const NO_FILTER = new Set(['set', 'unset']);

async function filtersBy(
  { dir, limits }: GitDirectory,
  files: readonly AttributesFile[],
  paths: readonly string[],
): Promise<Map<string, string>> {
  const index = join(dir, `attributes-${randomUUID()}.index`);
  const unmarked = await withoutMarks(dir, files);
  const input = files.map(({ entry, sha }) => `${entry.replace(sha, unmarked.get(sha) ?? sha)}\0`);
  try {
    await git(['update-index', '-z', '--index-info'], { dir, index, input: input.join('') });
    return await attributesOf('filter', { dir, index, limits }, 'index', paths);
  } finally {
    await rm(index, { force: true });
  }
}

/** Blobs without the byte order mark that begins those that have one; one process stores all of them. */
async function withoutMarks(
  dir: string,
  files: readonly AttributesFile[],
): Promise<Map<string, string>> {
  const shas = files.map(({ sha }) => sha);
  const marked = [...(await readBlobs(dir, shas))].filter(([, text]) => isMarked(text));
  if (marked.length === 0) return new Map();
  const folder = join(dir, `unmarked-${randomUUID()}`);
  await mkdir(folder);
  try {
    const paths = marked.map((_, at) => join(folder, String(at)));
    for (const [at, path] of paths.entries())
      await writeFile(path, marked[at]?.[1].subarray(BYTE_ORDER_MARK.length) ?? '');
    const store = ['hash-object', '-w', '--no-filters', '--stdin-paths'];
    const stored = (await gitLine(store, { dir, input: `${paths.join('\n')}\n` })).split('\n');
    return new Map(marked.map(([sha], at) => [sha, stored[at] ?? sha]));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const isMarked = (text: Buffer): boolean =>
  text.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);

/** Git skips it in a file, and takes it for a part of the first pattern in an index. */
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/** More paths than this may be too long for the arguments of a command. */
const MOST_NAMED = 200;

/** The files that say something of any of these paths: one in each folder above them. */
function attributesAbove(paths: readonly string[]): string[] {
  const folders = new Set(['']);
  for (const path of paths)
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at + 1);
      // Those above a known folder are known as well.
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  return [...folders].map(folder => `${folder}.gitattributes`);
}

/**
 * Whether a file of attributes is in the index or among the paths. Without one, files are stored as they
 * are: nothing else says anything of them. An index holds its names as they are.
 */
export const saysAttributes = async (index: string, paths: Iterable<string>): Promise<boolean> =>
  [...paths].some(isAttributes) || (await readFile(index)).includes('.gitattributes');

export const isAttributes = (path: string): boolean => baseName(path) === '.gitattributes';

/** The values of an attribute by path, without those that nothing says; paths are `latin1`. */
async function attributesOf(
  attribute: string,
  reading: GitOptions,
  source: 'index' | 'work tree',
  paths: Iterable<string>,
): Promise<Map<string, string>> {
  const input = Buffer.from([...paths].map(path => `${path}\0`).join(''), 'latin1');
  const cached = source === 'index' ? ['--cached'] : [];
  const args = ['check-attr', ...cached, '-z', '--stdin', attribute];
  const fields = records(await git(args, { ...reading, input }), 'latin1');
  const values = new Map<string, string>();
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = '', , value = ''] = fields.slice(at, at + 3);
    if (value !== 'unspecified') values.set(path, value);
  }
  return values;
}
