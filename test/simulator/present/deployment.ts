import type { CommitInfo } from '../git/commits.ts';
import type { GitHub } from '../github.ts';
import type { Deployment, DeploymentStatus, WorkflowRun } from '../world/deployments.ts';
import type { Repository } from '../world/repositories.ts';
import { type Json, userById } from './account.ts';
import { integrationOrNull } from './app.ts';
import { simpleCommit } from './commit.ts';
import { nodeId } from './links.ts';
import { minimalRepository, repositoryPage, repositoryUrl } from './repository.ts';

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

export function workflowRunJson(
  github: GitHub,
  repository: Repository,
  run: WorkflowRun,
  commit: CommitInfo,
): Json {
  const home = repositoryUrl(github, repository);
  const url = `${home}/actions/runs/${run.id}`;
  const actor = userById(github, run.actorId);
  const place = minimalRepository(github, repository);
  return {
    id: run.id,
    name: run.path,
    node_id: nodeId('WFR', run.id),
    head_branch: run.branch,
    head_sha: run.sha,
    path: run.path,
    display_title: run.path,
    run_number: 1,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: 1,
    check_suite_id: run.suiteId,
    check_suite_node_id: nodeId('CS', run.suiteId),
    url,
    html_url: `${repositoryPage(github, repository)}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: run.createdAt,
    updated_at: run.createdAt,
    actor,
    triggering_actor: actor,
    run_attempt: 1,
    run_started_at: run.createdAt,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${home}/check-suites/${run.suiteId}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${home}/actions/workflows/1`,
    head_commit: simpleCommit(commit),
    repository: place,
    head_repository: place,
  };
}
