/** The runs that act on the branch of the pull request. */
import { isOver, mergeRun, purposeOf, type Run, type TaskState } from './state.ts';

/**
 * The run that acts on the branch of the pull request: the merge, or a push that waits for people to
 * restore the branch; null where none is under way.
 */
export const runAtPull = (state: TaskState): Run | null =>
  mergeRun(state) ?? (state.blocked?.obstacle === 'closed' ? pushRun(state) : null);

/** The push of the present round, while it is not over. */
export const pushRun = (state: TaskState): Run | null =>
  state.runs.find(run => purposeOf(state, run) === 'publish' && !isOver(run)) ?? null;
