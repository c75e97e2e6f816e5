/** An agent's calls of tools as events of the journal. What is known of a call comes in several messages. */
import { z } from 'zod';
import type { AgentEvent } from '../../../core/agent-event.ts';
import { SANDBOX_WORK } from '../../../engine/ports/sandbox.ts';
import { type ToolCallPart, textOf } from './messages.ts';
import { commandOf, fieldOf, type McpOf, pathsOf } from './questions.ts';

type KnownCall = { known: ToolCallPart; tool: string; state: 'announced' | 'started' | 'closed' };

export type Calls = {
  /** What a message tells of a call. */
  told(part: ToolCallPart): AgentEvent[];
  /** Whether it may happen is asked. */
  asked(part: ToolCallPart): AgentEvent[];
  /** It does not happen: its denial is in the journal, and nothing more is told of it. */
  denied(callId: string): void;
  /** Those that never ended. */
  end(): AgentEvent[];
};

/** `toolOf`: the tool's name, from the first message about a call. */
export function createCalls(cli: { toolOf(first: ToolCallPart): string; mcpOf: McpOf }): Calls {
  const calls = new Map<string, KnownCall>();

  const begun = (part: ToolCallPart): KnownCall => {
    const call: KnownCall = { known: part, tool: cli.toolOf(part), state: 'announced' };
    calls.set(part.toolCallId, call);
    return call;
  };
  const start = (call: KnownCall, synthesised: boolean): AgentEvent[] => {
    if (call.state !== 'announced') return [];
    call.state = 'started';
    const isMcp = call.known.kind === 'other' && cli.mcpOf(call.known) !== null;
    return [startOf(call, { isMcp, synthesised })];
  };

  // Of one that is closed only its id is asked for again; what it was called with may be megabytes.
  const close = (call: KnownCall): void => {
    call.state = 'closed';
    call.known = { toolCallId: call.known.toolCallId };
  };

  return {
    told(part) {
      const call = calls.get(part.toolCallId) ?? begun(part);
      if (call.state === 'closed') return [];
      call.known = merged(call.known, part);
      // A change is told once its files are: with the question about it, or with its end.
      const waits = isChange(call.known) && pathsOf(call.known).length === 0;
      if (part.status === 'in_progress') return waits ? [] : start(call, false);
      if (part.status !== 'completed' && part.status !== 'failed') return [];
      const events = [...start(call, true), endOf(call.known)];
      close(call);
      return events;
    },
    asked(part) {
      const before = calls.get(part.toolCallId);
      const call = before && before.state !== 'closed' ? before : begun(part);
      call.known = merged(call.known, part);
      return start(call, false);
    },
    denied(callId) {
      const call = calls.get(callId);
      if (call) close(call);
    },
    end() {
      const open = [...calls].filter(([, { state }]) => state === 'started');
      return open.map(([callId]) => ({
        type: 'tool.finished',
        callId,
        ok: false,
        exitCode: null,
        output: '',
        error: 'nothing was told of its end',
      }));
    },
  };
}

const isChange = ({ kind }: ToolCallPart): boolean =>
  kind === 'edit' || kind === 'delete' || kind === 'move';

/** What a later message leaves out stays as it was. */
function merged(before: ToolCallPart, part: ToolCallPart): ToolCallPart {
  const told = Object.entries(part).filter(([, value]) => value !== undefined && value !== null);
  return { ...before, ...Object.fromEntries(told) };
}

function startOf(
  { known, tool }: KnownCall,
  { isMcp, synthesised }: { isMcp: boolean; synthesised: boolean },
): AgentEvent {
  const { toolCallId: callId, rawInput, title } = known;
  const command = known.kind === 'execute' ? commandOf(known) : null;
  const changes = isChange(known);
  return {
    type: 'tool.started',
    callId,
    tool,
    kind: command !== null ? 'command' : changes ? 'file_change' : isMcp ? 'mcp' : 'tool',
    input: rawInput ?? { title: title ?? '' },
    ...(command !== null && { command }),
    ...(changes && { paths: pathsOf(known).map(inRepository) }),
    ...(synthesised && { synthesised }),
  };
}

function endOf({ toolCallId: callId, status, content, rawOutput }: ToolCallPart): AgentEvent {
  const shown = (content ?? []).map(part => (part.type === 'content' ? textOf(part.content) : ''));
  const output = shown.filter(text => text !== '').join('\n');
  const { exit, diff } = metadataOf(rawOutput);
  const failed = status === 'failed';
  return {
    type: 'tool.finished',
    callId,
    ok: !failed && (exit === null || exit === 0),
    exitCode: exit,
    output,
    ...(diff !== null && { diff }),
    ...(failed && { error: whyFailed(rawOutput) ?? (output || 'it failed') }),
  };
}

const whyFailed = (rawOutput: unknown): string | null =>
  fieldOf(rawOutput, 'error') ?? fieldOf(rawOutput, 'message');

/** Copilot tells the exit of a shell as one of the contents of its output. */
const ShellExit = z.object({
  contents: z.array(z.object({ type: z.literal('shell_exit'), exitCode: z.int() })).length(1),
});

/** What OpenCode and its descendants tell besides. */
function metadataOf(rawOutput: unknown): { exit: number | null; diff: string | null } {
  const shell = ShellExit.safeParse(rawOutput);
  if (shell.success) return { exit: shell.data.contents[0]?.exitCode ?? null, diff: null };
  const metadata =
    typeof rawOutput === 'object' && rawOutput !== null && 'metadata' in rawOutput
      ? rawOutput.metadata
      : null;
  if (typeof metadata !== 'object' || metadata === null) return { exit: null, diff: null };
  const exit = z.int().safeParse('exit' in metadata ? metadata.exit : null).data ?? null;
  return { exit, diff: fieldOf(metadata, 'diff') };
}

const inRepository = (path: string): string =>
  path.startsWith(`${SANDBOX_WORK}/`) ? path.slice(SANDBOX_WORK.length + 1) : path;
