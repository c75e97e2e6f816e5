/**
 * Finds the files in which a repository states its own rules. A file that looks like one of them and
 * can't be used is a fault: if it counted as missing, what it forbids would be permitted.
 */

import { distance } from '../../core/nearest.ts';
import { foldPath } from '../../core/paths/fold-path.ts';
import type { FolderEntry } from '../ports/workspace.ts';

const FOLDER = '.github';
/** A folder of this name in it may hold anything else. */
const OWN_FOLDER = 'gatehouse';
export const CONFIG_PATH = '.github/gatehouse.yml';
export const POLICY_PATH = '.github/gatehouse.cedar';
/** Tests of the two, beside them. */
export const TABLE_PATH = '.github/gatehouse.test.yml';

/** The first of its paths is the one to recommend. */
const PATHS = {
  config: [CONFIG_PATH, '.github/gatehouse.yaml'],
  policy: [POLICY_PATH],
} as const;
type RuleKind = keyof typeof PATHS;

/** Bytes of one file. */
export const LARGEST = 64 * 1024;

/** `from`: the repository that it is taken from where it is not the asking one, such as `acme/.github`. */
export type RuleFile = { path: string; from: string | null } & (
  | { text: string }
  | { problem: string }
);

/** `null`: there is no such file, and none that looks like one. */
export type RuleTexts = { [K in RuleKind]: RuleFile | null };

/** A repository at one commit, or a folder on disk. */
export type RuleSource = {
  list(folder: string): Promise<FolderEntry[]>;
  /** The first `most` bytes of a regular file. */
  read(path: string, most: number): Promise<Buffer | null>;
  from: string | null;
};

export async function findRules(source: RuleSource): Promise<RuleTexts> {
  const entries = await candidates(source);
  return {
    config: await readKind(source, 'config', entries),
    policy: await readKind(source, 'policy', entries),
  };
}

/** Whether a change of this path may change the rules. */
export const isRulePath = (path: string): boolean => {
  const folded = foldPath(path);
  const [folder = '', name, ...below] = folded.split('/');
  if (folded === TABLE_PATH || folded === FOLDER) return true;
  // A folder with such a name is a fault as well, and is changed by what lies in it.
  if (folder === FOLDER && name !== undefined) {
    const [inner, ...deeper] = below;
    if (name === OWN_FOLDER && inner !== undefined && deeper.length === 0)
      return kindInOwnFolder(inner) !== null;
    return kindOf(name) !== null && (below.length === 0 || namesFile(name));
  }
  return kindInRoot(folder) !== null;
};

/** The name of the file in faults and decisions. */
export const nameOf = ({ from, path }: Pick<RuleFile, 'from' | 'path'>): string =>
  from === null ? path : `${from}/${path}`;

type RuleFileEntry = { path: string; kind: RuleKind; entry: FolderEntry };

async function candidates(source: RuleSource): Promise<RuleFileEntry[]> {
  const found: RuleFileEntry[] = [];
  for (const entry of await source.list('')) {
    const { name } = entry;
    const misplaced = kindInRoot(name);
    if (misplaced !== null) found.push({ path: name, kind: misplaced, entry });
    if (foldPath(name) !== FOLDER || entry.kind === 'file') continue;
    if (entry.kind !== 'folder') found.push({ path: name, kind: 'config', entry });
    else
      for (const inner of await source.list(name)) {
        const kind = kindOf(inner.name);
        const path = `${name}/${inner.name}`;
        if (kind !== null && (inner.kind !== 'folder' || namesFile(inner.name)))
          found.push({ path, kind, entry: inner });
        else if (inner.kind === 'folder' && foldPath(inner.name) === OWN_FOLDER)
          for (const own of await inOwnFolder(source, path)) found.push(own);
      }
  }
  return found;
}

/** Of a folder of our name, what can hardly be anything but rules: they are looked for beside it. */
async function inOwnFolder(source: RuleSource, folder: string): Promise<RuleFileEntry[]> {
  return (await source.list(folder)).flatMap(entry => {
    const kind = entry.kind === 'folder' ? null : kindInOwnFolder(entry.name);
    return kind === null ? [] : [{ path: `${folder}/${entry.name}`, kind, entry }];
  });
}

async function readKind(
  source: RuleSource,
  kind: RuleKind,
  entries: RuleFileEntry[],
): Promise<RuleFile | null> {
  const { from } = source;
  const mine = entries.filter(entry => entry.kind === kind);
  const paths: readonly string[] = PATHS[kind];
  const misnamed = mine.find(({ path }) => !paths.includes(path));
  const [first, second] = misnamed ? [misnamed] : mine;
  if (!first) return null;
  const { path, entry } = first;
  if (path === FOLDER || entry.kind !== 'file') {
    const problem = `It is a ${ENTRY_WORDS[entry.kind]}, which is not followed: the rules of this repository must be files in the folder ${FOLDER}.`;
    return { path, from, problem };
  }
  if (misnamed) {
    const problem = `A file with this name is not read: rename it to ${paths.join(' or ')}, or give it a name that has nothing to do with Gatehouse.`;
    return { path, from, problem };
  }
  if (second)
    return { path: second.path, from, problem: `${path} is there as well: keep one of the two.` };
  const content = await source.read(path, LARGEST + 1);
  if (content === null) return { path, from, problem: 'It could not be read.' };
  const text = textOf(content);
  return typeof text === 'string' ? { path, from, text } : { path, from, ...text };
}

const ENTRY_WORDS = {
  file: 'file',
  link: 'symbolic link',
  folder: 'folder',
  submodule: 'submodule',
  other: 'special file',
} as const;

const LFS_POINTER = /^version https:\/\/[^\n]*\noid /;

function textOf(content: Buffer): string | { problem: string } {
  if (content.length > LARGEST) return { problem: `It is larger than ${LARGEST} bytes.` };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return { problem: 'It is not text in UTF-8: save it in that encoding.' };
  }
  if (text.includes('\0'))
    return { problem: 'It has a NUL character, so it is no text: save it as UTF-8.' };
  if (LFS_POINTER.test(text))
    return { problem: 'It is a pointer of Git LFS: commit the file itself, without LFS.' };
  return text;
}

/** Endings that people give to configuration, and what Windows adds when it hides them. */
const CONFIG_NAME =
  /^\.?gatehouse(?:[-_.]?(?:config(?:uration)?|settings|rules|polic(?:y|ies)))?(?:\.(?:ya?ml|json[5c]?|toml|ini|conf))?(?:\.txt)?$/;
const POLICY_NAME = /^\.?gatehouse(?:[-_.]?(?:policy|policies|rules))?\.cedar(?:\.txt)?$/;

/** What a file in `.github` is probably meant to be; a name that is one letter off counts. */
function kindOf(name: string): RuleKind | null {
  const folded = foldPath(name);
  if (folded.length > 40) return null;
  const near = (wanted: string) => distance(folded, wanted) <= 1;
  if (POLICY_NAME.test(folded) || near('gatehouse.cedar')) return 'policy';
  if (CONFIG_NAME.test(folded) || near('gatehouse.yml') || near('gatehouse.yaml')) return 'config';
  return null;
}

/** Elsewhere than in `.github` only the exact names count: many a project is called Gatehouse. */
function kindInRoot(name: string): RuleKind | null {
  const folded = foldPath(name).replace(/^\./, '');
  if (folded === 'gatehouse.cedar') return 'policy';
  return folded === 'gatehouse.yml' || folded === 'gatehouse.yaml' ? 'config' : null;
}

function kindInOwnFolder(name: string): RuleKind | null {
  const folded = foldPath(name);
  if (folded.endsWith('.cedar')) return 'policy';
  return /^\.?(?:gatehouse|config|settings|rules|policy)\.ya?ml$/.test(folded) ? 'config' : null;
}

/** A folder `.github/gatehouse` may hold anything. */
const namesFile = (name: string): boolean => /\.[^.]+$/.test(foldPath(name).replace(/^\./, ''));
