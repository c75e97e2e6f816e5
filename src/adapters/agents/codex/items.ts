/** Codex's items, started and completed, as events of the journal. */
import { z } from 'zod';
import type { AgentEvent } from '../../../core/agent-event.ts';
import { SANDBOX_WORK } from '../../../engine/ports/sandbox.ts';

const id = z.string();
/** `in_progress`, `completed`, `failed`, `declined`. */
const status = z.string();

const KNOWN = z.discriminatedUnion('type', [
  z.object({
    id,
    type: z.literal('command_execution'),
    command: z.string(),
    aggregated_output: z.string().default(''),
    exit_code: z.number().int().nullable().default(null),
    status,
  }),
  z.object({
    id,
    type: z.literal('file_change'),
    changes: z.array(z.object({ path: z.string(), kind: z.string() })),
    status,
  }),
  z.object({
    id,
    type: z.literal('mcp_tool_call'),
    server: z.string(),
    tool: z.string(),
    arguments: z.unknown(),
    result: z.unknown(),
    error: z.object({ message: z.string() }).nullish(),
    status,
  }),
  z.object({ id, type: z.literal('agent_message'), text: z.string() }),
  z.object({ id, type: z.literal('reasoning'), text: z.string() }),
  z.object({ id, type: z.literal('error'), message: z.string() }),
]);
type Known = z.infer<typeof KNOWN>;

/** An item of an unknown kind counts as a tool; its input shows what it is. */
const Other = z.looseObject({ id, type: z.string() });

const KINDS = new Set<string>(KNOWN.options.map(option => option.shape.type.value));

export const Item = z
  .unknown()
  .transform((value, context): Known | { type: 'other'; item: z.infer<typeof Other> } => {
    const other = Other.safeParse(value);
    if (other.success && !KINDS.has(other.data.type)) return { type: 'other', item: other.data };
    const known = KNOWN.safeParse(value);
    if (known.success) return known.data;
    context.addIssue({ code: 'custom', message: 'an item of no known shape' });
    return z.NEVER;
  });
export type Item = z.infer<typeof Item>;

type Started = Extract<AgentEvent, { type: 'tool.started' }>;

/** The call that an item is, `null` where it is none. */
export function startedBy(item: Item): Started | null {
  switch (item.type) {
    case 'command_execution':
      return {
        type: 'tool.started',
        callId: item.id,
        tool: 'shell',
        kind: 'command',
        input: { command: item.command },
        command: item.command,
      };
    case 'file_change': {
      const paths = item.changes.map(change => inRepository(change.path));
      const changes = item.changes.map(({ kind }, index) => ({ path: paths[index], kind }));
      return {
        type: 'tool.started',
        callId: item.id,
        tool: 'apply_patch',
        kind: 'file_change',
        input: { changes },
        paths,
      };
    }
    case 'mcp_tool_call':
      return {
        type: 'tool.started',
        callId: item.id,
        tool: `${item.server}/${item.tool}`,
        kind: 'mcp',
        input: item.arguments,
      };
    case 'other':
      return {
        type: 'tool.started',
        callId: item.item.id,
        tool: item.item.type,
        kind: 'tool',
        input: item.item,
      };
    case 'agent_message':
    case 'reasoning':
    case 'error':
      return null;
  }
}

export function completedBy(item: Item): AgentEvent {
  switch (item.type) {
    case 'command_execution': {
      if (item.status === 'declined') return declined(item.id, 'the command was declined');
      const ok = item.status === 'completed' && item.exit_code === 0;
      return {
        type: 'tool.finished',
        callId: item.id,
        ok,
        exitCode: item.exit_code,
        output: item.aggregated_output,
      };
    }
    case 'file_change':
      if (item.status === 'declined') return declined(item.id, 'the patch was declined');
      return {
        type: 'tool.finished',
        callId: item.id,
        ok: item.status === 'completed',
        exitCode: null,
        output: '',
      };
    case 'mcp_tool_call':
      if (item.error && /requires approval/.test(item.error.message))
        return declined(item.id, item.error.message);
      return {
        type: 'tool.finished',
        callId: item.id,
        ok: item.status === 'completed',
        exitCode: null,
        output: item.result ? JSON.stringify(item.result) : '',
        ...(item.error && { error: item.error.message }),
      };
    case 'other':
      return {
        type: 'tool.finished',
        callId: item.item.id,
        ok: item.item.status !== 'failed',
        exitCode: null,
        output: '',
      };
    case 'agent_message':
      return { type: 'message', role: 'assistant', text: item.text };
    case 'reasoning':
      return { type: 'reasoning', text: item.text };
    case 'error':
      return { type: 'warning', message: item.message };
  }
}

const declined = (callId: string, reason: string): AgentEvent => ({
  type: 'tool.denied',
  callId,
  by: 'mode',
  ruleId: null,
  reason,
});

const inRepository = (path: string): string =>
  path.startsWith(`${SANDBOX_WORK}/`) ? path.slice(SANDBOX_WORK.length + 1) : path;
