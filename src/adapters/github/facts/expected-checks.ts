/** What has to be reported on a head before it is merged into a branch. */
import type { Repository } from '../../../core/actor.ts';
import { bearsOurName } from '../../../core/approvals/own-check.ts';
import type { ExpectedChecks } from '../../../engine/ports/github.ts';
import type { Clients } from '../client.ts';
import { repositoryPath } from '../repository-path.ts';
import { namesOf, type PullSnapshot } from '../snapshot/snapshot.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import type { BranchRequirements } from './branch-requirements.ts';
import { readChecks } from './checks.ts';

/** The names of what ran on a commit. */
export async function readRan(
  clients: Clients,
  app: AppIdentity,
  repository: Repository,
  sha: string,
): Promise<string[]> {
  const octokit = clients(repository, 'facts');
  return namesOf(await readChecks(octokit, app, repositoryPath(repository), sha));
}

/** `ranOn`: asks for the names of what ran on a commit. */
export async function readExpectedChecks(
  {
    requirements,
    ranOn,
  }: {
    requirements: BranchRequirements;
    ranOn: (repository: Repository, sha: string) => Promise<string[]>;
  },
  repository: Repository,
  { base, tip }: Pick<PullSnapshot, 'base' | 'tip'>,
): Promise<ExpectedChecks> {
  // Checks take their time: on a tip that was pushed a moment ago nothing may stand yet.
  const [required, onTip, onBase] = await Promise.all([
    requirements.checks(repository, base.ref),
    tip ? (tip.ran ?? ranOn(repository, tip.sha)) : [],
    base.sha === tip?.sha ? [] : ranOn(repository, base.sha),
  ]);
  return {
    required: required.filter(({ name }) => !bearsOurName(name)),
    ranOnBase: [...new Set([...onBase, ...onTip])],
  };
}
