import type { GitHub } from '../github.ts';
import { nodeId } from '../present/links.ts';
import { repositoryPage } from '../present/repository.ts';
import type { Actor } from '../rest/actor.ts';
import { authorize } from '../rest/call.ts';
import { appById } from '../world/apps.ts';
import {
  type CheckRun,
  type CommitStatus,
  latestRuns,
  latestStatuses,
  passed,
} from '../world/checks.ts';
import type { Repository } from '../world/repositories.ts';
import { accountObject } from './accounts.ts';
import { connection, type Slice } from './connection.ts';

/** What is reported on a commit, for whoever may read checks and statuses; null where nothing is. */
export function rollupObject(
  { github, actor }: { github: GitHub; actor: Actor },
  repository: Repository,
  sha: string,
) {
  for (const permission of ['checks:read', 'statuses:read'] as const)
    authorize(github, actor, repository, [permission], 'read');
  const runs = latestRuns(repository.checkRuns, sha);
  const statuses = latestStatuses(repository.statuses, sha);
  if (runs.length + statuses.length === 0) return null;
  return {
    id: nodeId('SCR', `${repository.id}:${sha}`),
    state: stateOf(runs, statuses),
    contexts: (args: Slice) =>
      connection(
        [
          ...runs.map(run => runObject(github, repository, run)),
          ...statuses.map(status => statusObject(github, status)),
        ],
        args,
      ),
  };
}

function stateOf(runs: readonly CheckRun[], statuses: readonly CommitStatus[]): string {
  const failed =
    runs.some(run => run.status === 'completed' && !passed(run)) ||
    statuses.some(({ state }) => state === 'failure' || state === 'error');
  if (failed) return 'FAILURE';
  const pending =
    runs.some(({ status }) => status !== 'completed') ||
    statuses.some(({ state }) => state === 'pending');
  return pending ? 'PENDING' : 'SUCCESS';
}

function runObject(github: GitHub, repository: Repository, run: CheckRun) {
  const { id, slug, name } = appById(github, run.appId);
  return {
    __typename: 'CheckRun',
    id: nodeId('CR', run.id),
    databaseId: run.id,
    name: run.name,
    status: run.status.toUpperCase(),
    conclusion: run.conclusion?.toUpperCase() ?? null,
    startedAt: run.startedAt,
    completedAt: run.completedAt,
    url: `${repositoryPage(github, repository)}/runs/${run.id}`,
    checkSuite: {
      id: nodeId('CS', run.suiteId),
      databaseId: run.suiteId,
      app: { id: nodeId('A', id), databaseId: id, slug, name },
      status: run.status.toUpperCase(),
      conclusion: run.conclusion?.toUpperCase() ?? null,
    },
  };
}

const statusObject = (github: GitHub, status: CommitStatus) => ({
  __typename: 'StatusContext',
  id: nodeId('SC', status.id),
  context: status.context,
  state: status.state.toUpperCase(),
  createdAt: status.createdAt,
  creator: () => accountObject(github, status.creatorId),
});
