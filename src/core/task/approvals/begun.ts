/** Whether what was asked about has begun: whoever is asked whether it may, is asked too late. */

import { runOf, type TaskState } from '../state/state.ts';
import type { ApprovalQuestion } from './question.ts';

/** Of a task, of a round and of a run; what else is asked about is no start. */
export function hasBegun(state: TaskState, { action, run, rework }: ApprovalQuestion): boolean {
  if (action === 'task.start' && rework === null) return state.admitted;
  if (action === 'task.start')
    return !state.waitingReworks.some(({ id, admitted }) => id === rework && !admitted);
  if (action !== 'run.start' || run === null) return false;
  const { state: now, checkpoint } = runOf(state, run);
  // Earlier versions stopped runs at work, without a checkpoint, until their start was approved again.
  return now !== 'queued' && (now !== 'waiting_approval' || checkpoint !== null);
}
