/** Our check run is asked for anew, or has to stand on other commits besides the task's head. */
import { type Steerer, steererOf, type TokenActor } from '../actor.ts';
import { type CommandRefusal, refusal } from '../refusal.ts';
import { advance } from './advance.ts';
import { voidApproval } from './approve.ts';
import type { TaskCommand } from './command.ts';
import type { TaskDraft } from './draft.ts';
import { openApprovals } from './open-approvals.ts';

/** What ended in failure is tried again, policy being asked as before; else the check is shown anew. */
export function rerun(
  task: TaskDraft,
  { by, head }: Extract<TaskCommand, { type: 'rerun' }>,
): CommandRefusal | null {
  if (head !== task.state.pull?.head)
    return refusal('stale', 'The check is not about the present head.');
  task.add({ type: 'check.rerequested', v: 1, data: { by } });
  if (task.state.status !== 'failure' && task.state.question === null) return null;
  tryAgain(task, steererOf(by), '');
  return null;
}

export function retry(
  task: TaskDraft,
  { by, instructions }: Extract<TaskCommand, { type: 'retry' }>,
): CommandRefusal | null {
  if (task.state.question === null && task.state.status !== 'failure')
    return refusal('ended', 'Nothing failed here that could be tried again.');
  // A step that asks people is answered by people, and by those who operate Gatehouse.
  if (by.kind === 'token' && task.state.question !== null)
    return refusal('unsupported', 'It asks people, and waits for their answer.');
  tryAgain(task, by, instructions);
  return null;
}

function tryAgain(task: TaskDraft, by: Steerer | TokenActor, instructions: string): void {
  const wasOver = task.state.status === 'failure';
  task.add({ type: 'task.retried', v: 4, data: { by, instructions } });
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
