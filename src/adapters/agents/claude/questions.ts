/** What policy is asked before a call of a tool. */
import type { AgentRequest } from '../../../engine/ports/agent.ts';
import { isAskedLater } from '../mcp/servers.ts';
import type { ControlRequest } from './lines.ts';

/** Questions in the words of the engine, which reads them as it reads everybody's. */
type PolicyQuestion = { action: string; callId?: string } & Record<string, unknown>;

/** Where each tool that changes a file names it. */
export const PATH_OF: Record<string, string> = {
  Write: 'file_path',
  Edit: 'file_path',
  MultiEdit: 'file_path',
  NotebookEdit: 'notebook_path',
};

const READS: readonly string[] = ['Read', 'Grep', 'Glob', 'LS'];
/** It hands over the answer and does nothing. */
const ANSWERS = 'StructuredOutput';

/** The longest name of a call that the record can hold. */
const LONGEST_ID = 200;

/**
 * What has to be asked; `null`: nothing, because a role that may read may read all that its sandbox shows.
 * A string says why the call is denied unasked.
 */
export function questionOf(
  { tool_name: tool = '', tool_use_id: id, input = {}, mcp_server }: ControlRequest['request'],
  role: Pick<AgentRequest, 'tools' | 'servers'>,
): PolicyQuestion | null | string {
  const about = id !== undefined && id.length <= LONGEST_ID ? { callId: id } : {};
  if (tool === ANSWERS) return null;
  if (READS.includes(tool))
    return role.tools.includes('read') ? null : 'This role has no tool to read files.';
  if (tool === 'Bash') {
    const { command } = input;
    if (typeof command !== 'string') return 'The command is not told.';
    return { action: 'command.exec', ...about, command };
  }
  const field = Object.hasOwn(PATH_OF, tool) ? PATH_OF[tool] : undefined;
  if (field !== undefined) {
    const path = input[field];
    if (typeof path !== 'string') return 'The file is not told.';
    return { action: 'file.write', ...about, path };
  }
  if (tool === 'WebFetch') {
    const to = addressOf(input.url);
    return to ? { action: 'net.connect', ...about, ...to } : 'The address is not told.';
  }
  if (tool.startsWith('mcp__')) {
    const [server = '', name = ''] = namesOf(tool, mcp_server?.name);
    if (isAskedLater(role, server)) return null;
    return { action: 'mcp.call', ...about, server, tool: name, arguments: input };
  }
  return `Nothing is known of the tool "${tool.slice(0, 60)}".`;
}

/** `mcp__server__tool`, each of which may hold underscores itself. */
function namesOf(tool: string, server: string | undefined): string[] {
  const rest = tool.slice('mcp__'.length);
  if (server !== undefined && rest.startsWith(`${server}__`))
    return [server, rest.slice(server.length + 2)];
  const between = rest.indexOf('__');
  return between < 0 ? [rest, ''] : [rest.slice(0, between), rest.slice(between + 2)];
}

function addressOf(url: unknown): { host: string; port: number } | null {
  const read = typeof url === 'string' ? URL.parse(url) : null;
  if (!read || (read.protocol !== 'https:' && read.protocol !== 'http:')) return null;
  const usual = read.protocol === 'https:' ? 443 : 80;
  return { host: read.hostname, port: read.port === '' ? usual : Number(read.port) };
}
