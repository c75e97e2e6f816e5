/** The API: it finds out who asks and what, and has the endpoint answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { within } from '../engine/ports/time-limit.ts';
import type { ControlServices } from './control-services.ts';
import { isCrossSite } from './cross-site.ts';
import { apiDocument } from './document.ts';
import type { ApiEndpoint } from './endpoint.ts';
import { BROKEN, CROSS_SITE, NO_ENDPOINT, notAllowed } from './faults.ts';
import { gitHubFailureIn, gitHubProblem } from './github-problem.ts';
import { parseRequest, type ReadJson } from './parse-request.ts';
import { type HttpProblem, PROBLEM_TYPE, problemText, SAFE_HEADERS } from './problem.ts';
import { answered, endLate, tagOf } from './respond.ts';
import { mayStill } from './viewer.ts';
import type { WhoAsks } from './who-asks.ts';

/** An answer has to begin within this time, in milliseconds. */
const ANSWER_MS = 15_000;

type ApiDependencies = {
  services: ControlServices;
  endpoints: readonly ApiEndpoint[];
  whoAsks: WhoAsks;
  readJson: ReadJson;
  /** Where people reach us, with the sub-path; null: it is not configured. */
  publicUrl: () => string | null;
};

/** True where the request was ours to answer. */
export type Api = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

type Env = { Bindings: HttpBindings };

export function createApi(parts: ApiDependencies): Api {
  const { services, endpoints } = parts;
  const { logger } = services;
  const app = new Hono<Env>();
  const refuse = (problem: HttpProblem): Response =>
    new Response(problemText(problem), {
      status: problem.status,
      headers: { ...SAFE_HEADERS, 'content-type': PROBLEM_TYPE, ...problem.headers },
    });
  app.use(async (c, next) => {
    if (isCrossSite(c.env.incoming, parts.publicUrl())) return refuse(CROSS_SITE);
    await next();
  });
  const document = JSON.stringify(apiDocument(endpoints), null, 2);
  const documentTag = tagOf(document);
  app.get('/api/v1/openapi.json', c =>
    c.req.header('if-none-match') === documentTag
      ? new Response(null, { status: 304, headers: { etag: documentTag } })
      : new Response(document, {
          headers: {
            'content-type': 'application/json',
            'cache-control': 'no-cache',
            etag: documentTag,
          },
        }),
  );
  for (const each of endpoints)
    app.on(each.method.toUpperCase(), routeOf(each), c => answer(parts, each, c, refuse));
  for (const [path, methods] of methodsByPath(endpoints))
    app.all(path, () => refuse(notAllowed(methods)));
  app.notFound(() => refuse(NO_ENDPOINT));
  app.onError((error, c) => {
    const path = c.req.path.slice(0, 200);
    const failure = gitHubFailureIn(error);
    if (failure) {
      logger.warn({ problem: error.message, path }, 'a request of the API needs GitHub');
      return refuse(gitHubProblem(failure));
    }
    logger.error({ err: error, path }, 'a request of the API failed');
    return refuse(BROKEN);
  });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return async (request, response) => {
    if (!/^\/api\/v1([/?]|$)/.test(request.url ?? '')) return false;
    await listener(request, response);
    return true;
  };
}

/** As Hono writes it. */
const routeOf = ({ path }: ApiEndpoint): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

function methodsByPath(endpoints: readonly ApiEndpoint[]): Map<string, string> {
  const methods = Map.groupBy(endpoints, routeOf);
  return new Map(
    [...methods].map(([path, all]) => [
      path,
      all.map(({ method }) => method.toUpperCase()).join(', '),
    ]),
  );
}

async function answer(
  { services, whoAsks, readJson }: ApiDependencies,
  one: ApiEndpoint,
  c: Context<Env>,
  refuse: (problem: HttpProblem) => Response,
): Promise<Response> {
  const known = await whoAsks(c.env.incoming);
  if (!known.ok) return refuse(known.problem);
  const read = await parseRequest(one, c, readJson);
  if (read === null) return RESPONSE_ALREADY_SENT;
  if (!read.ok) return refuse(read.problem);
  const gone = new AbortController();
  c.env.outgoing.once('close', () => gone.abort());
  const header = (name: string) => c.req.header(name);
  const asked = {
    ...read.given,
    viewer: known.viewer,
    token: known.token,
    header,
    signal: gone.signal,
    stands: async () => {
      const now = await whoAsks(c.env.incoming);
      return now.ok && mayStill(now.viewer, known.viewer);
    },
  };
  const work = one
    .answer(asked, services)
    .then(given => answered(given, one, c.req.header('if-none-match')));
  const response = await within(ANSWER_MS, work, () => null);
  if (response === null) {
    gone.abort();
    endLate(work);
    return refuse(one.tooSlow);
  }
  return 'problem' in response ? refuse(response.problem) : response;
}
