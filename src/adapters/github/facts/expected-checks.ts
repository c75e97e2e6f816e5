/** What has to be reported on a head before it is merged into a branch. */
import { ACTIONS_APP } from '../../../core/actions-app.ts';
import type { Repository } from '../../../core/actor.ts';
import { bearsOurName } from '../../../core/approvals/own-check.ts';
import type { ExpectedChecks } from '../../../engine/ports/github.ts';
import type { Clients } from '../client/client.ts';
import { repositoryPath } from '../client/repository-path.ts';
import type { Ran } from '../snapshot/reported.ts';
import type { PullSnapshot } from '../snapshot/snapshot.ts';
import type { WorkflowStart } from '../snapshot/workflows.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import type { BranchRequirements } from './branch-requirements.ts';
import { latestStatuses } from './checks.ts';

/** What ran on a commit. */
export async function readRan(
  clients: Clients,
  app: AppIdentity,
  repository: Repository,
  sha: string,
): Promise<Ran[]> {
  const octokit = clients(repository, 'facts');
  const at = { ...repositoryPath(repository), ref: sha, per_page: 100 };
  const [runs, statuses] = await Promise.all([
    octokit.paginate(octokit.rest.checks.listForRef, { ...at, filter: 'latest' }),
    latestStatuses(octokit, at),
  ]);
  const byOthers = runs.filter(
    run => run.conclusion !== 'skipped' && run.app?.id !== app.id && !bearsOurName(run.name),
  );
  return [
    ...byOthers.map(run => ({
      name: run.name,
      suite: run.app?.slug === ACTIONS_APP ? (run.check_suite?.id ?? null) : null,
    })),
    ...statuses.map(({ context }) => ({ name: context, suite: null })),
  ];
}

/** Both are asked of one commit. */
type Lookups = {
  requirements: Pick<BranchRequirements, 'checks'>;
  ranOn: (repository: Repository, sha: string) => Promise<Ran[]>;
  workflowsOn: (repository: Repository, sha: string) => Promise<ReadonlyMap<number, WorkflowStart>>;
};

export async function readExpectedChecks(
  { requirements, ranOn, workflowsOn }: Lookups,
  repository: Repository,
  { base, tip }: Pick<PullSnapshot, 'base' | 'tip'>,
): Promise<ExpectedChecks> {
  const usual = async (sha: string, known: Ran[] | null): Promise<string[]> => {
    const ran = known ?? (await ranOn(repository, sha));
    const isOfActions = ran.some(({ suite }) => suite !== null);
    return usualNames(ran, isOfActions ? await workflowsOn(repository, sha) : new Map());
  };
  // Checks take their time: on a tip that was pushed a moment ago nothing may stand yet.
  const [required, onTip, onBase] = await Promise.all([
    requirements.checks(repository, base.ref),
    tip ? usual(tip.sha, tip.ran) : [],
    base.sha === tip?.sha ? [] : usual(base.sha, null),
  ]);
  return {
    required: required.filter(({ name }) => !bearsOurName(name)),
    ranOnBase: [...new Set([...onBase, ...onTip])],
  };
}

/**
 * Without what nothing but a schedule, an issue or the like has started there: no pull request ever gets
 * it. What is not known is expected.
 */
function usualNames(ran: Ran[], workflows: ReadonlyMap<number, WorkflowStart>): string[] {
  const startOf = ({ suite }: Ran) => (suite === null ? undefined : workflows.get(suite));
  const apart = new Set(ran.filter(one => startOf(one)?.apart).map(({ name }) => name));
  const others = new Set(ran.filter(one => !startOf(one)?.apart).map(({ name }) => name));
  return [...new Set(ran.map(({ name }) => name))].filter(
    name => others.has(name) || !apart.has(name),
  );
}
