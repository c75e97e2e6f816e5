/** What has to be reported on a head before it is merged into a branch. */
import type { Repository } from '../../../core/actor.ts';
import { bearsOurName } from '../../../core/approvals/own-check.ts';
import type { ExpectedChecks } from '../../../engine/ports/github.ts';
import type { Clients } from '../client.ts';
import { repositoryPath } from '../repository-path.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import type { BranchRequirements } from './branch-requirements.ts';
import { readChecks } from './checks.ts';

export async function readExpectedChecks(
  {
    clients,
    app,
    requirements,
  }: { clients: Clients; app: AppIdentity; requirements: BranchRequirements },
  repository: Repository,
  base: { ref: string; sha: string },
): Promise<ExpectedChecks> {
  const octokit = clients(repository, 'facts');
  const path = repositoryPath(repository);
  const { tip, required } = await requirements.readNow(repository, base.ref);
  // Checks take their time: on a tip that was pushed a moment ago nothing may stand yet.
  const commits = [...new Set([base.sha, tip])];
  const ran = await Promise.all(commits.map(sha => readChecks(octokit, app, path, sha)));
  return {
    required: required.filter(({ name }) => !bearsOurName(name)),
    ranOnBase: ran.flatMap(({ checks }) =>
      checks.filter(({ skipped }) => !skipped).map(({ name }) => name),
    ),
  };
}
