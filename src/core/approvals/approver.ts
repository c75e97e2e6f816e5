/** Rule 11: an approver has write access or more at the moment of use. No answer means no. */
import type { ApprovalFacts } from './facts.ts';
import type { Refusal } from './refusal.ts';
import type { Statement } from './statement.ts';

const MAY_APPROVE = ['write', 'maintain', 'admin'];

export function approver(
  { by }: Pick<Statement, 'by'>,
  roles: ApprovalFacts['roles'],
): Refusal | null {
  const role = (by && Object.hasOwn(roles, by.id) && roles[by.id]) || 'none';
  return MAY_APPROVE.includes(role)
    ? null
    : { rule: 11, reason: `Approving takes write access to the repository; yours is "${role}".` };
}
