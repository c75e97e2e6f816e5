/** The moments of a backlog, and the hooks that they set off: each tells its endpoint. */
import type { BacklogEvent } from '../backlog/events.ts';
import { lastWords } from '../backlog/last-words.ts';
import { type BacklogState, createdOf, isDone } from '../backlog/state.ts';
import { waitOf } from '../backlog/waits.ts';
import type { Stamp } from '../decider.ts';
import type { NewEffect } from '../effect.ts';
import type { Notice } from './hook.ts';
import { toldBy } from './notice.ts';

/** A backlog that began before there were such hooks has none. */
export function backlogHooksAt(
  state: BacklogState,
  event: BacklogEvent,
  stamp: Stamp,
): NewEffect[] {
  const { hooks = [] } = createdOf(state);
  if (hooks.length === 0 || lastWords(event) === null) return [];
  const notice = noticeOf(state, event, stamp.seq);
  if (notice === null) return [];
  return hooks
    .filter(({ on }) => on.includes(notice.moment))
    .flatMap(hook => toldBy(hook, notice, stamp));
}

function noticeOf(state: BacklogState, event: BacklogEvent, seq: number): Notice | null {
  const of = { about: `${seq}`, of: null };
  if (event.type === 'backlog.finished') {
    const { items } = state;
    const reason = `${items.filter(isDone).length} of ${items.length} items are done.`;
    return { ...of, moment: 'backlog_ended', outcome: event.data.outcome, reason };
  }
  const wait = waitOf(state);
  return wait && { ...of, moment: 'backlog_waits', outcome: 'waiting', reason: wait.reason };
}

/** Whether what it tells is still so: what happens to a backlog that waits ends that wait, or begins another. */
export const stillWaits = (state: BacklogState, { moment, about }: Notice): boolean =>
  moment !== 'backlog_waits' || `${waitOf(state)?.event}` === about;
