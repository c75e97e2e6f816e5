/** Reviews that no other use can rest on. */
import type { Approval, TaskState } from '../state/state.ts';

/** Those that uses rested on, but for the use of `mine`. */
export const spentReviews = (state: TaskState, mine: Approval | null): number[] =>
  state.approvals.flatMap(({ id, status, reviews }) =>
    status === 'used' && id !== mine?.id ? reviews : [],
  );
