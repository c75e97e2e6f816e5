/**
 * Facts in short, as people write them in a table of tests: what a row leaves out is the usual case,
 * an agent at T2 that works for somebody with write access.
 */
import { z } from 'zod';
import { Role } from '../core/actor.ts';
import { Approvals, NO_APPROVALS } from '../core/approvals/approvals.ts';
import { capsOf } from '../core/budget.ts';
import { Action, GATE_OF, Gate } from '../core/decision.ts';
import { didYouMean } from '../core/nearest.ts';
import { Starter } from '../core/origin.ts';
import { Proof } from '../core/proof.ts';
import { BranchOwner } from '../core/task/events/works-on.ts';
import { NOTHING_SPENT, type TaskSpend } from '../core/task/views/task-spend.ts';
import { Facts } from './facts.ts';
import { count, ExecutorKind, Findings, type Subject } from './question.ts';
import { readResource } from './resource.ts';
import { Trust } from './trust.ts';

/** Each path is asked about for each variation of the facts, so a question is bounded in all that it names. */
const MOST_PATHS = 300;
const MOST_WORDS = 100;
/** As a budget may be. */
const MOST_USD = 1_000_000;
const MOST_MINUTES = 10_000_000;

const text = z.string().min(1).max(4_096);
const words = z.array(text).max(MOST_WORDS);

/** The person, the agent and the repository: every question has them. */
const ANYWHERE = {
  action: Action,
  gate: Gate.optional(),
  role: text.optional(),
  trust: Trust.optional(),
  adapter: text.optional(),
  model: text.optional(),
  /** It gets the repository's own configuration of agents. */
  repositoryConfig: z.boolean().optional(),
  /** The role of the repository's own that it works in. */
  ownRole: text.optional(),
  /** What the agent's profile names. */
  named: z
    .strictObject({ paths: words, commands: z.array(words), hosts: words, servers: words })
    .partial()
    .optional(),
  /** The role of the person whom the work is done for. */
  requester: Role.optional(),
  /** The project whose machine token asked, in place of a person; empty: nobody asked. */
  project: z.union([z.literal(''), text]).optional(),
  /** The machine token that asked, in place of a person, is revoked. */
  revoked: z.literal(true).optional(),
  repository: z
    .string()
    .regex(/^[^/]+\/[^/]+$/, 'must be owner/name')
    .optional(),
  archived: z.boolean().optional(),
  mode: z.enum(['live', 'dry_run']).optional(),
  /** Where text by people without write access stands; `true`: somewhere. */
  taint: z.union([z.boolean(), words]).optional(),
  approvals: Approvals.partial().optional(),
  /** What the task has used up; what is left out is nothing, in its first round. */
  spent: z
    .strictObject({
      usd: z.number().nonnegative().max(MOST_USD),
      priced: z.boolean(),
      tokens: count,
      calls: count,
      minutes: z.number().nonnegative().max(MOST_MINUTES),
      runs: count,
      rounds: count,
    })
    .partial()
    .optional(),
  /** The resource, as people name it: a path, `npm run lint`, `host:443`, `#7`, a branch … */
  on: text.optional(),
};

/** What only some actions are asked with, by the name it has in the context. */
const SOMEWHERE = {
  startedBy: Starter.optional(),
  ciOptIn: z.boolean().optional(),
  fork: z.boolean().optional(),
  /** The branch that the work is for; the default branch is `main`. */
  base: text.optional(),
  /** Whose the branch is that is pushed to. */
  owner: BranchOwner.optional(),
  /** Each as `adapter/model`. */
  authors: words.optional(),
  /** The labels that triage may set. */
  listed: words.optional(),
  step: text.optional(),
  executor: ExecutorKind.optional(),
  findings: Findings.optional(),
  size: z
    .strictObject({ files: count, added: count, removed: count, bytes: count })
    .partial()
    .optional(),
  reproduced: z.boolean().optional(),
  proof: z.array(Proof).optional(),
  /** The roles of the reviews that it did not pass. */
  unpassed: words.optional(),
  checks: z
    .strictObject({ failing: words, pending: words, expected: words, overdue: z.boolean() })
    .partial()
    .optional(),
  /** What a tool of an MCP server is called with. */
  arguments: z.record(text, z.unknown()).optional(),
  paths: z
    .array(z.union([text, z.strictObject({ path: text, findings: Findings })]))
    .max(MOST_PATHS)
    .optional(),
};

export const FactsShorthand = z.strictObject({ ...ANYWHERE, ...SOMEWHERE });
export type FactsShorthand = z.infer<typeof FactsShorthand>;

/** The whole facts, or what of the short ones says nothing about the action. */
export function factsFromShorthand(short: FactsShorthand): { facts: Facts } | { problem: string } {
  const { action } = short;
  const asked = Facts.options.find(option => option.shape.action.value === action);
  const known = [
    ...Object.keys(ANYWHERE),
    ...Object.keys(asked?.shape.context.shape ?? {}),
    ...(asked && 'paths' in asked.shape ? ['paths'] : []),
    ...(action === 'run.start' ? ['step', 'executor'] : []),
    ...(action === 'mcp.call' ? ['arguments'] : []),
    ...(action === 'pr.merge' ? ['base'] : []),
    ...(action === 'branch.push' || action === 'pr.open' ? ['owner'] : []),
  ];
  const idle = Object.keys(short).find(key => !known.includes(key));
  if (idle) return { problem: `${idle} says nothing about ${action}${didYouMean(idle, known)}` };
  const resource = readResource(short);
  if (resource === null) return { problem: `on: "${short.on}" is no resource of ${action}` };
  const parsed = Facts.safeParse({
    gate: short.gate ?? GATE_OF[action],
    action,
    subject: subjectOf(short),
    repository: repositoryOf(short),
    resource,
    context: Object.fromEntries(
      Object.entries(contextOf(short)).filter(([key]) => key in (asked?.shape.context.shape ?? {})),
    ),
    ...(known.includes('paths') ? { paths: pathsOf(short) } : {}),
  });
  if (parsed.success) return { facts: parsed.data };
  const issue = parsed.error.issues[0];
  return { problem: `${issue?.path.join('.')}: ${issue?.message}` };
}

function subjectOf({
  role = 'author',
  trust,
  adapter,
  model,
  named,
  ...rest
}: FactsShorthand): Subject {
  return {
    name: role,
    role,
    adapter: adapter ?? 'codex',
    model: model ?? null,
    trust: trust ?? 'T2',
    paths: named?.paths ?? [],
    commands: named?.commands ?? [],
    hosts: named?.hosts ?? [],
    servers: named?.servers ?? [],
    repositoryConfig: rest.repositoryConfig ?? false,
    ...(rest.ownRole === undefined ? {} : { ownRole: rest.ownRole }),
    person: rest.project === undefined && !rest.revoked ? { id: 1, login: 'mona' } : null,
  };
}

function repositoryOf({ repository = 'acme/widgets', archived = false }: FactsShorthand) {
  const [owner = '', name = ''] = repository.split('/');
  return { id: 1, owner, name, archived };
}

/** Every attribute that any context has; the action takes its own. */
function contextOf(short: FactsShorthand) {
  const { taint = [] } = short;
  const found = pathsOf(short).flatMap(({ findings }) => findings);
  const usual = Proof.options.filter(proof => proof !== 'reproduced' || short.reproduced !== false);
  const { proof = usual } = short;
  return {
    mode: short.mode ?? 'live',
    requester: short.revoked
      ? { role: 'none', revoked: true }
      : short.project === undefined
        ? { role: short.requester ?? 'write' }
        : { role: 'none', project: short.project },
    taint: taint === true ? ['the text of issue #1'] : taint === false ? [] : taint,
    approvals: { ...NO_APPROVALS, ...short.approvals },
    spent: spentOf(short),
    startedBy: short.startedBy ?? 'person',
    ciOptIn: short.ciOptIn ?? false,
    fork: short.fork ?? false,
    base: { name: short.base ?? 'main', default: (short.base ?? 'main') === 'main' },
    authors: (short.authors ?? []).map(author => {
      const [adapter = '', model] = author.split(/\/(.*)/s);
      return { adapter, model: model ?? null };
    }),
    listed: short.listed ?? ['bug'],
    step: short.step ?? 'author',
    executor: short.executor ?? 'agent',
    findings: short.findings ?? [...new Set(found)],
    size: { files: 1, added: 10, removed: 2, bytes: 1_000, ...short.size },
    reproduced: short.reproduced ?? proof.includes('reproduced'),
    proof,
    unpassed: short.unpassed ?? [],
    checks: { failing: [], pending: [], expected: [], overdue: false, ...short.checks },
  };
}

function spentOf({ spent: { usd = 0, minutes = 0, ...rest } = {} }: FactsShorthand): TaskSpend {
  const { nanoUsd = 0, ms = 0 } = capsOf({ usd, minutes });
  return { ...NOTHING_SPENT, nanoUsd, ms, ...rest };
}

/** Where no paths are given, one path has all that was found. */
function pathsOf({ paths, findings = [] }: FactsShorthand) {
  if (!paths) return [{ path: 'src/main.js', findings }];
  return paths.map(path => (typeof path === 'string' ? { path, findings } : path));
}
