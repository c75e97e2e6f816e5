/** What surfaces show of an approval: what it is for, who has to give it or gave it, and what did not count. */
import { approvalInWords, type Wording } from '../../../core/approvals/in-words.ts';
import { ruleInWords } from '../../../core/approvals/rules.ts';
import { solo } from '../../../core/approvals/solo.ts';
import type { ApprovalView } from '../../../core/view.ts';
import { findingLines } from './finding-lines.ts';
import { sentence } from './formats.ts';
import { exactCode, inert, inertCode } from './inert.ts';

/** The sentence as GitHub shows it: ids and names as code, so that nobody is notified. */
const MARKDOWN: Wording = {
  strong: text => `**${text}**`,
  id: text => inertCode(text),
  exact: exactCode,
  person: login => inertCode(login, 60),
  text: inert,
};

/** Who has to approve what and why; or who did. */
export function approvalLines(approval: ApprovalView): string[] {
  const isAsked = approval.status === 'requested';
  return [
    approvalInWords(approval, MARKDOWN),
    ...(isAsked ? approval.reasons.slice(0, 10).map(reason => `- ${inert(reason)}`) : []),
    ...(isAsked ? findingLines(approval.findings) : []),
    ...approval.counted.map(countedLine),
    ...approval.refused.map(
      ({ by, rule, reason }) =>
        `- What ${inertCode(by.login, 60)} said does not count: ${sentence(reason)} (The rule: ${inert(ruleInWords(rule), 200)}.)`,
    ),
  ];
}

function countedLine({ by, says, rule, reason }: ApprovalView['counted'][number]): string {
  const who = inertCode(by.login, 60);
  if (says === 'objects') return `- ${who} is against it`;
  return rule === solo.name ? `- ${who} approves. ${inert(reason)}` : `- ${who} approves`;
}
