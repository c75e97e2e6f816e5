/** Where a run of an agent may be worked on: here, on another worker, or nowhere at present. */
import { stepNamed } from '../../core/graph/graph.ts';
import { profileIn } from '../../core/repository-config/own-role.ts';
import { createdOf, type Run, runOf, type TaskState } from '../../core/task/state/state.ts';
import type { Dependencies } from '../dependencies.ts';
import type { WorkerReport } from '../ports/workers.ts';

type Placement = { at: 'here' } | { at: 'elsewhere' } | { at: 'nowhere'; reason: string };

type Deps = Pick<Dependencies, 'adapters' | 'profiles' | 'settings' | 'workers'>;

const HERE: Placement = { at: 'here' };

/** Before its agent is chosen, a run needs the labels alone; after that, its agent as well. */
export async function placeOf(deps: Deps, state: TaskState, id: string): Promise<Placement> {
  const run = runOf(state, id);
  const labels = labelsFor(deps, state, run);
  const { choice } = run;
  const isHere =
    carries(deps.settings, labels) && (choice === null || deps.adapters.has(choice.adapter));
  if (isHere) return HERE;
  const others = await withLabels(deps, labels);
  const able = others.filter(
    ({ agents }) => choice === null || agents.some(({ adapter }) => adapter === choice.adapter),
  );
  if (able.length > 0) return { at: 'elsewhere' };
  return { at: 'nowhere', reason: reasonOf(labels, others.length > 0 ? choice : null) };
}

/** The workers at work that carry the labels, besides this one. */
export async function withLabels(
  { workers, settings }: Pick<Dependencies, 'workers' | 'settings'>,
  labels: readonly string[],
): Promise<WorkerReport[]> {
  const alive = await workers.alive();
  return alive.filter(worker => worker.name !== settings.worker && carries(worker, labels));
}

/** What its role and its step ask for. */
function labelsFor(
  { profiles }: Pick<Dependencies, 'profiles'>,
  state: TaskState,
  { executor, step }: Run,
): string[] {
  const { graph, roles } = createdOf(state);
  const spec = stepNamed(graph, step);
  const ofStep = ('runsOn' in spec && spec.runsOn) || [];
  const ofRole =
    executor.kind === 'agent' ? (profileIn(profiles, roles, executor.role)?.['runs-on'] ?? []) : [];
  return [...new Set([...ofRole, ...ofStep])];
}

/** Whether a worker offers all that is asked for. */
export const carries = (
  worker: { labels: readonly string[] },
  labels: readonly string[],
): boolean => labels.every(label => worker.labels.includes(label));

function reasonOf(labels: readonly string[], choice: Run['choice']): string {
  const asked = labels.length > 1 ? `the labels ${labels.join(', ')}` : `the label ${labels[0]}`;
  if (choice)
    return `No worker${labels.length > 0 ? ` with ${asked}` : ''} has the agent ${choice.adapter}: install it there with \`gatehouse agents install ${choice.adapter}\`.`;
  return `No worker with ${asked} is at work: whoever operates Gatehouse starts one with GATEHOUSE_LABELS=${labels.join(',')}.`;
}
