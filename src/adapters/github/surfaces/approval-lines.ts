/** What surfaces show of an approval: what it is for, who has to give it or gave it, and what did not count. */
import { capsuleId } from '../../../core/approvals/request.ts';
import { ruleInWords } from '../../../core/approvals/rules.ts';
import { solo } from '../../../core/approvals/solo.ts';
import { whoApproves } from '../../../core/approvals/who-approves.ts';
import type { ApprovalView } from '../../../core/view.ts';
import { actionInWords } from './action-words.ts';
import { findingLines } from './finding-lines.ts';
import { logins, sentence, shortSha } from './formats.ts';
import { inert, inertCode } from './inert.ts';

/** Who has to approve what and why; or who did. */
export function approvalLines(approval: ApprovalView): string[] {
  const where = approval.head ? ` at ${shortSha(approval.head)}` : '';
  const id = approval.digest ? ` (${inertCode(capsuleId(approval.digest))})` : '';
  const what = `to ${actionInWords(approval.action, approval.resource)}${where}${id}`;
  const statements = [
    ...approval.counted.map(countedLine),
    ...approval.refused.map(
      ({ by, rule, reason }) =>
        `- What ${inertCode(by.login, 60)} said does not count: ${sentence(reason)} (The rule: ${inert(ruleInWords(rule), 200)}.)`,
    ),
  ];
  switch (approval.status) {
    case 'granted':
      return [`**Approved** ${what} by ${logins(approval.by)}${until(approval)}.`, ...statements];
    case 'used':
      return [`**Approved** ${what} by ${logins(approval.by)}, and used.`, ...statements];
    case 'denied':
      return [`**Denied** ${what}: ${sentence(approval.denial)}`, ...statements];
    case 'void':
      return [`The approval ${what} is void.`, ...statements];
    case 'requested':
      return [
        `**Needs approval** ${what}: by ${inert(whoApproves(approval))}.`,
        ...approval.reasons.slice(0, 10).map(reason => `- ${inert(reason)}`),
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
