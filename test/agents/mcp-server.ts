/**
 * A small MCP server: over stdio where it is started as a program, which imports nothing so that it
 * starts in any sandbox, and over HTTP by `startMcpServer` of `mcp-over-http.ts`.
 */
const NOTED = 'noted by the server:';

const NOTE = {
  name: 'note',
  description: 'Takes down a note.',
  inputSchema: {
    type: 'object',
    properties: { text: { type: 'string' } },
    required: ['text'],
  },
};

export type McpMessage = {
  id?: number | string;
  method?: string;
  params?: { protocolVersion?: string; arguments?: { text?: string } };
};

/** `null`: the message wants no answer. */
export function answerTo({ id, method, params }: McpMessage): object | null {
  if (id === undefined || method === undefined) return null;
  const result = resultOf(method, params);
  const error = { code: -32_601, message: `no method ${method}` };
  return { jsonrpc: '2.0', id, ...(result ? { result } : { error }) };
}

function resultOf(method: string, params: McpMessage['params']): object | null {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: params?.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'notes', version: '1' },
      };
    case 'ping':
      return {};
    case 'tools/list':
      return { tools: [NOTE] };
    case 'tools/call':
      return { content: [{ type: 'text', text: `${NOTED} ${params?.arguments?.text}` }] };
    default:
      return null;
  }
}

if (process.argv[1] === import.meta.filename) {
  let rest = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const answer = answerTo(JSON.parse(line));
      if (answer) process.stdout.write(`${JSON.stringify(answer)}\n`);
    }
  }
}
