/** A policy decision as the log keeps it: an outcome with the tree of results that led to it. */
import { z } from 'zod';

export const Gate = z.enum(['admit', 'act', 'accept', 'publish', 'merge', 'deploy']);
export type Gate = z.infer<typeof Gate>;

/** Every sensitive action; each is an action of `policies/schema.cedarschema`. */
export const Action = z.enum([
  'task.start',
  'run.start',
  'role.use',
  'budget.raise',
  'command.exec',
  'file.write',
  'net.connect',
  'mcp.call',
  'secret.use',
  'model.call',
  'patch.accept',
  'plan.accept',
  'branch.push',
  'pr.open',
  'ref.unlock',
  'issue.comment',
  'issue.label',
  'approval.own',
  'pr.merge',
  'deploy',
]);
export type Action = z.infer<typeof Action>;

/** The gate at which each action is asked about. */
export const GATE_OF: Record<Action, Gate> = {
  'task.start': 'admit',
  'run.start': 'admit',
  'role.use': 'admit',
  'budget.raise': 'admit',
  'command.exec': 'act',
  'file.write': 'act',
  'net.connect': 'act',
  'mcp.call': 'act',
  'secret.use': 'act',
  'model.call': 'act',
  'patch.accept': 'accept',
  'plan.accept': 'accept',
  'branch.push': 'publish',
  'pr.open': 'publish',
  'ref.unlock': 'publish',
  'issue.comment': 'publish',
  'issue.label': 'publish',
  'approval.own': 'merge',
  'pr.merge': 'merge',
  deploy: 'deploy',
};

export const Outcome = z.enum(['allow', 'deny', 'require_approval']);
export type Outcome = z.infer<typeof Outcome>;

/** One node of the tree: what was looked at, how it came out, why. */
export type Result = {
  name: string;
  outcome: 'allow' | 'deny' | 'require_approval' | 'error' | 'not_applicable';
  reason: string;
  children: Result[];
};
export const Result: z.ZodType<Result> = z.lazy(() =>
  z.strictObject({
    name: z.string(),
    outcome: z.enum(['allow', 'deny', 'require_approval', 'error', 'not_applicable']),
    reason: z.string(),
    children: z.array(Result),
  }),
);

export const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
export type Digest = z.infer<typeof Digest>;

/** What policies in observe mode would answer to the same facts; nothing is enforced by it. */
const ObservedDecision = z.strictObject({
  outcome: Outcome,
  reasons: z.array(z.string()),
  policies: z.array(z.string()),
  policyDigest: Digest,
});
export type ObservedDecision = z.infer<typeof ObservedDecision>;

export const PolicyDecision = z.strictObject({
  gate: Gate,
  action: Action,
  /** The resource as people name it: a path, a branch, a run. */
  resource: z.string(),
  outcome: Outcome,
  /** For people, most important first. */
  reasons: z.array(z.string()),
  /** Ids of the policies that determined it. */
  policies: z.array(z.string()),
  /** Who may approve and how many, where approval is required. */
  approvers: z.array(z.string()),
  quorum: z.number().int().nonnegative(),
  /** The teams among them, by slug, and whether code owners must approve; absent: none, no. */
  teams: z.array(z.string()).optional(),
  codeowners: z.boolean().optional(),
  /** For how many hours an approval holds; absent: the usual 24. */
  expiresHours: z.number().int().positive().optional(),
  tree: Result,
  policyDigest: Digest,
  factsDigest: Digest,
  /** Absent: no policies are observed. */
  observed: ObservedDecision.optional(),
});
export type PolicyDecision = z.infer<typeof PolicyDecision>;
