/** A task that is part of a backlog lets that know how far it is, so that the backlog can show it. */
import type { Stamp } from '../../decider.ts';
import { effectKey, type NewEffect } from '../../effect.ts';
import { later } from '../../retry.ts';
import type { TaskEvent } from '../events/events.ts';
import { createdOf, type TaskState } from '../state/state.ts';

/** What comes together is told together. */
const TOGETHER_MS = 3_000;

const TOLD = new Set<TaskEvent['type']>([
  'run.started',
  'pull.opened',
  'approval.requested',
  'approval.granted',
  'step.overridden',
  'task.asked',
  'task.retried',
]);

export function tellProgress(state: TaskState, event: TaskEvent, { at }: Stamp): NewEffect[] {
  if (!TOLD.has(event.type)) return [];
  const { origin } = createdOf(state);
  if (origin.kind !== 'backlog') return [];
  const { backlog } = origin;
  const key = effectKey.tellProgress();
  return [{ kind: 'tell_progress', key, backlog, notBefore: later(at, TOGETHER_MS) }];
}
