/** What policy is asked before a call of a tool, from what its agent says that it would do. */
import type { AgentRequest } from '../../../engine/ports/agent.ts';
import { isAskedLater } from '../mcp/servers.ts';
import type { ToolCallPart } from './messages.ts';

/** The tool of an MCP server that a call of no other kind is of; `null`: it is none. */
export type McpOf = (call: ToolCallPart) => { server: string; tool: string } | null;

/**
 * Questions in the words of the engine, which reads them as it reads everybody's. Nothing is asked about
 * looking: a role with the tool `read` may look at what its sandbox shows. A string says why the call
 * is denied unasked: it is not known what it does.
 */
export function questionsOf(
  call: ToolCallPart,
  role: Pick<AgentRequest, 'tools' | 'servers'>,
  mcpOf: McpOf,
): Record<string, unknown>[] | string {
  const { toolCallId, kind } = call;
  // The record can't name a call by a longer name.
  const about = toolCallId.length <= 200 ? { callId: toolCallId } : {};
  switch (kind) {
    case 'read':
    case 'search':
      return role.tools.includes('read') ? [] : 'This role has no tool to read files.';
    case 'execute': {
      const command = commandOf(call);
      if (command === null) return 'The command is not told.';
      const cwd = folderOf(call);
      if (cwd === undefined) return 'The folder that the command runs in is not told.';
      return [{ action: 'command.exec', ...about, command, ...(cwd !== null && { cwd }) }];
    }
    case 'edit':
    case 'delete':
    case 'move': {
      const paths = pathsOf(call);
      if (paths.length === 0) return 'The files are not told.';
      return paths.map(path => ({ action: 'file.write', ...about, path }));
    }
    case 'fetch': {
      const to = hostOf(fieldOf(call.rawInput, 'url') ?? call.title ?? '');
      if (to === null) return 'The address is not told.';
      return [{ action: 'net.connect', ...about, ...to }];
    }
    case 'other': {
      const called = mcpOf(call);
      if (called !== null && isAskedLater(role, called.server)) return [];
      if (called !== null) return [{ action: 'mcp.call', ...about, ...called }];
    }
  }
  return `Nothing is known of a tool of the kind "${kind ?? ''}".`;
}

/** The name of a tool of an MCP server, in which the CLI puts the server's first; `null`: it is none. */
export function splitName(name: string): ReturnType<McpOf> {
  const at = name.indexOf('_');
  if (at < 1 || at === name.length - 1) return null;
  return { server: name.slice(0, at), tool: name.slice(at + 1) };
}

/** The line for a shell; an agent that tells no input has it as the title of the call. */
export function commandOf({ rawInput, title }: ToolCallPart): string | null {
  if (rawInput === undefined || rawInput === null) return title || null;
  return fieldOf(rawInput, 'command') || null;
}

/** Gemini tells the folder in a text; one that holds more brackets could be read in two ways. */
const FOLDER = /^\[(?:in|current working directory) ([^[\]]+)\](?: \([^\]]*\))?$/;

/** The folder that a command runs in; `null`: none is told, so it is the work tree. `undefined`: it can't be read. */
function folderOf({ rawInput, content }: ToolCallPart): string | null | undefined {
  const given = fieldOf(rawInput, 'workdir') || fieldOf(rawInput, 'cwd');
  if (given) return given;
  const texts = (content ?? []).flatMap(part =>
    part.type === 'content' && part.content.type === 'text' ? [part.content.text] : [],
  );
  const told = texts.find(text => /^\[(?:in|current working directory) /.test(text));
  return told === undefined ? null : FOLDER.exec(told)?.[1];
}

/** Every file that the call names, each once. */
export function pathsOf({ locations, content, rawInput }: ToolCallPart): string[] {
  const shown = (content ?? []).flatMap(part => (part.type === 'diff' ? [part.path] : []));
  const paths = new Set([...(locations ?? []).map(({ path }) => path), ...shown]);
  if (paths.size > 0) return [...paths];
  return [fieldOf(rawInput, 'filepath') ?? fieldOf(rawInput, 'filePath') ?? []].flat();
}

function hostOf(url: string): { host: string; port: number } | null {
  if (!URL.canParse(url)) return null;
  const { protocol, hostname, port } = new URL(url);
  const usual = { 'https:': 443, 'http:': 80 }[protocol];
  return usual === undefined ? null : { host: hostname, port: port ? Number(port) : usual };
}

/** A text at a field of an object; `null`: it has none there. */
export function fieldOf(value: unknown, field: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const found = (value as Record<string, unknown>)[field];
  return typeof found === 'string' ? found : null;
}
