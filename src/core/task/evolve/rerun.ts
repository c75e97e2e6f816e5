/** State after our check was asked for anew, or work was found in other commits. */
import type { JudgedHead } from '../../judged-head.ts';
import type { DataOf, TaskState } from '../state/state.ts';
import { counted, isUnasked } from '../state/unasked.ts';

/** More pull requests with work of one task are not followed, nor more merge groups: a push asks again. */
const MOST_FOUND_IN = 20;

/** The last commit of each pull request, and of each group, takes the place of the one before. */
export function found(state: TaskState, about: JudgedHead): TaskState {
  const others = state.foundIn.filter(
    ({ pull, group }) => pull !== about.pull || group !== about.group,
  );
  const all = [...others, about];
  // Pull requests never take the place of a merge group, which would wait for our check in vain.
  const alike = all.filter(({ group }) => group === about.group);
  const left = new Set(alike.slice(0, -MOST_FOUND_IN));
  return { ...state, foundIn: all.filter(one => !left.has(one)) };
}

/** Without those of the task's own pull request, whose check is the task's own. */
export const elsewhere = ({ foundIn }: TaskState, own: number): JudgedHead[] =>
  foundIn.filter(({ pull, group }) => group || pull !== own);

export function retried(
  state: TaskState,
  { by, instructions, origin }: DataOf<'task.retried'>,
  at: string,
): TaskState {
  const { round } = state;
  const person = by.kind === 'person' ? { id: by.id, login: by.login } : null;
  // What was tried before no longer counts, and neither does how often the work was sent back.
  const steps = Object.entries(state.steps).map(([id, step]) => [
    id,
    { ...step, loops: 0, status: step.status === 'failed' ? ('waiting' as const) : step.status },
  ]);
  return {
    ...state,
    ...counted(state, origin),
    // Where policy did not let it start, it is asked first.
    status: state.admitted ? 'active' : 'proposed',
    reason: '',
    finishedAt: null,
    question: null,
    otherTries: [...state.otherTries, { round, from: state.runs.length, by: person, instructions }],
    // A system that calls may ask in a loop: only a person is taken to know better than the record.
    retriedAt: isUnasked(origin) ? state.retriedAt : at,
    triesFrom: state.runs.length,
    steps: Object.fromEntries(steps),
  };
}
