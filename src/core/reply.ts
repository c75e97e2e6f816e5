/** What we answer in place, as data; `adapters/github` puts it into words and makes it inert. */
import { z } from 'zod';
import { Retrospective } from './backlog/retrospective.ts';
import { Digest } from './decision.ts';
import { Noted } from './finding.ts';
import { AnswerReport } from './handover/answer-report.ts';
import { Plan } from './handover/plan.ts';
import { TriageReport } from './handover/triage.ts';

/** What people are asked to approve. */
export const ApprovalRequest = z.strictObject({
  approval: z.string(),
  action: z.string(),
  resource: z.string(),
  head: z.string().nullable(),
  digest: z.string(),
  files: z.array(z.string()),
  findings: z.array(Noted),
  reasons: z.array(z.string()),
  approvers: z.array(z.string()),
  quorum: z.number().int(),
  holdsForHours: z.number(),
  /** An agent asks it in the middle of its run, which stands still until then. */
  inRun: z.boolean(),
  /** Those whom the work is done for leave too few here who may approve it. It is looked up when the request is posted. */
  nobodyElse: z.boolean().optional(),
  /** Teams of which a member is wanted and none is seen. It is looked up when the request is posted. */
  emptyTeams: z.array(z.string()).optional(),
  /** Where the console shows it, where that has an address. It is made when the request is posted. */
  page: z.string().optional(),
});
export type ApprovalRequest = z.infer<typeof ApprovalRequest>;

/** A command, and why the person who asked can't give it there now; null: they can. */
const CommandOffer = z.strictObject({ command: z.string(), because: z.string().nullable() });
export type CommandOffer = z.infer<typeof CommandOffer>;

/** Replies to one command that makes no task. */
const SingleReply = z.discriminatedUnion('code', [
  z.strictObject({
    code: z.literal('help'),
    /** What the person who asked may do there. Replies of before this was recorded list all commands. */
    offers: z.array(CommandOffer).optional(),
  }),
  z.strictObject({
    code: z.literal('unknown_command'),
    word: z.string(),
    nearest: z.string().nullable(),
  }),
  z.strictObject({
    code: z.literal('invalid_arguments'),
    command: z.string(),
    problem: z.string(),
  }),
  /** Policy said no, or the person may not: always with the reasons. */
  z.strictObject({ code: z.literal('refused'), command: z.string(), reasons: z.array(z.string()) }),
  /** What is wrong with a `repository_dispatch` that names the issue, or a task of it. */
  z.strictObject({ code: z.literal('dispatch_refused'), reasons: z.array(z.string()) }),
  /** What was asked for or configured can't be the base. */
  z.strictObject({
    code: z.literal('unusable_base'),
    command: z.string(),
    /** A sentence. */
    problem: z.string(),
    /** The branch of the most similar name. */
    nearest: z.string().nullable(),
  }),
  /** `pull`: the pull request on which more can be asked of the task. */
  z.strictObject({
    code: z.literal('busy'),
    task: z.string(),
    pull: z.number().int().optional(),
  }),
  /** `review`: GitHub's id of the one that stands on this head. */
  z.strictObject({ code: z.literal('reviewed'), head: z.string(), review: z.number().int() }),
  /** One person called more often than is followed within an hour. */
  z.strictObject({ code: z.literal('too_many_calls'), most: z.number().int() }),
  /** Nothing was a command, and this one was probably meant. */
  z.strictObject({ code: z.literal('near_command'), meant: z.string() }),
  /** Commands where none is followed: put into a comment by an edit, or in the text of an issue or a pull request. */
  z.strictObject({
    code: z.literal('misplaced_commands'),
    place: z.enum(['edit', 'issue', 'pull']),
    commands: z.array(z.string()),
  }),
  /** Commands of one comment that can't stand together: none of them is done. */
  z.strictObject({
    code: z.literal('conflicting_commands'),
    commands: z.array(z.string()),
    reason: z.string(),
  }),
  /** The comment takes too long to read as Markdown. */
  z.strictObject({ code: z.literal('unreadable') }),
  /** Of earlier versions, which took only the first command of a comment. */
  z.strictObject({ code: z.literal('left_out'), taken: z.string(), rest: z.array(z.string()) }),
  /** `over`: none can be started there, because of what it is; left out where one can. */
  z.strictObject({
    code: z.literal('no_task'),
    command: z.string(),
    over: z.enum(['closed', 'merged']).optional(),
  }),
  /** The task is paused: what was said is taken in, and what it lets begin waits. */
  z.strictObject({ code: z.literal('kept_for_resume'), command: z.string() }),
  /** More work is asked for on a pull request that is merged. */
  z.strictObject({ code: z.literal('merged'), command: z.string(), pull: z.number().int() }),
  z.strictObject({
    code: z.literal('status'),
    task: z.string(),
    status: z.string(),
    lines: z.array(z.string()),
  }),
  /** The repository has no command of the name that was asked for. */
  z.strictObject({
    code: z.literal('missing_command'),
    command: z.string(),
    lacks: z.string(),
    /** What such a command usually is, as argv. */
    example: z.array(z.string()),
    /** What was noticed while its files were looked through, each a sentence. */
    notes: z.array(z.string()),
  }),
  /** The machine lacks programs that the repository's commands start. */
  z.strictObject({
    code: z.literal('missing_tools'),
    missing: z.array(
      z.strictObject({
        program: z.string(),
        command: z.string(),
        /** What installs it; null where nobody knows. */
        install: z.string().nullable(),
      }),
    ),
  }),
  z.strictObject({
    code: z.literal('misconfigured'),
    path: z.string(),
    faults: z.array(z.string()),
  }),
]);
export type SingleReply = z.infer<typeof SingleReply>;

/** Replies to a call that makes no task; they stand in the events of its delivery. */
export const DeliveryReply = z.discriminatedUnion('code', [
  ...SingleReply.options,
  /** To each command of one comment that has an answer, in their order. */
  z.strictObject({ code: z.literal('several'), answers: z.array(SingleReply) }),
]);
export type DeliveryReply = z.infer<typeof DeliveryReply>;

export const Reply = z.discriminatedUnion('code', [
  ...DeliveryReply.options,
  /** People who called and don't have the role that it takes: one reply for all of them. */
  z.strictObject({
    code: z.literal('turned_away'),
    command: z.string(),
    needs: z.string(),
    logins: z.array(z.string()),
  }),
  /** A backlog has ended: what came of it, item by item. */
  Retrospective.extend({ code: z.literal('backlog_ended') }),
  /** What would be pushed to a fork's pull request. The patch and its task are looked up when it is posted. */
  z.strictObject({
    code: z.literal('patch_for_fork'),
    pull: z.number().int(),
    run: z.string(),
    task: z.string().optional(),
    patch: z.string().optional(),
  }),
  z.strictObject({ code: z.literal('cancel_requested'), task: z.string() }),
  /** `running`: the steps that are let end. */
  z.strictObject({ code: z.literal('paused'), running: z.array(z.string()) }),
  z.strictObject({ code: z.literal('resumed') }),
  /** `holders`: the processes that held it; empty: nobody did. */
  z.strictObject({
    code: z.literal('unlocked'),
    branch: z.string(),
    holders: z.array(z.string()),
  }),
  /** The task goes on only when people say so. */
  z.strictObject({ code: z.literal('asked'), question: z.string() }),
  /** The request itself: what exactly, why, who may, how many, until when. */
  z.strictObject({ code: z.literal('approval_requested'), request: ApprovalRequest }),
  /** The comment that asked says what became of it. `by`: the logins of those who approved. */
  z.strictObject({
    code: z.literal('approval_settled'),
    request: ApprovalRequest,
    outcome: z.enum(['approved', 'denied', 'void', 'over']),
    by: z.array(z.string()),
    reason: z.string(),
  }),
  /** An answer that counts: whose, for what, and what is still missing. */
  z.strictObject({
    code: z.literal('approval_counted'),
    login: z.string(),
    says: z.enum(['approves', 'objects']),
    /** Being against it ends what was asked for, as of a plan or a cap. */
    ends: z.boolean().optional(),
    digest: z.string(),
    /** The name of the approval rule that says so. */
    rule: z.string(),
    reason: z.string(),
    count: z.number().int(),
    quorum: z.number().int(),
    /** Whether policy allows it now. Replies of before this was recorded say nothing of what is missing. */
    suffices: z.boolean().default(true),
    /** Who has to approve, where it does not suffice. */
    approvers: z.array(z.string()).default([]),
    /** What an agent asked in the middle of its run: a denial is an answer, and it goes on. */
    inRun: z.boolean(),
  }),
  z.strictObject({ code: z.literal('approval_revoked'), login: z.string(), how: z.string() }),
  /** A person's review or command that does not count, and the rule that says so. */
  z.strictObject({
    code: z.literal('approval_refused'),
    login: z.string(),
    /** Whether it stood against the request until now, and does so no more. */
    lifts: z.boolean().optional(),
    rule: z.string(),
    reason: z.string(),
  }),
  /** New commits: the approval that was there is void, and we ask again. */
  z.strictObject({
    code: z.literal('approval_voided'),
    login: z.string(),
    was: z.string().nullable(),
    head: z.string().nullable(),
    reason: z.string(),
    /** It was for what an agent asked in its run: where that still matters, it is asked for anew. */
    inRun: z.boolean(),
  }),
  /** What an agent planned. */
  z.strictObject({ code: z.literal('planned'), digest: z.string(), plan: Plan }),
  /** What an agent makes of an issue. */
  z.strictObject({ code: z.literal('triaged'), triage: TriageReport }),
  /** What an agent answers to a question. */
  z.strictObject({ code: z.literal('answered'), report: AnswerReport }),
  /** What was looked at where the change was deployed. `merged`: it was before that. */
  z.strictObject({
    code: z.literal('accepted'),
    environment: z.string(),
    address: z.string(),
    results: z.array(z.strictObject({ name: z.string(), ok: z.boolean(), seen: z.string() })),
    merged: z.boolean(),
  }),
  /** The rework someone asked for is pushed. */
  z.strictObject({ code: z.literal('reworked'), commit: z.string(), summary: z.string() }),
  /** In each thread of a review. Whether its file was touched is looked up when it is posted. */
  z.strictObject({
    code: z.literal('thread_reworked'),
    commit: z.string(),
    path: z.string(),
    change: Digest,
    touched: z.boolean().optional(),
    summary: z.string(),
  }),
  /** One answer to many calls for work that came at once. `more`: besides those that are named. */
  z.strictObject({
    code: z.literal('gathered'),
    calls: z.array(
      z.strictObject({ issue: z.number().int(), command: z.string(), login: z.string() }),
    ),
    more: z.number().int(),
  }),
  z.strictObject({ code: z.literal('rework_failed'), reason: z.string() }),
  /** Failing checks and calls start no more work. `rounds`: the names of the checks that did. */
  z.strictObject({
    code: z.literal('remediation_stopped'),
    reason: z.string(),
    rounds: z.array(z.string()),
  }),
]);
export type Reply = z.infer<typeof Reply>;
