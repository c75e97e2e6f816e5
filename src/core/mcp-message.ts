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
const METHOD_NOT_FOUND = -32_601;

export function readMcpMessage(message: McpMessage): McpAsked {
  const { id, method, params } = message;
  // An answer to what the server asked.
  if (method === undefined) return { kind: 'passes' };
  if (method === 'tools/call') {
    const given: McpMessage = typeof params === 'object' && params !== null ? { ...params } : {};
    return { kind: 'call', tool: given.name, arguments: given.arguments ?? {} };
  }
  if (typeof method === 'string') {
    if (HARMLESS.includes(method) || method.startsWith('notifications/')) return { kind: 'passes' };
  }
  const error = { code: METHOD_NOT_FOUND, message: 'Gatehouse: agents call tools only.' };
  return { kind: 'refused', answer: { jsonrpc: '2.0', id: id ?? null, error } };
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
