/** What a pull request would change in a repository's own rules. */
import type { Repository } from '../../core/actor.ts';
import type { Examination } from '../../core/examination.ts';
import { ofRepositoryIsolated } from '../backtest/candidate.ts';
import { history } from '../backtest/history.ts';
import type { Dependencies } from '../dependencies.ts';
import { faultsHere } from '../intake/rules/faults-here.ts';
import type { TestedTable } from './examine.ts';
import { askIsolated } from './isolated/isolated.ts';
import { readIsolated } from './isolated/read-rules.ts';
import { rulesOf, textsOf } from './of-repository.ts';
import { LARGEST, TABLE_PATH } from './rule-files.ts';
import { rulesOn } from './rules.ts';

/** `base` and `head` are commits: the default branch's, and the pull request's. */
export async function examineRules(
  deps: Dependencies,
  repository: Repository,
  base: string,
  head: string,
): Promise<Examination> {
  const { github, workspaces, policies } = deps;
  const source = { repository, remote: await github.facts.remote(repository, 'read') };
  const [before, texts, table] = await Promise.all([
    rulesOf(deps, repository, base),
    textsOf(deps, repository, head),
    workspaces.readFile(source, head, TABLE_PATH, LARGEST + 1),
  ]);
  const rules = rulesOn(policies, await readIsolated(texts, repository));
  const { set } = rules;
  const faults = await faultsHere(deps, { repository, commit: head }, rules);
  if (faults.length > 0) return { digest: null, faults, tests: null, history: null };
  const asked = { policies: set.texts, file: TABLE_PATH, text: table?.toString('utf8') ?? '' };
  const tested = table && (await askIsolated('test', asked, repository.installation));
  const candidate = ofRepositoryIsolated(set, repository, before.set);
  return {
    digest: set.digest,
    faults: tested?.faults ?? [],
    tests: tested && testsOf([tested]),
    history: await history(deps, candidate, repository, { policies: set.policies, folder: null }),
  };
}

export const testsOf = (tables: TestedTable[]): Examination['tests'] => ({
  rows: tables.reduce((sum, { rows }) => sum + rows.length, 0),
  failed: tables.flatMap(({ file, rows }) =>
    rows.filter(({ ok }) => !ok).map(({ it, line, problems }) => ({ file, line, it, problems })),
  ),
});
