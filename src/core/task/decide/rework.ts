/** One more round of work is asked for: by a comment, a call, a failing check or a conflict with the base. */
import { type CommandRefusal, refusal } from '../../refusal.ts';
import { createdOf, type DataOf, type TaskState } from '../state/state.ts';
import { HAS_STOPPED, isUnasked } from '../state/unasked.ts';
import { finish } from './advance.ts';
import type { TaskCommand } from './command.ts';
import type { TaskDraft } from './draft.ts';
import { stops } from './stop-unasked.ts';

export function rework(
  task: TaskDraft,
  data: Extract<TaskCommand, { type: 'rework' }>['data'],
): CommandRefusal | null {
  const { graph } = createdOf(task.state);
  const all = [...task.state.reworks, ...task.state.waitingReworks];
  if (graph.reworkFrom === null)
    return refusal(
      'unsupported',
      'The task here takes no requests for changes. Once it has ended, `/agent fix` starts another one.',
    );
  if (task.state.merged)
    return refusal('ended', 'The pull request is merged. `/agent fix` starts another task.');
  if (task.state.blocked?.obstacle === 'closed')
    return refusal('ended', 'The pull request is closed. Reopen it first, and ask again.');
  if (all.some(other => other.id === data.id))
    return refusal('repeated', 'That was asked for already.');
  const refused = data.check && whyNotRemedied(task.state, data.check.head);
  if (refused) return refused;
  if (isUnasked(data.origin)) {
    if (task.state.remediationStopped) return HAS_STOPPED;
    if (stops(task, data.check)) return null;
  }
  task.add({ type: 'rework.requested', v: 4, data });
  return null;
}

/** Why no failing check of this head starts work, whatever it printed; null: one may. */
export function whyNotRemedied(state: TaskState, head: string): CommandRefusal | null {
  const all = [...state.reworks, ...state.waitingReworks];
  if (!createdOf(state).config.remediate.ci)
    return refusal('unsupported', 'The default branch does not opt in to work that CI starts.');
  if (head !== state.pull?.head)
    return refusal('stale', 'The check is not about the present head.');
  if (all.some(({ check }) => check?.head === head))
    return refusal('repeated', 'A check of this head is being worked on already.');
  return state.remediationStopped ? HAS_STOPPED : null;
}

/** Where the work was not accepted once it was deployed, nothing else of the task is under way. */
export function declineRework(task: TaskDraft, id: string, reason: string): void {
  const origin = task.state.waitingReworks.find(other => other.id === id)?.origin;
  task.add({ type: 'rework.declined', v: 1, data: { id, reason } });
  if (origin === 'acceptance') finish(task, 'failure', reason);
}

/** Of several tasks on one pull request, the last one says it, once. */
export function stopRemediation(
  task: TaskDraft,
  data: DataOf<'remediation.stopped'>,
): CommandRefusal | null {
  if (task.state.remediationStopped) return refusal('repeated', 'It has stopped already.');
  task.add({ type: 'remediation.stopped', v: 2, data });
  return null;
}

/** A person's push wins over work that a failing check of an earlier head began. */
export function overtaken(
  task: TaskDraft,
  { by, head }: Extract<TaskCommand, { type: 'overtaken' }>,
): CommandRefusal | null {
  const { origin, base, branch } = createdOf(task.state);
  if (origin.kind !== 'check')
    return refusal('unsupported', 'A person asked for this work, and decides when it ends.');
  if (head === base.sha || head === task.state.pushed?.sha)
    return refusal('repeated', 'The head is the one that is worked on.');
  const reason = `${by.login} pushed ${head.slice(0, 7)} to ${branch}, and the work stood on ${base.sha.slice(0, 7)}: nothing of it was pushed. A check that fails on the new commit starts work anew.`;
  finish(task, 'canceled', reason);
  return null;
}
