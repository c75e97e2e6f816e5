/** Whether a backlog waits for people, in the words that every surface shows. */
import { stuckOn } from './next.ts';
import { type BacklogState, createdOf } from './state.ts';

/** `since`: ISO 8601. `event`: the one after which it waits; another one that is news ends the wait. */
export type BacklogWait = { reason: string; since: string; event: number };

/** `null`: it goes on by itself, is paused, or has ended. */
export function waitOf(state: BacklogState): BacklogWait | null {
  const reason = reasonOf(state);
  const { seq: event, at: since } = state.last;
  return reason === null ? null : { reason, since, event };
}

function reasonOf(state: BacklogState): string | null {
  if (state.status === 'proposed') {
    const { asks, plan } = createdOf(state);
    const items = plan.items.length === 1 ? 'one item' : `${plan.items.length} items`;
    return asks ? `Nothing begins before a person says yes to its plan of ${items}.` : null;
  }
  const stuck = stuckOn(state).map(({ id }) => id);
  return stuck.length > 0 ? `Nothing goes on before people decide about ${listed(stuck)}.` : null;
}

/** More names than this are counted. */
const NAMED = 5;

const listed = (ids: string[]): string =>
  ids.length > NAMED
    ? `${ids.slice(0, NAMED).join(', ')} and ${ids.length - NAMED} more`
    : ids.join(', ');
