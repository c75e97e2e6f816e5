import type { GitHub } from '../github.ts';
import type { Deployment, DeploymentStatus } from '../world/deployments.ts';
import type { Repository } from '../world/repositories.ts';
import { type Json, userById } from './account.ts';
import { integrationOrNull } from './app.ts';
import { nodeId } from './links.ts';
import { repositoryUrl } from './repository.ts';

export function deploymentJson(github: GitHub, repository: Repository, given: Deployment): Json {
  const home = repositoryUrl(github, repository);
  const url = `${home}/deployments/${given.id}`;
  const { id, sha, ref, task, environment, payload, description, createdAt } = given;
  return {
    url,
    id,
    node_id: nodeId('DE', id),
    sha,
    ref,
    task,
    payload,
    original_environment: environment,
    environment,
    description,
    creator: userById(github, given.creatorId),
    created_at: createdAt,
    updated_at: given.statuses.at(-1)?.at ?? createdAt,
    statuses_url: `${url}/statuses`,
    repository_url: home,
    transient_environment: false,
    production_environment: environment === 'production',
    performed_via_github_app: integrationOrNull(github, given.appId),
  };
}

export function deploymentStatusJson(
  github: GitHub,
  repository: Repository,
  deployment: Deployment,
  status: DeploymentStatus,
): Json {
  const home = repositoryUrl(github, repository);
  const url = `${home}/deployments/${deployment.id}`;
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId('DES', status.id),
    state: status.state,
    creator: userById(github, status.creatorId),
    description: status.description,
    environment: deployment.environment,
    target_url: status.logUrl,
    created_at: status.at,
    updated_at: status.at,
    deployment_url: url,
    repository_url: home,
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    performed_via_github_app: null,
  };
}
