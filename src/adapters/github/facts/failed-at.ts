/** What failed on a commit, where no webhook tells of it: it did before anybody was to look. */
import type { Repository } from '../../../core/actor.ts';
import type { FailedOne } from '../../../engine/ports/github.ts';
import type { Clients } from '../client/client.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { hasFailed } from '../conclusion.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import { latestStatuses } from './checks.ts';

export async function readFailedAt(
  clients: Clients,
  app: AppIdentity,
  repository: Repository,
  sha: string,
): Promise<FailedOne | null> {
  const octokit = clients(repository, 'facts');
  const at = { ...repositoryPath(repository), ref: sha, per_page: 100 };
  const runs = await octokit.paginate(octokit.rest.checks.listForRef, { ...at, filter: 'latest' });
  const failed = runs
    .filter(run => run.app?.id !== app.id)
    .filter(({ conclusion }) => hasFailed(conclusion))
    .sort((one, other) => one.id - other.id);
  const [run] = failed;
  if (run) return { by: 'run', id: run.id, name: run.name };
  const statuses = await latestStatuses(octokit, at);
  const status = statuses.find(({ state }) => state === 'failure' || state === 'error');
  return status ? { by: 'status', id: status.id, name: status.context } : null;
}
