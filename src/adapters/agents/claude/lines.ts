/** The lines that Claude Code prints with `--output-format stream-json`, as far as they are read. */

import { z } from 'zod';
import { firstPart } from '../../../core/text/first-part.ts';
import { parseJsonLine } from '../json-line.ts';

const count = z.number().int().nonnegative().default(0);
const text = z.string();

/** Blocks of unknown kinds are skipped. */
const ContentBlock = z.union([
  z.object({ type: z.literal('text'), text }),
  z.object({ type: z.literal('thinking'), thinking: text }),
  z.object({ type: z.literal('tool_use'), id: text, name: text, input: z.unknown().optional() }),
  z.object({
    type: z.literal('tool_result'),
    tool_use_id: text,
    is_error: z.boolean().default(false),
    content: z.unknown().optional(),
  }),
  z.object({ type: z.string() }).transform(() => ({ type: 'other' as const })),
]);
export type ContentBlock = z.infer<typeof ContentBlock>;
export type ToolUse = Extract<ContentBlock, { type: 'tool_use' }>;
export type ToolResult = Extract<ContentBlock, { type: 'tool_result' }>;

/** How a call of a tool was permitted or rejected; only rejections are used. */
const Permission = z.object({
  id: text,
  permission_decision: z
    .object({ decision: text, source: text.optional(), reason_type: text.optional() })
    .optional(),
});
export type Permission = z.infer<typeof Permission>;

const MessageBody = z.object({
  content: z.union([
    z.array(ContentBlock),
    text.transform((said): ContentBlock[] => [{ type: 'text', text: said }]),
  ]),
});

const ModelUsage = z.object({
  inputTokens: count,
  outputTokens: count,
  cacheReadInputTokens: count,
  cacheCreationInputTokens: count,
  thinkingTokens: count,
  costUSD: z.number().nonnegative().default(0),
});

const ClaudeLine = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('system'),
    subtype: text,
    session_id: text.optional(),
    model: text.optional(),
    /** `api_retry`. */
    error: text.optional(),
    error_status: z.number().int().nullish(),
    retry_delay_ms: z.number().nonnegative().optional(),
    /** `permission_denied`. */
    tool_use_id: text.optional(),
    decision_reason_type: text.optional(),
    decision_reason: text.optional(),
    message: text.optional(),
    /** `informational`. */
    content: text.optional(),
  }),
  /** `error`: the text is not the model's, and says why there is none of it. */
  z.object({ type: z.literal('assistant'), message: MessageBody, error: text.optional() }),
  z.object({
    type: z.literal('user'),
    message: MessageBody,
    tool_result_meta: z.array(Permission).default([]),
  }),
  z.object({
    type: z.literal('result'),
    subtype: text,
    is_error: z.boolean(),
    api_error_status: z.number().int().nullish(),
    terminal_reason: text.optional(),
    result: text.optional(),
    errors: z.array(text).default([]),
    session_id: text.optional(),
    structured_output: z.unknown().optional(),
    permission_denials: z.array(z.object({ tool_use_id: text })).default([]),
    /** By model, of this run alone, whatever was used in the session before. */
    model_usage_since_last_result: z.record(text, ModelUsage).default({}),
  }),
  z.object({
    type: z.literal('control_request'),
    request_id: text,
    // One that can't be read is refused like one of an unknown kind: it gets an answer in any case.
    request: z
      .object({
        subtype: text,
        tool_name: text.optional(),
        tool_use_id: text.optional(),
        input: z.record(text, z.unknown()).optional(),
        mcp_server: z.object({ name: text }).optional(),
      })
      .catch({ subtype: 'unreadable' }),
  }),
  z.object({ type: z.literal('control_cancel_request'), request_id: text }),
]);
export type ClaudeLine = z.infer<typeof ClaudeLine>;
export type SystemLine = Extract<ClaudeLine, { type: 'system' }>;
export type ResultLine = Extract<ClaudeLine, { type: 'result' }>;
export type ControlRequest = Extract<ClaudeLine, { type: 'control_request' }>;

/** Kinds that say nothing which is needed. */
const QUIET = new Set([
  'control_response',
  'keep_alive',
  'rate_limit_event',
  'stream_event',
  'tool_progress',
]);

/** `null`: it says nothing that is needed. A string says why it can't be read. */
export function readLine(printed: string): ClaudeLine | null | string {
  const json = parseJsonLine(printed);
  if (!json.ok) return json.problem;
  const line = ClaudeLine.safeParse(json.value);
  if (line.success) return line.data;
  const kind = z.object({ type: text }).safeParse(json.value).data?.type;
  if (kind !== undefined && QUIET.has(kind)) return null;
  const known = ClaudeLine.options.some(option => option.shape.type.value === kind);
  if (kind === undefined || known) return `an event of no known shape: ${firstPart(printed, 120)}`;
  return `unknown event "${kind.slice(0, 60)}"`;
}
