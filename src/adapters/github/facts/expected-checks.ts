/** What has to be reported on a head before it is merged into a branch. */
import type { Repository } from '../../../core/actor.ts';
import { bearsOurName } from '../../../core/approvals/own-check.ts';
import type { ExpectedChecks } from '../../../engine/ports/github.ts';
import { readBranchRules } from '../branch-rules.ts';
import type { Clients } from '../client.ts';
import { repositoryPath } from '../repository-path.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import { readChecks } from './checks.ts';

export async function readExpectedChecks(
  clients: Clients,
  app: AppIdentity,
  repository: Repository,
  base: { ref: string; sha: string },
): Promise<ExpectedChecks> {
  const octokit = clients(repository, 'facts');
  const path = repositoryPath(repository);
  const at = { ...path, branch: base.ref };
  const [{ data: branch }, rules] = await Promise.all([
    octokit.rest.repos.getBranch(at),
    readBranchRules(octokit, repository, base.ref),
  ]);
  const classic = branch.protection?.required_status_checks;
  const required = [
    ...(classic?.checks ?? []).map(({ context, app_id }) => ({ name: context, app: app_id })),
    ...rules.flatMap(rule =>
      rule.type === 'required_status_checks'
        ? (rule.parameters?.required_status_checks ?? []).map(check => ({
            name: check.context,
            app: check.integration_id ?? null,
          }))
        : [],
    ),
  ];
  // Checks take their time: on a tip that was pushed a moment ago nothing may stand yet.
  const commits = [...new Set([base.sha, branch.commit.sha])];
  const ran = await Promise.all(commits.map(sha => readChecks(octokit, app, path, sha)));
  return {
    required: required
      .filter(({ name }) => !bearsOurName(name))
      // GitHub writes -1 where any App may report it.
      .map(({ name, app: by }) => ({ name, app: by === -1 ? null : by })),
    ranOnBase: ran.flatMap(({ checks }) =>
      checks.filter(({ skipped }) => !skipped).map(({ name }) => name),
    ),
  };
}
