/** Calls of tools, as they begin and as they end, as events of the journal. */
import type { AgentEvent } from '../../../core/agent-event.ts';
import { SANDBOX_WORK } from '../../../engine/ports/sandbox.ts';
import type { Permission, ToolResult, ToolUse } from './lines.ts';
import { PATH_OF } from './questions.ts';

type Started = Extract<AgentEvent, { type: 'tool.started' }>;
type Denied = Extract<AgentEvent, { type: 'tool.denied' }>;

export function startedBy({ id, name, input }: ToolUse): Started {
  const call = { type: 'tool.started' as const, callId: id, tool: name, input };
  const command = name === 'Bash' ? fieldOf(input, 'command') : null;
  if (command !== null) return { ...call, kind: 'command', command };
  const path = Object.hasOwn(PATH_OF, name) ? fieldOf(input, PATH_OF[name] ?? '') : null;
  if (path !== null) return { ...call, kind: 'file_change', paths: [inRepository(path)] };
  return { ...call, kind: name.startsWith('mcp__') ? 'mcp' : 'tool' };
}

/** A command's exit code stands in the text of a failure alone. */
const FAILED_COMMAND = /^Exit code (\d{1,3})(?:\n|$)/;

export function finishedBy(result: ToolResult, tool: string): AgentEvent {
  const { tool_use_id: callId, is_error: failed, content } = result;
  const text = textOf(content);
  const end = { type: 'tool.finished' as const, callId, ok: !failed };
  if (!failed) return { ...end, exitCode: tool === 'Bash' ? 0 : null, output: text };
  const code = tool === 'Bash' ? FAILED_COMMAND.exec(text) : null;
  if (code) return { ...end, exitCode: Number(code[1]), output: text.slice(code[0].length) };
  return { ...end, exitCode: null, output: '', error: text };
}

/** Claude Code's own denial of a call; `null`: the call was not denied. */
export function deniedBy(result: ToolResult, permission: Permission | undefined): Denied | null {
  const decision = permission?.permission_decision;
  if (decision?.decision !== 'reject') return null;
  const by = decision.source === 'hook' ? 'hook' : byOf(decision.reason_type);
  return denial(result.tool_use_id, by, textOf(result.content));
}

export function denial(callId: string, by: Denied['by'], reason: string): Denied {
  const ruleId = /\(rule ([\w.-]{1,100})\)/.exec(reason)?.[1] ?? null;
  return { type: 'tool.denied', callId, by, ruleId, reason: reason.trim() };
}

/** `rule`: one of its settings names the call; `mode`: none permits it. */
export const byOf = (reasonType: string | undefined): Denied['by'] =>
  reasonType === 'rule' || reasonType === 'subcommandResults' ? 'rule' : 'mode';

/** Some tools answer with a list of blocks. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map(block => fieldOf(block, 'text') ?? '').join('\n');
}

function fieldOf(value: unknown, field: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const found: unknown = Reflect.get(value, field);
  return typeof found === 'string' ? found : null;
}

const inRepository = (path: string): string =>
  path.startsWith(`${SANDBOX_WORK}/`) ? path.slice(SANDBOX_WORK.length + 1) : path;
