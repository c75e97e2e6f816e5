/**
 * What a message of the Model Context Protocol (JSON-RPC) asks of a server. Tools are called where policy
 * allows it; nothing else that takes words of the agent's own is asked, so that nothing passes policy by.
 * It is also loaded inside the sandbox, alone: it imports nothing.
 */

export type McpMessage = Record<string, unknown>;

type McpAsked =
  | { kind: 'passes' }
  /** What of it can't be read is left to whoever judges it. */
  | { kind: 'call'; tool: unknown; arguments: unknown }
  | { kind: 'refused'; answer: McpMessage };

/** Requests that say who asks, and what there is. */
const HARMLESS = [
  'initialize',
  'ping',
  'logging/setLevel',
  'tools/list',
  'resources/list',
  'resources/templates/list',
  'prompts/list',
];
/**
 * The fields of a message, and of what calls a tool. Servers that are written in Go may read others as
 * these, such as `Name` or `param\u017f` (CVE-2026-27896), and would be asked for what nobody judged.
 */
const FIELDS = ['jsonrpc', 'id', 'method', 'params', 'result', 'error'];
const CALL_FIELDS = ['name', 'arguments', '_meta', 'task'];
/** Characters of a field that is told. */
const LONGEST_NAME = 60;
const INVALID_REQUEST = -32_600;
const METHOD_NOT_FOUND = -32_601;

export function readMcpMessage(message: McpMessage): McpAsked {
  const { id, method, params } = message;
  const refuse = (code: number, problem: string): McpAsked => {
    const error = { code, message: `Gatehouse: ${problem}` };
    return { kind: 'refused', answer: { jsonrpc: '2.0', id: id ?? null, error } };
  };
  const odd =
    otherThan(FIELDS, message) ?? (method === 'tools/call' ? otherThan(CALL_FIELDS, params) : null);
  if (odd !== null)
    return refuse(INVALID_REQUEST, `no message has the field ${JSON.stringify(odd)} there.`);
  // An answer to what the server asked.
  if (method === undefined) return { kind: 'passes' };
  if (method === 'tools/call') {
    const given: McpMessage = typeof params === 'object' && params !== null ? { ...params } : {};
    return { kind: 'call', tool: given.name, arguments: given.arguments ?? {} };
  }
  if (typeof method === 'string') {
    if (HARMLESS.includes(method) || method.startsWith('notifications/')) return { kind: 'passes' };
  }
  return refuse(METHOD_NOT_FOUND, 'agents call tools only.');
}

/** The first field that is none of these; null: there is none. */
function otherThan(fields: readonly string[], value: unknown): string | null {
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return names.find(name => !fields.includes(name))?.slice(0, LONGEST_NAME) ?? null;
}

/** What the agent is answered: a tool that failed, so that its model reads why. */
export const deniedCall = ({ id }: McpMessage, tool: string, reason: string): McpMessage => ({
  jsonrpc: '2.0',
  id: id ?? null,
  result: {
    isError: true,
    content: [{ type: 'text', text: `Gatehouse: ${tool} is not allowed. ${reason}`.trim() }],
  },
});
