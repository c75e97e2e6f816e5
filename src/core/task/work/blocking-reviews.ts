/** Reviews by agents that block the work, and those that it was published without having passed. */
import { createdOf, isOpen, purposeOf, type Run, type TaskState } from '../state/state.ts';
import { stepStateOf } from './step-state.ts';

/** As a clause. */
export const NO_REVIEW_BLOCKS = 'no review waits for people to decide about what it blocks';

/** The reviews about which people are asked; empty where they are asked about anything else besides. */
export function blockingReviews(state: TaskState): Run[] {
  if (!isOpen(state) || state.question === null) return [];
  const failed = createdOf(state).graph.steps.filter(
    ({ id }) => stepStateOf(state, id).status === 'failed',
  );
  const blocking = failed.flatMap(({ id, purpose }) => {
    const run = state.runs.findLast(({ step }) => step === id);
    return purpose === 'review' && run?.class === 'loop' ? [run] : [];
  });
  return blocking.length === failed.length ? blocking : [];
}

/** The roles whose last review of the present work blocks it, or could not be done. */
export const unpassedByWork = (state: TaskState): string[] => unpassedIn(state, state.runs);

/** The same of what was published last. */
export function unpassedByHead(state: TaskState): string[] {
  const published = state.runs.findLastIndex(
    run => purposeOf(state, run) === 'publish' && run.state === 'success',
  );
  return unpassedIn(state, state.runs.slice(0, published + 1));
}

function unpassedIn(state: TaskState, runs: readonly Run[]): string[] {
  const roles = createdOf(state).graph.steps.flatMap(step => {
    if (step.kind !== 'agent' || step.purpose !== 'review') return [];
    const last = runs.findLast(
      run => run.step === step.id && (run.state === 'success' || run.state === 'failure'),
    );
    return last && !isPassed(last) ? [step.role] : [];
  });
  return [...new Set(roles)];
}

function isPassed({ state, produced }: Run): boolean {
  const handover = produced?.handover;
  const blocks = handover?.schema === 'review.v1' && Number(handover.fields.blocking) > 0;
  return state === 'success' && !blocks;
}
