/** Where a step of a task stands: one word for its picture, its table and its replay. */
import type { components } from '../api/schema.d.ts';

type Schemas = components['schemas'];
type Step = Pick<Schemas['Task']['steps'][number], 'status' | 'run'>;
type TaskOfSteps = Pick<Schemas['Task'], 'finishedAt'> & {
  runs: readonly Pick<Schemas['Run'], 'id' | 'state'>[];
};

/** What a run that has not ended says of its step. */
const AT_WORK = new Set<string>(['queued', 'running', 'waiting_approval']);

export function standingOf({ status, run }: Step, { finishedAt, runs }: TaskOfSteps): string {
  // Once a task has ended, what has not begun is not still to come.
  if (status === 'waiting' && finishedAt !== null) return 'unreached';
  if (status !== 'active') return status;
  const state = runs.find(({ id }) => id === run)?.state ?? '';
  return AT_WORK.has(state) ? state : status;
}
