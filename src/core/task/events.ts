/**
 * Every event of a task's stream, in its present version. A change of what an event says is a new
 * version with an entry in `upcasters.ts`: what was written before is read for ever.
 */
import { z } from 'zod';
import { Person, Repository } from '../actor.ts';
import { Capsule } from '../approvals/capsule.ts';
import { Digest, Gate, PolicyDecision } from '../decision.ts';
import { Toolchain } from '../ecosystem.ts';
import { EffectEvent } from '../effect-event.ts';
import { eventSchema } from '../event.ts';
import { Noted } from '../finding.ts';
import { Graph } from '../graph.ts';
import { JudgedHead } from '../judged-head.ts';
import { RepositoryConfig } from '../repository-config.ts';
import { Taint } from '../taint.ts';
import { Target } from '../target.ts';
import { AccountEvent } from './account-events.ts';
import { Obstacle } from './blocked.ts';
import { RecordedEvent } from './recorded.ts';
import { ReworkEvent } from './rework-events.ts';
import { FailureClass } from './run.ts';
import { RunEvent } from './run-events.ts';
import { StepEvent } from './step-events.ts';
import { Checkpoint, Sha } from './work.ts';
import { WorksOn } from './works-on.ts';

const RunId = z.string();
const Time = z.iso.datetime();
const number = z.number().int();

export const TaskEvent = z.discriminatedUnion('type', [
  eventSchema('task.created', 5, {
    command: z.string(),
    /** What the person added after the command. */
    instructions: z.string(),
    goal: z.strictObject({ title: z.string(), body: z.string() }),
    mode: z.enum(['live', 'dry_run']),
    graph: Graph,
    repository: Repository,
    issue: number.nullable(),
    requester: Person,
    target: Target,
    /** What stood on its issue or pull request when it began. */
    labels: z.array(z.string()),
    /** The one-shot label to take off, where one called us. */
    label: z.string().nullable(),
    /** The branch that the work is for. `because`: why it is that one; empty for the default branch. */
    base: z.strictObject({ ref: z.string(), sha: Sha, because: z.string() }),
    /** The branch that its commits are pushed to. */
    branch: z.string(),
    /** The pull request that it works on; null of an issue's task. */
    worksOn: WorksOn.nullable(),
    taint: z.array(Taint),
    config: RepositoryConfig,
    toolchain: Toolchain,
  }),
  eventSchema('task.admitted', 1, {}),
  eventSchema('task.cancel_requested', 1, { by: Person, target: Target }),
  eventSchema('task.finished', 1, {
    outcome: z.enum(['success', 'failure', 'canceled', 'refused']),
    reason: z.string(),
  }),
  ...ReworkEvent.options,
  /** Something changed on GitHub that the merge depends on. */
  eventSchema('pull.signaled', 4, {
    signal: z.enum(['review', 'checks', 'head', 'state']),
    /** Of checks, the head that they are about. */
    detail: z.string(),
    /** Where it is a move of the head or the base: when, by GitHub's clock, and who did it. */
    at: z.string().nullable(),
    by: Person.nullable(),
    /** The one check that it is about; null where it is about others, or nobody said which. */
    check: z
      .strictObject({ name: z.string(), state: z.enum(['green', 'red', 'pending']) })
      .nullable(),
  }),
  ...RunEvent.options,
  ...AccountEvent.options,
  ...StepEvent.options,
  eventSchema('run.waiting_approval', 2, {
    run: RunId,
    approval: z.string(),
    /** Null where nothing was under way: a built-in step. */
    checkpoint: Checkpoint.nullable(),
  }),
  eventSchema('run.resumed', 2, {
    run: RunId,
    /** Who took it up, where it was under way; null of a built-in step. */
    epoch: number.nullable(),
    worker: z.string().nullable(),
    adapter: z.string().nullable(),
  }),
  eventSchema('run.finished', 1, {
    run: RunId,
    outcome: z.enum(['success', 'failure', 'canceled']),
    class: FailureClass.nullable(),
    reason: z.string(),
  }),
  eventSchema('policy.decided', 4, {
    run: RunId.nullable(),
    rework: z.string().nullable(),
    decision: PolicyDecision,
    /** Who is against it and may approve; null where people were not asked. */
    objections: z.array(Person).nullable(),
    /** What was found in a change that it refuses, the first of it. */
    findings: z.array(Noted),
    /** The checks that a merge would wait for. */
    waitsFor: z.array(z.string()),
  }),
  /** The gateway reads a secret of ours, outside the sandbox: its name, never its value. */
  eventSchema('secret.used', 1, { run: RunId, secret: z.string() }),
  eventSchema('approval.requested', 2, {
    approval: z.string(),
    /** The run that waits; null where the task itself, or a rework of it, does. */
    run: RunId.nullable(),
    rework: z.string().nullable(),
    gate: Gate,
    action: z.string(),
    resource: z.string(),
    /** The head it is bound to; null before anything is pushed. */
    head: Sha.nullable(),
    /** All that it is bound to, and its digest. */
    capsule: Capsule.nullable(),
    digest: Digest.nullable(),
    /** The facts of what an agent asked for in the middle of its run; null of all else. */
    facts: Digest.nullable(),
    /** What the change touches, the first of it. */
    files: z.array(z.string()),
    /** What was found in it, and where, the first of it. */
    findings: z.array(Noted),
    approvers: z.array(z.string()),
    quorum: number,
    reasons: z.array(z.string()),
    /** For how long an approval holds after it was given. */
    holdsForHours: z.number().positive(),
  }),
  /** A person said approve, deny or revoke, in words or by a button. */
  eventSchema('approval.answered', 1, {
    answer: z.string(),
    says: z.enum(['approve', 'deny', 'revoke']),
    approval: z.string().nullable(),
    by: Person,
    via: z.enum(['issue_comment', 'review_comment', 'review', 'button']),
    /** GitHub's id of the comment or review, and the digest of its text; null for a button. */
    comment: number.nullable(),
    text: Digest.nullable(),
    reason: z.string(),
    at: z.string(),
    target: Target,
  }),
  /** It counts, by this rule; or, where it is against it, it stops what was asked. */
  eventSchema('approval.confirmed', 2, {
    approval: z.string(),
    statement: z.string(),
    by: Person,
    says: z.enum(['approves', 'objects']),
    /** The name of the approval rule. */
    rule: z.string(),
    reason: z.string(),
  }),
  eventSchema('approval.granted', 2, {
    approval: z.string(),
    head: Sha.nullable(),
    by: z.array(Person),
    /** The reviews that said so: none of them counts for any later head. */
    reviews: z.array(number),
    /** Whatever was not used until then expires. */
    until: Time.nullable(),
  }),
  eventSchema('approval.refused', 2, {
    approval: z.string(),
    /** The review that does not count; null where it is a command or a button. */
    review: number.nullable(),
    statement: z.string().nullable(),
    target: Target.nullable(),
    by: Person,
    rule: z.string(),
    reason: z.string(),
  }),
  /** What an agent asked in the middle of its run is denied; it goes on without it. */
  eventSchema('approval.denied', 1, {
    approval: z.string(),
    by: z.array(Person),
    reason: z.string(),
  }),
  /** Words that approved were edited or deleted. */
  eventSchema('approval.revoked', 1, { answer: z.string(), by: Person, how: z.string() }),
  eventSchema('approval.voided', 1, {
    approval: z.string(),
    by: z.array(Person),
    was: Sha.nullable(),
    head: Sha.nullable(),
    reason: z.string(),
  }),
  /** The one use of an approval begins: by this effect, for exactly this content. */
  eventSchema('approval.used', 1, {
    approval: z.string(),
    digest: Digest,
    effect: z.string(),
    /** The reviews that it rested on: none of them counts for another use. */
    reviews: z.array(number),
  }),
  /** A check of our name by another App stands on the head: ignored. */
  eventSchema('check.forged', 1, { check: number, name: z.string(), app: z.string(), head: Sha }),
  eventSchema('branch.pushed', 1, {
    run: RunId,
    branch: z.string(),
    sha: Sha,
    tree: Sha,
    was: Sha.nullable(),
  }),
  eventSchema('head.moved', 1, { from: Sha, to: Sha }),
  /** The pull request asks to change another branch. */
  eventSchema('base.moved', 1, { from: z.string(), to: z.string(), reviews: z.array(number) }),
  eventSchema('pull.opened', 1, { run: RunId, number, nodeId: z.string(), head: Sha }),
  eventSchema('pull.merged', 1, {
    commit: z.string(),
    head: Sha,
    by: z.enum(['gatehouse', 'person']),
  }),
  /** A commit that is no head of the task has work of it: its check follows the task's. */
  eventSchema('work.found', 1, { about: JudgedHead }),
  /** Somebody asked GitHub to run our check again. */
  eventSchema('check.rerequested', 1, { by: Person }),
  /** Only people can settle what keeps the task from going on: it waits until they say. */
  eventSchema('task.asked', 1, { run: RunId, question: z.string() }),
  /** What failed is tried again, with what the person says to it. */
  eventSchema('task.retried', 2, { by: Person, instructions: z.string() }),
  eventSchema('merge.blocked', 4, {
    run: RunId,
    obstacle: Obstacle,
    reason: z.string(),
    retryAt: Time,
    /** When the wait for checks on this head ends; null where nothing has been waited for. */
    checksUntil: Time.nullable(),
    /** The names of the checks that are waited for. */
    waitsFor: z.array(z.string()),
  }),
  ...EffectEvent.options,
  ...RecordedEvent.options,
]);
export type TaskEvent = z.infer<typeof TaskEvent>;
