/** What `codex exec --json` prints. Its items are those of the app-server, otherwise written. */
import { z } from 'zod';
import type { AgentEvent } from '../../../core/agent-event.ts';
import type { AgentReader } from '../../../engine/ports/agent.ts';
import { createOneShotReader, type OneShotState } from '../one-shot.ts';
import { classify } from './classify.ts';
import { completedBy, Item, startedBy } from './items.ts';
import { createStderrReader } from './stderr.ts';

const tokens = z.number().int().nonnegative().default(0);
const item = z.looseObject({ id: z.string(), type: z.string() });

const Line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('thread.started'), thread_id: z.string() }),
  z.object({ type: z.literal('turn.started') }),
  z.object({ type: z.literal('item.started'), item }),
  z.object({ type: z.literal('item.updated') }),
  z.object({ type: z.literal('item.completed'), item }),
  z.object({
    type: z.literal('turn.completed'),
    usage: z.object({
      input_tokens: tokens,
      cached_input_tokens: tokens,
      cache_write_input_tokens: tokens,
      output_tokens: tokens,
      reasoning_output_tokens: tokens,
    }),
  }),
  z.object({ type: z.literal('turn.failed'), error: z.object({ message: z.string() }) }),
  z.object({ type: z.literal('error'), message: z.string() }),
]);

export const createCodexOneShot = (): AgentReader =>
  createOneShotReader({ who: 'Codex', read, readStderr: createStderrReader(), failure: classify });

function read(value: unknown, told: OneShotState): AgentEvent[] | null {
  const parsed = Line.safeParse(value);
  if (!parsed.success) return null;
  const line = parsed.data;
  switch (line.type) {
    case 'thread.started':
      told.session = line.thread_id;
      return [{ type: 'session.started', model: null }];
    case 'turn.started':
    case 'item.updated':
      return [];
    case 'item.started':
      return started(line.item);
    case 'item.completed':
      return completed(line.item, told);
    case 'turn.completed': {
      told.done = true;
      const { usage } = line;
      const [cached, cacheWrite] = [usage.cached_input_tokens, usage.cache_write_input_tokens];
      return [
        {
          type: 'usage',
          usage: {
            // Codex counts cached tokens as input too.
            input: Math.max(0, usage.input_tokens - cached - cacheWrite),
            cached,
            cacheWrite,
            output: usage.output_tokens,
            reasoning: usage.reasoning_output_tokens,
          },
          // A thread that is continued goes on with the sums of its earlier turns.
          scope: 'session',
        },
      ];
    }
    case 'turn.failed': {
      const { message } = line.error;
      told.fault = message;
      return [{ type: 'error', ...classify(message), message, fatal: true }];
    }
    case 'error':
      // What is no retry is told again by `turn.failed`.
      if (!line.message.startsWith('Reconnecting')) return [];
      return [{ type: 'error', ...classify(line.message), message: line.message, fatal: false }];
  }
}

type PrintedItem = z.infer<typeof item>;

/** `command_execution` and `aggregated_output` are `commandExecution` and `aggregatedOutput` there. */
const inCamelCase = (name: string): string =>
  name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Null where it is of no known shape. */
function itemOf(printed: PrintedItem): Item | null {
  const fields = Object.entries(printed).map(([name, value]) => [inCamelCase(name), value]);
  const { changes, text } = printed;
  const written = {
    ...Object.fromEntries(fields),
    type: inCamelCase(printed.type),
    ...(printed.type === 'reasoning' && { summary: [text] }),
    ...(Array.isArray(changes) && {
      changes: changes.map(({ path, kind }) => ({ path, kind: { type: kind } })),
    }),
  };
  return Item.safeParse(written).data ?? null;
}

function started(printed: PrintedItem): AgentEvent[] | null {
  const known = itemOf(printed);
  const call = known && startedBy(known);
  return known && (call ? [call] : []);
}

/** What it did not tell the start of has one made of its end. */
function completed(printed: PrintedItem, told: OneShotState): AgentEvent[] | null {
  if (printed.type === 'error') return [{ type: 'warning', message: String(printed.message) }];
  const known = itemOf(printed);
  if (!known) return null;
  if (known.type === 'agentMessage') told.answer = known.text;
  const call = startedBy(known);
  const refused = known.type === 'mcpToolCall' ? known.error?.message : undefined;
  const end: AgentEvent[] =
    call && refused !== undefined && /requires approval/.test(refused)
      ? [{ type: 'tool.denied', callId: call.callId, by: 'mode', ruleId: null, reason: refused }]
      : completedBy(known);
  return call ? [{ ...call, synthesised: true }, ...end] : end;
}
