/** The check run `gatehouse/policy`: what the pull request's policy would do, said by the base's side. */
import { dirname } from 'node:path/posix';
import type { Repository } from '../../core/actor.ts';
import type { DeliveryCommand } from '../../core/delivery/decider.ts';
import { type Examination, verdictOf } from '../../core/examination.ts';
import type { Dependencies } from '../dependencies.ts';
import { isPolicyRepository } from '../intake/rules/policy-change.ts';
import { examineDeployment } from '../policies/examine-deployment.ts';
import { examineRules } from '../policies/examine-rules.ts';
import { IsolatedStopped } from '../policies/isolated/isolated.ts';
import { POLICY_PATH } from '../policies/rule-files.ts';
import type { StreamEffect } from '../task-context.ts';

export async function examinePolicy(
  context: StreamEffect<'examine_policy'>,
): Promise<DeliveryCommand> {
  const { deps, effect, guard } = context;
  const { key, repository, pull: number, head } = effect;
  const { facts, writes } = deps.github;
  const pull = await facts.pull(repository, number);
  // A newer head has a delivery of its own.
  if (pull.state === 'closed' || pull.head.sha !== head) return { type: 'performed', key };
  const examination = await examine(deps, repository, pull.base.sha, head).catch(stopped);
  await guard.check();
  const { id } = await writes.showPolicy(repository, { number, head }, examination);
  const { faults, history, digest } = examination;
  return {
    type: 'examined',
    data: {
      pull: number,
      head,
      verdict: verdictOf(examination),
      digest,
      faults: faults.length,
      flips: history ? history.flips.length + history.more + history.elsewhere.flips : 0,
      check: id,
    },
  };
}

/** What can't be examined is at fault: examined again, it would be stopped again. */
function stopped(error: unknown): Examination {
  if (!(error instanceof IsolatedStopped)) throw error;
  const fault = { file: POLICY_PATH, line: 1, column: 1, message: error.message };
  return { digest: null, faults: [fault], tests: null, history: null };
}

async function examine(
  deps: Dependencies,
  repository: Repository,
  base: string,
  head: string,
): Promise<Examination> {
  const rules = await examineRules(deps, repository, base, head);
  if (!isPolicyRepository(deps.settings, repository)) return rules;
  const source = { repository, remote: await deps.github.facts.remote(repository, 'read') };
  const paths = (await deps.workspaces.changedPaths(source, base, head)) ?? [];
  const folders = [...new Set(paths.map(path => dirname(path)))].filter(folder =>
    /^policies\/[^/]+$/.test(folder),
  );
  if (folders.length === 0) return rules;
  const packs = await examineDeployment(deps, repository, head, folders.sort());
  return {
    digest: packs.digest ?? rules.digest,
    faults: [...rules.faults, ...packs.faults],
    tests: packs.tests ?? rules.tests,
    history: packs.history ?? rules.history,
  };
}
