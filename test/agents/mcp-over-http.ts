/** The small MCP server over streamable HTTP, with a credential. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { answerTo, type McpMessage } from './mcp-server.ts';

export type HttpMcpServer = {
  url: string;
  /** What reached it. */
  messages: McpMessage[];
};

/** Answers stream as events; whoever comes without the token is refused. */
export async function startMcpServer(token: string): Promise<HttpMcpServer> {
  const messages: McpMessage[] = [];
  const server = createServer(async (request, response) => {
    if (request.headers.authorization !== `Bearer ${token}`)
      return void response.writeHead(401).end(`not ${request.headers.authorization}`);
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const message = (await json(request)) as McpMessage;
    messages.push(message);
    const answer = answerTo(message);
    if (answer === null) return void response.writeHead(202).end();
    response.writeHead(200, { 'content-type': 'text/event-stream', 'mcp-session-id': 'one' });
    response.end(`event: message\ndata: ${JSON.stringify(answer)}\n\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, messages };
}
