/** Whose work a request is about, as far as the log knows: the rule `separation` lets none of them approve it. */

import type { Approval, TaskState } from '../state/state.ts';
import { requestersOf } from './requesters.ts';

/** Their ids, each once. Who wrote its commits is looked up on GitHub, when an answer is judged. */
export const ownersOf = (
  state: TaskState,
  about: Pick<Approval, 'action' | 'rework'>,
): number[] => [...new Set([...requestersOf(state, about), ...state.pushers].map(({ id }) => id))];
