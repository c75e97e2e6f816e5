/** The effects of a task's end. */
import type { Stamp } from '../../decider.ts';
import { effectKey, type NewEffect } from '../../effect.ts';
import { listenerOf } from '../../tell.ts';
import type { WorksOn } from '../events/works-on.ts';
import { calledAt } from '../state/place.ts';
import { createdOf, type DataOf, type TaskState } from '../state/state.ts';

/** Whoever had it started learns how it ended. */
export function tellEnd(
  state: TaskState,
  { outcome, reason }: DataOf<'task.finished'>,
  { seq: at }: Stamp,
): NewEffect[] {
  const to = listenerOf(createdOf(state).origin);
  if (!to) return [];
  const pull = state.pull?.number ?? null;
  const commit = state.merged?.commit ?? null;
  return [{ kind: 'tell', key: effectKey.tell(), to, end: { at, outcome, reason, pull, commit } }];
}

/** Nothing is pushed to a fork: its people are shown what would be. */
export function patchForFork(state: TaskState, { pull }: WorksOn): NewEffect[] {
  const { repository } = createdOf(state);
  const target = calledAt(state);
  const worked = state.runs.findLast(
    ({ produced, state: end }) => produced?.work && end === 'success',
  );
  if (!worked || !target) return [];
  const reply = { code: 'patch_for_fork' as const, pull, run: worked.id };
  return [{ kind: 'reply', key: effectKey.reply('patch'), repository, target, reply }];
}
