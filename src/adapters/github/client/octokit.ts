/**
 * GitHub's own REST client as Gatehouse uses it: every request has a time limit. It neither waits for
 * rate limits nor retries, because the limiter and the core do.
 */
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { Logger } from '../../../engine/ports/logger.ts';

/** One request takes at most this long. */
export const REQUEST_MS = 15_000;

type OctokitOptions = {
  /** The address of the REST API. */
  baseUrl: string;
  log: Pick<Logger, 'warn'>;
  /** Whom requests are made as; `null`: nobody, or whoever a hook of the caller says. */
  auth: { appId: number; privateKey: string; installationId?: number } | { token: string } | null;
};

export function createOctokit({ baseUrl, log, auth }: OctokitOptions): Octokit {
  const octokit = new Octokit({
    userAgent: 'gatehouse',
    baseUrl,
    log: warningsOf(log),
    ...credentials(auth),
  });
  octokit.hook.before('request', options => {
    options.request = {
      ...options.request,
      signal: options.request?.signal ?? AbortSignal.timeout(REQUEST_MS),
    };
  });
  octokit.hook.after('request', (response, { method }) => {
    if (isNoAnswer(response))
      throw new GitHubFailure(
        'transport',
        `${method} ${response.url}: The answer was cut off, or is none of GitHub.`,
        response.status,
      );
  });
  return octokit;
}

/** What Octokit reads as JSON, and the page of something that stands between us and GitHub. */
const STRUCTURED = /^(?:application\/(?:scim\+)?json|text\/html)\b/;

/**
 * Octokit gives JSON that it can't read as text, and none where the connection was lost: as a list, that is an
 * empty one. GitHub answers nothing that is a text.
 */
function isNoAnswer({
  data,
  headers,
}: {
  data: unknown;
  headers: Record<string, unknown>;
}): boolean {
  const isStructured = STRUCTURED.test(String(headers['content-type'] ?? ''));
  return (
    isStructured && typeof data === 'string' && String(headers['content-length'] ?? '') !== '0'
  );
}

type Options = NonNullable<ConstructorParameters<typeof Octokit>[0]>;

function credentials(auth: OctokitOptions['auth']): Pick<Options, 'auth' | 'authStrategy'> {
  if (auth === null) return {};
  return 'token' in auth ? { auth: auth.token } : { authStrategy: createAppAuth, auth };
}

/** Octokit logs each request, and each failure that its caller handles: only its warnings are kept. */
const warningsOf = (log: OctokitOptions['log']) => ({
  debug: () => undefined,
  info: () => undefined,
  warn: (message: string) => log.warn({}, String(message)),
  error: () => undefined,
});
