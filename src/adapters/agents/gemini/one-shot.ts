/** What `gemini --output-format stream-json` prints. */
import { z } from 'zod';
import type { AgentEvent } from '../../../core/agent-event.ts';
import type { AgentReader } from '../../../engine/ports/agent.ts';
import { classify } from '../acp/classify.ts';
import { createOneShotReader, type OneShotState } from '../one-shot.ts';

const count = z.number().int().nonnegative().default(0);
const error = z.object({ type: z.string().default(''), message: z.string() });

const Line = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('init'),
    session_id: z.string(),
    model: z.string().nullable().default(null),
  }),
  z.object({ type: z.literal('message'), role: z.string(), content: z.string() }),
  z.object({
    type: z.literal('tool_use'),
    tool_name: z.string(),
    tool_id: z.string(),
    parameters: z.unknown(),
  }),
  z.object({
    type: z.literal('tool_result'),
    tool_id: z.string(),
    status: z.string(),
    output: z.string().default(''),
    error: error.optional(),
  }),
  z.object({ type: z.literal('error'), message: z.string() }),
  z.object({
    type: z.literal('result'),
    status: z.string(),
    error: error.optional(),
    stats: z
      .object({ total_tokens: count, input_tokens: count, output_tokens: count, cached: count })
      .optional(),
  }),
]);

export const createGeminiOneShot = (): AgentReader =>
  createOneShotReader({ who: 'Gemini', read, failure: message => classify(message, null) });

function read(value: unknown, told: OneShotState): AgentEvent[] | null {
  const parsed = Line.safeParse(value);
  if (!parsed.success) return null;
  const line = parsed.data;
  switch (line.type) {
    case 'init':
      told.session = line.session_id;
      return [{ type: 'session.started', model: line.model }];
    case 'message':
      // The first one repeats the prompt.
      if (line.role !== 'assistant') return [];
      told.answer = line.content;
      return [{ type: 'message', role: 'assistant', text: line.content }];
    case 'tool_use':
      return [
        {
          type: 'tool.started',
          callId: line.tool_id,
          tool: line.tool_name,
          ...kindOf(line.tool_name, line.parameters),
          input: line.parameters,
        },
      ];
    case 'tool_result':
      return [endOf(line)];
    case 'error':
      return [{ type: 'warning', message: line.message }];
    case 'result':
      return ended(line, told);
  }
}

const Command = z.object({ command: z.string() });
const Path = z.object({ file_path: z.string() });

function kindOf(
  tool: string,
  parameters: unknown,
): Pick<Extract<AgentEvent, { type: 'tool.started' }>, 'kind' | 'command' | 'paths'> {
  if (tool.startsWith('mcp_')) return { kind: 'mcp' };
  const command = Command.safeParse(parameters).data?.command;
  if (tool === 'run_shell_command' && command !== undefined) return { kind: 'command', command };
  const path = Path.safeParse(parameters).data?.file_path;
  if (['replace', 'write_file'].includes(tool) && path !== undefined)
    return { kind: 'file_change', paths: [path] };
  return { kind: 'tool' };
}

function endOf(line: Extract<z.infer<typeof Line>, { type: 'tool_result' }>): AgentEvent {
  const { tool_id: callId, status, output } = line;
  const { type, message = output } = line.error ?? {};
  // A hook says that it blocked the call; a rule, that the policy denied it.
  if (type === 'policy_violation')
    return {
      type: 'tool.denied',
      callId,
      by: /execution blocked/.test(message) ? 'hook' : 'rule',
      ruleId: /\brule (R-\d+)/.exec(message)?.[1] ?? null,
      reason: message,
    };
  const ok = status === 'success';
  return {
    type: 'tool.finished',
    callId,
    ok,
    exitCode: null,
    output,
    ...(!ok && { error: message }),
  };
}

function ended(
  line: Extract<z.infer<typeof Line>, { type: 'result' }>,
  told: OneShotState,
): AgentEvent[] {
  const { status, error: failed, stats } = line;
  told.done = status === 'success';
  const said = failed?.message ?? 'Gemini tells of a failure without a reason';
  if (!told.done) told.fault = said;
  // Further lines are advice, which names limits of every kind.
  const failure = classify(said.split('\n')[0] ?? '', null);
  const { input_tokens: input = 0, output_tokens: output = 0, cached = 0 } = stats ?? {};
  // What was thought is only in the sum.
  const reasoning = Math.max(0, (stats?.total_tokens ?? 0) - input - output);
  return [
    ...(told.done ? [] : [{ type: 'error' as const, ...failure, message: said, fatal: true }]),
    ...(input + output === 0
      ? []
      : [
          {
            type: 'usage' as const,
            usage: { input: Math.max(0, input - cached), cached, cacheWrite: 0, output, reasoning },
            scope: 'run' as const,
          },
        ]),
  ];
}
