import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { JSONStringify } from 'json-with-bigint';
import { report } from './contract/violations.ts';
import type { ApiFault } from './faults.ts';
import { gitOperation, serveGit } from './git/bridge.ts';
import type { GitHub } from './github.ts';
import { serveGraphql } from './graphql/serve.ts';
import { travel } from './latency.ts';
import { serveOAuth } from './oauth/serve.ts';
import { servePage } from './pages/serve.ts';
import { readLog } from './rest/actions.ts';
import type { Reply } from './rest/call.ts';
import { dispatch, findOperation } from './rest/dispatch.ts';
import { errorBody, Refusal, refusal } from './rest/errors.ts';
import { secondaryLimit } from './rest/limits.ts';
import { byName, redirect } from './rest/moved.ts';

const LARGEST_BODY = 64 * 1024 * 1024;

/** Listens on the loopback interface unless told otherwise; `github` is given once the port is known. */
export async function listen(
  port: number,
  host = '127.0.0.1',
): Promise<{ server: Server; url: string; serve(github: GitHub): void }> {
  // After Node's five seconds, a request of a busy process meets a connection that is just being closed.
  const server = createServer({ keepAliveTimeout: 60_000 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    server,
    url,
    serve(github) {
      server.on('request', (request, response) => {
        answer(github, request, response).catch(error => {
          if (!github.closing.aborted)
            report(github, 'response', 'internal', [String(error?.stack ?? error)]);
          if (!response.headersSent) response.writeHead(500);
          response.end();
        });
      });
    },
  };
}

async function answer(
  github: GitHub,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', github.url);
  const git = gitOperation(decodeURIComponent(url.pathname));
  if (git) {
    const fault = takeFault(github, request, response, git);
    if (fault === 'answered') return;
    await travel(github, { authorization: request.headers.authorization, operation: git });
    return serveGit(github, request, response, url, fault === 'lostAnswer');
  }
  if (url.pathname.startsWith('/_logs/'))
    return write(response, logReply(github, url.pathname.slice('/_logs/'.length)));
  if (url.pathname === '/api/graphql' || url.pathname.startsWith('/api/v3'))
    return serveApi(github, request, response, url);
  const body = (await readBody(request)).toString();
  if (serveOAuth(github, request, response, { path: url.pathname, body })) return;
  return servePage(github, request, response, url, body);
}

async function serveApi(
  github: GitHub,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const method = request.method ?? 'GET';
  // The raw path: the router decodes each parameter by itself.
  const raw = (request.url ?? '/').split('?')[0]?.slice('/api/v3'.length) || '/';
  const path = byName(github, raw);
  const graphql = url.pathname === '/api/graphql';
  const operation = graphql
    ? 'graphql'
    : (findOperation(github, method, path)?.operation.id ?? 'unknown');
  const fault = takeFault(github, request, response, operation);
  if (fault === 'answered') return;
  const body = await readBody(request);
  const { headers } = request;
  const reply =
    redirect(github, path, url.search) ??
    (graphql
      ? await serveGraphql(github, headers, body)
      : await dispatch(github, { method, path, search: url.searchParams, headers, body }));
  await travel(github, { authorization: headers.authorization, operation });
  if (fault === 'lostAnswer') request.socket.destroy();
  else write(response, reply);
}

/** Meets the fault that was asked for; a lost answer is for the caller to lose. */
function takeFault(
  github: GitHub,
  request: IncomingMessage,
  response: ServerResponse,
  operation: string,
): 'none' | 'answered' | 'lostAnswer' {
  const path = (request.url ?? '/').split('?')[0]?.replace(/^\/api\/v3(?=\/)/, '');
  const fault = github.faults.takeApi(operation, `${request.method} ${path}`);
  if (!fault) return 'none';
  github.log(`fault ${fault.status} ${operation}`);
  if (fault.status === 'lostAnswer') return 'lostAnswer';
  request.resume();
  // One that times out stays open until the client gives up, or the server ends.
  if (fault.status !== 'timeout') write(response, faultReply(fault));
  return 'answered';
}

const FAULTS: Record<string, string> = { 422: 'Unprocessable Entity', 429: 'Too Many Requests' };

function faultReply(fault: ApiFault): Reply {
  const seconds = fault.retryAfter ?? 60;
  const error =
    fault.status === 'secondary'
      ? secondaryLimit(seconds)
      : refusal(Number(fault.status), fault.message ?? FAULTS[fault.status] ?? 'Server Error', {
          headers: fault.status === 429 ? { 'retry-after': String(seconds) } : {},
        });
  return { status: error.status, body: errorBody(error), headers: error.headers };
}

function logReply(github: GitHub, key: string): Reply {
  try {
    return {
      status: 200,
      raw: { type: 'text/plain; charset=utf-8', content: readLog(github, key) },
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: errorBody(error) };
  }
}

function write(response: ServerResponse, reply: Reply): void {
  const content = reply.raw?.content ?? (reply.body === undefined ? '' : JSONStringify(reply.body));
  const type = reply.raw?.type ?? 'application/json; charset=utf-8';
  response.writeHead(reply.status, {
    ...(content.length > 0 && { 'Content-Type': type }),
    'X-GitHub-Request-Id': 'local',
    'X-GitHub-Media-Type': 'github.v3; format=json',
    ...reply.headers,
  });
  response.end(content);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new Error('request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
