/** What `opencode run --format json` prints, and `kilo run --format json` alike. */
import { z } from 'zod';
import type { AgentEvent } from '../../../core/agent-event.ts';
import type { AgentReader } from '../../../engine/ports/agent.ts';
import { classify } from '../acp/classify.ts';
import { createOneShotReader, type OneShotState } from '../one-shot.ts';

const count = z.number().int().nonnegative().default(0);
const sessionID = z.string();
const Metadata = z.object({ exit: z.number().int().nullish(), diff: z.string().optional() });

const State = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('completed'),
    input: z.unknown(),
    output: z.string().default(''),
    metadata: Metadata.default({}),
  }),
  z.object({ status: z.literal('error'), input: z.unknown(), error: z.string() }),
]);

const Line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('step_start'), sessionID }),
  z.object({ type: z.literal('text'), sessionID, part: z.object({ text: z.string() }) }),
  z.object({ type: z.literal('reasoning'), sessionID, part: z.object({ text: z.string() }) }),
  z.object({
    type: z.literal('tool_use'),
    sessionID,
    part: z.object({ tool: z.string(), callID: z.string(), state: State }),
  }),
  z.object({
    type: z.literal('step_finish'),
    sessionID,
    part: z.object({
      reason: z.string().default(''),
      cost: z.number().nonnegative().optional(),
      tokens: z
        .object({
          input: count,
          output: count,
          reasoning: count,
          cache: z.object({ read: count, write: count }).default({ read: 0, write: 0 }),
        })
        .optional(),
    }),
  }),
  z.object({
    type: z.literal('error'),
    sessionID,
    error: z.object({
      name: z.string(),
      data: z.object({ message: z.string(), statusCode: z.number().int().nullish() }).optional(),
    }),
  }),
]);

export const createOpencodeOneShot = (who: string): AgentReader =>
  createOneShotReader({ who, read, failure: message => classify(message, null) });

function read(value: unknown, told: OneShotState): AgentEvent[] | null {
  const parsed = Line.safeParse(value);
  if (!parsed.success) return null;
  const line = parsed.data;
  const begins: AgentEvent[] =
    told.session === null ? [{ type: 'session.started', model: null }] : [];
  told.session = line.sessionID;
  return [...begins, ...eventsOf(line, told)];
}

function eventsOf(line: z.infer<typeof Line>, told: OneShotState): AgentEvent[] {
  switch (line.type) {
    case 'step_start':
      return [];
    case 'text':
      told.answer = line.part.text;
      return [{ type: 'message', role: 'assistant', text: line.part.text }];
    case 'reasoning':
      return [{ type: 'reasoning', text: line.part.text }];
    case 'tool_use':
      return called(line.part);
    case 'step_finish': {
      const { reason, tokens, cost } = line.part;
      told.done = reason === 'stop';
      return [
        ...(tokens
          ? [
              {
                type: 'usage' as const,
                usage: {
                  input: tokens.input,
                  cached: tokens.cache.read,
                  cacheWrite: tokens.cache.write,
                  // The contract's output includes what was thought.
                  output: tokens.output + tokens.reasoning,
                  reasoning: tokens.reasoning,
                },
                scope: 'step' as const,
              },
            ]
          : []),
        ...(cost === undefined
          ? []
          : [
              {
                type: 'cost' as const,
                usd: cost,
                basis: 'provider' as const,
                scope: 'step' as const,
              },
            ]),
      ];
    }
    case 'error': {
      const { name, data } = line.error;
      const message = data?.message ?? name;
      told.fault = message;
      return [
        { type: 'error', ...classify(message, data?.statusCode ?? null), message, fatal: true },
      ];
    }
  }
}

const Command = z.object({ command: z.string() });
const Path = z.object({ filePath: z.string() });
/** Tools of its own; what has another name with an underscore is a server's. */
const CHANGES = ['edit', 'write', 'patch', 'apply_patch'];

type PrintedCall = Extract<z.infer<typeof Line>, { type: 'tool_use' }>['part'];

/** A call is told of once it has ended. */
function called({ tool, callID: callId, state }: PrintedCall): AgentEvent[] {
  const { input } = state;
  const command = Command.safeParse(input).data?.command;
  const path = Path.safeParse(input).data?.filePath;
  const start: AgentEvent = {
    type: 'tool.started',
    callId,
    tool,
    input,
    synthesised: true,
    ...(tool === 'bash' && command !== undefined
      ? { kind: 'command', command }
      : CHANGES.includes(tool)
        ? { kind: 'file_change', paths: path === undefined ? [] : [path] }
        : { kind: tool.includes('_') ? 'mcp' : 'tool' }),
  };
  if (state.status === 'completed') {
    const { output, metadata } = state;
    const exitCode = metadata.exit ?? null;
    const ok = exitCode === null || exitCode === 0;
    const { diff } = metadata;
    return [
      start,
      { type: 'tool.finished', callId, ok, exitCode, output, ...(diff !== undefined && { diff }) },
    ];
  }
  const { error } = state;
  const by = deniedBy(error);
  if (by === null)
    return [start, { type: 'tool.finished', callId, ok: false, exitCode: null, output: '', error }];
  const ruleId = /\brule (R-\d+)/.exec(error)?.[1] ?? null;
  return [start, { type: 'tool.denied', callId, by, ruleId, reason: error }];
}

/** Null: it was not denied, it failed. What a plugin throws before a call is known by its words alone. */
function deniedBy(error: string): 'rule' | 'mode' | 'hook' | null {
  if (/specified a rule which prevents/.test(error)) return 'rule';
  if (/rejected permission/.test(error)) return 'mode';
  if (/\b(EACCES|EPERM|EROFS)\b|permission denied/i.test(error)) return null;
  return /\b(deny|denied|not allowed|forbidden|blocked)\b/i.test(error) ? 'hook' : null;
}
