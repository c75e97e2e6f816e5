/** Codex's items, started and completed, as events of the journal. */
import { z } from 'zod';
import type { AgentEvent } from '../../../core/agent-event.ts';
import { SANDBOX_WORK } from '../../../engine/ports/sandbox.ts';

const id = z.string();
/** `inProgress`, `completed`, `failed`, `declined`. */
const status = z.string();

const KNOWN = z.discriminatedUnion('type', [
  z.object({
    id,
    type: z.literal('commandExecution'),
    command: z.string(),
    aggregatedOutput: z.string().nullish(),
    exitCode: z.number().int().nullish(),
    status,
  }),
  z.object({
    id,
    type: z.literal('fileChange'),
    changes: z.array(
      z.object({
        path: z.string(),
        kind: z.object({ type: z.string(), move_path: z.string().nullish() }),
        diff: z.string().default(''),
      }),
    ),
    status,
  }),
  z.object({
    id,
    type: z.literal('mcpToolCall'),
    server: z.string(),
    tool: z.string(),
    arguments: z.unknown(),
    result: z.unknown(),
    error: z.object({ message: z.string() }).nullish(),
    status,
  }),
  z.object({ id, type: z.literal('agentMessage'), text: z.string() }),
  z.object({
    id,
    type: z.literal('reasoning'),
    summary: z.array(z.string()).default([]),
    content: z.array(z.string()).default([]),
  }),
]);
type Known = z.infer<typeof KNOWN>;
export type FileChange = Extract<Known, { type: 'fileChange' }>;

/** Kinds that are no calls of a tool. */
const SILENT = new Set([
  'userMessage',
  'hookPrompt',
  'functionCallOutput',
  'plan',
  'contextCompaction',
  'enteredReviewMode',
  'exitedReviewMode',
]);

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
    case 'commandExecution':
      return {
        type: 'tool.started',
        callId: item.id,
        tool: 'shell',
        kind: 'command',
        input: { command: item.command },
        command: item.command,
      };
    case 'fileChange': {
      const changes = item.changes.map(({ path, kind }) => ({
        path: inRepository(path),
        kind: kind.type,
        ...(kind.move_path ? { movedTo: inRepository(kind.move_path) } : {}),
      }));
      return {
        type: 'tool.started',
        callId: item.id,
        tool: 'apply_patch',
        kind: 'file_change',
        input: { changes },
        paths: pathsOf(item),
      };
    }
    case 'mcpToolCall':
      return {
        type: 'tool.started',
        callId: item.id,
        tool: `${item.server}/${item.tool}`,
        kind: 'mcp',
        input: item.arguments,
      };
    case 'other':
      if (SILENT.has(item.item.type)) return null;
      return {
        type: 'tool.started',
        callId: item.item.id,
        tool: item.item.type,
        kind: 'tool',
        input: item.item,
      };
    case 'agentMessage':
    case 'reasoning':
      return null;
  }
}

export function completedBy(item: Item): AgentEvent[] {
  switch (item.type) {
    case 'commandExecution':
      if (item.status === 'declined') return declined(item.id, 'the command');
      return [
        {
          type: 'tool.finished',
          callId: item.id,
          ok: item.status === 'completed' && item.exitCode === 0,
          exitCode: item.exitCode ?? null,
          output: item.aggregatedOutput ?? '',
        },
      ];
    case 'fileChange':
      if (item.status === 'declined') return declined(item.id, 'the patch');
      return [
        {
          type: 'tool.finished',
          callId: item.id,
          ok: item.status === 'completed',
          exitCode: null,
          output: '',
          diff: item.changes.map(({ diff }) => diff).join('\n'),
        },
      ];
    case 'mcpToolCall':
      return [
        {
          type: 'tool.finished',
          callId: item.id,
          ok: item.status === 'completed',
          exitCode: null,
          output: item.result ? JSON.stringify(item.result) : '',
          ...(item.error && { error: item.error.message }),
        },
      ];
    case 'other':
      if (SILENT.has(item.item.type)) return [];
      return [
        {
          type: 'tool.finished',
          callId: item.item.id,
          ok: item.item.status !== 'failed',
          exitCode: null,
          output: '',
        },
      ];
    case 'agentMessage':
      return [{ type: 'message', role: 'assistant', text: item.text }];
    case 'reasoning': {
      const text = [...item.summary, ...item.content].join('\n');
      return text === '' ? [] : [{ type: 'reasoning', text }];
    }
  }
}

/** Whether a command ran, or a file was changed. */
export const hasActed = (item: Item): boolean =>
  (item.type === 'commandExecution' && typeof item.exitCode === 'number') ||
  (item.type === 'fileChange' && item.status === 'completed');

const declined = (callId: string, what: string): AgentEvent[] => [
  {
    type: 'tool.denied',
    callId,
    by: 'mode',
    ruleId: null,
    reason: `${what} was declined by Codex`,
  },
];

/** Every path that a change writes: where a file is moved, also the one that it is moved to. */
export const pathsOf = ({ changes }: FileChange): string[] =>
  changes.flatMap(({ path, kind }) =>
    [path, ...(kind.move_path ? [kind.move_path] : [])].map(inRepository),
  );

const inRepository = (path: string): string =>
  path.startsWith(`${SANDBOX_WORK}/`) ? path.slice(SANDBOX_WORK.length + 1) : path;
