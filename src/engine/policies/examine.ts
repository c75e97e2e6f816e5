/** Policies at a path that somebody names: valid or not, with their tests. */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PolicyFault } from '../../policy/fault.ts';
import type { Loaded, PolicySet } from '../../policy/load.ts';
import { type TestedRow, TestTable, test } from '../../policy/table.ts';
import { loadFrom, testFilesIn } from './on-disk.ts';
import { CONFIG_PATH, POLICY_PATH, readRules } from './rules.ts';
import { parseYaml } from './yaml-text.ts';

/**
 * A pack, one `.cedar` file, or a repository's own rules: its `.github` (or the folder around it),
 * `gatehouse.cedar` or `gatehouse.yml`, read with the policies in `deployment`. Faults name the paths
 * of their files.
 */
export async function examine(path: string, deployment: string): Promise<Loaded> {
  const rules = await ruleFiles(path);
  if (rules === null) return loadFrom(path);
  const loaded = await loadFrom(deployment);
  if (!loaded.ok) return loaded;
  const { set, faults } = readRules(loaded.set, {
    config: await textOf(rules.config),
    policy: await textOf(rules.policy),
  });
  if (faults.length === 0) return { ok: true, set };
  const { root } = rules;
  return { ok: false, faults: faults.map(fault => ({ ...fault, file: join(root, fault.file) })) };
}

export type TestedTable = {
  file: string;
  rows: (TestedRow & { line: number })[];
  faults: PolicyFault[];
};

/** Every table beside the policies at `path`, tested on `set`. */
export async function testTables(path: string, set: PolicySet): Promise<TestedTable[]> {
  const rules = await ruleFiles(path);
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

type RuleFiles = { root: string; config: string | null; policy: string | null };

/** Where a repository's own rules are; `null` where the path is about a deployment's policies. */
async function ruleFiles(path: string): Promise<RuleFiles | null> {
  const name = basename(path);
  const alone = dirname(dirname(path));
  if (name === basename(CONFIG_PATH)) return { root: alone, config: path, policy: null };
  if (name === basename(POLICY_PATH)) return { root: alone, config: null, policy: path };
  const root = name === '.github' ? dirname(path) : path;
  const [config, policy] = [join(root, CONFIG_PATH), join(root, POLICY_PATH)];
  const found = [await there(config), await there(policy)];
  if (!found.includes(true)) return null;
  return { root, config: found[0] ? config : null, policy: found[1] ? policy : null };
}

const there = (path: string): Promise<boolean> =>
  stat(path).then(
    found => found.isFile(),
    () => false,
  );

const textOf = async (path: string | null): Promise<string | null> =>
  path === null ? null : readFile(path, 'utf8');
