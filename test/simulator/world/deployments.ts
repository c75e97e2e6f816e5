import type { GitHub } from '../github.ts';
import { deploymentJson, deploymentStatusJson } from '../present/deployment.ts';
import { api } from '../present/links.ts';
import { fullRepository } from '../present/repository.ts';
import { autoMergeReady } from '../rest/auto-merge.ts';
import { emit } from '../webhooks/emit.ts';
import type { Account } from './accounts.ts';
import { fullName, type Repository } from './repositories.ts';
import type { WorkflowRun } from './workflow-runs.ts';

export type DeploymentState =
  | 'error'
  | 'failure'
  | 'inactive'
  | 'in_progress'
  | 'queued'
  | 'pending'
  | 'success';

export interface DeploymentStatus {
  readonly id: number;
  readonly state: DeploymentState;
  readonly creatorId: number;
  readonly description: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly at: string;
}

export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly payload: unknown;
  readonly description: string | null;
  readonly creatorId: number;
  readonly appId: number | null;
  readonly createdAt: string;
  /** Oldest first. */
  readonly statuses: DeploymentStatus[];
}

export type NewDeployment = Pick<Deployment, 'sha' | 'ref' | 'environment'> &
  Partial<Pick<Deployment, 'task' | 'payload' | 'description'>>;

export function addDeployment(
  github: GitHub,
  repository: Repository,
  given: NewDeployment,
  by: { sender: Account; appId: number | null },
): Deployment {
  const deployment: Deployment = {
    id: github.nextId(),
    task: 'deploy',
    payload: '',
    description: null,
    ...given,
    creatorId: by.sender.id,
    appId: by.appId,
    createdAt: github.timestamp(),
    statuses: [],
  };
  repository.deployments.push(deployment);
  emit(github, {
    event: 'deployment',
    action: 'created',
    repository,
    sender: by.sender,
    payload: {
      deployment: deploymentJson(github, repository, deployment),
      workflow: null,
      workflow_run: null,
    },
  });
  return deployment;
}

/** Whoever deploys says how far it is. */
export function addDeploymentStatus(
  github: GitHub,
  repository: Repository,
  deployment: Deployment,
  said: Pick<DeploymentStatus, 'state'> & Partial<DeploymentStatus>,
  sender: Account,
): DeploymentStatus {
  const status: DeploymentStatus = {
    description: '',
    environmentUrl: '',
    logUrl: '',
    ...said,
    id: github.nextId(),
    creatorId: sender.id,
    at: github.timestamp(),
  };
  deployment.statuses.push(status);
  emit(github, {
    event: 'deployment_status',
    action: 'created',
    repository,
    sender,
    payload: {
      deployment_status: deploymentStatusJson(github, repository, deployment, status),
      deployment: deploymentJson(github, repository, deployment),
      check_run: null,
      workflow: null,
      workflow_run: null,
    },
  });
  if (status.state === 'success') github.background(autoMergeReady(github, repository));
  return status;
}

/** A job of this run is to deploy, and the environment asks an App first. */
export function askGate(
  github: GitHub,
  repository: Repository,
  run: WorkflowRun,
  deployment: Deployment,
  sender: Account,
): void {
  run.status = 'waiting';
  const name = fullName(github, repository);
  emit(github, {
    event: 'deployment_protection_rule',
    action: 'requested',
    repository,
    sender,
    payload: {
      environment: deployment.environment,
      event: run.event,
      sha: run.sha,
      ref: `refs/heads/${run.branch}`,
      deployment_callback_url: api(
        github,
        `/repos/${name}/actions/runs/${run.id}/deployment_protection_rule`,
      ),
      deployment: deploymentJson(github, repository, deployment),
      pull_requests: [],
      repository: fullRepository(github, repository),
    },
  });
}
