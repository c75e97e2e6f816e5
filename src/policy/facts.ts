/**
 * The facts of one question to policy, as plain data. They are collected first, by the engine; the
 * decision is a function of them and of the policy set, and can be taken again from the two texts.
 */
import { z } from 'zod';
import { Person, Role } from '../core/actor.ts';
import { Approvals } from '../core/approvals/approvals.ts';
import { Gate } from '../core/decision.ts';
import { FindingKind } from '../core/finding.ts';
import { Trust } from './trust.ts';

const count = z.number().int().nonnegative();
const Argv = z.array(z.string()).min(1);
const ExecutorKind = z.enum(['agent', 'command', 'builtin', 'gateway']);
const Findings = z.array(FindingKind);

/** The agent's profile, and the person it works for. */
export const Subject = z.strictObject({
  name: z.string().min(1),
  role: z.string(),
  adapter: z.string(),
  model: z.string().nullable(),
  /** As its profile grants it; taint is taken off by policy. */
  trust: Trust,
  /** Folders and files that it may write at T1. */
  paths: z.array(z.string()),
  /** Commands that it may run at T0 and T1, each with any further arguments. */
  commands: z.array(Argv),
  hosts: z.array(z.string()),
  servers: z.array(z.string()),
  person: Person.nullable(),
});
export type Subject = z.infer<typeof Subject>;

const Common = {
  mode: z.enum(['live', 'dry_run']),
  /** The person's role in the repository, live. */
  requester: z.strictObject({ role: Role }),
  /** Where text by people without write access stands; empty: not tainted. */
  taint: z.array(z.string()),
  approvals: Approvals,
};
const Task = {
  ...Common,
  startedBy: z.enum(['person', 'ci']),
  ciOptIn: z.boolean(),
  fork: z.boolean(),
  /** Agents that changed the repository in this task. Facts that were kept earlier lack them. */
  authors: z
    .array(z.strictObject({ adapter: z.string(), model: z.string().nullable() }))
    .optional(),
};
const Act = { ...Common, step: z.string(), executor: ExecutorKind };
const Patch = {
  ...Common,
  size: z.strictObject({ files: count, added: count, removed: count, bytes: count }),
  findings: Findings,
  reproduced: z.boolean(),
};
const Checks = z.strictObject({ failing: z.array(z.string()), pending: z.array(z.string()) });

/** The paths that a change touches, both sides of a renaming, with what was found in each. */
export const TouchedPath = z.strictObject({ path: z.string(), findings: Findings });
export type TouchedPath = z.infer<typeof TouchedPath>;

const PullResource = z.strictObject({
  kind: z.literal('pull'),
  number: count,
  base: z.string(),
  draft: z.boolean(),
});
const Branch = z.strictObject({
  kind: z.literal('branch'),
  name: z.string().min(1),
  default: z.boolean(),
});

const QuestionCommon = {
  gate: Gate,
  subject: Subject,
  repository: z.strictObject({
    id: count,
    owner: z.string().min(1),
    name: z.string().min(1),
    archived: z.boolean(),
  }),
};

const ask = <A extends string, R extends z.ZodType, C extends z.ZodRawShape>(
  action: A,
  resource: R,
  context: C,
) =>
  z.strictObject({
    ...QuestionCommon,
    action: z.literal(action),
    resource,
    context: z.strictObject(context),
  });

const named = <K extends string>(kind: K) =>
  z.strictObject({ kind: z.literal(kind), name: z.string().min(1) });

export const Facts = z.discriminatedUnion('action', [
  ask('task.start', z.strictObject({ kind: z.literal('repository') }), Task),
  ask(
    'run.start',
    z.strictObject({
      kind: z.literal('run'),
      step: z.string().min(1),
      executor: ExecutorKind,
      attempt: count,
    }),
    Task,
  ),
  ask(
    'command.exec',
    z.strictObject({
      kind: z.literal('command'),
      argv: Argv,
      /** Without the options before what it is to do, where there are such. Facts of before lack it. */
      plain: Argv.optional(),
    }),
    Act,
  ),
  ask(
    'net.connect',
    z.strictObject({ kind: z.literal('host'), name: z.string().min(1), port: count }),
    Act,
  ),
  ask(
    'mcp.call',
    z.strictObject({ kind: z.literal('tool'), server: z.string().min(1), name: z.string().min(1) }),
    Act,
  ),
  ask('secret.use', named('secret'), Act),
  ask(
    'model.call',
    z.strictObject({ kind: z.literal('model'), provider: z.string(), name: z.string().min(1) }),
    Act,
  ),
  ask('file.write', z.strictObject({ kind: z.literal('path'), path: z.string().min(1) }), {
    ...Common,
    findings: Findings,
  }),
  ask(
    'patch.accept',
    z.strictObject({ kind: z.literal('patch'), tree: z.string().min(1) }),
    Patch,
  ).extend({ paths: z.array(TouchedPath) }),
  ask('branch.push', Branch, Patch),
  /** The branch is the base that the pull request asks to change. */
  ask('pr.open', Branch, Patch),
  ask(
    'pr.comment',
    z.discriminatedUnion('kind', [
      PullResource,
      z.strictObject({ kind: z.literal('issue'), number: count }),
    ]),
    Common,
  ),
  /** Whether an approval by the person whom the work is done for counts. */
  ask('approval.own', z.strictObject({ kind: z.literal('repository') }), Common),
  ask('pr.merge', PullResource, { ...Patch, checks: Checks }).extend({
    paths: z.array(TouchedPath),
  }),
  ask('deploy', named('environment'), { ...Common, checks: Checks }),
]);
export type Facts = z.infer<typeof Facts>;
/** The facts of one action. */
export type FactsOf<A extends Facts['action']> = Extract<Facts, { action: A }>;

type AnyContext = FactsOf<'run.start'>['context'] &
  FactsOf<'command.exec'>['context'] &
  FactsOf<'pr.merge'>['context'];

/** The facts with parts of their context changed. */
export const withContext = (facts: Facts, change: Partial<AnyContext>): Facts =>
  // TypeScript loses the action when it spreads a union.
  ({ ...facts, context: { ...facts.context, ...change } }) as Facts;
