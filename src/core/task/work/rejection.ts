/** Why the work of a run that ended well did not stand: an agent ends well whatever its work is worth. */
import { z } from 'zod';
import { upstream } from '../../graph/graph.ts';
import {
  createdOf,
  isOpen,
  purposeOf,
  type Run,
  reworkAfter,
  type TaskState,
} from '../state/state.ts';

export const WorkRejection = z.enum([
  /** A later step sent it back. */
  'sent_back',
  /** A gate was red on it. */
  'red',
  /** More work was asked for on its pull request. */
  'reworked',
  /** Its task failed, was canceled or refused. */
  'given_up',
]);
export type WorkRejection = z.infer<typeof WorkRejection>;

/** `null`: it stands, as far as is known by now. */
export function rejectionOf(state: TaskState, run: Run): WorkRejection | null {
  // What it read may be sent back because of what it found.
  if (run.purpose === 'step' && purposeOf(state, run) === 'review') return null;
  if (isSentBack(state, run)) return 'sent_back';
  if (isRed(state, run)) return 'red';
  if (isReworked(state, run)) return 'reworked';
  return isOpen(state) || state.status === 'success' || state.merged ? null : 'given_up';
}

/** Its step works again in the same round. Where a step before that one does as well, that one is meant. */
function isSentBack(state: TaskState, { id, step, round, purpose }: Run): boolean {
  if (purpose !== 'step') return false;
  const before = upstream(createdOf(state).graph, step);
  const since = state.runs.slice(state.runs.findIndex(other => other.id === id) + 1);
  const again = since.find(
    other => other.round === round && (other.step === step || before.includes(other.step)),
  );
  return again?.step === step;
}

/** The first verdict of each gate on it counts; a remedy answers for its own gate alone. */
function isRed({ runs }: TaskState, { id, step, purpose }: Run): boolean {
  const verdicts = runs.filter(
    gate =>
      gate.purpose === 'step' &&
      gate.basis.includes(id) &&
      (gate.class === 'red' || gate.state === 'success') &&
      (purpose !== 'remedy' || gate.step === step),
  );
  return verdicts.some(
    gate => gate.class === 'red' && gate === verdicts.find(first => first.step === gate.step),
  );
}

/** A base that moved on is no fault of what is merged with it. */
const isReworked = (state: TaskState, { round, produced }: Run): boolean => {
  const next = reworkAfter(state, round);
  return Boolean(produced?.work) && next !== null && next.origin !== 'conflict';
};
