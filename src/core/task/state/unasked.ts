/**
 * Rounds and other tries that no comment and no button of a person asked for: a failing check, a call or a
 * `repository_dispatch` did. A few begin in a row, so that no two machines play ping-pong.
 */
import type { ReworkOrigin } from '../../profile.ts';
import { refusal } from '../../refusal.ts';
import type { TaskState } from './state.ts';

/** A conflict and what is not accepted have bounds of their own. */
export const isUnasked = (origin: ReworkOrigin): boolean => origin === 'check' || origin === 'call';

/** The count after one more round or try. A person who asks begins it anew. */
export function counted(
  { unasked, remediationStopped }: TaskState,
  origin: ReworkOrigin,
): Pick<TaskState, 'unasked' | 'remediationStopped'> {
  if (origin === 'comment') return { unasked: 0, remediationStopped: false };
  return { unasked: isUnasked(origin) ? unasked + 1 : unasked, remediationStopped };
}

export const HAS_STOPPED = refusal(
  'limit',
  'Failing checks and calls start no more work here until a person asks for some: `/agent fix` or `/agent retry` in a comment.',
);
