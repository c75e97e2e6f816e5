import type { IncomingHttpHeaders } from 'node:http';
import { JSONStringify } from 'json-with-bigint';
import type { Operation, Values } from '../contract/validate.ts';
import { report } from '../contract/violations.ts';
import type { GitHub } from '../github.ts';
import { type Actor, authenticate } from './actor.ts';
import type { Reply } from './call.ts';
import { conditional } from './conditional.ts';
import { count } from './counted.ts';
import { errorBody, Refusal, refusal } from './errors.ts';
import { type Demand, enter, forgive, limitHeaders } from './limits.ts';
import { CREATES_CONTENT, ROUTES } from './routes.ts';

/** A REST request, its path without `/api/v3` and still percent-encoded. */
export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly search: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Matcher {
  readonly operation: Operation;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

/** Parameters that may hold slashes. */
const WIDE: Readonly<Record<string, readonly string[]>> = {
  'repos/get-content': ['path'],
  'git/get-ref': ['ref'],
  'git/list-matching-refs': ['ref'],
  'git/update-ref': ['ref'],
  'git/delete-ref': ['ref'],
  'repos/compare-commits-with-basehead': ['basehead'],
};

/** What changes with each request has no tag. */
const UNTAGGED: ReadonlySet<string> = new Set(['rate-limit/get']);

const matchers = new WeakMap<GitHub['contract'], Matcher[]>();

/** Compiled once: the more literal a path, the earlier it is tried. */
function matchersOf(github: GitHub): Matcher[] {
  let list = matchers.get(github.contract);
  if (!list) {
    const literal = (path: string) => path.split('/').filter(part => !part.startsWith('{')).length;
    list = [...github.contract.operations]
      .sort((a, b) => literal(b.path) - literal(a.path))
      .map(operation => {
        const names: string[] = [];
        const source = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
          names.push(name);
          return WIDE[operation.id]?.includes(name) ? '(.*)' : '([^/]+)';
        });
        return { operation, pattern: new RegExp(`^${source}$`), names };
      });
    matchers.set(github.contract, list);
  }
  return list;
}

export function findOperation(github: GitHub, method: string, path: string) {
  for (const { operation, pattern, names } of matchersOf(github)) {
    if (operation.method !== method.toLowerCase()) continue;
    const match = pattern.exec(path);
    if (!match) continue;
    const values = names.map((name, i) => [name, decodeURIComponent(match[i + 1] ?? '')]);
    return { operation, params: Object.fromEntries(values) as Values };
  }
  return undefined;
}

/** The whole way of a REST request: found, authenticated, counted, checked, handled, checked again. */
export async function dispatch(github: GitHub, request: RestRequest, as?: Actor): Promise<Reply> {
  const { method, path } = request;
  const found = findOperation(github, method, path);
  const route = found && ROUTES[found.operation.id];
  if (!found || !route) {
    report(github, 'unimplemented', found?.operation.id ?? `${method} ${path}`, [
      'not implemented',
    ]);
    return failure(github, refusal(501, 'Not implemented by the local GitHub'));
  }
  const { operation, params } = found;
  let actor: Actor = { kind: 'anonymous' };
  let leave = () => {};
  let reply: Reply;
  try {
    actor = as ?? authenticate(github, request.headers.authorization);
    // Requests of the pages are those of people; only API clients are counted.
    if (!as) leave = enter(github, demandOf(actor, operation));
    if (github.privateMode && actor.kind === 'anonymous')
      throw refusal(401, 'Must authenticate to access this API.');
    const query = Object.fromEntries(request.search);
    const body = checkRequest(github, operation, request, params, query);
    reply = await route.handle({
      github,
      actor,
      params,
      query,
      body: (typeof body === 'object' && body !== null ? body : {}) as Values,
      address: `${github.url}/api/v3${path}`,
      search: request.search,
      accept: request.headers.accept ?? '',
    });
  } catch (error) {
    reply = failure(github, error);
  } finally {
    leave();
  }
  checkResponse(github, operation, reply);
  if (method === 'GET' && !UNTAGGED.has(operation.id)) reply = conditional(request.headers, reply);
  if (!as) settle(github, actor, operation, reply);
  github.log(`${method} ${path} ${reply.status}`);
  return { ...reply, headers: { ...limitHeaders(github, actor, 'core'), ...reply.headers } };
}

/** Where one may learn of one's limits costs nothing. */
const FREE: ReadonlySet<string> = new Set(['rate-limit/get']);

function demandOf(actor: Actor, operation: Operation): Demand {
  return {
    actor,
    resource: 'core',
    cost: FREE.has(operation.id) ? 0 : 1,
    points: operation.method === 'get' ? 1 : 5,
    createsContent: CREATES_CONTENT.has(operation.id),
  };
}

/** Takes a 304 out of the limit of whoever said who they are, and notes what the request has cost. */
function settle(github: GitHub, actor: Actor, operation: Operation, reply: Reply): void {
  const forgiven = reply.status === 304 && actor.kind !== 'anonymous';
  if (forgiven) forgive(github, actor);
  const { message = '' } = (reply.body ?? {}) as { message?: unknown };
  const limited = reply.status >= 400 ? String(message) : '';
  count(github, actor, {
    operation: operation.id,
    kind: operation.method === 'get' ? 'read' : 'write',
    status: reply.status,
    cost: forgiven || FREE.has(operation.id) || /rate limit/.test(limited) ? 0 : 1,
    message: limited,
  });
}

function checkRequest(
  github: GitHub,
  operation: Operation,
  request: RestRequest,
  params: Values,
  query: Values,
): unknown {
  const messages = github.contract.pathAndQuery(operation, params, query);
  if (/[[\]]/.test(request.path)) messages.push('path has brackets that are not percent-encoded');
  const body = parseBody(request.body);
  messages.push(...github.contract.body(operation, body));
  if (!messages.length) return body;
  report(github, 'request', operation.id, messages, {
    method: request.method,
    path: request.path,
    body,
  });
  throw refusal(422, `Invalid request.\n\n${messages.join('\n')}`);
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    throw refusal(400, 'Problems parsing JSON');
  }
}

function checkResponse(github: GitHub, operation: Operation, reply: Reply): void {
  if (reply.raw) return;
  const body = reply.body === undefined ? undefined : JSON.parse(JSONStringify(reply.body));
  const messages = github.contract.response(operation, reply.status, body);
  report(github, 'response', operation.id, messages, { status: reply.status, body });
}

function failure(github: GitHub, error: unknown): Reply {
  if (error instanceof Refusal) {
    return { status: error.status, body: errorBody(error), headers: error.headers };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  report(github, 'response', 'internal', [`the local GitHub failed: ${text}`]);
  return { status: 500, body: { message: 'Server Error' } };
}
