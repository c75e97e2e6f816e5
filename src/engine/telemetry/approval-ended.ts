/** For how long people were asked, and how that ended: once for each request. */
import type { TaskState } from '../../core/task/state/state.ts';
import type { Observation } from '../ports/telemetry.ts';
import type { Appended } from './appended.ts';

type End = 'granted' | 'denied' | 'void';

/** `before`: the events of the task before this one. */
export function approvalEnded(
  task: string,
  { before, ask, state }: { before: readonly Appended[]; ask: Appended; state: TaskState },
): Observation[] {
  const ended = endIn(ask);
  if (!ended || before.some(one => endIn(one)?.approval === ended.approval)) return [];
  const asked = before.find(
    ({ event }) => event.type === 'approval.requested' && event.data.approval === ended.approval,
  );
  const approval = state.approvals.find(({ id }) => id === ended.approval);
  if (!asked || !approval) return [];
  const { run, action } = approval;
  const { end } = ended;
  return [{ type: 'approval_ended', task, run, action, end, from: asked.at, to: ask.at }];
}

/** What was granted may be voided later: it was answered all the same. */
function endIn({ event }: Appended): { approval: string; end: End } | null {
  switch (event.type) {
    case 'approval.granted':
      return { approval: event.data.approval, end: 'granted' };
    case 'approval.denied':
      return { approval: event.data.approval, end: 'denied' };
    case 'approval.confirmed': {
      const { approval, says } = event.data;
      return says === 'objects' ? { approval, end: 'denied' } : null;
    }
    case 'approval.voided':
      return { approval: event.data.approval, end: 'void' };
    default:
      return null;
  }
}
