/** Whom the work that stands, or is to stand, in a pull request was done for: the rule `separation` excludes them. */
import type { Person } from '../../actor.ts';
import { personWhoAsked } from '../../origin.ts';
import { createdOf, purposeOf, type Run, type TaskState } from '../state/state.ts';
import { otherTryOf } from './other-tries.ts';

/**
 * The person who asked for the task, those whose rounds have left commits, and of a run or a rework that is asked
 * about, its own; of each round also those whose words to another try its agents were told. A round that failed
 * left nothing: who asked for it had no part in what is merged.
 */
export function requestersOf(
  state: TaskState,
  about: { action: string; rework: string | null },
): Person[] {
  const isAsked = (round: number) =>
    isPublished(state, round) || (about.action !== 'pr.merge' && round === state.round);
  const begun = state.reworks.filter((_, index) => isAsked(index + 2));
  const waiting = state.waitingReworks.filter(({ id }) => id === about.rework);
  const people = [...begun, ...waiting].flatMap(({ by }) => by ?? []);
  const asked = personWhoAsked(createdOf(state).requester);
  const told = state.runs.filter(({ round }) => isAsked(round));
  const steerers = [null, ...told].flatMap(run => steerersOf(state, run));
  const all = [...(asked ? [asked] : []), ...people, ...steerers];
  return all.filter(({ id }, at) => all.findIndex(other => other.id === id) === at);
}

/** Who said something to another try, of which the agent of this run is told; null: the task, before it may start. */
export function steerersOf(state: TaskState, run: Run | null): Person[] {
  if (run ? run.executor.kind !== 'agent' : state.admitted) return [];
  const told = run ? otherTryOf(state, run) : state.otherTries.at(-1);
  return told?.by && told.instructions !== '' ? [told.by] : [];
}

/** Whether the work of a round was pushed. */
export const isPublished = (state: TaskState, round: number): boolean =>
  state.runs.some(
    run => run.round === round && purposeOf(state, run) === 'publish' && run.state === 'success',
  );
