/** What every question to policy says, and what a kind of resource and an action are described by. */
import type { EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { z } from 'zod';
import { Person, Role } from '../core/actor.ts';
import { Approvals } from '../core/approvals/approvals.ts';
import { type Action, Gate } from '../core/decision.ts';
import { FindingKind } from '../core/finding.ts';
import type { BranchOwner } from '../core/task/events/works-on.ts';
import { TaskSpend } from '../core/task/views/task-spend.ts';
import { Trust } from './trust.ts';

export const count = z.number().int().nonnegative();
/** As many words of a command may a policy name. */
export const MOST_COMMAND_WORDS = 16;
export const CommandWords = z.array(z.string()).min(1);
export const ExecutorKind = z.enum(['agent', 'command', 'builtin', 'gateway']);
export const Findings = z.array(FindingKind);

/** The agent's profile, and the person it works for. */
export const Subject = z.strictObject({
  name: z.string().min(1),
  role: z.string(),
  adapter: z.string(),
  model: z.string().nullable(),
  /** As its profile grants it; policy lowers it by taint. */
  trust: Trust,
  /** Folders and files that it may write at T1. */
  paths: z.array(z.string()),
  /** Commands that it may run at T0 and T1, each with any further arguments. */
  commands: z.array(CommandWords),
  hosts: z.array(z.string()),
  /** MCP servers, and tools of them as `server/tool`. */
  servers: z.array(z.string()),
  /** It gets the repository's own configuration of agents. Facts that were kept earlier lack it. */
  repositoryConfig: z.boolean().optional(),
  /** The role of the repository's own that it works in, which extends `role`. Others lack it. */
  ownRole: z.string().min(1).optional(),
  person: Person.nullable(),
});
export type Subject = z.infer<typeof Subject>;

const RepositoryFacts = z.strictObject({
  id: count,
  owner: z.string().min(1),
  name: z.string().min(1),
  archived: z.boolean(),
});

/** What the context of every question holds. */
export const CommonContext = {
  mode: z.enum(['live', 'dry_run']),
  /** The person's role in the repository, live; or the project whose machine token asked, or that the token is revoked. */
  requester: z.strictObject({
    role: Role,
    project: z.string().optional(),
    revoked: z.literal(true).optional(),
  }),
  /** Where text by people without write access is; empty: not tainted. */
  taint: z.array(z.string()),
  approvals: Approvals,
  /** What the task has used up. Facts that were kept earlier lack it. */
  spent: TaskSpend.optional(),
};

/** The facts of a question about one action. */
export const question = <A extends Action, R extends z.ZodType, C extends z.ZodRawShape>(
  action: A,
  resource: R,
  context: C,
) =>
  z.strictObject({
    gate: Gate,
    subject: Subject,
    repository: RepositoryFacts,
    action: z.literal(action),
    resource,
    context: z.strictObject(context),
  });

export type Entity = {
  uid: TypeAndId;
  attrs: EntityJson['attrs'];
  parents: TypeAndId[];
  /** Values under names that no schema knows beforehand. */
  tags?: Record<string, string>;
};
/** An entity of Cedar, and the resource as people name it. */
export type Resource = { entity: Entity; name: string };

/** What a table of tests says of a resource: `on` in the words of people, or nothing for the usual one. */
export type ShortResource = {
  action: Action;
  on?: string | undefined;
  step?: string | undefined;
  executor?: z.infer<typeof ExecutorKind> | undefined;
  base?: string | undefined;
  owner?: BranchOwner | undefined;
  arguments?: Record<string, unknown> | undefined;
};

/** A kind of resource: how Cedar sees it, how a table of tests names it, how a profile does. */
export type ResourceKind<R> = {
  resource(fact: R, repository: z.infer<typeof RepositoryFacts>): Resource;
  /** `null` where the text names none. */
  read(short: ShortResource): R | null;
  /** Only for what profiles name. */
  profile?: {
    names(subject: Subject, fact: R): boolean;
    /** The subject as if its profile named it, and how people would say that. */
    naming(subject: Subject, fact: R): { change: string; subject: Partial<Subject> };
  };
};

/** A fact that no request can be made of; the decision is a denial that says why. */
export class UnusableFact extends Error {
  override readonly name = 'UnusableFact';
}

export const uid = (type: string, id: string): TypeAndId => ({ type, id });

/** An entity without ancestors, named by its id. */
export const plainEntity = (
  type: string,
  id: string,
  attrs: EntityJson['attrs'] = {},
  name = id,
): Resource => ({ entity: { uid: uid(type, id), attrs, parents: [] }, name });

/** Two parts of a text, such as `docs/search`; `null` where it has no two. */
export function halves(text: string, border: string): [string, string] | null {
  const at = text.indexOf(border);
  const [first, second] = [text.slice(0, at), text.slice(at + 1)];
  return at > 0 && second !== '' ? [first, second] : null;
}
