/** What surfaces show of an approval: what it is for, who has to give it or gave it, and what did not count. */
import { capsuleId } from '../../../core/approvals/request.ts';
import { ruleInWords } from '../../../core/approvals/rules.ts';
import { solo } from '../../../core/approvals/solo.ts';
import type { ApprovalView } from '../../../core/view.ts';
import { findingLines } from './finding-lines.ts';
import { logins, shortSha } from './formats.ts';
import { exactCode, inert, inertCode } from './inert.ts';

/** Who has to approve what and why; or who did. */
export function approvalLines(approval: ApprovalView): string[] {
  const where = approval.head ? ` at ${shortSha(approval.head)}` : '';
  const id = approval.digest ? ` (${inertCode(capsuleId(approval.digest))})` : '';
  const on = approval.gate === 'act' ? ` on ${exactCode(approval.resource)}` : '';
  const what = `${inertCode(approval.action, 60)}${on}${where}${id}`;
  const statements = [
    ...approval.counted.map(countedLine),
    ...approval.refused.map(
      ({ by, rule, reason }) =>
        `- What ${inertCode(by.login, 60)} said does not count: ${inert(reason)} (The rule: ${inert(ruleInWords(rule), 200)}.)`,
    ),
  ];
  switch (approval.status) {
    case 'granted':
      return [
        `**Approved** for ${what} by ${logins(approval.by)}${until(approval)}.`,
        ...statements,
      ];
    case 'used':
      return [`**Approved** for ${what} by ${logins(approval.by)}, and used.`, ...statements];
    case 'denied':
      return [`**Denied** is ${what}: ${inert(approval.denial)}`, ...statements];
    case 'void':
      return [`The approval for ${what} is void.`, ...statements];
    case 'requested':
      return [
        `**Needs approval** for ${what}: ${neededApprovals(approval)}.`,
        ...approval.reasons.slice(0, 10).map(reason => `- because ${inert(reason)}`),
        ...findingLines(approval.findings),
        ...statements,
      ];
  }
}

const until = ({ until: at }: ApprovalView): string => (at ? `, until ${at.slice(0, 16)}Z` : '');

function countedLine({ by, says, rule, reason }: ApprovalView['counted'][number]): string {
  const who = inertCode(by.login, 60);
  if (says === 'objects') return `- ${who} is against it`;
  return rule === solo.name ? `- ${who} approves. ${inert(reason)}` : `- ${who} approves`;
}

/** As the shipped policies name them. */
const ANYONE = 'anyone with write access';

/** How many approvals are needed, and of whom. */
export function neededApprovals({
  approvers,
  quorum,
}: Pick<ApprovalView, 'approvers' | 'quorum'>): string {
  // Whoever may approve has write access: beside others, that is no choice.
  const others = approvers.filter(name => name !== ANYONE);
  const named = others.length > 0 ? others : approvers;
  const who = named.length > 0 ? named.map(name => inert(name, 80)).join(', ') : 'a maintainer';
  return `${Math.max(1, quorum)} of ${who}`;
}
