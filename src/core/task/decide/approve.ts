/** What a decision means for the approval that stands, or is to be asked for. */

import type { Person } from '../../actor.ts';
import { capsuleChanges } from '../../approvals/capsule.ts';
import { HOLDS_FOR_HOURS } from '../../approvals/expiry.ts';
import { countingReviews } from '../../approvals/judgement.ts';
import type { PolicyDecision } from '../../decision.ts';
import { effectKey } from '../../effect.ts';
import { openApproval, openApprovals, openMerges } from '../approvals/open-approvals.ts';
import type { ApprovalQuestion } from '../approvals/question.ts';
import type { Checkpoint } from '../events/work.ts';
import type { Approval, Run } from '../state/state.ts';
import type { ApprovalSubject } from './command.ts';
import type { TaskDraft } from './draft.ts';

/** Asks for approval of exactly what was asked about, unless the same request stands already. */
export function ask(
  task: TaskDraft,
  about: {
    run: Run | null;
    rework: string | null;
    /** What is kept of the run, where it was under way. */
    checkpoint?: Checkpoint;
  },
  decision: PolicyDecision,
  approvalSubject: ApprovalSubject,
): void {
  const checkpoint = about.checkpoint ?? null;
  const run = about.run?.id ?? null;
  const question = { action: decision.action, run, rework: about.rework };
  const standing = openApproval(task.state, question);
  const same = standing?.digest === approvalSubject.digest && standing.status === 'requested';
  if (standing && !same) {
    const reason = changeOf(standing, approvalSubject) ?? lostBy(standing, approvalSubject);
    voidApproval(
      task,
      standing,
      approvalSubject.capsule.head,
      reason ?? approvalSubject.judgement?.missing[0],
    );
  }
  const approval = same ? standing.id : request(task, { ...question, decision, approvalSubject });
  if (run !== null && task.state.runs.find(({ id }) => id === run)?.state === 'running')
    task.add({ type: 'run.waiting_approval', v: 2, data: { run, approval, checkpoint } });
  recordVerdicts(task, approval, approvalSubject);
}

/**
 * Policy is about to allow it: what people were asked is over where it was something else, or where nobody
 * had to approve after all. It comes before the decision, since a merge is off with its approval.
 */
export function voidOther(
  task: TaskDraft,
  question: ApprovalQuestion,
  approvalSubject: ApprovalSubject,
): void {
  const standing = openApproval(task.state, question);
  const isSame = standing?.digest === approvalSubject.digest;
  if (!standing || (isSame && grantedBy(approvalSubject).length > 0)) return;
  const reason = changeOf(standing, approvalSubject) ?? 'Policy allows it without an approval now.';
  voidApproval(task, standing, approvalSubject.capsule.head, reason);
}

/** Policy allows: what people approved is granted, for exactly this, and what waited goes on. */
export function grant(
  task: TaskDraft,
  about: { run: Run | null; rework: string | null },
  decision: PolicyDecision,
  approvalSubject: ApprovalSubject,
): void {
  const run = about.run?.id ?? null;
  const question = { action: decision.action, run, rework: about.rework };
  grantApproval(task, question, approvalSubject);
  // A run that was under way goes on once a worker takes it up.
  if (about.run && about.run.checkpoint === null && about.run.state === 'waiting_approval')
    task.add({
      type: 'run.resumed',
      v: 2,
      data: { run: about.run.id, epoch: null, worker: null, adapter: null },
    });
}

const grantedBy = ({ judgement }: ApprovalSubject): Person[] => judgement?.granted ?? [];

/** What people were to approve, where they have; null where policy allows it by itself. */
export const approvedTerms = (approvalSubject: ApprovalSubject): PolicyDecision | null =>
  grantedBy(approvalSubject).length > 0 ? approvalSubject.terms : null;

function grantApproval(
  task: TaskDraft,
  question: ApprovalQuestion,
  approvalSubject: ApprovalSubject,
): void {
  const granted = grantedBy(approvalSubject);
  const until = approvalSubject.judgement?.until ?? null;
  const standing = openApproval(task.state, question);
  const terms = approvedTerms(approvalSubject);
  // Who approved before they were asked is recorded as if they had been.
  const approval =
    standing?.id ?? (terms && request(task, { ...question, decision: terms, approvalSubject }));
  if (granted.length === 0 || approval === null) return;
  recordVerdicts(task, approval, approvalSubject);
  const reviews = countingReviews(approvalSubject.judgement);
  const known = task.state.approvals.find(({ id }) => id === approval);
  const ids = (people: readonly Person[]) => people.map(({ id }) => id).join();
  const isGranted = known?.status === 'granted' && ids(known.by) === ids(granted);
  // Whoever approves once more has it hold for longer; at the first expiry the next one is opened.
  const isExpiry = task.effect === effectKey.expire(approval);
  if (isGranted && known.until === until && !isExpiry) return;
  const { head } = approvalSubject.capsule;
  task.add({
    type: 'approval.granted',
    v: 2,
    data: { approval, head, by: granted, reviews, until },
  });
}

/** What people approved begins, by this effect: the approval is used, once. Null where nobody was asked. */
export function useGranted(
  task: TaskDraft,
  question: ApprovalQuestion,
  effect: string,
): Approval | null {
  const approval = openApproval(task.state, question);
  if (approval?.status !== 'granted' || approval.digest === null) return null;
  const { id, digest, reviews } = approval;
  task.add({ type: 'approval.used', v: 1, data: { approval: id, digest, effect, reviews } });
  return approval;
}

function request(
  task: TaskDraft,
  {
    decision,
    approvalSubject,
    ...question
  }: ApprovalQuestion & {
    decision: PolicyDecision;
    approvalSubject: ApprovalSubject;
  },
): string {
  const { gate, resource, approvers, quorum, reasons } = decision;
  const { capsule, digest, files, findings, checks } = approvalSubject;
  const facts = gate === 'act' ? decision.factsDigest : null;
  const approval = `approval-${task.state.approvals.length + 1}`;
  task.add({
    type: 'approval.requested',
    v: 2,
    data: {
      approval,
      ...question,
      gate,
      resource,
      head: capsule.head,
      capsule,
      digest,
      facts,
      files: files.slice(0, LISTED_FILES),
      findings,
      approvers,
      quorum,
      reasons: [...reasons, ...checks],
      holdsForHours: decision.expiresHours ?? HOLDS_FOR_HOURS,
    },
  });
  return approval;
}

/** More files than these are for the diff to show. */
const LISTED_FILES = 50;

/** Each statement of a person is answered once: that it counts, or by which rule it does not. */
export function recordVerdicts(
  task: TaskDraft,
  approval: string,
  { judgement }: ApprovalSubject,
): void {
  for (const verdict of judgement?.verdicts ?? []) {
    const { statement, review, by, says, counts, rule, reason } = verdict;
    if (by === null) continue;
    const { counted, refused } = known(task, approval);
    if (counts && says !== 'neither') {
      if (!counted.some(c => c.statement === statement && c.says === says))
        task.add({
          type: 'approval.confirmed',
          v: 2,
          data: { approval, statement, by, says, rule, reason },
        });
    } else if (verdict.told && !refused.some(r => isSame(r, statement, review, rule))) {
      const target = task.state.answers.find(({ answer }) => answer === statement)?.target ?? null;
      task.add({
        type: 'approval.refused',
        v: 2,
        data: { approval, review, statement, target, by, rule, reason },
      });
    }
  }
}

const known = (task: TaskDraft, approval: string) => ({
  counted: task.state.approvals.find(({ id }) => id === approval)?.counted ?? [],
  refused: task.state.approvals.flatMap(({ refused }) => refused),
});

const isSame = (
  refused: Approval['refused'][number],
  statement: string,
  review: number | null,
  rule: string,
): boolean =>
  refused.rule === rule &&
  (refused.statement === statement || (review !== null && refused.review === review));

/** In words, where the content is another one than was approved. */
function changeOf({ capsule }: Approval, approvalSubject: ApprovalSubject): string | null {
  if (!capsule) return null;
  const changes = capsuleChanges(capsule, approvalSubject.capsule);
  return changes.length > 0 ? `What it was for has changed: ${changes.join(', ')}.` : null;
}

/** Why what one of them said, who had approved it, does not count any more: the rule's own words. */
export const lostBy = ({ by }: Approval, { judgement }: ApprovalSubject): string | undefined =>
  judgement?.verdicts.findLast(
    verdict =>
      verdict.says === 'approves' && !verdict.counts && by.some(({ id }) => id === verdict.by?.id),
  )?.reason;

/** A new head: the approval to merge the old one is void, visibly. */
export function voidFor(task: TaskDraft, head: string, reason: string): void {
  for (const approval of openMerges(task.state))
    if (approval.head !== head) voidApproval(task, approval, head, reason);
}

/** What an agent was or would be allowed in the middle of this run is not, any more. */
export function voidAsked(task: TaskDraft, run: string, reason: string): void {
  for (const approval of openApprovals(task.state))
    if (approval.gate === 'act' && approval.run === run) voidApproval(task, approval, null, reason);
}

/** The run is given up: nobody has to answer what was asked about it. A request to merge is not the run's alone. */
export function voidOfRun(task: TaskDraft, run: string, reason: string): void {
  for (const approval of openApprovals(task.state))
    if (approval.run === run && approval.action !== 'pr.merge')
      voidApproval(task, approval, null, reason || undefined);
}

export function voidApproval(
  task: TaskDraft,
  approval: Approval,
  head: string | null,
  reason: string = 'It no longer counts.',
): void {
  const { id, head: was } = approval;
  const by = approval.by.length > 0 ? approval.by : approversOf(approval);
  task.add({ type: 'approval.voided', v: 1, data: { approval: id, by, was, head, reason } });
}

const approversOf = ({ counted }: Approval): Person[] =>
  counted.filter(({ says }) => says === 'approves').map(({ by }) => by);

/** Who is against it and may approve, each person once; null where people were not asked. */
export const objectors = ({ judgement }: Pick<ApprovalSubject, 'judgement'>): Person[] | null =>
  judgement?.verdicts.flatMap(({ by, says, counts }) =>
    by && counts && says === 'objects' ? [by] : [],
  ) ?? null;

export const because = (decision: PolicyDecision): string =>
  decision.reasons[0] ?? `Policy answers ${decision.outcome}.`;
