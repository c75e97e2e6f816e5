/** An approver has write access or more at the moment of use. No answer means no. */
import type { ApprovalFacts } from './facts.ts';
import { type ApprovalRule, refused } from './rule.ts';
import type { Statement } from './statement.ts';

const MAY_APPROVE = ['write', 'maintain', 'admin'];

export const approver = {
  name: 'approver',
  words: 'approving takes write access to the repository',
  // Reviews by strangers are no news: anybody may give one.
  tells: 'commands',
  ofStatement(
    { by }: Pick<Statement, 'by'>,
    { facts: { roles } }: { facts: Pick<ApprovalFacts, 'roles'> },
  ) {
    const role = (by && Object.hasOwn(roles, by.id) && roles[by.id]) || 'none';
    return MAY_APPROVE.includes(role)
      ? null
      : refused(`Approving takes write access to the repository; yours is "${role}".`);
  },
} satisfies ApprovalRule;
