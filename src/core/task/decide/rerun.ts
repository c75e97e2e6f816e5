/** Our check run is asked for anew, or has to stand on other commits besides the task's head. */
import { steererOf } from '../../actor.ts';
import { type CommandRefusal, refusal } from '../../refusal.ts';
import { openApprovals } from '../approvals/open-approvals.ts';
import type { DataOf } from '../state/state.ts';
import { HAS_STOPPED } from '../state/unasked.ts';
import { advance } from './advance.ts';
import { voidApproval } from './approve.ts';
import type { TaskCommand } from './command.ts';
import type { TaskDraft } from './draft.ts';
import { sendBackAgain } from './ended.ts';
import { stops } from './stop-unasked.ts';

/** What ended in failure is tried again, policy being asked as before; else the check is shown anew. */
export function rerun(
  task: TaskDraft,
  { by, head }: Extract<TaskCommand, { type: 'rerun' }>,
): CommandRefusal | null {
  if (head !== task.state.pull?.head)
    return refusal('stale', 'The check is not about the present head.');
  task.add({ type: 'check.rerequested', v: 1, data: { by } });
  if (task.state.status !== 'failure' && task.state.question === null) return null;
  tryAgain(task, { by: steererOf(by), instructions: '', origin: 'comment' });
  return null;
}

export function retry(
  task: TaskDraft,
  { by, instructions, origin }: Extract<TaskCommand, { type: 'retry' }>,
): CommandRefusal | null {
  if (task.state.question === null && task.state.status !== 'failure')
    return refusal('ended', 'Nothing failed here that could be tried again.');
  // A step that asks people is answered by people, and by those who operate Gatehouse.
  if (by.kind === 'token' && task.state.question !== null)
    return refusal('unsupported', 'It asks people, and waits for their answer.');
  if (origin === 'call') {
    if (task.state.remediationStopped) return HAS_STOPPED;
    if (stops(task, null)) return null;
  }
  tryAgain(task, { by, instructions, origin: origin ?? 'comment' });
  return null;
}

function tryAgain(task: TaskDraft, data: DataOf<'task.retried'>): void {
  const wasOver = task.state.status === 'failure';
  sendBackAgain(task);
  task.add({ type: 'task.retried', v: 5, data });
  // Comments that ask say that it is over, or were never written: where people are needed, they are asked anew.
  for (const approval of openApprovals(task.state))
    if (wasOver && approval.status === 'requested')
      voidApproval(task, approval, null, 'The task is tried again, and policy asked anew.');
  if (task.state.admitted) advance(task);
}

export function workFound(
  task: TaskDraft,
  { about }: Extract<TaskCommand, { type: 'work_found' }>,
): CommandRefusal | null {
  if (task.state.foundIn.some(({ head }) => head === about.head))
    return refusal('repeated', 'It is known already.');
  if (!about.group && about.pull === task.state.pull?.number)
    return refusal('repeated', 'It is its own pull request.');
  task.add({ type: 'work.found', v: 1, data: { about } });
  return null;
}
