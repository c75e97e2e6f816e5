/** A client for one repository and one need: GitHub's own REST and GraphQL clients on its token and limits. */
import { withCustomRequest } from '@octokit/graphql';
import { RequestError } from '@octokit/request-error';
import type { Octokit } from '@octokit/rest';
import type { Repository } from '../../core/actor.ts';
import { createBoundedCache } from '../../core/bounded-cache.ts';
import { GitHubFailure } from '../../engine/ports/github.ts';
import type { Logger } from '../../engine/ports/logger.ts';
import { failureOf } from './failure.ts';
import type { Limiter } from './limiter.ts';
import { createOctokit } from './octokit.ts';
import type { Need } from './permissions.ts';
import type { Tokens } from './tokens.ts';

/** Every failure of it is a `GitHubFailure`. */
export type Client = Pick<Octokit, 'rest' | 'paginate' | 'request'> & {
  /** The answer's `data`, unchecked. */
  graphql(query: string, variables: Record<string, unknown>): Promise<unknown>;
};

/** A bound on memory: clients are cheap to make again. */
const MOST_CLIENTS = 1_000;

export type Clients = (repository: Repository, need: Need) => Client;

type ClientOptions = { baseUrl: string; tokens: Tokens; limiter: Limiter; log: Logger };

export function createClients(options: ClientOptions): Clients {
  const clients = createBoundedCache<string, Client>(MOST_CLIENTS);
  return (repository, need) => {
    const { installation, id, owner, name } = repository;
    const key = [installation, id, owner, name, need].join();
    const known = clients.get(key);
    if (known) return known;
    const client = createClient(options, repository, need);
    clients.set(key, client);
    return client;
  };
}

function createClient(options: ClientOptions, repository: Repository, need: Need): Client {
  const { baseUrl, tokens, limiter, log } = options;
  const { installation } = repository;

  /** The failure of a request. Where GitHub asks for a pause, no process writes until it is over. */
  const failed = async (error: unknown, request: string): Promise<never> => {
    const failure = failureOf(error, request);
    if (failure.class === 'rate_limit' && failure.retryAfterMs !== null)
      await limiter.hold(installation, failure.retryAfterMs);
    throw failure;
  };

  // The hook below sets the token, so Octokit itself authenticates nothing.
  const octokit = createOctokit({ baseUrl, log, auth: null });
  octokit.hook.wrap('request', async (send, request) => {
    const description = `${request.method} ${request.url}`;
    // A redirected POST would become a GET.
    if (request.method !== 'GET') request.request = { ...request.request, redirect: 'manual' };
    const writes = need !== 'facts' && request.method !== 'GET';
    // Octokit's inner hooks read this very object, not the one that is passed on: so it is changed.
    const withToken = (token: string) =>
      Object.assign(request, {
        headers: { ...request.headers, authorization: `token ${token}` },
      });
    try {
      const token = await tokens.token(repository, need);
      // The last step before the request is sent, so that a counted write is under way at once.
      if (writes) await limiter.admit(installation, String(repository.id));
      try {
        return inPlace(repository, await send(withToken(token)));
      } catch (error) {
        const answer = expectedAnswer(error, request.request?.expects);
        if (answer) return inPlace(repository, answer);
        if (!isUnauthorized(error)) throw error;
        // GitHub may have revoked the cached token: the request is made once more with a new one.
        return inPlace(repository, await send(withToken(await tokens.renew(repository, need))));
      }
    } catch (error) {
      return failed(error, description);
    }
  });

  const graphql = withCustomRequest(octokit.request);
  return {
    rest: octokit.rest,
    paginate: octokit.paginate,
    request: octokit.request,
    // GraphQL reports most failures in an answer with status 200, which the hook takes for success.
    graphql: (query, variables) =>
      graphql(query, variables).catch((error: unknown) => failed(error, 'POST /graphql')),
  };
}

/** The answer, where it is about this repository: an issue or a name may lead to another one by now. */
function inPlace<R extends { status: number; url: string }>({ id }: Repository, response: R): R {
  if (response.status >= 300 && response.status < 400)
    throw new GitHubFailure('transport', 'It has moved meanwhile.', response.status);
  const [, other] = /\/repositories\/(\d+)(?:[/?]|$)/.exec(response.url) ?? [];
  if (other !== undefined && id !== 0 && Number(other) !== id)
    throw new GitHubFailure('not_found', 'It is in another repository by now.', response.status);
  return response;
}

/** Octokit throws every status from 400 on; some are answers that the caller reads. */
function expectedAnswer(error: unknown, expects: unknown): RequestError['response'] | null {
  const expected =
    error instanceof RequestError && Array.isArray(expects) && expects.includes(error.status);
  return (expected && error.response) || null;
}

const isUnauthorized = (error: unknown): boolean =>
  error instanceof Error && 'status' in error && error.status === 401;
