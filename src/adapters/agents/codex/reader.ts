/** The output of `codex exec --json` as events of the journal. Only `turn.completed` means success. */
import { z } from 'zod';
import type { AgentEvent } from '../../../core/agent-event.ts';
import type { AgentReader, AgentRequest } from '../../../engine/ports/agent.ts';
import { describeEnd, finish } from '../finish.ts';
import { parseJsonLine } from '../json-line.ts';
import { structuredOf, summaryOf } from '../structured.ts';
import { classify } from './classify.ts';
import { completedBy, Item, startedBy } from './items.ts';
import { createStderrReader } from './stderr.ts';

const tokens = z.number().int().nonnegative().default(0);

const Line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('thread.started'), thread_id: z.string() }),
  z.object({ type: z.literal('turn.started') }),
  z.object({ type: z.literal('item.started'), item: Item }),
  z.object({ type: z.literal('item.updated') }),
  z.object({ type: z.literal('item.completed'), item: Item }),
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
type Line = z.infer<typeof Line>;

export function createCodexReader(request: AgentRequest, model: string): AgentReader {
  const readStderr = createStderrReader();
  const open = new Set<string>();
  let session: string | null = null;
  let completed = false;
  let answer = '';
  /** Why it failed: Codex's own message, or ours where its output could not be read. */
  let fault: string | null = null;
  /** An error that `turn.failed` will repeat, unless the process dies before. */
  let pending: string | null = null;
  let firstStderrLine = '';
  /** What Codex says on stderr when it ends without a word on stdout. */
  let lastWords = '';

  const fatal = (message: string): AgentEvent => {
    fault ??= message;
    return { type: 'error', ...classify(message), message, fatal: true };
  };
  const misread = (message: string): AgentEvent => {
    fault ??= message;
    return { type: 'error', class: 'protocol', message, fatal: true };
  };

  const eventsOf = (line: Line): AgentEvent[] => {
    switch (line.type) {
      case 'thread.started':
        session = line.thread_id;
        return [{ type: 'session.started', model }];
      case 'turn.started':
      case 'item.updated':
        return [];
      case 'item.started': {
        const call = startedBy(line.item);
        if (!call) return [];
        open.add(call.callId);
        return [call];
      }
      case 'item.completed': {
        const call = startedBy(line.item);
        const end = completedBy(line.item);
        if (line.item.type === 'agent_message') answer = line.item.text;
        if (!call || open.delete(call.callId)) return [end];
        return [{ ...call, synthesised: true }, end];
      }
      case 'turn.completed': {
        completed = true;
        const { usage } = line;
        const cached = usage.cached_input_tokens;
        const cacheWrite = usage.cache_write_input_tokens;
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
            // A resumed thread goes on with the sums of its earlier runs.
            scope: request.session === null ? 'run' : 'session',
          },
        ];
      }
      case 'turn.failed':
        pending = null;
        return [fatal(line.error.message)];
      case 'error':
        if (!line.message.startsWith('Reconnecting')) {
          pending = line.message;
          return [];
        }
        return [{ type: 'error', ...classify(line.message), message: line.message, fatal: false }];
    }
  };

  const read = (text: string): AgentEvent[] => {
    const json = parseJsonLine(text);
    if (!json.ok) return [misread(json.problem)];
    const line = Line.safeParse(json.value);
    if (line.success) return eventsOf(line.data);
    // An unknown kind of event changes nothing; a known kind must have the known shape.
    const kind = z.object({ type: z.string() }).safeParse(json.value);
    const known = Line.options.some(option => option.shape.type.value === kind.data?.type);
    if (!kind.success || known)
      return [misread(`an event of no known shape: ${text.slice(0, 120)}`)];
    return [{ type: 'warning', message: `unknown event "${kind.data.type}"` }];
  };

  return {
    line(stream, text) {
      if (stream === 'stdout') return text === '' ? [] : read(text);
      firstStderrLine ||= text.trim();
      if (text.startsWith('Error: ')) lastWords ||= text.slice('Error: '.length).trim();
      return readStderr(text);
    },

    end(end) {
      const events: AgentEvent[] = [];
      for (const callId of open)
        events.push({
          type: 'tool.finished',
          callId,
          ok: false,
          exitCode: null,
          output: '',
          error: 'the process ended before the tool did',
        });
      if (pending !== null) events.push(fatal(pending));
      const ok = completed && fault === null;
      const structured = ok ? structuredOf(answer) : undefined;
      const summary = fault ?? summaryOf(answer, structured);
      const last = finish(end, { who: 'Codex', ok, summary, structured });
      if (last.status !== 'failed' || fault !== null) return [...events, last];
      if (lastWords) return [...events, fatal(lastWords), { ...last, summary: lastWords }];
      const problem = firstStderrLine || `Codex ${describeEnd(end)} without an end of its turn`;
      return [...events, misread(problem), { ...last, summary: problem }];
    },

    session: () => session,
  };
}
