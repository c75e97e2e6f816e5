/** Starts the repository's own deployment, once: what a lost answer has left is found again by its key. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import type { DeploymentOrder, DeploymentWrites } from '../../../engine/ports/deployments.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { Client } from '../client.ts';
import { reasonOf } from '../failure.ts';
import { repositoryPath } from '../repository-path.ts';
import type { WriteContext } from './write-context.ts';

/** GitHub's answer where it says which run it became: its client does not know of that yet. */
const RunDetails = z.looseObject({ workflow_run_id: z.number().int(), html_url: z.string() });

/** A server's clock may be behind by this, and its times are whole seconds. Milliseconds. */
const CLOCKS_DIFFER_MS = 60_000;

type Started = Awaited<ReturnType<DeploymentWrites['deploy']>>;

export async function deploy(
  context: WriteContext,
  repository: Repository,
  order: DeploymentOrder,
): Promise<Started> {
  try {
    return order.workflow === null
      ? await createDeployment(context, repository, order)
      : await dispatch(context, repository, order.workflow, order);
  } catch (error) {
    if (!(error instanceof GitHubFailure && (error.lasting || error.class === 'conflict')))
      throw error;
    return { outcome: 'refused', reason: whyRefused(error, order) };
  }
}

function whyRefused(error: GitHubFailure, { workflow }: DeploymentOrder): string {
  const reason = reasonOf(error);
  if (error.class !== 'forbidden') return reason;
  return workflow === null
    ? `${reason} The App needs the permission to write Deployments: gatehouse doctor says what is missing.`
    : `${reason} Dispatching ${workflow} takes the permission to write Actions, which the App asks for only where operators add it. Add it, or leave \`workflow\` out of gatehouse.yml and deploy on the event \`deployment\`.`;
}

async function createDeployment(
  { clients, app }: WriteContext,
  repository: Repository,
  { environment, commit, key, fresh }: DeploymentOrder,
): Promise<Started> {
  const { rest } = clients(repository, 'deploy');
  const path = repositoryPath(repository);
  const about = { ...path, environment, task: 'deploy' };
  const { data } = await rest.repos.listDeployments({ ...about, sha: commit, per_page: 100 });
  const made = data.find(
    ({ creator, payload }) => creator?.id === app.botUserId && keyIn(payload) === key,
  );
  if (made) return started({ deployment: made.id });
  await fresh();
  const { data: created } = await rest.repos.createDeployment({
    ...about,
    ref: commit,
    auto_merge: false,
    // Policy has looked at the checks of the commit, and says which of them count.
    required_contexts: [],
    payload: { gatehouse: key },
    description: 'Started by Gatehouse',
  });
  if (!('id' in created)) return { outcome: 'refused', reason: created.message ?? '' };
  return started({ deployment: created.id });
}

const started = (by: { deployment?: number; workflowRun?: number; link?: string }): Started => ({
  outcome: 'started',
  deployment: by.deployment ?? null,
  workflowRun: by.workflowRun ?? null,
  link: by.link ?? null,
});

function keyIn(payload: unknown): unknown {
  const read = typeof payload === 'string' ? parsed(payload) : payload;
  return typeof read === 'object' && read !== null && 'gatehouse' in read ? read.gatehouse : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A workflow is dispatched on a branch: what stands there has to be what was approved, or be named. */
async function dispatch(
  { clients, app }: WriteContext,
  repository: Repository,
  workflow_id: string,
  order: DeploymentOrder,
): Promise<Started> {
  const { branch, commit, inputs, namesCommit, triedSince, fresh } = order;
  const client = clients(repository, 'dispatch');
  const about = { ...repositoryPath(repository), workflow_id };
  const at = { ...about, branch };
  const before = await ownRuns(client, app.botUserId, at);
  if (triedSince !== null) {
    const from = Date.parse(triedSince) - CLOCKS_DIFFER_MS;
    const tried = before.filter(run => Date.parse(run.created_at) >= from);
    const begun = await oneOf(tried, order);
    if (begun) return started({ workflowRun: begun.id, link: begun.html_url });
  }
  const { data: there } = await client.rest.repos.getBranch({
    ...repositoryPath(repository),
    branch,
  });
  if (there.commit.sha !== commit && !namesCommit)
    return {
      outcome: 'refused',
      reason: `${branch} has moved on to ${there.commit.sha.slice(0, 7)}, and the workflow would deploy that: give it {commit} in its inputs.`,
    };
  await fresh();
  const { data } = await client.rest.actions.createWorkflowDispatch({
    ...about,
    ref: branch,
    inputs,
    return_run_details: true,
  });
  const begun = RunDetails.safeParse(data);
  if (begun.success)
    return started({ workflowRun: begun.data.workflow_run_id, link: begun.data.html_url });
  // Servers of before it was asked for do not say which run it became.
  const known = new Set(before.map(({ id }) => id));
  const now = await ownRuns(client, app.botUserId, at);
  const after = await oneOf(
    now.filter(({ id }) => !known.has(id)),
    order,
  );
  if (after) return started({ workflowRun: after.id, link: after.html_url });
  throw new GitHubFailure('server', 'GitHub has not begun the workflow yet.', null);
}

type OwnRun = { id: number; html_url: string; head_sha: string; created_at: string };

/** The runs of a workflow that this App dispatched, newest first. */
async function ownRuns(
  { rest }: Client,
  bot: number,
  about: { owner: string; repo: string; workflow_id: string; branch: string },
): Promise<OwnRun[]> {
  const { data } = await rest.actions.listWorkflowRuns({
    ...about,
    event: 'workflow_dispatch',
    per_page: 50,
  });
  return data.workflow_runs.filter(({ actor }) => actor?.id === bot);
}

/** The first of these runs that can be the order's: it deploys its commit, and is no other deployment's. */
async function oneOf(
  runs: readonly OwnRun[],
  { commit, namesCommit, runsOfOthers }: DeploymentOrder,
): Promise<OwnRun | undefined> {
  const fitting = runs.filter(({ head_sha }) => namesCommit || head_sha === commit);
  if (fitting.length === 0) return undefined;
  const others = await runsOfOthers();
  return fitting.findLast(({ id }) => !others.has(id));
}
