/** The profile of an agent, which is its role: one file in `agents/`, with front matter and a prompt. */
import { z } from 'zod';
import { Budget } from './budget.ts';
import { parseCommandLine } from './command-line.ts';
import { ContextRules } from './handover/context-rules.ts';
import { AgentDocument, agentFields } from './handover/handover.ts';
import { hostGrant } from './host-name.ts';

/** What asks for another round of work on a pull request. */
export const ReworkOrigin = z.enum(['comment', 'check', 'conflict', 'acceptance', 'call']);
export type ReworkOrigin = z.infer<typeof ReworkOrigin>;

/** What a worker offers: `gpu`, `large`. */
export const Label = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,39}$/, 'must be a label in lower case, such as "gpu"');

export const FrontMatter = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be lower case, such as "author"'),
  description: z.string().min(1).max(200),
  /** The labels of the workers that may run it; none: any worker. */
  'runs-on': z
    .union([Label, z.array(Label)])
    .transform(given => (typeof given === 'string' ? [given] : given))
    .default([]),
  /** What the chain is ordered by: as it stands, or by the record of its agents' runs in this role. */
  order: z.enum(['fixed', 'success', 'cost', 'latency']).default('fixed'),
  /** Who works: the first that can. */
  chain: z
    .array(
      z.strictObject({
        adapter: z.string().regex(/^[a-z][a-z0-9-]*$/),
        /** `model`, or `provider/model`; `null`: the adapter's default. */
        model: z.string().min(1).nullable().default(null),
      }),
    )
    .min(1),
  /** The kinds of tools that it has; policy decides each call. */
  tools: z.array(z.enum(['read', 'edit', 'shell'])).min(1),
  trust: z.enum(['T0', 'T1', 'T2', 'T3']),
  /** Folders and files that it may write at trust level T1. */
  paths: z.array(z.string().min(1)).default([]),
  /** Commands that it may run at T0 and T1, each with any further arguments: `npm run lint`. */
  commands: z
    .array(
      z
        .string()
        .refine(line => parseCommandLine(line).ok, 'must be plain words, without shell syntax'),
    )
    .default([]),
  /** Hosts that policy may let it connect to: `name`, which is port 443, or `name:port`. */
  hosts: z
    .array(
      z.string().transform((text, given) => {
        const grant = hostGrant(text);
        if (grant !== null) return grant;
        given.addIssue('must be `name` or `name:port`; addresses are not reached');
        return z.NEVER;
      }),
    )
    .max(20)
    .default([]),
  /** MCP servers of the deployment that it may use: `server`, which is every tool, or `server/tool`. */
  mcp: z
    .array(
      z
        .string()
        .regex(
          /^[a-z][a-z0-9-]{0,30}(?:\/[\w.-]{1,100})?$/,
          'must be `server` or `server/tool`, such as "docs" or "docs/search"',
        ),
    )
    .max(20)
    .default([]),
  /** Its changes are dropped. */
  readOnly: z.boolean().default(false),
  /** Skills of a repository whose whole text it is always given, where the repository has them. */
  skills: z.array(z.string().min(1)).default([]),
  /** It gets the repository's own configuration of agents: settings, hooks, skills, lists of MCP servers. */
  repositoryConfig: z.boolean().default(false),
  /** What a run of it may spend; `wallMs` is how long it may work at a time. */
  budget: Budget.omit({ minutes: true }).extend({
    tokens: z.number().int().positive(),
    wallMs: z.number().int().min(1_000).max(86_400_000),
  }),
  /** It does the further rounds that a comment, a failing check or a conflict asks for; of one role at most. */
  context: ContextRules,
  reworks: ReworkOrigin.exclude(['acceptance', 'call']).nullable().default(null),
  /** The document that it hands over; `null`: Gatehouse tells what it did. */
  output: AgentDocument.nullable().default(null),
});

export const Profile = FrontMatter.extend({
  prompt: z.string().trim().min(1),
});
export type Profile = z.infer<typeof Profile>;

/** The levels are named in their order. */
export const lowestTrust = (
  first: Profile['trust'],
  ...others: (Profile['trust'] | undefined)[]
): Profile['trust'] =>
  others.reduce<Profile['trust']>(
    (low, other) => (other !== undefined && other < low ? other : low),
    first,
  );

/** The role that does the further rounds of this origin; `null` where none does. */
export const roleForRework = (
  profiles: Iterable<Pick<Profile, 'name' | 'reworks'>>,
  origin: ReworkOrigin,
): string | null => [...profiles].find(({ reworks }) => reworks === origin)?.name ?? null;

/** What a graph may read of what each role hands over; null: there is no such role. */
export function fieldsOfRoles(
  profiles: Iterable<Pick<Profile, 'name' | 'output'>>,
): (role: string) => readonly string[] | null {
  const outputs = new Map([...profiles].map(({ name, output }) => [name, agentFields(output)]));
  return role => outputs.get(role) ?? null;
}
