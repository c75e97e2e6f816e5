import { deploymentJson, deploymentStatusJson } from '../present/deployment.ts';
import { latestRuns, latestStatuses } from '../world/checks.ts';
import {
  addDeployment,
  addDeploymentStatus,
  type Deployment,
  type DeploymentState,
} from '../world/deployments.ts';
import { accountOf, appIdOf } from './actor.ts';
import { findCommit } from './addressed.ts';
import { created, NO_CONTENT, ok, type Reply, type RepositoryCall } from './call.ts';
import { notFound, refusal } from './errors.ts';
import { paginate } from './pagination.ts';
import { findRun } from './workflow-runs.ts';

function findDeployment(call: RepositoryCall): Deployment {
  const id = Number(call.params.deployment_id);
  const found = call.repository.deployments.find(deployment => deployment.id === id);
  if (!found) throw notFound();
  return found;
}

export async function createDeployment(call: RepositoryCall): Promise<Reply> {
  const { github, repository, actor } = call;
  const body = call.body as {
    ref: string;
    task?: string;
    environment?: string;
    payload?: unknown;
    description?: string | null;
    required_contexts?: string[];
  };
  const sha = await findCommit(call, body.ref);
  assertContexts(call, sha, body.required_contexts);
  const deployment = addDeployment(
    github,
    repository,
    {
      sha,
      ref: body.ref,
      environment: body.environment ?? 'production',
      task: body.task ?? 'deploy',
      payload: body.payload ?? '',
      description: body.description ?? null,
    },
    { sender: accountOf(actor), appId: appIdOf(actor) },
  );
  return created(deploymentJson(github, repository, deployment));
}

/** All that was reported must be green, or what is named; an empty list asks for nothing. */
function assertContexts(
  { repository }: RepositoryCall,
  sha: string,
  contexts: readonly string[] | undefined,
): void {
  const runs = latestRuns(repository.checkRuns, sha);
  const statuses = latestStatuses(repository.statuses, sha);
  const reported = new Map([
    ...runs.map(run => [run.name, run.conclusion === 'success'] as const),
    ...statuses.map(({ context, state }) => [context, state === 'success'] as const),
  ]);
  const red = (contexts ?? [...reported.keys()]).filter(name => !reported.get(name));
  if (red.length > 0) throw refusal(409, `Conflict: Commit status checks failed for ${sha}.`);
}

export function getDeployment(call: RepositoryCall): Reply {
  return ok(deploymentJson(call.github, call.repository, findDeployment(call)));
}

export function listDeployments(call: RepositoryCall): Reply {
  const { github, repository, query } = call;
  const keys = ['sha', 'ref', 'task', 'environment'] as const;
  const found = repository.deployments
    .filter(deployment =>
      keys.every(key => query[key] === undefined || query[key] === deployment[key]),
    )
    .toReversed();
  return paginate(
    call,
    found.map(deployment => deploymentJson(github, repository, deployment)),
  );
}

export function listDeploymentStatuses(call: RepositoryCall): Reply {
  const { github, repository } = call;
  const deployment = findDeployment(call);
  return paginate(
    call,
    deployment.statuses
      .toReversed()
      .map(status => deploymentStatusJson(github, repository, deployment, status)),
  );
}

export function createDeploymentStatus(call: RepositoryCall): Reply {
  const { github, repository, actor } = call;
  const deployment = findDeployment(call);
  const body = call.body as {
    state: DeploymentState;
    description?: string;
    environment_url?: string;
    log_url?: string;
  };
  const said = {
    state: body.state,
    description: body.description ?? '',
    environmentUrl: body.environment_url ?? '',
    logUrl: body.log_url ?? '',
  };
  const status = addDeploymentStatus(github, repository, deployment, said, accountOf(actor));
  return created(deploymentStatusJson(github, repository, deployment, status));
}

/** An App answers the gate of an environment. */
export function reviewGate(call: RepositoryCall): Reply {
  const run = findRun(call);
  const body = call.body as { environment_name: string; state?: string; comment?: string };
  if (run.status !== 'waiting')
    throw refusal(422, 'The workflow run is not waiting for a deployment protection rule.');
  run.gates.push({
    environment: body.environment_name,
    state: body.state ?? null,
    comment: body.comment ?? null,
  });
  if (body.state === 'approved') run.status = 'in_progress';
  if (body.state === 'rejected') Object.assign(run, { status: 'completed', conclusion: 'failure' });
  return NO_CONTENT;
}
