/** How a task stands, as the end of a sentence that begins with the task. */
import { whoApproves } from '../../approvals/who-approves.ts';
import type { RunView, TaskView } from '../../view.ts';

type Stands = Pick<TaskView, 'status' | 'paused' | 'question' | 'approval' | 'reason' | 'pull'>;

export function statusWords(view: Stands): string {
  const { status, question, approval, reason } = view;
  const asked = status === 'active' && approval?.status === 'requested' ? approval : null;
  if (status === 'active' && view.paused) return withReason('paused', reason);
  if (status === 'active' && question !== null) return withReason('waiting for a person', question);
  if (asked) {
    const on = view.pull === null ? '' : ` on #${view.pull.number}`;
    return withReason(
      `waiting for approval by ${whoApproves(asked)}${on}`,
      asked.reasons.join(' '),
    );
  }
  return withReason(WORDS[status], reason);
}

const WORDS: Record<TaskView['status'], string> = {
  proposed: 'about to begin: policy is being asked',
  active: 'at work',
  success: 'done',
  failure: 'over, and could not be finished',
  canceled: 'stopped',
  refused: 'refused',
};

/** How a step stands: what became of its last run, where that says more. */
export const stepWords = ({
  status,
  run,
}: Pick<TaskView['steps'][number], 'status' | 'run'>): string =>
  status === 'done' || !run ? status : (RUN_WORDS[run.state] ?? status);

const RUN_WORDS: Partial<Record<RunView['state'], string>> = {
  queued: 'queued',
  running: 'running',
  waiting_approval: 'waiting for approval',
  failure: 'failed',
  canceled: 'stopped',
};

const withReason = (words: string, reason: string): string =>
  reason === '' ? words : `${words}: ${reason}`;
