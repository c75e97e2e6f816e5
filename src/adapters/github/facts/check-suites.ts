/** The Apps that GitHub asked to check a commit: each has a suite there, which stays empty until it begins. */
import type { Repository } from '../../../core/actor.ts';
import type { AskedApp } from '../../../engine/ports/github.ts';
import type { Clients } from '../client/client.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { hasFailed } from '../conclusion.ts';
import type { AppIdentity } from '../triggers/origin.ts';

export async function readCheckSuites(
  clients: Clients,
  app: AppIdentity,
  repository: Repository,
  sha: string,
): Promise<AskedApp[]> {
  const octokit = clients(repository, 'facts');
  const suites = await octokit.paginate(octokit.rest.checks.listSuitesForRef, {
    ...repositoryPath(repository),
    ref: sha,
    per_page: 100,
  });
  return suites
    .filter(suite => suite.app?.id !== app.id)
    .map(suite => {
      const isEmpty = suite.latest_check_runs_count === 0;
      return {
        app: suite.app?.slug ?? '',
        begun: suite.status === 'completed' || !isEmpty,
        endedEmpty: isEmpty && suite.status === 'completed' ? endOf(suite.conclusion) : null,
        at: suite.updated_at,
      };
    });
}

/** What was called off, replaced or not wanted has nothing to say. */
function endOf(conclusion: string | null): AskedApp['endedEmpty'] {
  if (conclusion === 'action_required') return 'held';
  return ['failure', 'startup_failure', 'timed_out'].includes(conclusion ?? '') ? 'failed' : null;
}

/** Our check runs of a suite, the latest of each name. */
export async function readOwnChecks(
  clients: Clients,
  app: AppIdentity,
  repository: Repository,
  suite: number,
): Promise<{ name: string; about: string }[]> {
  const runs = await latestRuns(clients, repository, suite);
  return runs
    .filter(run => run.app?.id === app.id)
    .map(({ name, external_id }) => ({ name, about: external_id ?? '' }));
}

/** What failed in a suite: of a workflow run these are its jobs. */
export async function readFailedChecks(
  clients: Clients,
  repository: Repository,
  suite: number,
): Promise<{ id: number; name: string }[]> {
  const runs = await latestRuns(clients, repository, suite);
  return runs
    .filter(({ conclusion }) => hasFailed(conclusion))
    .map(({ id, name }) => ({ id, name }))
    .sort((a, b) => a.id - b.id);
}

/** All pages of them: a matrix has up to 256 jobs, and the one that failed may stand on a later page. */
function latestRuns(clients: Clients, repository: Repository, check_suite_id: number) {
  const octokit = clients(repository, 'facts');
  return octokit.paginate(octokit.rest.checks.listForSuite, {
    ...repositoryPath(repository),
    check_suite_id,
    filter: 'latest',
    per_page: 100,
  });
}
