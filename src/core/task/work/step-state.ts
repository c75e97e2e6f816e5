/** How far a step is, and whose work it stands on. */
import { type StepSpec, stepNamed } from '../../graph/graph.ts';
import type { Work } from '../events/work.ts';
import { createdOf, type Run, type TaskState } from '../state/state.ts';
import type { StepState } from '../state/step.ts';

/** The step as it stands; throws where the task has none of that name. */
export function stepStateOf({ steps }: Pick<TaskState, 'steps'>, id: string): StepState {
  const step = steps[id];
  if (!step) throw new Error(`the task has no step "${id}"`);
  return step;
}

/** Whether what stands on it may begin. */
export const isSettled = ({ steps }: Pick<TaskState, 'steps'>, id: string): boolean =>
  steps[id]?.status === 'done' || steps[id]?.status === 'skipped';

/** The work that the step stands on, or has done; null where nothing was changed yet. */
export function workAt(state: Pick<TaskState, 'steps' | 'runs'>, step: string): Work | null {
  const run = stepStateOf(state, step).works.at(-1);
  return state.runs.find(({ id }) => id === run)?.produced?.work ?? null;
}

/** The run that did the work on which the step stands. */
export const workerAt = (state: Pick<TaskState, 'steps'>, step: string): string | null =>
  stepStateOf(state, step).works.at(-1) ?? null;

/** The works that a step stands on: what was done for it before, or else what it is passed. */
export function worksOf(state: TaskState, id: string): string[] {
  const { works } = stepStateOf(state, id);
  const own = works.length > 0 ? works : passedOn(state, stepNamed(createdOf(state).graph, id));
  const join = joinOf(state, own);
  return join?.state === 'success' ? [join.id] : own;
}

/** The last run that joins exactly these works, for whichever step; null where there is none. */
export function joinOf(state: Pick<TaskState, 'runs'>, works: readonly string[]): Run | null {
  if (works.length < 2) return null;
  const joined = new Set(basisOn(state, works));
  return (
    state.runs.findLast(
      ({ purpose, state: now, basis }) =>
        purpose === 'join' &&
        now !== 'canceled' &&
        basis.length === joined.size &&
        basis.every(work => joined.has(work)),
    ) ?? null
  );
}

/** What the steps that it needs pass on to it: of what contains another work, that other one is left out. */
function passedOn(state: TaskState, { needs }: Pick<StepSpec, 'needs'>): string[] {
  const works = [...new Set(needs.flatMap(need => state.steps[need]?.works ?? []))];
  return works.filter(
    work => !works.some(other => other !== work && basisOf(state, other).includes(work)),
  );
}

/** The runs whose work the work of this one contains, besides its own. */
const basisOf = ({ runs }: Pick<TaskState, 'runs'>, run: string): readonly string[] =>
  runs.find(({ id }) => id === run)?.basis ?? [];

/** These works and all that they contain, the oldest first. */
export function worksWithin(
  state: Pick<TaskState, 'runs'>,
  works: readonly string[],
): { run: string; work: Work; contains: string[] }[] {
  const within = basisOn(state, works);
  return state.runs.flatMap(({ id, produced, basis }) =>
    within.includes(id) && produced?.work
      ? [{ run: id, work: produced.work, contains: basis }]
      : [],
  );
}

/** The basis of a run that stands on these works. */
export const basisOn = (state: Pick<TaskState, 'runs'>, works: readonly string[]): string[] => [
  ...new Set(works.flatMap(work => [...basisOf(state, work), work])),
];
