/**
 * A scripted model on loopback that speaks the dialects of the providers well enough for real agents.
 * It keeps no state between requests: which turn is due is read from the conversation, so that a retry
 * gets the same turn again.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Turn } from './answer.ts';
import type { Asked, Dialect, StreamEvent } from './dialect.ts';
import { anthropic } from './dialects/anthropic.ts';
import { gemini } from './dialects/gemini.ts';
import { openaiChat } from './dialects/openai-chat.ts';
import { openaiResponses } from './dialects/openai-responses.ts';
import { answersTo } from './tools.ts';

const DIALECTS: readonly Dialect[] = [openaiResponses, openaiChat, anthropic, gemini];

export type ModelRequest = Asked & {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  /** The text as it came. */
  text: string;
};

export type Fault =
  | { status: number; body?: unknown; retryAfter?: number | string }
  /** The stream breaks off after so many events, and an answer in one piece in its middle. */
  | { cutAfter: number }
  /** After so many events nothing more comes, and the connection stays open. */
  | { holdAfter: number }
  /** Every event waits so long. */
  | { slowMs: number };

/** In words like those of providers: some CLIs pass on nothing else. */
const FAULTS: Record<number, string> = {
  401: 'Incorrect API key provided.',
  429: 'Rate limit reached for requests.',
  500: 'Internal server error.',
};

export type ScriptedModel = {
  /** The base URL, without the dialect's path. */
  url: string;
  requests: ModelRequest[];
  /** What was asked about answers in the background, by their ids. */
  followed: string[];
  close(): Promise<void>;
};

export async function startScriptedModel(script: {
  /** The turns of one conversation in order, or as the request says; the last one is repeated. */
  turns: Turn[] | ((request: ModelRequest) => Turn[]);
  /** By the number of the request, from 0. */
  fault?: (index: number, request: ModelRequest) => Fault | null;
  /** Whether answers in the background are kept, and can be taken up by their ids. */
  keepsAnswers?: boolean;
}): Promise<ScriptedModel> {
  const requests: ModelRequest[] = [];
  const followed: string[] = [];
  const kept = new Map<string, StreamEvent[]>();

  const answer = async (asked: IncomingMessage, response: ServerResponse) => {
    const text = await textOf(asked);
    if (/\/responses\/./.test(asked.url ?? '')) {
      followed.push(`${asked.method} ${asked.url}`);
      return sendKept(response, new URL(asked.url ?? '', 'http://model'), kept);
    }
    if (asked.method === 'GET') return void send(response, 200, { data: [], models: [] });
    const path = asked.url ?? '';
    const body = text === '' ? {} : JSON.parse(text);
    const found = readBy(new URL(path, 'http://model'), body);
    if (!found) return void send(response, 404, { error: { message: `${path} is not known` } });
    const { dialect, read } = found;
    const { method = '', headers } = asked;
    const request = { ...read, method, path, headers: { ...headers }, text };
    requests.push(request);
    const fault = script.fault?.(requests.length - 1, request) ?? null;
    if (fault && 'status' in fault) {
      if (fault.retryAfter !== undefined)
        response.setHeader('retry-after', String(fault.retryAfter));
      return void send(
        response,
        fault.status,
        fault.body ?? dialect.error(fault.status, FAULTS[fault.status] ?? 'scripted'),
      );
    }
    const turns = typeof script.turns === 'function' ? script.turns(request) : script.turns;
    const answering = {
      answer: dueAnswer(turns, request),
      id: `${request.prompts.length}_${request.turn}`,
      model: request.model,
    };
    const events = request.streamed ? dialect.stream(answering) : [];
    if (script.keepsAnswers && body.background === true) kept.set(`resp_${answering.id}`, events);
    if (request.streamed) await stream(response, events, fault);
    else await sendWhole(response, dialect.whole(answering), fault);
  };

  const server = createServer((asked, response) => {
    answer(asked, response).catch(error => {
      send(response, 400, { error: { message: String(error) } });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    followed,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function readBy(path: URL, body: Record<string, unknown>) {
  for (const dialect of DIALECTS) {
    const read = dialect.read(path, body);
    if (read) return { dialect, read };
  }
  return null;
}

/** What agents ask beside their work, such as for a title, offers no tools and gets a text. */
function dueAnswer(turns: readonly Turn[], { turn, tools }: Asked): Answer {
  const answers = answersTo(turns, tools);
  const due = answers[Math.min(turn, answers.length - 1)];
  if (!due) throw new Error('the scripted model has no turns');
  return due;
}

async function stream(
  response: ServerResponse,
  events: StreamEvent[],
  fault: Fault | null,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const [position, { event, data }] of events.entries()) {
    if (fault && 'cutAfter' in fault && position === fault.cutAfter) return void response.destroy();
    if (fault && 'holdAfter' in fault && position === fault.holdAfter) return;
    if (fault && 'slowMs' in fault) await delay(fault.slowMs);
    const name = event === undefined ? '' : `event: ${event}\n`;
    const text = `${name}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
    // Each event has left before the next: what a cut lets through is exact.
    await new Promise(resolve => response.write(text, resolve));
  }
  response.end();
}

/** An answer by its id: how it stands, or its events after one of them. */
async function sendKept(
  response: ServerResponse,
  { pathname, searchParams }: URL,
  kept: Map<string, StreamEvent[]>,
): Promise<void> {
  const id = pathname.split('/').at(-1) ?? '';
  const events = kept.get(id);
  if (!events) return void send(response, 404, { error: { message: 'nothing is kept' } });
  if (!searchParams.has('stream')) return void send(response, 200, { id, status: 'completed' });
  const from = searchParams.get('starting_after');
  await stream(response, events.slice(from === null ? 0 : Number(from) + 1), null);
}

async function sendWhole(
  response: ServerResponse,
  body: unknown,
  fault: Fault | null,
): Promise<void> {
  if (fault && 'slowMs' in fault) await delay(fault.slowMs);
  if (!fault || !('cutAfter' in fault)) return void send(response, 200, body);
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function textOf(asked: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of asked as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
