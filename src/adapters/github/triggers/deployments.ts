/** What GitHub tells of deployments, and of environments that ask us before they are deployed to. */
import { z } from 'zod';
import type { Account, Repository } from '../../../core/actor.ts';
import type { DeploymentNews } from '../../../core/task/state/deployment.ts';
import type { Ignored, Trigger } from '../../../core/trigger.ts';
import { notUsed, repositoryOf } from './origin.ts';
import { envelope, id, sha, translationOfOwnToo } from './payload.ts';

const deployment = z.looseObject({ id, sha, environment: z.string() });
const Deployment = z.looseObject({ ...envelope, deployment });
const DeploymentRun = z.looseObject({
  ...envelope,
  workflow_run: z.looseObject({
    id,
    head_sha: sha,
    event: z.string(),
    conclusion: z.string().nullish(),
    actor: z.looseObject({ id: z.number().int() }).nullish(),
  }),
});

type DeploymentTold = Trigger & {
  kind: 'deployment_told';
  repository: Repository;
  news: DeploymentNews;
};

// Whoever deploys says so, our own App too: what it is about is looked up where somebody waits for it.
export const deploymentTold = translationOfOwnToo(
  Deployment,
  (payload): DeploymentTold | Ignored => ({
    kind: 'deployment_told',
    // What is missed is found when it is looked at again.
    key: null,
    repository: repositoryOf(payload),
    news: {
      deployment: payload.deployment.id,
      workflowRun: null,
      commit: payload.deployment.sha,
      environment: payload.deployment.environment,
    },
  }),
);

/** The run of a workflow that we dispatched ourselves has ended; null: it is another one. */
export function ownRunEnded(payload: unknown, bot: number): DeploymentTold | null {
  const { success, data } = DeploymentRun.safeParse(payload);
  if (!success || data.action !== 'completed') return null;
  const { id: workflowRun, head_sha: commit, event, actor } = data.workflow_run;
  if (event !== 'workflow_dispatch' || actor?.id !== bot) return null;
  return {
    kind: 'deployment_told',
    key: null,
    repository: repositoryOf(data),
    news: { deployment: null, workflowRun, commit, environment: null },
  };
}

const GateRequest = z.looseObject({
  ...envelope,
  environment: z.string().min(1).max(255),
  sha,
  ref: z.string(),
  deployment_callback_url: z.string(),
  deployment: z.looseObject({ id, sha }).nullish(),
});

type GateAsked = Trigger & {
  kind: 'gate_asked';
  repository: Repository;
  by: Account;
  /** The workflow's run that waits. */
  workflowRun: number;
  environment: string;
  commit: string;
  branch: string;
  deployment: number | null;
};

export const gateAsked = translationOfOwnToo(GateRequest, (payload): GateAsked | Ignored => {
  if (payload.action !== 'requested')
    return notUsed(`deployment_protection_rule.${payload.action}`);
  const repository = repositoryOf(payload);
  const { environment, deployment_callback_url: callback, ref } = payload;
  // The address is GitHub's to say; where it is answered is made of the number alone.
  const [, run] = /\/actions\/runs\/(\d{1,15})\//.exec(callback) ?? [];
  if (run === undefined)
    return { ignored: 'malformed', problem: 'The address to answer at names no workflow run.' };
  const workflowRun = Number(run);
  return {
    kind: 'gate_asked',
    // A workflow's run that is started again asks again, about another deployment.
    key: `gate:${repository.id}:${workflowRun}:${payload.deployment?.id ?? JSON.stringify(environment)}`,
    repository,
    by: payload.sender,
    workflowRun,
    environment,
    commit: payload.sha,
    branch: ref.replace(/^refs\/(heads|tags)\//, ''),
    deployment: payload.deployment?.id ?? null,
  };
});
