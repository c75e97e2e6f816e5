/** Starts the repository's own deployment: one that GitHub created before its answer was lost is found by its key. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import type { DeploymentOrder, DeploymentWrites } from '../../../engine/ports/deployments.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import { reasonOf } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import type { WriteContext } from './write-context.ts';

/** GitHub's answer where it says which run it became: its client does not know of that yet. */
const RunDetails = z.looseObject({ workflow_run_id: z.number().int(), html_url: z.string() });

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
  { clients }: WriteContext,
  repository: Repository,
  workflow_id: string,
  { branch, commit, inputs, namesCommit, fresh }: DeploymentOrder,
): Promise<Started> {
  const { rest } = clients(repository, 'dispatch');
  const path = repositoryPath(repository);
  const { data: there } = await rest.repos.getBranch({ ...path, branch });
  if (there.commit.sha !== commit && !namesCommit)
    return {
      outcome: 'refused',
      reason: `${branch} has moved on to ${there.commit.sha.slice(0, 7)}, and the workflow would deploy that: give it {commit} in its inputs.`,
    };
  await fresh();
  // Nothing is asked after this one, so that whatever fails from here on is about it.
  const { data } = await rest.actions.createWorkflowDispatch({
    ...path,
    workflow_id,
    ref: branch,
    inputs,
    return_run_details: true,
  });
  const begun = RunDetails.safeParse(data);
  // Servers of before it was asked for do not say which run it became.
  if (!begun.success) return { outcome: 'unnamed' };
  return started({ workflowRun: begun.data.workflow_run_id, link: begun.data.html_url });
}
