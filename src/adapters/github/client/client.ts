/** A client for one repository and one need: GitHub's own REST and GraphQL clients on its token and limits. */
import { GraphqlResponseError, withCustomRequest } from '@octokit/graphql';
import { RequestError } from '@octokit/request-error';
import type { Octokit } from '@octokit/rest';
import type { Repository } from '../../../core/actor.ts';
import { createBoundedCache } from '../../../core/bounds/bounded-cache.ts';
import { GitHubFailure, NotGranted } from '../../../engine/ports/github.ts';
import type { Logger } from '../../../engine/ports/logger.ts';
import { type Conditional, createConditional } from './conditional.ts';
import { failureOf, headersOf, isUnconnected, oneLine } from './failure.ts';
import type { GitHubLimits } from './limits.ts';
import { createOctokit } from './octokit.ts';
import type { Need } from './permissions.ts';
import { redactTexts } from './redacted-texts.ts';
import { requestClass } from './request-context.ts';
import type { Tokens } from './tokens.ts';

/** Every failure of it is a `GitHubFailure`. */
export type Client = Pick<Octokit, 'rest' | 'paginate' | 'request'> & {
  /** The answer's `data`, unchecked. */
  graphql(query: string, variables: Record<string, unknown>): Promise<unknown>;
  /** The same where GitHub refuses a part of it, which is null then. */
  graphqlInPart(query: string, variables: Record<string, unknown>): Promise<unknown>;
};

type RequestOptions = Parameters<Octokit['request']['endpoint']['parse']>[0];

/** A bound on memory: clients are cheap to make again. */
const MOST_CLIENTS = 1_000;

export type Clients = (repository: Repository, need: Need) => Client;

type ClientOptions = {
  baseUrl: string;
  tokens: Tokens;
  limits: GitHubLimits;
  log: Logger;
  /** Takes every secret out of a text that is written there. */
  redact: (text: string) => string;
};

export function createClients(options: ClientOptions): Clients {
  const clients = createBoundedCache<string, Client>(MOST_CLIENTS);
  const conditional = createConditional();
  return (repository, need) => {
    const { installation, id, owner, name } = repository;
    const key = [installation, id, owner, name, need].join();
    const known = clients.get(key);
    if (known) return known;
    const client = createClient({ ...options, conditional }, repository, need);
    clients.set(key, client);
    return client;
  };
}

function createClient(
  options: ClientOptions & { conditional: Conditional },
  repository: Repository,
  need: Need,
): Client {
  const { baseUrl, tokens, limits, log, redact, conditional } = options;
  const { installation } = repository;

  /** The failure of a request. Where GitHub asks for silence, no process asks it anything until then. */
  const failed = async (error: unknown, request: string, sent = true): Promise<never> => {
    const failure = failureOf(error, oneLine(request, redact), Date.now(), redact);
    if (!sent || isUnconnected(error)) failure.unsent = true;
    const isSilence = failure.class === 'rate_limit' && failure.status !== null && !isUsedUp(error);
    if (isSilence && failure.retryAfterMs !== null)
      await limits.requests.hold(installation, failure.retryAfterMs);
    throw await withPermission(failure);
  };

  /** Where the App may not do something, the permissions that it lacks for that are named: they may be granted. */
  const withPermission = async (failure: GitHubFailure): Promise<GitHubFailure> => {
    const { message, status } = failure;
    if (failure.class !== 'forbidden' || !/not accessible by integration/i.test(message))
      return failure;
    const lacks = await tokens.lacks(installation, need).catch(() => []);
    if (lacks.length === 0 || failure instanceof NotGranted) return failure;
    return new NotGranted(`${message} (the App is not granted ${lacks.join(', ')})`, status);
  };

  // The hook below sets the token, so Octokit itself authenticates nothing.
  const octokit = createOctokit({ baseUrl, log, auth: null });
  /** What the request is known by: it is for this client's token. `null`: it is no such request. */
  const nameOf = (request: RequestOptions): string | null => {
    if (request.method !== 'GET' || request.request?.parseSuccessResponseBody === false)
      return null;
    const { url, headers } = octokit.request.endpoint.parse(request);
    return `${installation} ${repository.id} ${need} ${headers.accept} ${url}`;
  };
  /** Refused for another reason than a limit. */
  const isForbidden = (error: unknown): boolean => failureOf(error, '').class === 'forbidden';
  octokit.hook.wrap('request', async (send, request) => {
    const description = described(request);
    // A redirected POST would become a GET.
    if (request.method !== 'GET') request.request = { ...request.request, redirect: 'manual' };
    const writes = need !== 'facts' && request.method !== 'GET';
    const resource = request.url.endsWith('/graphql') ? 'graphql' : 'core';
    if (writes) redactTexts(request, redact);
    if (need === 'facts') addressById(request, repository);
    const name = nameOf(request);
    const known = name === null ? null : conditional.known(name);
    const own = request.request;
    let sent = false;
    const sendAs = async (token: string) => {
      const is = requestClass();
      const answered = await limits.requests.admit({ installation, resource }, is);
      const headers = {
        ...request.headers,
        authorization: `token ${token}`,
        ...(known && { 'if-none-match': known.etag }),
      };
      sent = false;
      try {
        // The last step before the request is sent, so that a counted write is under way at once.
        if (writes) await limits.writes.admit({ installation, lane: String(repository.id), is });
        // Octokit's inner hooks read and change this very object, not the one that is passed on: so it is
        // changed, and each try has a time limit of its own.
        sent = true;
        const response = await send(Object.assign(request, { headers, request: own }));
        answered(response.headers);
        inPlace(repository, response);
        if (name !== null) conditional.answered(name, response);
        return response;
      } catch (error) {
        // Whom GitHub does not know or let in, it counts by their address: that says nothing of our hour.
        answered(isKnownToGitHub(error) ? headersOf(error) : null);
        if (known && statusOf(error) === 304) return known.answer();
        throw error;
      }
    };
    try {
      const token = await tokens.token(repository, need);
      try {
        return await sendAs(token);
      } catch (error) {
        const answer = expectedAnswer(error, request.request?.expects);
        if (answer) return inPlace(repository, answer);
        if (statusOf(error) !== 401 && !(writes && isForbidden(error))) throw error;
        sent = false;
        // GitHub may have revoked the cached token, or it is one of before a transfer: the request is made
        // once more with a new one. Where GitHub makes none, the repository is looked for.
        return await sendAs(await tokens.renew(repository, need, token));
      }
    } catch (error) {
      return failed(error, description, sent);
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
    graphqlInPart: (query, variables) =>
      graphql(query, variables).catch((error: unknown) =>
        error instanceof GraphqlResponseError && error.data
          ? error.data
          : failed(error, 'POST /graphql'),
      ),
  };
}

/** The method and the path, with what its parameters are. */
function described(request: RequestOptions): string {
  const { method, url = '', ...values } = request;
  const path = url.replace(/\{(\w+)\}/g, (left, name: string) =>
    values[name] === undefined ? left : encodeURI(String(values[name])),
  );
  return `${method} ${path}`;
}

type RequestResponse = NonNullable<RequestError['response']>;

/** The answer, where it is about this repository: an issue or a name may lead to another one by now. */
function inPlace<R extends Pick<RequestResponse, 'status' | 'url' | 'headers'>>(
  { id }: Repository,
  response: R,
): R {
  const isRedirect = response.status >= 300 && response.status < 400;
  const place = (isRedirect && response.headers.location) || response.url;
  const [, other] = /\/repositories\/(\d+)(?:[/?]|$)/.exec(place) ?? [];
  if (other !== undefined && id !== 0 && Number(other) !== id)
    throw new GitHubFailure('not_found', 'It is in another repository by now.', response.status);
  if (isRedirect) {
    const moved = new GitHubFailure('transport', 'It has moved meanwhile.', response.status);
    moved.unsent = true;
    throw moved;
  }
  return response;
}

/** Octokit throws every status from 400 on; some are answers that the caller reads. */
function expectedAnswer(error: unknown, expects: unknown): RequestError['response'] | null {
  const expected =
    error instanceof RequestError && Array.isArray(expects) && expects.includes(error.status);
  return (expected && error.response) || null;
}

/** The hour's requests are used up: that is known by their number, and concerns one resource alone. */
const isUsedUp = (error: unknown): boolean => headersOf(error)?.['x-ratelimit-remaining'] === '0';

const isKnownToGitHub = (error: unknown): boolean =>
  statusOf(error) !== 401 && failureOf(error, '').class !== 'shut_out';

const statusOf = (error: unknown): unknown =>
  error instanceof Error && 'status' in error ? error.status : null;

/**
 * The token that reads reaches every repository of the installation: so the id says which one is read,
 * whoever has its name by now.
 */
function addressById(request: RequestOptions, { id }: Repository): void {
  if (id === 0) return;
  const { url = '' } = request;
  request.url = url.replace(/\/repos\/[^/?]+\/[^/?]+(?=[/?]|$)/, `/repositories/${id}`);
  if (request.url === url) return;
  delete request.owner;
  delete request.repo;
}
