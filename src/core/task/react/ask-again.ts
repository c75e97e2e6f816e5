/** Policy is asked, and asked again about what waits for people or was granted by them. */
import type { Action } from '../../decision.ts';
import { effectKey, type NewEffect } from '../../effect.ts';
import { hasBegun } from '../approvals/begun.ts';
import { openApprovals } from '../approvals/open-approvals.ts';
import { type Approval, isOver, mergeRun, runOf, type TaskState } from '../state/state.ts';

type DecideEffect = Extract<NewEffect, { kind: 'decide' }>;

export const decide = (
  action: DecideEffect['action'],
  run: string | null,
  rework: string | null,
): DecideEffect => ({
  kind: 'decide',
  key: effectKey.decide(action, run ?? rework),
  action,
  run,
  rework,
});

/** Policy is asked again when what is granted expires. */
export const expiries = (state: TaskState): NewEffect[] =>
  state.approvals.flatMap(approval => {
    const { id, status, until } = approval;
    if (status !== 'granted' || until === null) return [];
    return askAbout(state, approval).map(ask => ({
      ...ask,
      key: effectKey.expire(id),
      notBefore: until,
    }));
  });

/** The head or the base moved: what else waits was asked about the one before. */
export const askSinceMove = (state: TaskState): NewEffect[] =>
  openApprovals(state).flatMap(approval =>
    approval.action !== 'pr.merge' && approval.head !== null ? askAbout(state, approval) : [],
  );

/** Somebody answered, or took an answer back. */
export const askAboutOpen = (state: TaskState): NewEffect[] =>
  openApprovals(state).flatMap(approval => askAbout(state, approval));

function askAbout(state: TaskState, approval: Approval): DecideEffect[] {
  const { action, run, rework } = approval;
  if (hasBegun(state, approval)) return [];
  if (action !== 'pr.merge')
    return run !== null && isOver(runOf(state, run)) ? [] : [decide(action as Action, run, rework)];
  const merge = mergeRun(state);
  return merge && merge.state !== 'queued' ? [decide(action, merge.id, rework)] : [];
}
