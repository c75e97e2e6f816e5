/**
 * What agents say over ACP, as far as it is read. The library passes on most of it unchecked, so it is
 * checked here; where a message is of no known shape, that is told and nobody is asked anything.
 */

import { z } from 'zod';
import { firstPart } from '../../../core/text/first-part.ts';
import { parseJsonLine } from '../json-line.ts';

const rpc = { jsonrpc: z.literal('2.0') };
const id = z.union([z.string(), z.number(), z.null()]);
const error = z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() });

const Notification = z.object({
  ...rpc,
  id: z.undefined().optional(),
  method: z.string(),
  params: z.unknown().optional(),
});
const Request = z.object({ ...rpc, id, method: z.string(), params: z.unknown().optional() });
const Answer = z.union([
  z.object({ ...rpc, id, error, method: z.undefined().optional() }),
  z.object({ ...rpc, id, result: z.json(), method: z.undefined().optional() }),
]);

/** What is of no concern: an image, a link. */
const Other = z.object({ type: z.string() }).transform(() => ({ type: 'other' as const }));

const Block = z.union([z.object({ type: z.literal('text'), text: z.string() }), Other]);

/** What a call of a tool shows: a text, a change of a file, or what else there may be. */
const Shown = z.union([
  z.object({ type: z.literal('content'), content: Block }),
  z.object({ type: z.literal('diff'), path: z.string().min(1) }),
  z
    .object({ type: z.string() })
    .refine(({ type }) => type !== 'diff', 'a change without its file')
    .transform(() => ({ type: 'other' as const })),
]);

/** A call of a tool, as far as one message tells of it: the next may tell more. */
export const ToolCallPart = z.object({
  toolCallId: z.string().min(1).max(1_000),
  title: z.string().nullish(),
  kind: z.string().nullish(),
  status: z.string().nullish(),
  locations: z.array(z.object({ path: z.string().min(1) })).nullish(),
  content: z.array(Shown).nullish(),
  rawInput: z.unknown().optional(),
  rawOutput: z.unknown().optional(),
});
export type ToolCallPart = z.infer<typeof ToolCallPart>;

/** The agent asks whether a call may happen. */
export const PermissionRequest = z.object({
  toolCall: ToolCallPart,
  options: z.array(z.object({ optionId: z.string(), kind: z.string() })),
});
export type PermissionRequest = z.infer<typeof PermissionRequest>;

const chunk = { content: Block, messageId: z.string().nullish() };

const KNOWN_UPDATES = z.discriminatedUnion('sessionUpdate', [
  z.object({ sessionUpdate: z.literal('agent_message_chunk'), ...chunk }),
  z.object({ sessionUpdate: z.literal('agent_thought_chunk'), ...chunk }),
  z.object({ sessionUpdate: z.literal('tool_call'), ...ToolCallPart.shape }),
  z.object({ sessionUpdate: z.literal('tool_call_update'), ...ToolCallPart.shape }),
  z.object({
    sessionUpdate: z.literal('usage_update'),
    cost: z.object({ amount: z.number().nonnegative(), currency: z.string() }).nullish(),
  }),
  z.object({ sessionUpdate: z.literal('available_commands_update') }),
]);
export type Update = z.infer<typeof KNOWN_UPDATES>;

/** How an update begins, for one that is too long to be read. Nobody answers it. */
const UPDATE = /^\{"jsonrpc":"2\.0","method":"session\/update",/;

const KINDS = new Set<string>(
  KNOWN_UPDATES.options.map(option => option.shape.sessionUpdate.value),
);
const UpdateParams = z.object({ update: z.looseObject({ sessionUpdate: z.string() }) });

export const Initialized = z.object({ protocolVersion: z.literal(1) });
export const NewSession = z.object({ sessionId: z.string().min(1).max(1_000) });
export const PromptResult = z.looseObject({ stopReason: z.string() });
export type PromptResult = z.infer<typeof PromptResult>;

/** The text of a block; empty where it is none. */
export const textOf = (block: z.infer<typeof Block>): string =>
  block.type === 'text' ? block.text : '';

type AcpLine =
  | { kind: 'request'; message: z.infer<typeof Request> }
  | { kind: 'answer'; message: z.infer<typeof Answer> }
  | { kind: 'update'; update: Update }
  /** Nothing that concerns us. */
  | { kind: 'ignored' }
  | { kind: 'unreadable'; problem: string; fatal: boolean };

/** @foreign */
export function readLine(text: string): AcpLine {
  const json = parseJsonLine(text);
  if (!json.ok) {
    // A question that can't be read would wait for its answer until the time limit.
    const fatal = json.tooLarge && !UPDATE.test(text);
    return { kind: 'unreadable', problem: json.problem, fatal };
  }
  const told = Notification.safeParse(json.value);
  if (told.success) return updateIn(told.data, text);
  const request = Request.safeParse(json.value);
  if (request.success) return { kind: 'request', message: request.data };
  const answer = Answer.safeParse(json.value);
  if (answer.success) return { kind: 'answer', message: answer.data };
  return unreadable('a line that is no message of JSON-RPC', text);
}

function updateIn({ method, params }: z.infer<typeof Notification>, text: string): AcpLine {
  if (method !== 'session/update') return { kind: 'ignored' };
  const read = UpdateParams.safeParse(params);
  if (!read.success) return unreadable('an update of no known shape', text);
  const { update } = read.data;
  if (!KINDS.has(update.sessionUpdate)) return { kind: 'ignored' };
  const known = KNOWN_UPDATES.safeParse(update);
  if (known.success) return { kind: 'update', update: known.data };
  return unreadable(`an update "${update.sessionUpdate}" of no known shape`, text);
}

const unreadable = (problem: string, text: string): AcpLine => ({
  kind: 'unreadable',
  problem: `${problem}: ${firstPart(text, 120)}`,
  fatal: false,
});
