/** Whom the work that stands, or is to stand, in a pull request was done for: the rule `separation` excludes them. */
import type { Person } from '../actor.ts';
import { personWhoAsked } from '../origin.ts';
import { createdOf, purposeOf, type TaskState } from './state.ts';

/**
 * The person who asked for the task, those whose rounds have left commits, and of a run or a rework that is asked
 * about, its own. A round that failed left nothing: who asked for it had no part in what is merged.
 */
export function requestersOf(
  state: TaskState,
  about: { action: string; rework: string | null },
): Person[] {
  const published = state.reworks.filter((_, index) => isPublished(state, index + 2));
  const present = about.action === 'pr.merge' ? [] : state.reworks.slice(-1);
  const waiting = state.waitingReworks.filter(({ id }) => id === about.rework);
  const people = [...published, ...present, ...waiting].flatMap(({ by }) => by ?? []);
  const asked = personWhoAsked(createdOf(state).requester);
  const all = [...(asked ? [asked] : []), ...people];
  return all.filter(({ id }, at) => all.findIndex(other => other.id === id) === at);
}

/** Whether the work of a round was pushed. */
export const isPublished = (state: TaskState, round: number): boolean =>
  state.runs.some(
    run => run.round === round && purposeOf(state, run) === 'publish' && run.state === 'success',
  );
