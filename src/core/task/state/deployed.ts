/** State after an event about deployments, and what it says of them. */

import { stepNamed } from '../../graph/graph.ts';
import { type EnvironmentConfig, environmentName } from '../../repository-config/environment.ts';
import type { DeployEvent } from '../events/deploy-events.ts';
import type { Deployed, DeploymentNews, Gated, OrderedDeployment } from './deployment.ts';
import { createdOf, isOver, purposeOf, type Run, runOf, type TaskState } from './state.ts';

export function evolveDeploy(state: TaskState, event: DeployEvent, at: string): TaskState {
  switch (event.type) {
    case 'deployment.ordered': {
      const others = withoutOrder(state, event.data.run);
      return { ...state, orders: [...others, { ...event.data, at }] };
    }
    case 'deployment.declined':
      return { ...state, orders: withoutOrder(state, event.data.run) };
    case 'deployment.started': {
      const { run } = event.data;
      const orders = withoutOrder(state, run);
      const kept = state.deployments.filter(other => other.run !== run);
      const begun = {
        gate: null,
        address: null,
        startedAt: at,
        looks: 0,
        state: 'waiting' as const,
      };
      return { ...state, orders, deployments: [...kept, { ...event.data, ...begun }] };
    }
    case 'deployment.awaited': {
      const { run, link } = event.data;
      return change(state, run, ({ looks, ...before }) => ({
        link: link ?? before.link,
        looks: looks + 1,
      }));
    }
    case 'deployment.succeeded': {
      const { run, link, address } = event.data;
      return change(state, run, before => ({
        link: link ?? before.link,
        address,
        state: 'success',
      }));
    }
    case 'deployment.signaled':
    case 'gate.released':
      return state;
    case 'gate.asked': {
      const { run, workflowRun } = event.data;
      return change(state, run, () => ({ gate: workflowRun }));
    }
    case 'acceptance.judged': {
      const { run, address, results } = event.data;
      const before = state.acceptances.find(other => other.run === run);
      const since = before?.since ?? (address === null ? null : at);
      const kept = state.acceptances.filter(other => other.run !== run);
      const judged = { run, address, results, since, looks: (before?.looks ?? 0) + 1 };
      return { ...state, acceptances: [...kept, judged] };
    }
  }
}

const withoutOrder = ({ orders }: TaskState, run: string): OrderedDeployment[] =>
  orders.filter(other => other.run !== run);

const change = (
  state: TaskState,
  run: string,
  by: (before: Deployed) => Partial<Deployed>,
): TaskState => ({
  ...state,
  deployments: state.deployments.map(one => (one.run === run ? { ...one, ...by(one) } : one)),
});

/** The environment of a step that deploys or accepts, as the configuration says when the task began. */
export function environmentOf(
  state: TaskState,
  { step }: Pick<Run, 'step'>,
): { key: string; name: string; environment: EnvironmentConfig } {
  const { graph, config, origin } = createdOf(state);
  if (origin.kind === 'deployment') return { key: '', name: origin.environment, environment: {} };
  const spec = stepNamed(graph, step);
  const key = (spec.kind === 'builtin' && spec.environment) || '';
  const environment = config.environments?.[key];
  if (!environment) throw new Error(`the configuration has no environment "${key}"`);
  return { key, name: environmentName(key, environment), environment };
}

/** Whether the inputs of its workflow say which commit it is, where the branch may have moved on. */
export const namesCommit = ({ inputs = {} }: EnvironmentConfig): boolean =>
  Object.values(inputs).some(text => text.includes('{commit}'));

/** What is deployed, or is looked at where it was: what was merged, or the head before that. */
export function commitOf({ merged, pull, created }: TaskState): string | null {
  if (created?.origin.kind === 'deployment') return created.origin.commit;
  return merged?.commit ?? pull?.head ?? null;
}

/** The last deployment of the task to this environment; null: it deployed nothing there. */
export const deploymentTo = (state: TaskState, environment: string): Deployed | null =>
  state.deployments.findLast(
    one => one.environment === environment && one.commit === commitOf(state),
  ) ?? null;

/** The runs that wait for what is told. */
export function waitingFor(state: TaskState, news: DeploymentNews): string[] {
  const underWay = state.runs.filter(run => run.state === 'running' && !isOver(run));
  return underWay
    .filter(run => {
      const purpose = purposeOf(state, run);
      if (purpose === 'accept')
        return (
          commitOf(state) === news.commit && environmentOf(state, run).name === news.environment
        );
      const one = state.deployments.find(other => other.run === run.id);
      if (purpose !== 'deploy' || !one) return false;
      return news.workflowRun === null
        ? one.deployment !== null && one.deployment === news.deployment
        : one.workflowRun === news.workflowRun;
    })
    .map(({ id }) => id);
}

/**
 * The deployment that GitHub may ask about, where the task has started it and waits for it. One workflow's run
 * is let go ahead for it and no other, which would be a deployment of somebody else: whether a first one is the
 * deployment's own, GitHub says.
 */
export const askedAbout = (
  state: TaskState,
  { workflowRun, environment, commit }: Gated,
): Deployed | null =>
  state.deployments.find(one => {
    const known = one.workflowRun ?? one.gate;
    return (
      one.environment === environment &&
      (known === null ? one.commit === commit : known === workflowRun) &&
      one.state === 'waiting' &&
      runOf(state, one.run).state === 'running'
    );
  }) ?? null;
