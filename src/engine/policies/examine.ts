/** Policies as somebody has written them: valid or not, with their tests. */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PolicyFault } from '../../policy/fault.ts';
import type { PolicySet } from '../../policy/load.ts';
import { Table, type Tested, test } from '../../policy/table.ts';
import { loadTexts, readPolicyTexts, testFilesIn } from './folder.ts';
import { CONFIG_PATH, POLICY_PATH, readRules } from './rules.ts';
import { parseYaml } from './yaml-text.ts';

export type Examined =
  | { ok: true; set: PolicySet }
  /** By the path of the file, as it was given. */
  | { ok: false; faults: PolicyFault[] };

/**
 * A folder of policies, one `.cedar` file, or a repository's own rules: its `.github` (or the folder
 * around it), `gatehouse.cedar` or `gatehouse.yml`, read with the policies in `deployment`.
 */
export async function examine(path: string, deployment: string): Promise<Examined> {
  const rules = await ruleFiles(path);
  if (rules === null) {
    const loaded = await loadTexts(await readPolicyTexts(path));
    const folder = path.endsWith('.cedar') ? dirname(path) : path;
    return loaded.ok ? loaded : { ok: false, faults: loaded.faults.map(at(folder)) };
  }
  const base = await loadTexts(await readPolicyTexts(deployment));
  if (!base.ok) return { ok: false, faults: base.faults.map(at(deployment)) };
  const { set, faults } = readRules(base.set, {
    config: await textOf(rules.config),
    policy: await textOf(rules.policy),
  });
  return faults.length === 0
    ? { ok: true, set }
    : { ok: false, faults: faults.map(at(rules.root)) };
}

export type TestedTable = {
  file: string;
  rows: (Tested & { line: number })[];
  faults: PolicyFault[];
};

/** Every table beside the policies at `path`, tested on `set`. */
export async function testTables(path: string, set: PolicySet): Promise<TestedTable[]> {
  const rules = await ruleFiles(path);
  const files = await testFilesIn(rules ? join(rules.root, dirname(CONFIG_PATH)) : path);
  return Promise.all(files.map(async file => testTable(set, file, await readFile(file, 'utf8'))));
}

export function testTable(set: PolicySet, file: string, text: string): TestedTable {
  const read = parseYaml(file, text, Table);
  if (!read.ok) return { file, rows: [], faults: read.faults };
  const rows = read.value.tests.map((row, at) => ({
    ...test(set, row),
    line: read.placeOf(['tests', at]).line,
  }));
  return { file, rows, faults: [] };
}

type RuleFiles = { root: string; config: string | null; policy: string | null };

/** Where a repository's own rules lie; `null` where the path is about a deployment's policies. */
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

const at =
  (folder: string) =>
  (fault: PolicyFault): PolicyFault => ({ ...fault, file: join(folder, fault.file) });
