/** When people were asked in a task, as bars: from the request until the answer. */
import type { components } from '../api/schema.d.ts';
import type { TimeSpan } from './time-scale.ts';

type ApprovalTimes = Pick<
  components['schemas']['ApprovalSummary'],
  'id' | 'action' | 'status' | 'requestedAt' | 'changedAt'
>;

export type WaitBar = {
  id: string;
  action: string;
  status: ApprovalTimes['status'];
  span: TimeSpan;
};

/** In the order in which they were asked. `now` ends what is not answered. */
export const waitBars = (approvals: readonly ApprovalTimes[], now: number): WaitBar[] =>
  approvals
    .map(({ id, action, status, requestedAt, changedAt }) => {
      const to = status === 'requested' ? now : Date.parse(changedAt);
      return { id, action, status, span: { from: Date.parse(requestedAt), to } };
    })
    .sort((one, other) => one.span.from - other.span.from);

/** What came of it, in words. */
export const ANSWERED: Record<ApprovalTimes['status'], string> = {
  requested: 'Waits for people',
  granted: 'Approved',
  used: 'Approved and used',
  denied: 'Denied',
  void: 'No longer asked',
};
