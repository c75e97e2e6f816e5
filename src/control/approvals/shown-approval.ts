/** A request for approval as the API shows it. Its sentences are those that GitHub shows. */
import { z } from 'zod';
import { actionInWords } from '../../core/action-words.ts';
import { Person } from '../../core/actor.ts';
import { Capsule, capsuleChanges } from '../../core/approvals/capsule.ts';
import { approvalInWords, PLAIN } from '../../core/approvals/in-words.ts';
import { capsuleId } from '../../core/approvals/request.ts';
import { ruleInWords } from '../../core/approvals/rules.ts';
import { whoApproves } from '../../core/approvals/who-approves.ts';
import { Noted } from '../../core/finding.ts';
import { type Approval, isOpen, type TaskState } from '../../core/task/state/state.ts';
import { shownText } from '../../core/text/shown-text.ts';
import { ACTS, type ActOffer } from '../../engine/acts/act.ts';
import { approvedBefore } from '../../engine/diffs/task-diff.ts';
import type { TaskRow } from '../../engine/ports/event-log.ts';
import { ApprovalStatus } from './list.ts';

const Time = z.iso.datetime();

const ShownStatement = z.object({
  by: Person,
  rule: z.string().describe('The name of the approval rule.'),
  ruleInWords: z.string(),
  reason: z.string(),
});

export const ApprovalDetail = z
  .object({
    task: z.string(),
    id: z.string(),
    repository: z.string().describe('owner/name'),
    title: z.string(),
    command: z.string(),
    requester: z.string(),
    issue: z.int().nullable(),
    pull: z.int().nullable(),
    web: z.string().nullable().describe('Where it is asked on GitHub.'),
    status: ApprovalStatus,
    waiting: z.boolean().describe('Whether it can be answered.'),
    sentence: z
      .string()
      .describe('How it stands, in one sentence: the same as in the check run and the comments.'),
    what: z.string().describe('What will happen once it is approved, in words that follow "to".'),
    gate: z.string(),
    action: z.string(),
    resource: z.string(),
    inRun: z.boolean().describe('An agent asks it in the middle of its run, which waits.'),
    reasons: z.array(z.string()).describe('Why people are asked.'),
    whoApproves: z.string(),
    quorum: z.int(),
    holdsForHours: z.number(),
    until: Time.nullable(),
    digest: z.string().nullable().describe('What an answer has to name.'),
    capsule: Capsule.nullable().describe('All that it is bound to.'),
    capsuleId: z.string().nullable(),
    files: z.array(z.string()),
    findings: z.array(Noted),
    counted: z.array(ShownStatement.extend({ says: z.enum(['approves', 'objects']) })),
    refused: z.array(ShownStatement),
    by: z.array(Person),
    denial: z.string(),
    before: z
      .object({ id: z.string(), head: z.string().nullable(), by: z.array(Person), at: Time })
      .nullable()
      .describe('The last request for the same that people approved, with another head.'),
    changes: z.array(z.string()).describe('What is another than it was then, in words.'),
    aside: z.boolean().describe('Whether the person who asks has put it aside.'),
    acts: z
      .array(z.object({ act: z.enum(ACTS), because: z.string().nullable() }))
      .describe('What the person who asks may do; because: why not.'),
    requestedAt: Time,
    changedAt: Time,
    asOf: z
      .object({ event: z.int(), hash: z.string() })
      .describe('The last event that this shows.'),
  })
  .meta({ id: 'Approval' });
type ApprovalDetail = z.input<typeof ApprovalDetail>;

export function shownApproval(
  of: { row: TaskRow; state: TaskState; approval: Approval; web: string },
  shown: { person: number | null; acts: ActOffer[]; asOf: ApprovalDetail['asOf'] },
): ApprovalDetail {
  const { row, state, approval } = of;
  const { id, status, action, resource, digest, capsule } = approval;
  const before = approvedBefore(state, approval);
  return {
    task: row.id,
    id,
    repository: row.repository,
    title: row.title,
    command: row.command,
    requester: row.requester,
    issue: row.issue,
    pull: row.pull,
    web: askedAt(of),
    status,
    waiting: status === 'requested' && isOpen(state),
    sentence: approvalInWords(approval, { ...PLAIN, exact: shownText }),
    what: actionInWords(action, resource, shownText),
    gate: approval.gate,
    action,
    resource,
    inRun: approval.gate === 'act',
    reasons: approval.reasons,
    whoApproves: whoApproves(approval),
    quorum: approval.quorum,
    holdsForHours: approval.holdsForHours,
    until: approval.until,
    digest,
    capsule,
    capsuleId: digest && capsuleId(digest),
    files: approval.files,
    findings: approval.findings.map(found => ({ ...found, path: shownText(found.path) })),
    counted: approval.counted.map(({ by, says, rule, reason }) => ({
      by,
      says,
      rule,
      ruleInWords: ruleInWords(rule),
      reason,
    })),
    refused: approval.refused.map(({ by, rule, reason }) => ({
      by,
      rule,
      ruleInWords: ruleInWords(rule),
      reason,
    })),
    by: approval.by,
    denial: approval.denial,
    before: before && {
      id: before.id,
      head: before.head,
      by: before.by.length > 0 ? before.by : before.counted.map(({ by }) => by),
      at: before.changedAt,
    },
    changes: before?.capsule && capsule ? capsuleChanges(before.capsule, capsule) : [],
    aside: state.aside.some(put => put.approval === id && put.person === shown.person),
    acts: shown.acts,
    requestedAt: approval.requestedAt,
    changedAt: approval.changedAt,
    asOf: shown.asOf,
  };
}

/** The comment that asks, or the pull request or issue that it is about. */
function askedAt({ row, approval, web }: Parameters<typeof shownApproval>[0]): string | null {
  const number = row.pull ?? row.issue;
  if (number === null) return null;
  const place = `${web}/${row.repository}/${row.pull === null ? 'issues' : 'pull'}/${number}`;
  return approval.posted === null ? place : `${place}#issuecomment-${approval.posted}`;
}
