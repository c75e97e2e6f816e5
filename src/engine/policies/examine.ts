/** Policies at a path that somebody names: valid or not, with their tests. */
import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Profile } from '../../core/profile.ts';
import type { PolicyFault } from '../../policy/fault.ts';
import type { Loaded, PolicySet } from '../../policy/load.ts';
import { type TestedRow, TestTable, test } from '../../policy/table.ts';
import type { FolderEntry } from '../ports/workspace.ts';
import { faultsOnDisk } from './faults-on-disk.ts';
import { loadFrom, testFilesIn } from './on-disk.ts';
import { CONFIG_PATH, findRules, type RuleTexts } from './rule-files.ts';
import { readRules } from './rules.ts';
import { parseYaml } from './yaml-text.ts';

/**
 * A pack, one `.cedar` file, or a repository's own rules: its `.github` (or the folder around it),
 * `gatehouse.cedar` or `gatehouse.yml`, read with the policies in `deployment`, and where `roles` are
 * given, with those. Faults name the paths of their files.
 */
export async function examine(
  path: string,
  deployment: string,
  roles?: () => Promise<readonly Profile[]>,
): Promise<Loaded> {
  const found = await rulesAt(path);
  if (found === null) return loadFrom(path);
  const loaded = await loadFrom(deployment);
  if (!loaded.ok) return loaded;
  const { root, texts } = found;
  const rules = readRules(loaded.set, texts);
  const faults = rules.faults.map(fault => ({ ...fault, file: join(root, fault.file) }));
  const places = { ...rules.places, file: join(root, rules.places.file) };
  if (faults.length === 0 && roles)
    faults.push(...(await faultsOnDisk(root, { ...rules, places }, await roles())));
  return faults.length > 0 ? { ok: false, faults } : { ok: true, set: rules.set };
}

export type TestedTable = {
  file: string;
  rows: (TestedRow & { line: number })[];
  faults: PolicyFault[];
};

/** Every table beside the policies at `path`, tested on `set`. */
export async function testTables(path: string, set: PolicySet): Promise<TestedTable[]> {
  const rules = await rulesAt(path);
  const files = await testFilesIn(rules ? join(rules.root, dirname(CONFIG_PATH)) : path);
  return Promise.all(files.map(async file => testTable(set, file, await readFile(file, 'utf8'))));
}

export function testTable(set: PolicySet, file: string, text: string): TestedTable {
  const read = parseYaml(file, text, TestTable);
  if (!read.ok) return { file, rows: [], faults: read.faults };
  const rows = read.value.tests.map((row, at) => ({
    ...test(set, row),
    line: read.placeOf(['tests', at]).line,
  }));
  return { file, rows, faults: [] };
}

/** A repository's own rules; `null` where the path is about a deployment's policies. */
async function rulesAt(path: string): Promise<{ root: string; texts: RuleTexts } | null> {
  const folder = dirname(CONFIG_PATH);
  const alone = RULE_NAMES.includes(basename(path));
  const root = alone ? dirname(dirname(path)) : basename(path) === folder ? dirname(path) : path;
  const texts = await findRules({
    async list(asked) {
      if (alone) {
        const [name, from] = asked === '' ? [folder, dirname(path)] : [basename(path), path];
        return [{ name, kind: kindOf(await stat(from)) }];
      }
      const entries = await readdir(join(root, asked), { withFileTypes: true }).catch(() => []);
      return entries
        .map(entry => ({ name: entry.name, kind: kindOf(entry) }))
        .filter(({ name }) => asked !== '' || name.toLowerCase() === folder);
    },
    read: file => readFile(alone ? path : join(root, file)),
    from: null,
  });
  return texts.config === null && texts.policy === null ? null : { root, texts };
}

const RULE_NAMES = ['gatehouse.yml', 'gatehouse.yaml', 'gatehouse.cedar'];

const kindOf = (
  entry: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>,
): FolderEntry['kind'] =>
  entry.isFile()
    ? 'file'
    : entry.isDirectory()
      ? 'folder'
      : entry.isSymbolicLink()
        ? 'link'
        : 'other';
