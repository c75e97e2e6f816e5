/**
 * MCP servers that a run reaches over HTTP: it asks `/mcp/NAME`, and the gateway adds the credential.
 * Policy is asked before each call of a tool reaches the server, whoever in the sandbox makes it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { urlToHttpOptions } from 'node:url';
import { deniedCall, type McpMessage, readMcpMessage } from '../core/mcp-message.ts';
import type {
  AnswerRecord,
  Decide,
  ExchangePlayback,
  McpRoute,
  RecordExchange,
  RecordedMcpRoute,
} from '../engine/ports/gateway.ts';
import { exchange } from './exchange.ts';
import type { ReadJsonBody } from './read-json-body.ts';
import { NO_RECORD, recorded, reply } from './record-answer.ts';
import { play } from './recorded-model.ts';
import { replacing } from './replacing.ts';
import type { AdmitCall } from './request-limit.ts';
import { pickHeaders } from './upstream.ts';

export const MCP_PATH = '/mcp/';

type McpAccess = {
  servers: readonly (McpRoute | RecordedMcpRoute)[];
  /** `null`: this run calls no tools. */
  decide: Decide | null;
  /** What is sent to a server, and what it answers. What it tells by itself is not taken down. */
  record: RecordExchange | null;
  readBody: ReadJsonBody;
  admitCall: AdmitCall;
  refuse(destination: string, reason: string): void;
};

/** Bytes of one message to a server, and of one answer, which may be a stream of many. */
const MAX_MESSAGE = 4 * 1024 * 1024;
const MAX_ANSWER = 32 * 1024 * 1024;
/** A tool may work for minutes without a word; the stream of what a server tells by itself, for hours. */
const IDLE_MS = { POST: 300_000, DELETE: 30_000, GET: 0 };

const ASKED = ['accept', 'mcp-session-id', 'mcp-protocol-version', 'last-event-id', 'user-agent'];
const ANSWERED = ['content-type', 'mcp-session-id', 'mcp-protocol-version', 'retry-after'];

export async function answerMcp(
  request: IncomingMessage,
  response: ServerResponse,
  { servers, decide, record, readBody, admitCall, refuse }: McpAccess,
): Promise<void> {
  const { method = '', url = '' } = request;
  let answer = NO_RECORD;
  const end = (status: number, problem: string) => {
    if (response.headersSent) return void response.destroy();
    const headers = { 'content-type': 'text/plain', connection: 'close' };
    reply(response, { status, headers, text: `Gatehouse: ${problem}.\n` }, answer);
  };
  const server = servers.find(({ name }) => url === `${MCP_PATH}${name}`);
  if (!server || !decide) {
    refuse(`${method} ${url}`, 'this run may use no such MCP server');
    return end(403, 'this run may use no such MCP server');
  }
  if (method !== 'POST' && method !== 'GET' && method !== 'DELETE')
    return end(405, 'an MCP server is asked by POST, GET or DELETE');

  let message: McpMessage | null = null;
  if (method === 'POST') {
    const read = await readBody(request, response, MAX_MESSAGE);
    if (typeof read === 'string') return end(400, read);
    message = read;
    const own = await answerOf(message, server.name, decide);
    if (own) {
      response.writeHead(200, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify(own));
    }
  }
  if ('playback' in server) return answerAgain(server.playback, message, { request, response });
  if (!(await admitCall(response))) return;
  // It is sent on as it was read, so that the server reads nothing else in it.
  const body = message && Buffer.from(JSON.stringify(message));
  if (body) answer = record?.({ method, path: url, body, forwarded: true, output: null }) ?? answer;
  try {
    if (server.refusal !== null) {
      refuse(`${method} ${url}`, server.refusal);
      return end(403, `${server.name} is refused: ${server.refusal}`);
    }
    await passOn(server, { method, body }, { request, response, end, refuse, answer });
  } finally {
    answer.ended(response.writableEnded);
  }
}

/** A server of a replay tells nothing by itself, and its session ends with the run. */
async function answerAgain(
  playback: ExchangePlayback,
  message: McpMessage | null,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const { method = '', url: path = '' } = request;
  if (message === null) return void response.writeHead(method === 'GET' ? 405 : 200).end();
  const body = { ...message };
  play(response, await playback.answer({ method, path, body, forwarded: () => body }));
}

/** What is answered in place of the server; `null`: it is asked. */
async function answerOf(
  message: McpMessage,
  server: string,
  decide: Decide,
): Promise<McpMessage | null> {
  const asked = readMcpMessage(message);
  if (asked.kind === 'passes') return null;
  if (asked.kind === 'refused') return asked.answer;
  const { tool, arguments: given } = asked;
  const { outcome, reason } = await decide({ action: 'mcp.call', server, tool, arguments: given });
  return outcome === 'allow' ? null : deniedCall(message, `${server}/${tool}`, reason);
}

async function passOn(
  { name, upstream, credential }: McpRoute,
  { method, body }: { method: keyof typeof IDLE_MS; body: Buffer | null },
  client: {
    request: IncomingMessage;
    response: ServerResponse;
    end(status: number, text: string): void;
    refuse: McpAccess['refuse'];
    answer: AnswerRecord;
  },
): Promise<void> {
  const { request, response, end, refuse, answer } = client;
  const target = new URL(upstream);
  const headers: Record<string, string> = {
    ...pickHeaders(request, ASKED),
    'accept-encoding': 'identity',
  };
  if (body) headers['content-type'] = 'application/json';
  let secret: string | null = null;
  try {
    secret = credential && (await credential.read());
  } catch {
    return end(503, `the credential of ${name} could not be read`);
  }
  if (credential && secret !== null)
    headers[credential.header] =
      credential.header === 'authorization' ? `Bearer ${secret}` : secret;
  const options = { ...urlToHttpOptions(target), method, headers };
  const sent = { protocol: target.protocol, options, body, idleMs: IDLE_MS[method] };
  try {
    const received = await exchange(sent, response);
    const status = received.statusCode ?? 502;
    if (status === 401 || status === 403 || (status >= 300 && status < 400)) {
      // What a server says of a credential may quote it, and another address may be anybody's.
      received.resume();
      const problem = `${name} answered ${status} to the gateway`;
      refuse(target.host, problem);
      return end(502, problem);
    }
    const passed = pickHeaders(received, ANSWERED);
    response.writeHead(status, passed);
    response.flushHeaders();
    answer.began(status, passed);
    await pipeline([
      received,
      bounded(),
      ...spellings(secret).map(text => replacing(text, '…')),
      recorded(answer),
      response,
    ]);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'failed';
    end(502, `${name} does not answer: ${secret ? why.replaceAll(secret, '…') : why}`);
  }
}

/** A server may repeat what it was sent. */
const spellings = (secret: string | null): string[] =>
  secret ? [...new Set([secret, JSON.stringify(secret).slice(1, -1)])] : [];

/** An answer that is longer ends here. */
function bounded(): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER)
        return done(new Error(`the answer is longer than ${MAX_ANSWER} bytes`));
      done(null, chunk);
    },
  });
}
