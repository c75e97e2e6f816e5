/** An Octokit for one repository and one need: its token, its limits, its failures. */
import type { Repository } from '../../core/actor.ts';
import { createBoundedCache } from '../../core/bounded-cache.ts';
import { failureOf } from './failure.ts';
import type { Limiter } from './limiter.ts';
import type { Log } from './log.ts';
import { GatehouseOctokit, type Octokit, octokitLog, timed } from './octokit.ts';
import type { Need } from './permissions.ts';
import type { Tokens } from './tokens.ts';

export type Clients = (repository: Repository, need: Need) => Octokit;

/** A bound on memory: clients are cheap to make again. */
const MOST_CLIENTS = 1_000;

type Hooked = { status?: unknown };

export function createClients(options: {
  baseUrl: string;
  tokens: Tokens;
  limiter: Limiter;
  log: Log;
}): Clients {
  const { baseUrl, tokens, limiter, log } = options;
  const clients = createBoundedCache<string, Octokit>(MOST_CLIENTS);

  function connect(repository: Repository, need: Need): Octokit {
    const octokit = timed(
      new GatehouseOctokit({ baseUrl, log: octokitLog(log), authStrategy: anonymous }),
    );
    octokit.hook.wrap('request', async (request, requested) => {
      const what = `${requested.method} ${requested.url}`;
      const lane = String(repository.id);
      const writes = need !== 'facts' && requested.method !== 'GET';
      // Hooks inside this one are handed the same object, not what is passed on.
      const as = (token: string) =>
        Object.assign(requested, {
          headers: { ...requested.headers, authorization: `token ${token}` },
        });
      const told = async (error: unknown): Promise<never> => {
        const failure = failureOf(error, what);
        if (failure.class === 'rate_limit' && failure.retryAfterMs !== null)
          await limiter.hold(repository.installation, failure.retryAfterMs);
        throw failure;
      };
      const token = await tokens.token(repository, need).catch(told);
      // Last, so that the request is under way as soon as it is counted.
      if (writes) await limiter.admit(repository.installation, lane);
      try {
        return await request(as(token));
      } catch (error) {
        if ((error as Hooked).status !== 401) return told(error);
        // A cached token may have been revoked on the other side: once more with a new one.
        const renewed = tokens.renew(repository, need);
        return renewed.then(other => request(as(other))).catch(told);
      }
    });
    return octokit;
  }

  return (repository, need) => {
    const key = [
      repository.installation,
      repository.id,
      repository.owner,
      repository.name,
      need,
    ].join();
    const known = clients.get(key);
    if (known) return known;
    const client = connect(repository, need);
    clients.set(key, client);
    return client;
  };
}

/** The token is set by the request hook above; Octokit itself authenticates nothing. */
const anonymous = () => Object.assign(async () => ({ type: 'unauthenticated' }), { hook: passOn });

const passOn = <T>(request: (options: T) => unknown, options: T): unknown => request(options);
