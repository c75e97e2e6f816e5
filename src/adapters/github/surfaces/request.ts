/** The text of a request for approval: what exactly, why, who may approve, how many, until when, and how. */
import { capsuleId } from '../../../core/approvals/request.ts';
import { whoApproves } from '../../../core/approvals/who-approves.ts';
import type { ApprovalRequest, Reply } from '../../../core/reply.ts';
import { actionInWords } from './action-words.ts';
import { pageLink } from './console-links.ts';
import { findingLines } from './finding-lines.ts';
import { logins, sentence, shortSha } from './formats.ts';
import { inert, inertCode } from './inert.ts';
import { asksMarker } from './markers.ts';

const FILES = 20;

const ALONE =
  '**Nobody can approve this yet**: those who asked for the work may not, and too few others have that access here. Give it to somebody else, or have your operator add `solo` (`policies/solo/solo.cedar`), with which a maintainer approves what was done for them.';

const withoutMembers = (teams: readonly string[]): string =>
  teams.length === 0
    ? ''
    : `**Nobody can approve this for ${teams.map(team => inertCode(team, 100)).join(', ')}**: GitHub shows me no member of such a team here. Your operator looks whether the policy has its name as in its address on GitHub (its slug), who is in it, and whether the App may read the organization's members.`;

type SettledRequest = Extract<Reply, { code: 'approval_settled' }>;

/** What became of a request, at the head of the comment that asked; what was asked is folded below. */
export function settledText({ request, outcome, by, reason }: SettledRequest): string {
  const { action, resource } = request;
  const what = `${actionInWords(action, resource)}${request.head ? ` at ${shortSha(request.head)}` : ''}`;
  const because = reason === '' ? '' : ` ${sentence(reason, 500)}`;
  const head = {
    approved: `**Approved** by ${logins(by.map(login => ({ login })))}: nothing more is needed here to ${what}.`,
    denied: `**Denied**, to ${what}.${because} Nothing is to be approved here any more.`,
    void: `**Not asked any more**, to ${what}.${because} Nothing is to be approved here until it is asked anew.`,
    over: `**Not asked any more**, to ${what}: the task is over. Nothing is to be approved here.`,
  }[outcome];
  const asked = aboutRequest(request).join('\n\n');
  return `${head}${request.page ? ` ${pageLink(request.page)}` : ''}\n\n<details><summary>What was asked</summary>\n\n${asked}\n\n</details>`;
}

function whatIsAsked({ action, resource, head, inRun }: ApprovalRequest): string {
  const at = inRun
    ? ': an agent asks for it in the middle of its run, which waits until then'
    : head
      ? ` at ${shortSha(head)}`
      : ', before anything is pushed';
  return `${actionInWords(action, resource)}${at}`;
}

/** Why it is asked, what it touches, and what was found in it. */
function aboutRequest({ reasons, files, findings }: ApprovalRequest): string[] {
  const listed = files.slice(0, FILES).map(file => inertCode(file, 200));
  const more = files.length > FILES ? ` and ${files.length - FILES} more` : '';
  return [
    reasons
      .slice(0, 10)
      .map(reason => `- ${inert(reason)}`)
      .join('\n'),
    files.length > 0 ? `It touches ${listed.join(', ')}${more}.` : '',
    findings.length > 0 ? ['Found in it:', ...findingLines(findings)].join('\n') : '',
  ].filter(part => part !== '');
}

export function requestText(request: ApprovalRequest): string {
  const { action, head, digest, holdsForHours, inRun } = request;
  const id = capsuleId(digest);
  return [
    asksMarker(id),
    `**Approval is needed** to ${whatIsAsked(request)}.`,
    ...aboutRequest(request),
    `It takes approval by ${inert(whoApproves(request))}. Nobody approves their own work, and bots never do.`,
    request.nobodyElse ? ALONE : '',
    withoutMembers(request.emptyTeams ?? []),
    `What is approved is exactly this${inRun ? '' : ' content'}, once: ${inertCode(id)} (${inertCode(digest, 80)}). An approval holds for ${holdsForHours} hours.`,
    [
      `- \`/agent approve ${id}\` in a comment here${action === 'pr.merge' ? ', a review that approves' : ''}${head ? ', or the button of the check run' : ''}`,
      inRun
        ? '- `/agent deny` with a reason: the agent is told, and goes on without it; `/agent revoke` takes your approval back'
        : '- `/agent deny` with a reason stops it; `/agent revoke` takes your approval back',
    ].join('\n'),
    request.page ? pageLink(request.page) : '',
  ]
    .filter(part => part !== '')
    .join('\n\n');
}
