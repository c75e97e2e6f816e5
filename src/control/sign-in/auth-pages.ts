/**
 * `/auth/…`: where people are sent to GitHub and come back, and where a link of the shell signs in. Each
 * answer sends the browser on; what went wrong is said by the console's page for signing in.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PersonTokens } from '../../engine/access/person-tokens.ts';
import {
  type AccessParts,
  beginSession,
  endSessions,
  LASTS_MS,
  openLink,
  sessionOf,
} from '../../engine/access/sessions.ts';
import { GitHubFailure } from '../../engine/ports/github.ts';
import type { Logger } from '../../engine/ports/logger.ts';
import type { Seal } from '../../engine/ports/seal.ts';
import {
  CALLBACK_PATH,
  type SignIn,
  SignInRefused,
  type SignInStart,
} from '../../engine/ports/sign-in.ts';
import { addressOf } from '../address.ts';
import type { MinuteLimit } from '../minute-limit.ts';
import { cookie, cookieOf, SESSION_COOKIE, SIGN_IN_COOKIE } from './cookies.ts';
import { returnAddress } from './return-address.ts';

/** How long somebody may take at GitHub. */
const AT_GITHUB_S = 600;
const ABOUT = 'a sign-in that is on its way';

/** `null`: nobody can sign in with GitHub, because it is not set up. */
type GitHubSignIn = { signIn: SignIn; tokens: PersonTokens } | null;

type AuthDependencies = {
  access: AccessParts;
  github: GitHubSignIn;
  seal: Seal;
  /** Where people reach us, without a slash at its end. */
  publicUrl: () => string;
  ofAddress: MinuteLimit;
  proxies: number;
  logger: Logger;
};

/** What the console's page says about it. */
type Failed =
  | 'not_set_up'
  | 'too_many'
  | 'began_elsewhere'
  | 'refused'
  | 'github_away'
  | 'used_link';

/** True where the request was ours to answer. */
export type AuthPages = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

type Answer = { to: string; cookies?: string[] } | { failed: Failed; to?: string };
type PageRequest = { request: IncomingMessage; query: URLSearchParams };

const PAGES: Readonly<
  Record<string, (parts: AuthDependencies, asked: PageRequest) => Promise<Answer>>
> = {
  '/auth/sign-in': sendToGitHub,
  [CALLBACK_PATH]: comeBack,
  '/auth/link': byLink,
};

export function createAuthPages(parts: AuthDependencies): AuthPages {
  const { publicUrl, ofAddress, proxies, logger } = parts;
  return async (request, response) => {
    // Not every path that comes is one of a URL.
    const [path = '', search] = (request.url ?? '').split('?', 2);
    const page = Object.hasOwn(PAGES, path) ? PAGES[path] : undefined;
    if (!page) return false;
    const query = new URLSearchParams(search);
    if (request.method !== 'GET') {
      response.writeHead(405, { allow: 'GET' }).end('Only GET is answered here.\n');
      return true;
    }
    const early = ofAddress(addressOf(request, proxies), performance.now()) > 0;
    const answer: Answer = early
      ? { failed: 'too_many' }
      : await page(parts, { request, query }).catch((error: unknown) => failedBy(error, logger));
    send(response, publicUrl(), answer);
    return true;
  };
}

function send(response: ServerResponse, base: string, answer: Answer): void {
  const failed = 'failed' in answer;
  const query = failed
    ? new URLSearchParams({ failed: answer.failed, ...(answer.to && { to: answer.to }) })
    : null;
  const cookies = failed ? overBy(answer.failed) : (answer.cookies ?? []);
  response.writeHead(302, {
    location: failed ? `${base}/console/sign-in?${query}` : answer.to,
    'set-cookie': cookies,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  });
  response.end();
}

/** Whoever came too often may come again with the sign-in that they began; any other failure ends it. */
const overBy = (failed: Failed): string[] =>
  failed === 'too_many' ? [] : [cookie(SIGN_IN_COOKIE, '', 0)];

async function sendToGitHub(
  parts: AuthDependencies,
  { request, query }: PageRequest,
): Promise<Answer> {
  const { github, seal, publicUrl } = parts;
  const to = returnAddress(query.get('to'));
  if (!github) return { failed: 'not_set_up', to };
  // The browser has another name for this machine than GitHub is told to send it back to.
  const here = new URL(publicUrl());
  if (request.headers.host === `localhost:${here.port}` && here.hostname === '127.0.0.1')
    return { to: `${here.origin}/auth/sign-in?${new URLSearchParams({ to })}` };
  const { url, start } = await github.signIn.begin(`${publicUrl()}${CALLBACK_PATH}`);
  const sealed = seal.seal(JSON.stringify({ start, to }), ABOUT).toString('base64url');
  return { to: url, cookies: [cookie(SIGN_IN_COOKIE, sealed, AT_GITHUB_S)] };
}

async function comeBack(parts: AuthDependencies, { request, query }: PageRequest): Promise<Answer> {
  const { github, access, seal, publicUrl } = parts;
  if (!github) return { failed: 'not_set_up' };
  const kept = cookieOf(request, SIGN_IN_COOKIE);
  const opened = kept === null ? null : seal.open(Buffer.from(kept, 'base64url'), ABOUT);
  if (opened === null) return { failed: 'began_elsewhere' };
  // We wrote it: nobody else has the key.
  const { start, to } = JSON.parse(opened) as { start: SignInStart; to: string };
  if (query.get('state') !== start.state) return { failed: 'began_elsewhere', to };
  const address = new URL(`${publicUrl()}${CALLBACK_PATH}?${query}`);
  const tokens = await github.signIn.finish(address, start);
  const person = await github.signIn.person(tokens.token);
  await github.tokens.keep(person, tokens);
  const owner = { kind: 'person' as const, ...person };
  const { secret } = await beginSession(access, owner, { browser: browserOf(request) });
  return signedIn(parts, request, { secret, to });
}

async function byLink(parts: AuthDependencies, { request, query }: PageRequest): Promise<Answer> {
  const code = query.get('code') ?? '';
  const to = returnAddress(query.get('to'));
  const begun = await openLink(parts.access, code, { browser: browserOf(request) });
  return begun ? signedIn(parts, request, { ...begun, to }) : { failed: 'used_link', to };
}

/** The session that this browser had before is over: it has no other way back to it. */
async function signedIn(
  { access, publicUrl }: AuthDependencies,
  request: IncomingMessage,
  { secret, to }: { secret: string; to: string },
): Promise<Answer> {
  const before = await sessionOf(access, cookieOf(request, SESSION_COOKIE) ?? '');
  if (before) await endSessions(access, before.owner, { id: before.id, why: 'asked' });
  const cookies = [cookie(SESSION_COOKIE, secret, LASTS_MS / 1000), cookie(SIGN_IN_COOKIE, '', 0)];
  return { to: `${publicUrl()}${to}`, cookies };
}

const browserOf = ({ headers }: IncomingMessage): string => headers['user-agent'] ?? '';

function failedBy(error: unknown, logger: Logger): Answer {
  if (error instanceof SignInRefused) {
    logger.warn({ problem: error.message }, 'a sign-in was refused');
    return { failed: 'refused' };
  }
  if (error instanceof GitHubFailure) {
    logger.warn({ problem: error.message }, 'a sign-in failed');
    return { failed: 'github_away' };
  }
  throw error;
}
