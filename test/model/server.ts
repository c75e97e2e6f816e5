/**
 * A scripted model on loopback that speaks the OpenAI responses dialect well enough for a real
 * agent. It keeps no state between requests: which turn is due is read from the conversation, so
 * that a retry gets the same turn again.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { answerEvents, type Turn } from './answer.ts';

export type ModelRequest = {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  /** The text as it came. */
  text: string;
  /** How often the tools answered since the last message of a person. */
  turn: number;
  /** What people said, last message last. */
  prompts: string[];
};

export type Fault =
  | { status: number; body?: unknown; retryAfter?: number }
  /** The stream breaks off after so many events. */
  | { cutAfter: number }
  /** Every event waits so long. */
  | { slowMs: number };

export type ScriptedModel = {
  /** The base URL, without `/v1`. */
  url: string;
  requests: ModelRequest[];
  close(): Promise<void>;
};

export async function startScriptedModel(script: {
  /** The answers of one conversation in order; the last one is repeated. */
  turns?: Turn[];
  /** Or chosen by the request. */
  respond?: (request: ModelRequest) => Turn;
  /** By the number of the request, from 0. */
  fault?: (index: number, request: ModelRequest) => Fault | null;
}): Promise<ScriptedModel> {
  const requests: ModelRequest[] = [];

  const answer = async (asked: IncomingMessage, response: ServerResponse) => {
    const request = await readRequest(asked);
    if (request.method === 'GET') return void send(response, 200, { data: [], models: [] });
    requests.push(request);
    const index = requests.length - 1;
    const fault = script.fault?.(index, request) ?? null;
    if (fault && 'status' in fault) {
      if (fault.retryAfter !== undefined)
        response.setHeader('retry-after', String(fault.retryAfter));
      return void send(response, fault.status, fault.body ?? { error: { message: 'scripted' } });
    }
    const turn =
      script.respond?.(request) ?? script.turns?.[Math.min(request.turn, script.turns.length - 1)];
    if (!turn) throw new Error('the scripted model has no turns');

    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const events = answerEvents(turn, `${index}`);
    for (const [position, event] of events.entries()) {
      if (fault && 'cutAfter' in fault && position === fault.cutAfter)
        return void response.destroy();
      if (fault && 'slowMs' in fault) await delay(fault.slowMs);
      const text = `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
      // Each event has left before the next: what a cut lets through is exact.
      await new Promise(resolve => response.write(text, resolve));
    }
    response.end();
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
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readRequest(asked: IncomingMessage): Promise<ModelRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of asked as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const input = text === '' ? [] : inputOf(JSON.parse(text));
  const lastPrompt = input.findLastIndex(item => item.role === 'user');
  return {
    method: asked.method ?? '',
    path: asked.url ?? '',
    headers: { ...asked.headers },
    text,
    turn: input.slice(lastPrompt + 1).filter(item => item.type?.endsWith('_output')).length,
    prompts: input.filter(item => item.role === 'user').map(textOf),
  };
}

type InputItem = { type?: string; role?: string; content?: string | { text?: string }[] };

function inputOf(body: { input?: string | InputItem[] }): InputItem[] {
  return typeof body.input === 'string'
    ? [{ role: 'user', content: body.input }]
    : (body.input ?? []);
}

const textOf = ({ content }: InputItem): string =>
  typeof content === 'string' ? content : (content ?? []).map(part => part.text ?? '').join('');
