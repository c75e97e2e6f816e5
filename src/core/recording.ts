/**
 * The recording of a run (version 1): what its agent was started with, and each exchange that it had with
 * its model and with MCP servers over HTTP, in order. Bodies are artifacts of their own, by digest. With it the run can be replayed.
 */
import { z } from 'zod';
import { Digest } from './decision.ts';
import { FrontMatter } from './profile.ts';

const count = z.number().int().nonnegative();

export const RecordedExchange = z.strictObject({
  /**
   * Where it began and ended among the beginnings and ends of all exchanges: what had ended before it
   * began came before it, and of others nobody can say.
   */
  began: count,
  ended: count,
  method: z.string(),
  path: z.string(),
  /** The body as it was forwarded; as it was asked where nothing was; `null`: there was none to read. */
  request: Digest.nullable(),
  /** False where the gateway answered by itself. */
  forwarded: z.boolean(),
  /** The most tokens of output that the gateway let it ask for; `null`: it set no bound. */
  output: count.nullable(),
  status: count,
  headers: z.record(z.string(), z.string()),
  /** The bytes of the answer, as they were streamed. */
  response: Digest,
  /** False where the answer was cut. */
  whole: z.boolean(),
  /** Whether a secret was taken out of the request or the answer. */
  redacted: z.boolean(),
});
export type RecordedExchange = z.infer<typeof RecordedExchange>;

/** An answer that its provider has, or goes on with, in the background. */
const BackgroundAnswer = z.strictObject({
  /** The provider's id of it. */
  id: z.string(),
  method: z.string(),
  path: z.string(),
  /** The request's body, as it was forwarded. */
  request: Digest,
  /** The most tokens of output that the gateway let it ask for; `null`: it set no bound. */
  output: count.nullable(),
  /** The ledger's reservation that its cost counts in; `null`: nothing was reserved. */
  reservation: z
    .strictObject({ id: z.string(), scopes: z.array(z.string()).readonly() })
    .nullable(),
});

/** What the API of a model's provider speaks. */
const DialectName = z.enum([
  'openai-responses',
  'openai-chat',
  'anthropic',
  'gemini',
  'chatgpt',
  'claude-plan',
]);

const RecordedServer = z.discriminatedUnion('kind', [
  z.strictObject({
    name: z.string(),
    kind: z.literal('stdio'),
    command: z.string(),
    args: z.array(z.string()),
    env: z.record(z.string(), z.string()),
  }),
  z.strictObject({ name: z.string(), kind: z.literal('http') }),
]);

/** What an agent was started with (`AgentRequest` in `engine/ports/agent.ts`), besides what the task's events tell. */
const RecordedStart = z.strictObject({
  run: z.string(),
  instructions: z.string(),
  prompt: z.string(),
  model: z.strictObject({ name: z.string(), dialect: DialectName }).nullable(),
  session: z.string().nullable(),
  readOnly: z.boolean(),
  repositoryConfig: z.boolean(),
  tools: z.array(FrontMatter.shape.tools.element),
  /** Recordings of earlier versions have none. */
  servers: z.array(RecordedServer).default([]),
  outputSchema: z.record(z.string(), z.unknown()).nullable(),
  argv: z.array(z.string()),
});

export const RunRecording = z.strictObject({
  v: z.literal(1),
  adapter: z.string(),
  version: z.string(),
  /** More than one where its agent did not know its session any more, and began anew. */
  starts: z.array(RecordedStart),
  exchanges: z.array(RecordedExchange),
  /** By these, a worker that does the work of one that was lost takes answers up. Recordings of earlier versions have none. */
  answers: z.array(BackgroundAnswer).default([]),
  /** Why exchanges are missing at the end; `null`: all are there. */
  missing: z.string().nullable(),
});
export type RunRecording = z.infer<typeof RunRecording>;
