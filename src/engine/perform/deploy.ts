/** The repository's own deployment is started, once policy has allowed it once more, and looked at until it ends. */
import { GATEHOUSE } from '../../core/actor.ts';
import { filled } from '../../core/repository-config/environment.ts';
import { taskStream } from '../../core/stream.ts';
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { commitOf, environmentOf, namesCommit } from '../../core/task/state/deployed.ts';
import type { OrderedDeployment } from '../../core/task/state/deployment.ts';
import { baseOf, createdOf, type Run, runOf } from '../../core/task/state/state.ts';
import { LeaseLost } from '../lease-guard.ts';
import type { DeploymentBegun, DeploymentOrder } from '../ports/deployments.ts';
import { GitHubFailure } from '../ports/github.ts';
import { asTask } from '../streams.ts';
import type { TaskEffect } from '../task-context.ts';
import { otherDeployments } from './other-deployments.ts';
import { useApproval } from './use-approval.ts';

export async function deploy(context: TaskEffect<'deploy'>): Promise<TaskCommand> {
  const { deps, folded, effect } = context;
  const { state } = folded;
  const run = runOf(state, effect.run);
  if (run.state !== 'running') return { type: 'performed', key: effect.key };
  // What was begun is found, also where policy would not have it begun any more.
  const lost = state.orders.find(order => order.run === run.id);
  if (lost) return lookFor(context, lost);
  const approved = await useApproval(context, 'deploy', effect);
  if ('instead' in approved) return approved.instead;
  const wanted = wantedIn(context, run);
  let order = null as OrderedDeployment | null;
  const fresh = async () => {
    await approved.fresh();
    order ??= await recordOrder(context, wanted);
  };
  const { repository } = createdOf(state);
  const started = await deps.github.writes
    .deploy(repository, { ...wanted, fresh })
    .catch(async error => {
      const isUndone = error instanceof GitHubFailure && error.undone;
      if (order && isUndone) await declined(context);
      throw error;
    });
  if (started.outcome === 'started') return begun(context, wanted, started);
  if (started.outcome === 'refused') {
    if (order) await declined(context);
    return { type: 'refused', run: run.id, reason: `It is not deployed: ${started.reason}` };
  }
  if (!order) throw new Error('a workflow was dispatched that was not ordered');
  return lookFor(context, order);
}

type Wanted = Omit<DeploymentOrder, 'fresh'>;

/** What the run is to deploy. */
function wantedIn({ task, folded: { state } }: TaskEffect<'deploy'>, run: Run): Wanted {
  const { name, environment } = environmentOf(state, run);
  const commit = commitOf(state);
  if (commit === null) throw new Error('there is nothing to deploy');
  const branch = baseOf(state);
  const key = `${task}/${run.id}`;
  const pull = String(state.pull?.number ?? '');
  const places = { pull, commit, branch, environment: name, deployment: key };
  const inputs = Object.entries(environment.inputs ?? {});
  return {
    key,
    environment: name,
    commit,
    workflow: environment.workflow ?? null,
    inputs: Object.fromEntries(inputs.map(([input, text]) => [input, filled(text, places)])),
    namesCommit: namesCommit(environment),
    branch,
  };
}

const begun = (
  { effect: { run } }: TaskEffect<'deploy'>,
  { environment, commit }: Pick<Wanted, 'environment' | 'commit'>,
  { deployment, workflowRun, link }: DeploymentBegun,
): TaskCommand => ({
  type: 'deployment_started',
  data: { run, environment, commit, deployment, workflowRun, link },
});

/**
 * A workflow's dispatch is recorded before GitHub is asked for it. A deployment that GitHub creates needs that
 * not, as it is found by its key: null.
 */
async function recordOrder(
  context: TaskEffect<'deploy'>,
  { workflow, branch, commit }: Wanted,
): Promise<OrderedDeployment | null> {
  if (workflow === null) return null;
  const data = { run: context.effect.run, workflow, branch, commit };
  const recorded = await record(context, { type: 'order_deployment', data });
  if (!recorded.ok) throw new LeaseLost(recorded.refusal.message);
  return asTask(recorded.folded).state.orders.find(({ run }) => run === data.run) ?? null;
}

/** GitHub said that it did not begin it, or was not reached. */
const declined = (context: TaskEffect<'deploy'>) =>
  record(context, { type: 'deployment_declined', run: context.effect.run });

const record = ({ deps, task, guard }: TaskEffect<'deploy'>, command: TaskCommand) =>
  deps.handle({ stream: taskStream(task), command, actor: GATEHOUSE, fence: guard.fence });

/** GitHub lists a run some seconds after it was dispatched: for so long it is looked for. Milliseconds. */
const LISTED_WITHIN_MS = 180_000;

/** Nobody knows what came of the dispatch: its run is found, or people look. It is not dispatched again. */
async function lookFor(
  context: TaskEffect<'deploy'>,
  order: OrderedDeployment,
): Promise<TaskCommand> {
  const { deps, task, folded, effect } = context;
  const { run } = effect;
  const { repository } = createdOf(folded.state);
  const wanted = wantedIn(context, runOf(folded.state, run));
  const { key, environment } = wanted;
  const others = () => otherDeployments(deps, repository, { task, run });
  const lost = { ...order, key, namesCommit: wanted.namesCommit, others };
  const found = await deps.github.writes.dispatched(repository, lost);
  if (found.outcome === 'started')
    return begun(context, { environment, commit: order.commit }, found);
  if (deps.clock.now().getTime() < Date.parse(order.at) + LISTED_WITHIN_MS)
    throw new GitHubFailure('server', found.reason, null);
  const reason = `It is not known whether it is deployed. ${found.reason} It is not dispatched again by itself, since that could deploy twice. Where nothing was deployed, \`/agent retry\` does it.`;
  return { type: 'refused', run, reason };
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
