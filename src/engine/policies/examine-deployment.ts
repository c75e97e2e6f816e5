/** What a pull request in the deployment's policy repository would change in its packs. */
import { join } from 'node:path/posix';
import type { Repository } from '../../core/actor.ts';
import type { Examination } from '../../core/examination.ts';
import type { PolicyText } from '../../policy/check.ts';
import type { Loaded, PolicySet } from '../../policy/load.ts';
import { ofDeploymentIsolated } from '../backtest/candidate.ts';
import { history } from '../backtest/history.ts';
import type { Dependencies } from '../dependencies.ts';
import { filesAt } from '../files-at.ts';
import type { TestedTable } from './examine.ts';
import { testsOf } from './examine-rules.ts';
import { askIsolated } from './isolated/isolated.ts';
import { baseOf, loadPack, pathIn } from './pack.ts';
import type { PackFiles } from './pack-files.ts';
import { LARGEST } from './rule-files.ts';
import { loadCheckedTexts } from './schema.ts';

/** `touched`: the folders of packs that the pull request touches, such as `policies/mine`. */
export async function examineDeployment(
  deps: Dependencies,
  repository: Repository,
  head: string,
  touched: string[],
): Promise<Examination> {
  const { installation } = repository;
  const used = deps.settings.policyRepository?.folder ?? '';
  const files = packFiles(deps, { repository, commit: head });
  const examined: Examination = { digest: null, faults: [], tests: null, history: null };
  let deployed: PolicySet | null = null;
  const tables: TestedTable[] = [];
  for (const folder of await withUsed(files, touched, used)) {
    const names = await files.list(folder);
    // Nothing is left of it, or nothing in it is policy.
    if (folder !== used && !names.some(name => name.endsWith('.cedar') || name === 'pack.yml'))
      continue;
    const loaded = await loadPack(files, folder, loadIsolated(installation));
    if (!loaded.ok) {
      for (const fault of loaded.faults)
        examined.faults.push({ ...fault, file: pathIn(folder, fault.file) });
      continue;
    }
    for (const name of names.filter(name => name.endsWith('.test.yml'))) {
      const path = join(folder, name);
      const text = await files.read(path);
      const asked = { policies: loaded.set.texts, file: path, text };
      tables.push(await askIsolated('test', asked, installation));
    }
    if (folder === used) deployed = loaded.set;
  }
  examined.faults.push(...tables.flatMap(({ faults }) => faults));
  if (tables.length > 0) examined.tests = testsOf(tables);
  if (deployed === null) return examined;
  const candidate = ofDeploymentIsolated(deployed, deps.policies, installation);
  return {
    ...examined,
    digest: deployed.digest,
    history: await history(deps, candidate, repository, {
      policies: deployed.policies,
      folder: used,
    }),
  };
}

const loadIsolated =
  (installation: number) =>
  async (policies: PolicyText[]): Promise<Loaded> =>
    loadCheckedTexts(policies, await askIsolated('check', policies, installation));

/** A change of the base changes the pack in use as well. */
async function withUsed(files: PackFiles, touched: string[], used: string): Promise<string[]> {
  if (touched.includes(used)) return touched;
  const extended = await baseOf(files, used);
  return extended.ok && extended.base !== null && touched.includes(extended.base.folder)
    ? [...touched, used]
    : touched;
}

function packFiles(
  deps: Pick<Dependencies, 'workspaces' | 'github'>,
  at: { repository: Repository; commit: string },
): PackFiles {
  const { list, read } = filesAt(deps, at);
  return { list, read: async path => (await read(path, LARGEST))?.toString('utf8') ?? '' };
}
