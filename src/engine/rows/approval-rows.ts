/** The rows of a task's requests for approval. */
import type { StoredEvent } from '../../core/event.ts';
import type { Folded } from '../../core/fold.ts';
import { ownersOf } from '../../core/task/approvals/own-work.ts';
import { type Approval, createdOf, isOpen, type TaskState } from '../../core/task/state/state.ts';
import type { ApprovalRow } from '../ports/approval-index.ts';

export const approvalRows = (task: string, { state }: Folded<TaskState>): ApprovalRow[] =>
  state.approvals.map(approval => rowOf(task, state, approval));

/** The rows that these events may have changed. */
export function changedApprovals(
  task: string,
  { state }: Folded<TaskState>,
  events: readonly StoredEvent[],
): ApprovalRow[] {
  if (!events.some(({ type }) => changesRows(type))) return [];
  const at = events.at(-1)?.at;
  return state.approvals
    .filter(({ status, changedAt }) => OPEN.has(status) || changedAt === at)
    .map(approval => rowOf(task, state, approval));
}

const OPEN = new Set<Approval['status']>(['requested', 'granted']);

/** A request waits for as long as its task is open. */
const changesRows = (type: string): boolean =>
  type.startsWith('approval.') || type === 'task.finished' || type === 'task.retried';

function rowOf(task: string, state: TaskState, approval: Approval): ApprovalRow {
  const { id, status, gate, action, resource, head, digest, rework, chain } = approval;
  const sameChain = new Set(state.approvals.filter(a => a.chain === chain).map(a => a.id));
  const answered = [
    ...state.answers.filter(
      answer =>
        answer.says !== 'revoke' && answer.revoked === null && sameChain.has(answer.approval ?? ''),
    ),
    ...approval.counted,
  ];
  return {
    task,
    approval: id,
    repositoryId: createdOf(state).repository.id,
    waiting: status === 'requested' && isOpen(state),
    status,
    gate,
    action,
    resource,
    head,
    digest,
    reason: approval.reasons[0] ?? '',
    approvers: approval.approvers,
    quorum: approval.quorum,
    by: approval.by.map(({ login }) => login),
    aside: state.aside.filter(({ approval: of }) => of === id).map(({ person }) => person),
    own: ownersOf(state, { action, rework }),
    answered: distinct(answered.map(({ by }) => by.id)),
    requestedAt: approval.requestedAt,
    changedAt: approval.changedAt,
  };
}

const distinct = (ids: number[]): number[] => [...new Set(ids)];
