/** A check that work was asked for is green again: on a later head, or because that was merged. */
import type { FailedCheck } from '../../core/failed-check.ts';
import type { TaskEvent } from '../../core/task/events/events.ts';
import type { Observation } from '../ports/telemetry.ts';
import type { Appended } from './appended.ts';

/** Each failing check counts once, from when work was first asked for since it was last green. */
export function recoveredBy(
  task: string,
  before: readonly Appended[],
  { event, at: to }: Pick<Appended, 'event' | 'at'>,
): Observation[] {
  const failing = new Map<string, { from: number; check: FailedCheck }>();
  for (const { event: earlier, at: from } of before) {
    const check = earlier.type === 'rework.requested' ? earlier.data.check : null;
    if (check && !failing.has(check.name)) failing.set(check.name, { from, check });
    for (const { check: green } of greenBy(earlier, failing)) failing.delete(green.name);
  }
  return greenBy(event, failing).map(({ from }) => ({ type: 'check_recovered', task, from, to }));
}

function greenBy(
  event: TaskEvent,
  failing: ReadonlyMap<string, { from: number; check: FailedCheck }>,
): { from: number; check: FailedCheck }[] {
  if (event.type === 'pull.merged') return [...failing.values()];
  if (event.type !== 'pull.signaled' || event.data.check?.state !== 'green') return [];
  const found = failing.get(event.data.check.name);
  // On the commit on which it failed it may be green as well, once it was run again: nothing was done.
  return found && event.data.detail !== found.check.head ? [found] : [];
}
