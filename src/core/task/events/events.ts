/**
 * Every event of a task's stream, in its present version. A change of what an event says is a new
 * version with an entry in `upcasters.ts`: what was written before is read for ever.
 */
import { z } from 'zod';
import { Person, Repository, Steerer, TokenActor } from '../../actor.ts';
import { PolicyDecision } from '../../decision.ts';
import { Toolchain } from '../../ecosystem.ts';
import { EffectEvent } from '../../effect-event.ts';
import { eventSchema } from '../../event.ts';
import { Noted } from '../../finding.ts';
import { Graph } from '../../graph/graph.ts';
import { JudgedHead } from '../../judged-head.ts';
import { Origin, Requester } from '../../origin.ts';
import { ReworkOrigin } from '../../profile.ts';
import { OwnRole } from '../../repository-config/own-role.ts';
import { RepositoryConfig } from '../../repository-config/repository-config.ts';
import { Taint } from '../../taint.ts';
import { Target } from '../../target.ts';
import { TaskEnd } from '../../tell.ts';
import { AccountEvent } from './account-events.ts';
import { ApprovalEvent } from './approval-events.ts';
import { Obstacle } from './blocked.ts';
import { DeployEvent } from './deploy-events.ts';
import { AcceptedPlan } from './plan-before.ts';
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
  eventSchema('task.created', 9, {
    origin: Origin,
    command: z.string(),
    /** What the person added after the command. */
    instructions: z.string(),
    goal: z.strictObject({ title: z.string(), body: z.string() }),
    mode: z.enum(['live', 'dry_run']),
    graph: Graph,
    repository: Repository,
    /** The issue or pull request that it is about; null where there is none. */
    issue: number.nullable(),
    requester: Requester,
    /** What called us and is answered in place; null where nothing on GitHub did. */
    target: Target.nullable(),
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
    /** The plan of an earlier task that it goes on from; null where it has none. */
    plan: AcceptedPlan.nullable(),
    /** The roles of its graph that the repository has written itself, as they stood on its default branch. */
    roles: z.array(OwnRole),
    /** Many called at once: one comment answers for all of them, and this task's own comes with its work. */
    gathered: z.boolean(),
    config: RepositoryConfig,
    toolchain: Toolchain,
  }),
  eventSchema('task.admitted', 1, {}),
  eventSchema('task.cancel_requested', 2, { by: Steerer, target: Target.nullable() }),
  /** Nothing more begins. `holds`: the runs that were to begin, or to go on after their wait for people. */
  eventSchema('task.paused', 1, {
    by: Steerer,
    target: Target.nullable(),
    holds: z.array(RunId),
  }),
  /** Its branch is to be freed from the process that writes it; `work`: all that is being done for it. */
  eventSchema('ref.unlock_requested', 1, {
    by: Steerer,
    target: Target.nullable(),
    work: z.boolean(),
  }),
  eventSchema('task.resumed', 1, { by: Steerer, target: Target.nullable() }),
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
  ...DeployEvent.options,
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
  ...ApprovalEvent.options,
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
  /** An issue of ours, opened because people have to be asked and no other place on GitHub is there for it. */
  eventSchema('issue.opened', 1, { number }),
  /** A task that a hook of this one started has ended. */
  eventSchema('followup.ended', 1, { end: TaskEnd }),
  /** Only people can settle what keeps the task from going on: it waits until they say. */
  eventSchema('task.asked', 1, { run: RunId, question: z.string() }),
  /** What failed is tried again, with what the person says to it. */
  eventSchema('task.retried', 5, {
    by: z.union([Steerer, TokenActor]),
    instructions: z.string(),
    /** Whether a comment or a button of a person asked, or a call or a `repository_dispatch`. */
    origin: ReworkOrigin.extract(['comment', 'call']),
  }),
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
