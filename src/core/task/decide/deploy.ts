/** A deployment was started, looked at or told of: what follows. */
import type { Circumstance } from '../../decider.ts';
import { type CommandRefusal, refusal } from '../../refusal.ts';
import { waitMs } from '../../repository-config/environment.ts';
import { backoffMs, DEPLOYMENT, later } from '../../retry.ts';
import { askedAbout, environmentOf, waitingFor } from '../state/deployed.ts';
import type { Deployed } from '../state/deployment.ts';
import { runOf, type TaskState } from '../state/state.ts';
import { acceptanceJudged } from './accept.ts';
import type { TaskCommand } from './command.ts';
import type { TaskDraft } from './draft.ts';
import { fail, succeed } from './ended.ts';

type Of<T extends TaskCommand['type']> = Extract<TaskCommand, { type: T }>;

type DeploymentCommand = Of<
  | 'order_deployment'
  | 'deployment_declined'
  | 'deployment_started'
  | 'deployment_seen'
  | 'deployment_told'
  | 'acceptance_judged'
  | 'gate_asked'
  | 'gate_released'
>;

export function onDeployment(
  task: TaskDraft,
  command: DeploymentCommand,
  circumstance: Circumstance,
): CommandRefusal | null {
  switch (command.type) {
    case 'order_deployment':
      return ordered(task, command);
    case 'deployment_declined':
      task.add({ type: 'deployment.declined', v: 1, data: { run: command.run } });
      return null;
    case 'deployment_started':
      return started(task, command);
    case 'deployment_seen':
      return seen(task, command, circumstance);
    case 'deployment_told':
      return told(task, command);
    case 'acceptance_judged':
      return acceptanceJudged(task, command, circumstance);
    case 'gate_asked':
      return gateAsked(task, command);
    case 'gate_released':
      return gateReleased(task, command, circumstance);
  }
}

const deploymentOf = ({ deployments }: TaskState, run: string): Deployed | null =>
  deployments.find(one => one.run === run) ?? null;

/** It is recorded before GitHub is asked, and GitHub is asked once. */
function ordered(task: TaskDraft, { data }: Of<'order_deployment'>): CommandRefusal | null {
  const { orders } = task.state;
  if (orders.some(({ run }) => run === data.run) || deploymentOf(task.state, data.run))
    return refusal('repeated', 'It was ordered already.');
  if (runOf(task.state, data.run).state !== 'running')
    return refusal('ended', `Run ${data.run} is over.`);
  task.add({ type: 'deployment.ordered', v: 1, data });
  return null;
}

function started(task: TaskDraft, { data }: Of<'deployment_started'>): CommandRefusal | null {
  if (deploymentOf(task.state, data.run)) return refusal('repeated', 'It was started already.');
  task.add({ type: 'deployment.started', v: 1, data });
  return null;
}

function seen(
  task: TaskDraft,
  { run: id, seen: now }: Of<'deployment_seen'>,
  circumstance: Circumstance,
): CommandRefusal | null {
  const run = runOf(task.state, id);
  const one = deploymentOf(task.state, id);
  if (run.state !== 'running' || !one) return refusal('ended', `Run ${id} waits for nothing.`);
  const { name, environment } = environmentOf(task.state, run);
  const { link, address, detail } = now;
  const there = link ?? one.link;
  const at = there === null ? '' : ` See ${there}`;
  if (now.state === 'success') {
    task.add({ type: 'deployment.succeeded', v: 1, data: { run: id, link, address } });
    succeed(task, id, `Deployed ${one.commit.slice(0, 7)} to ${name}.${at}`, circumstance);
    return null;
  }
  if (now.state === 'failure') {
    const reason = `The deployment of ${one.commit.slice(0, 7)} to ${name} failed.${detail ? ` ${detail}` : ''}${at}`;
    fail(task, id, { class: 'red', reason, retryable: false }, circumstance);
    return null;
  }
  const until = later(one.startedAt, waitMs(environment));
  if (until <= circumstance.now) {
    const reason = `The deployment to ${name} did not end in the time that gatehouse.yml gives it.${at}`;
    fail(task, id, { class: 'timeout', reason, retryable: false }, circumstance);
    return null;
  }
  const wait = backoffMs(one.looks + 1, circumstance.jitter, DEPLOYMENT);
  const next = later(circumstance.now, wait);
  const lookAt = next < until ? next : until;
  task.add({ type: 'deployment.awaited', v: 1, data: { run: id, detail, link, lookAt } });
  return null;
}

/** Whoever waits for it looks at once. */
function told(task: TaskDraft, { news }: Of<'deployment_told'>): CommandRefusal | null {
  const runs = waitingFor(task.state, news);
  if (runs.length === 0) return refusal('repeated', 'Nothing here waits for that deployment.');
  for (const run of runs) task.add({ type: 'deployment.signaled', v: 1, data: { run } });
  return null;
}

/** Policy has allowed this commit in this environment for the deployment that the run waits for. */
function gateAsked(task: TaskDraft, { gate }: Of<'gate_asked'>): CommandRefusal | null {
  const { workflowRun, environment } = gate;
  const one = askedAbout(task.state, gate);
  if (!one) return refusal('absent', 'No deployment of it is under way here.');
  task.add({ type: 'gate.asked', v: 1, data: { run: one.run, workflowRun, environment } });
  return null;
}

function gateReleased(
  task: TaskDraft,
  { run, workflowRun, environment }: Of<'gate_released'>,
  circumstance: Circumstance,
): CommandRefusal | null {
  task.add({ type: 'gate.released', v: 1, data: { run, workflowRun, environment } });
  succeed(task, run, `The deployment to ${environment} goes ahead.`, circumstance);
  return null;
}
