/** A worker takes a run up: for the first time, where it waited for people, or where it could not begin before. */
import type { Circumstance } from '../../decider.ts';
import { effectKey } from '../../effect.ts';
import { type CommandRefusal, refusal } from '../../refusal.ts';
import { mayGoOn, openApproval } from '../approvals/open-approvals.ts';
import { type Approval, runOf, type TaskState } from '../state/state.ts';
import { useGranted } from './approve.ts';
import type { TaskCommand } from './command.ts';
import type { TaskDraft } from './draft.ts';
import { fail } from './ended.ts';

export function start(
  task: TaskDraft,
  command: Extract<TaskCommand, { type: 'start' }>,
  circumstance: Circumstance,
): CommandRefusal | null {
  const run = runOf(task.state, command.run);
  if (run.state === 'running') {
    const reason = 'Its worker was lost.';
    fail(task, run.id, { class: 'lost', reason, retryable: true }, circumstance);
    return null;
  }
  if (task.state.paused) return refusal('paused', 'The task is paused.');
  const { epoch, worker, adapter } = command;
  const data = { run: run.id, epoch, worker, adapter };
  if (mayGoOn(task.state, run)) {
    task.add({ type: 'run.resumed', v: 2, data });
    return null;
  }
  if (run.state !== 'queued')
    return refusal('ended', `Run ${run.id} is ${run.state}, it can't start.`);
  const question = { action: 'run.start', run: run.id, rework: null };
  const approval = openApproval(task.state, question);
  if (approval?.status === 'requested')
    return refusal('stale', 'People are asked whether it may start.');
  if (approval?.until && approval.until <= circumstance.now)
    return refusal('stale', 'The approval of its start has expired: it is asked for again.');
  if (approval && isOutdated(task.state, approval))
    return refusal('stale', 'Policy is asked again first whether it may start.');
  useGranted(task, question, effectKey.attempt(run.id));
  if (run.startedAt === null) task.add({ type: 'run.started', v: 1, data });
  else task.add({ type: 'run.resumed', v: 2, data });
  return null;
}

/** The head moved, or people answered or took something back, since policy was asked about its approval. */
const isOutdated = ({ pull, answers }: TaskState, { head, judged }: Approval): boolean =>
  (head !== null && head !== pull?.head) || answers.some(({ seq }) => seq > judged);
