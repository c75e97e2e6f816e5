/** The repository's own deployment is started, once policy has allowed it once more, and looked at until it ends. */
import { filled } from '../../core/environment.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import { commitOf, environmentOf } from '../../core/task/deployed.ts';
import { baseOf, createdOf, runOf } from '../../core/task/state.ts';
import type { TaskEffect } from '../task-context.ts';
import { deployTriedSince, runsOfDeployments } from './earlier-deployments.ts';
import { useApproval } from './use-approval.ts';

export async function deploy(context: TaskEffect<'deploy'>): Promise<TaskCommand> {
  const { deps, task, folded, effect } = context;
  const { state } = folded;
  const run = runOf(state, effect.run);
  if (run.state !== 'running') return { type: 'performed', key: effect.key };
  const approved = await useApproval(context, 'deploy', effect);
  if ('instead' in approved) return approved.instead;
  const { name, environment } = environmentOf(state, run);
  const commit = commitOf(state);
  if (commit === null) throw new Error('there is nothing to deploy');
  const branch = baseOf(state);
  const places = { pull: String(state.pull?.number ?? ''), commit, branch, environment: name };
  const inputs = Object.entries(environment.inputs ?? {});
  const { repository } = createdOf(state);
  const started = await deps.github.writes.deploy(repository, {
    key: `${task}/${run.id}`,
    environment: name,
    commit,
    workflow: environment.workflow ?? null,
    inputs: Object.fromEntries(inputs.map(([key, text]) => [key, filled(text, places)])),
    namesCommit: inputs.some(([, text]) => text.includes('{commit}')),
    branch,
    triedSince: await deployTriedSince(deps, task, effect, context.guard),
    runsOfOthers: () => runsOfDeployments(deps, repository),
    fresh: approved.fresh,
  });
  if (started.outcome === 'refused')
    return { type: 'refused', run: run.id, reason: `It is not deployed: ${started.reason}` };
  const { deployment, workflowRun, link } = started;
  return {
    type: 'deployment_started',
    data: { run: run.id, environment: name, commit, deployment, workflowRun, link },
  };
}

export async function watchDeployment({
  deps,
  folded,
  effect,
}: TaskEffect<'watch_deployment'>): Promise<TaskCommand> {
  const { state } = folded;
  const { run } = effect;
  const one = state.deployments.find(other => other.run === run);
  if (!one || runOf(state, run).state !== 'running') return { type: 'performed', key: effect.key };
  const seen = await deps.github.facts.deployment(createdOf(state).repository, one);
  return {
    type: 'deployment_seen',
    run,
    seen: { ...seen, detail: deps.redact(seen.detail).slice(0, 2_000) },
  };
}
