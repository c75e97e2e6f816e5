/** The requests for approval of a task that are open, and what each keeps waiting. */
import { effectKey } from '../../effect.ts';
import { type Approval, mergeRun, type Run, type TaskState } from '../state/state.ts';
import { questionOf } from './question.ts';

/** Requests that may still be answered or used, oldest first. */
export const openApprovals = (state: TaskState): Approval[] =>
  state.approvals.filter(({ status }) => status === 'requested' || status === 'granted');

/** Those that a move of the head or the base voids. What else is bound to the head is asked about again. */
export const openMerges = (state: TaskState): Approval[] =>
  openApprovals(state).filter(({ action, head }) => action === 'pr.merge' && head !== null);

/** What this effect has used. One that was void by a move has nothing to do with it any more. */
export const usedBy = ({ approvals }: TaskState, effect: string): Approval | null =>
  approvals.findLast(one => one.status === 'used' && one.usedBy === effect) ?? null;

/**
 * What a merge that is not over has used. It asks policy anew at each try, and the use is that one's:
 * opened once more, it would find the approval spent.
 */
export function usedByMerge(state: TaskState): Approval | null {
  const run = mergeRun(state);
  const last = state.approvals.findLast(({ action }) => action === 'pr.merge');
  return run && last?.status === 'used' && last.usedBy === effectKey.merge(run.id) ? last : null;
}

/** What an agent asked for in the middle of this run, in order. */
export const askedIn = (state: TaskState, run: string): Approval[] =>
  state.approvals.filter(approval => approval.gate === 'act' && approval.run === run);

/** Whether a worker may take the run up again: it has a checkpoint, and its requests are answered. */
export const mayGoOn = (state: TaskState, run: Run): boolean =>
  run.state === 'waiting_approval' &&
  run.checkpoint !== null &&
  askedIn(state, run.id).every(({ status }) => status !== 'requested');

/** The one about this question, where there is one. */
export const openApproval = (
  state: TaskState,
  about: Pick<Approval, 'action' | 'run' | 'rework'>,
): Approval | null =>
  openApprovals(state).findLast(approval => questionOf(approval) === questionOf(about)) ?? null;
