/** What branch protection and rulesets require to be reported before anything is merged into a branch. */
import type { Repository } from '../../../core/actor.ts';
import { createAnswerCache } from '../../../core/bounded-cache.ts';
import type { ExpectedChecks } from '../../../engine/ports/github.ts';
import { readBranchRules } from '../branch-rules.ts';
import type { Client, Clients } from '../client.ts';
import { repositoryPath } from '../repository-path.ts';
import { CHECK_NAME } from '../surfaces/check.ts';
import type { AppIdentity } from '../triggers/origin.ts';

/** With the commit that the branch points at. GitHub writes -1 where any App may report a check. */
export async function readRequiredChecks(
  octokit: Client,
  repository: Repository,
  branch: string,
): Promise<{ tip: string; required: ExpectedChecks['required'] }> {
  const [{ data }, rules] = await Promise.all([
    octokit.rest.repos.getBranch({ ...repositoryPath(repository), branch }),
    readBranchRules(octokit, repository, branch),
  ]);
  const classic = data.protection?.required_status_checks;
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
  return {
    tip: data.commit.sha,
    required: required.map(({ name, app }) => ({ name, app: app === -1 ? null : app })),
  };
}

/** Each push asks, and GitHub tells Apps of changed protection only with more permission than we have. */
const BELIEVED_MS = 5 * 60_000;
const MOST_BRANCHES = 10_000;

/** Whether our own check is required there: looked up at most once in five minutes for each branch. */
export function createRequiresOurs(clients: Clients, app: AppIdentity) {
  const known = createAnswerCache<string, boolean>(MOST_BRANCHES, {
    ms: BELIEVED_MS,
    now: Date.now,
  });
  return (repository: Repository, branch: string): Promise<boolean> =>
    known.get(`${repository.id} ${branch}`, async () => {
      const octokit = clients(repository, 'facts');
      const { required } = await readRequiredChecks(octokit, repository, branch);
      return required.some(
        check => check.name === CHECK_NAME && (check.app === null || check.app === app.id),
      );
    });
}
