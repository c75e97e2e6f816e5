/** The text of a request for approval: what exactly, why, who may approve, how many, until when, and how. */
import { capsuleId } from '../../../core/approvals/request.ts';
import { whoApproves } from '../../../core/approvals/who-approves.ts';
import type { ApprovalRequest } from '../../../core/reply.ts';
import { actionInWords } from './action-words.ts';
import { findingLines } from './finding-lines.ts';
import { shortSha } from './formats.ts';
import { inert, inertCode } from './inert.ts';
import { asksMarker } from './markers.ts';

const FILES = 20;

const ALONE =
  '**Nobody can approve this yet**: only those who asked for the work have write access here. Give somebody else write access, or have your operator add `solo` (`policies/solo/solo.cedar`), with which a maintainer approves what was done for them.';

export function requestText(request: ApprovalRequest): string {
  const { action, resource, head, digest, files, findings, reasons, holdsForHours, inRun } =
    request;
  const id = capsuleId(digest);
  const at = inRun
    ? ': an agent asks for it in the middle of its run, which waits until then'
    : head
      ? ` at ${shortSha(head)}`
      : ', before anything is pushed';
  const listed = files.slice(0, FILES).map(file => inertCode(file, 200));
  const more = files.length > FILES ? ` and ${files.length - FILES} more` : '';
  const touched = files.length > 0 ? `It touches ${listed.join(', ')}${more}.` : '';
  return [
    asksMarker(id),
    `**Approval is needed** to ${actionInWords(action, resource)}${at}.`,
    reasons
      .slice(0, 10)
      .map(reason => `- ${inert(reason)}`)
      .join('\n'),
    touched,
    findings.length > 0 ? ['Found in it:', ...findingLines(findings)].join('\n') : '',
    `It takes approval by ${inert(whoApproves(request))}. Nobody approves their own work, and bots never do.`,
    request.nobodyElse ? ALONE : '',
    `What is approved is exactly this${inRun ? '' : ' content'}, once: ${inertCode(id)} (${inertCode(digest, 80)}). An approval holds for ${holdsForHours} hours.`,
    [
      `- \`/agent approve ${id}\` in a comment here${head ? ', a review that approves, or the button of the check run' : ''}`,
      inRun
        ? '- `/agent deny` with a reason: the agent is told, and goes on without it; `/agent revoke` takes your approval back'
        : '- `/agent deny` with a reason stops it; `/agent revoke` takes your approval back',
    ].join('\n'),
  ]
    .filter(part => part !== '')
    .join('\n\n');
}
