/** What a pull request in the deployment's policy repository would make of its packs. */
import { basename } from 'node:path';
import type { Repository } from '../../core/actor.ts';
import type { Examination } from '../../core/examination.ts';
import type { PolicyText } from '../../policy/check.ts';
import type { PolicySet } from '../../policy/load.ts';
import { ofDeployment } from '../backtest/candidate.ts';
import { history } from '../backtest/history.ts';
import type { Dependencies } from '../dependencies.ts';
import { testTable } from './examine.ts';
import { testsOf } from './examine-rules.ts';
import { loadTexts } from './folder.ts';

/** `folders`: those that the pull request touches, such as `policies/mine`. */
export async function examineDeployment(
  deps: Dependencies,
  repository: Repository,
  head: string,
  folders: string[],
): Promise<Examination> {
  const examined: Examination = { digest: null, faults: [], tests: null, history: null };
  let deployed: PolicySet | null = null;
  const tables: ReturnType<typeof testTable>[] = [];
  for (const folder of folders) {
    const texts = await textsIn(deps, repository, head, folder);
    const policies = texts.filter(({ name }) => name.endsWith('.cedar'));
    const here = folder === deps.settings.policyRepository?.folder;
    if (policies.length === 0 && !here) continue;
    const loaded = await loadTexts(policies);
    const at = (name: string) => `${folder}/${name}`;
    if (!loaded.ok) {
      examined.faults.push(...loaded.faults.map(fault => ({ ...fault, file: at(fault.file) })));
      continue;
    }
    for (const { name, text } of texts)
      if (name.endsWith('.test.yml')) tables.push(testTable(loaded.set, at(name), text));
    if (here) deployed = loaded.set;
  }
  examined.faults.push(...tables.flatMap(({ faults }) => faults));
  if (tables.length > 0) examined.tests = testsOf(tables);
  if (deployed === null) return examined;
  const folder = deps.settings.policyRepository?.folder ?? '';
  const candidate = ofDeployment(deployed, deps.policies);
  return {
    ...examined,
    digest: deployed.digest,
    history: await history(deps, candidate, repository, folder),
  };
}

async function textsIn(
  { workspaces, github }: Pick<Dependencies, 'workspaces' | 'github'>,
  repository: Repository,
  head: string,
  folder: string,
): Promise<PolicyText[]> {
  const source = { repository, remote: github.facts.remote(repository, 'read') };
  const names = await workspaces.listFiles(source, head, folder);
  const wanted = names.filter(name => name.endsWith('.cedar') || name.endsWith('.test.yml'));
  const texts: PolicyText[] = [];
  for (const name of wanted) {
    const content = await workspaces.readFile(source, head, `${folder}/${name}`);
    if (content) texts.push({ name: basename(name), text: content.toString('utf8') });
  }
  return texts;
}
