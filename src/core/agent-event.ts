/**
 * The journal (version 1): what an agent did inside one run, in the same form for every adapter. The
 * last line of every journal is `session.finished`; the adapter adds it where the CLI prints none.
 */
import { z } from 'zod';

const count = z.number().int().nonnegative();

export const ErrorClass = z.enum([
  'auth',
  'rate_limit',
  'quota',
  'model_not_found',
  'context_overflow',
  'transport',
  'server',
  'policy',
  'protocol',
  /** The session that it was to continue is not known to it, or to its provider. */
  'session_unknown',
]);
export type ErrorClass = z.infer<typeof ErrorClass>;

export const Usage = z.strictObject({
  /** Tokens; `input` excludes `cached`. */
  input: count,
  cached: count,
  cacheWrite: count,
  output: count,
  reasoning: count,
});
export type Usage = z.infer<typeof Usage>;
export const NO_USAGE: Usage = { input: 0, cached: 0, cacheWrite: 0, output: 0, reasoning: 0 };

/** A sum that no number holds exactly is the largest that one does: whoever tells of tokens may tell of any number. */
const sum = (a: number, b: number): number => Math.min(a + b, Number.MAX_SAFE_INTEGER);

export const addUsage = (a: Usage, b: Usage): Usage => ({
  input: sum(a.input, b.input),
  cached: sum(a.cached, b.cached),
  cacheWrite: sum(a.cacheWrite, b.cacheWrite),
  output: sum(a.output, b.output),
  reasoning: sum(a.reasoning, b.reasoning),
});

const Scope = z.enum(['step', 'run', 'session']);

export const AgentEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('session.started'), model: z.string().nullable() }),
  z.strictObject({
    type: z.literal('message'),
    role: z.enum(['assistant', 'user']),
    text: z.string(),
  }),
  z.strictObject({ type: z.literal('reasoning'), text: z.string() }),
  z.strictObject({
    type: z.literal('tool.started'),
    callId: z.string(),
    tool: z.string(),
    kind: z.enum(['command', 'file_change', 'mcp', 'tool']),
    input: z.unknown(),
    command: z.string().optional(),
    paths: z.array(z.string()).optional(),
    /** True where the CLI prints no start and the adapter made one from the end. */
    synthesised: z.boolean().optional(),
  }),
  z.strictObject({
    type: z.literal('tool.finished'),
    callId: z.string(),
    ok: z.boolean(),
    exitCode: z.number().int().nullable(),
    output: z.string(),
    diff: z.string().optional(),
    error: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('tool.denied'),
    callId: z.string().optional(),
    /** `policy` is written by Gatehouse alone, which was asked; the others come from the CLI. */
    by: z.enum(['policy', 'hook', 'rule', 'mode', 'sandbox']),
    action: z.string().optional(),
    resource: z.string().optional(),
    ruleId: z.string().nullable(),
    reason: z.string(),
  }),
  /** Policy was asked and allows it; written by Gatehouse alone. */
  z.strictObject({
    type: z.literal('tool.allowed'),
    callId: z.string().optional(),
    action: z.string(),
    resource: z.string(),
    ruleId: z.string().nullable(),
  }),
  /** It takes a person's approval: the run and this journal stop here; written by Gatehouse alone. */
  z.strictObject({
    type: z.literal('tool.waiting'),
    callId: z.string().optional(),
    action: z.string(),
    resource: z.string(),
    ruleId: z.string().nullable(),
    reason: z.string(),
  }),
  z.strictObject({ type: z.literal('usage'), usage: Usage, scope: Scope }),
  z.strictObject({
    type: z.literal('cost'),
    usd: z.number().nonnegative(),
    basis: z.enum(['provider', 'configured', 'computed']),
    scope: Scope,
  }),
  z.strictObject({
    type: z.literal('error'),
    class: ErrorClass,
    message: z.string(),
    httpStatus: z.number().int().optional(),
    fatal: z.boolean(),
    retryInMs: z.number().int().optional(),
  }),
  z.strictObject({ type: z.literal('warning'), message: z.string() }),
  z.strictObject({
    type: z.literal('session.finished'),
    status: z.enum(['ok', 'failed', 'cancelled', 'killed', 'limit']),
    exitCode: z.number().int().nullable(),
    signal: z.string().nullable(),
    summary: z.string(),
    structured: z.unknown().optional(),
  }),
]);
export type AgentEvent = z.infer<typeof AgentEvent>;

/** One line of a journal: the event in its envelope. `raw` is the line that the CLI printed. */
export const JournalLine = z.strictObject({
  v: z.literal(1),
  runId: z.string(),
  seq: z.number().int().positive(),
  ts: z.string(),
  adapter: z.string(),
  version: z.string(),
  sessionId: z.string().nullable(),
  event: AgentEvent,
  raw: z.string().nullable(),
  /** SHA-256 over the previous line's hash and this line without `hash`. */
  hash: z.string(),
});
export type JournalLine = z.infer<typeof JournalLine>;
