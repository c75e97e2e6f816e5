/**
 * What `.gitattributes` says of files. Git's own conversions (`text`, `eol`, `ident`,
 * `working-tree-encoding`) are done as git does them; filters, which are programs, never run.
 */
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { baseName } from '../../core/file-name.ts';
import type { GitDirectory } from './differing-files.ts';
import { type GitOptions, git, gitOnce, records } from './git.ts';

/**
 * Attributes that override those of the repository: no merge driver, and no file is left out of a
 * diff by being declared binary. Filters need none: they are programs that git's configuration
 * names, and no configuration of a repository is ever read.
 */
const OVERRIDES = '* !diff !merge !export-subst';
/** In the sandbox the machine's own configuration may name filters. */
export const SANDBOX_ATTRIBUTES = `${OVERRIDES} !filter\n`;

/**
 * Encodings that are converted: by plain tables, without the escape sequences in which the C library
 * has had faults. A file in any other stays as it is stored, which is UTF-8.
 */
const ENCODINGS =
  /^(utf-?(8|16|32)((le|be)(-bom)?|-bom)?|us-ascii|ascii|latin-?1|iso-?8859-\d{1,2}|(windows-?|cp)(125\d|437|850|852|866|932|936|949|950)|shift[-_]?jis|sjis|euc-?(jp|kr|cn|tw)|big-?5|gb2312|gbk|gb18030|koi8-[ru]|macintosh)$/i;

export async function writeOverrides(dir: string, convertEncodings = true): Promise<void> {
  const encodings = convertEncodings ? '' : ' !working-tree-encoding';
  await writeFile(join(dir, 'info/attributes'), `${OVERRIDES}${encodings}\n`);
}

/**
 * Lets the git directory convert encodings only where all of those that apply to the paths are known
 * ones. Paths are `latin1`, so that names in any encoding are kept.
 */
export async function guardEncodings(
  reading: GitOptions,
  source: 'index' | 'work tree',
  paths: Iterable<string>,
): Promise<void> {
  const values = await attributesOf('working-tree-encoding', reading, source, paths);
  const known = [...values.values()].every(value => ENCODINGS.test(value));
  await writeOverrides(reading.dir, known);
}

/** The filter that each of the paths has in any of the trees. */
export async function filtersOf(
  { dir, limits }: GitDirectory,
  trees: readonly string[],
  paths: readonly string[],
): Promise<Map<string, string>> {
  const filters = new Map<string, string>();
  const wanted = attributesAbove(paths);
  // Git goes only into the folders that are named; a list that is too long for a command is not.
  const which = wanted.length <= MOST_NAMED ? ['--', ...wanted] : [];
  for (const tree of trees) {
    const list = ['ls-tree', '-r', '-z', '--full-tree', tree, ...which];
    const entries = records(await gitOnce(list, { dir, limits }));
    const attributes = entries.filter(entry => isAttributes(entry.slice(entry.indexOf('\t') + 1)));
    if (attributes.length === 0) continue;
    const index = join(dir, `attributes-${randomUUID()}.index`);
    try {
      const input = attributes.map(entry => `${entry}\0`).join('');
      await git(['update-index', '-z', '--index-info'], { dir, index, input });
      const asked = paths.map(path => Buffer.from(path).toString('latin1'));
      const found = await attributesOf('filter', { dir, index, limits }, 'index', asked);
      for (const [path, filter] of found) filters.set(path, filter);
    } finally {
      await rm(index, { force: true });
    }
  }
  return filters;
}

/** More paths than this may be too long for the arguments of a command. */
export const MOST_NAMED = 200;

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

export const isAttributes = (path: string): boolean => baseName(path) === '.gitattributes';

/** The values of an attribute that are texts, by path. */
async function attributesOf(
  attribute: string,
  reading: GitOptions,
  source: 'index' | 'work tree',
  paths: Iterable<string>,
): Promise<Map<string, string>> {
  const input = Buffer.from([...paths].map(path => `${path}\0`).join(''), 'latin1');
  const cached = source === 'index' ? ['--cached'] : [];
  const args = ['check-attr', ...cached, '-z', '--stdin', attribute];
  const fields = records(await git(args, { ...reading, input }));
  const values = new Map<string, string>();
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = '', , value = ''] = fields.slice(at, at + 3);
    if (!['unspecified', 'unset', 'set'].includes(value)) values.set(path, value);
  }
  return values;
}
