/**
 * What GitHub's own client makes of GitHub's documented refusals, and what we make of that. The local
 * GitHub answers as a healthy one does; here each answer is the one of the documentation.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpResponse, http, passthrough } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { attempt, failureOf, reasonOf } from '../../../../src/adapters/github/client/failure.ts';
import { createOctokit } from '../../../../src/adapters/github/client/octokit.ts';
import { GitHubFailure, NotInstalled } from '../../../../src/engine/ports/github.ts';
import { SILENT } from '../environment.ts';

const API = 'https://api.github.example';
const NOW = Date.parse('2026-11-28T12:00:00Z');
const server = setupServer();
const octokit = createOctokit({ baseUrl: API, log: SILENT, auth: { token: 'a token' } });

beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

/** Asks for an issue where GitHub answers with this. */
async function failureAfter(answer: () => Response): Promise<GitHubFailure> {
  server.use(http.get(`${API}/repos/acme/library/issues/1`, answer));
  const asking = octokit.rest.issues.get({ owner: 'acme', repo: 'library', issue_number: 1 });
  const failed = await asking.then(
    () => null,
    error => failureOf(error, 'the issue', NOW),
  );
  if (!failed) throw new Error('GitHub refused, and the client took it for an answer');
  return failed;
}

const refusal = (status: number, message: string, headers: Record<string, string> = {}) =>
  failureAfter(() => HttpResponse.json({ message }, { status, headers }));

it('a suspended installation is none while that lasts, whatever is asked for', async () => {
  const suspended = await refusal(403, 'This installation has been suspended');
  expect(suspended).toBeInstanceOf(NotInstalled);
  expect(await refusal(403, 'Resource not accessible by integration')).not.toBeInstanceOf(
    NotInstalled,
  );
});

describe('a limit', () => {
  it.each([
    ['a secondary one says for how long', 403, { 'retry-after': '42' }, 42_000],
    [
      'the primary one says until when',
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 600) },
      600_000,
    ],
    [
      'one that is over by our clock is waited for all the same',
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 - 5) },
      1_000,
    ],
    ['one that says nothing takes a minute', 429, {}, 60_000],
    ['a time that is none takes a minute', 429, { 'retry-after': 'soon' }, 60_000],
    ['a time that is over takes a minute', 429, { 'retry-after': '-5' }, 60_000],
    ['no time at all is a moment', 429, { 'retry-after': '0' }, 1_000],
    ['none is longer than an hour', 429, { 'retry-after': '999999999999' }, 3_600_000],
    [
      'an hour ends, whatever is said',
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9999999999' },
      3_600_000,
    ],
    ['a date is understood', 429, { 'retry-after': new Date(NOW + 90_000).toUTCString() }, 90_000],
    [
      'a date that is over is a moment',
      429,
      { 'retry-after': new Date(NOW - 90_000).toUTCString() },
      1_000,
    ],
  ])('%s', async (_, status, headers, waitMs) => {
    const failure = await refusal(status, 'You have exceeded a rate limit.', headers);
    expect(failure).toMatchObject({ class: 'rate_limit', status, retryAfterMs: waitMs });
    expect(failure.message).toMatch(/^the issue: You have exceeded a rate limit\./);
  });

  it('is told from a 403 that only refuses', async () => {
    const failure = await refusal(403, 'Resource not accessible by integration', {
      'x-ratelimit-remaining': '4999',
    });
    expect(failure).toMatchObject({ class: 'forbidden', status: 403, retryAfterMs: null });
  });
});

it.each([
  [401, 'Bad credentials', 'forbidden'],
  [404, 'Not Found', 'not_found'],
  [410, 'Issues are disabled for this repo', 'not_found'],
  [409, 'Git Repository is empty.', 'conflict'],
  [422, 'Validation Failed', 'invalid'],
  [451, 'Repository access blocked', 'forbidden'],
  [502, 'Server Error', 'server'],
])('%i %s is %s', async (status, message, kind) => {
  expect(await refusal(status, message)).toMatchObject({ class: kind, status });
});

it('what is no JSON is the failure that its status says', async () => {
  const page = '<html><h1>We had issues producing the response to your request.</h1></html>';
  const failure = await failureAfter(() => HttpResponse.html(page, { status: 502 }));
  expect(failure).toMatchObject({ class: 'server', status: 502 });
});

describe('an answer that was cut off', () => {
  const json = { 'content-type': 'application/json; charset=utf-8' };
  const asked = { owner: 'acme', repo: 'library', issue_number: 1 };
  const comments = ({ rest, paginate } = octokit) => paginate(rest.issues.listComments, asked);
  const CUT = expect.objectContaining({
    class: 'transport',
    message: expect.stringMatching(/^the comments: GET http\S+comments: The answer was cut off/),
  });

  it.each([
    ['in the midst', '[{"id":1},{"i'],
    ['before its beginning', ''],
  ])('%s of its text is none, and no list that is empty', async (_, text) => {
    const answer = () => new HttpResponse(text, { headers: json });
    server.use(http.get(`${API}/repos/acme/library/issues/1/comments`, answer));
    await expect(attempt('the comments', () => comments())).rejects.toEqual(CUT);
  });

  it('that is a page of something between us and GitHub is none', async () => {
    const answer = () => HttpResponse.html('<h1>Sign in to the network</h1>');
    server.use(http.get(`${API}/repos/acme/library/issues/1/comments`, answer));
    await expect(attempt('the comments', () => comments())).rejects.toEqual(CUT);
  });

  it.each([
    ['that says how long it is', { 'content-length': '1000' }],
    ['that comes in parts', {}],
  ])('with the connection, of one %s, is none either', async (_, headers) => {
    server.use(http.get('http://127.0.0.1:*', () => passthrough()));
    const cutting = createServer((_request, response) => {
      response.writeHead(200, { ...json, ...headers });
      response.write('[{"id":1},', () => response.destroy());
    });
    await once(cutting.listen(0, '127.0.0.1'), 'listening');
    const { port } = cutting.address() as AddressInfo;
    const baseUrl = `http://127.0.0.1:${port}`;
    const reading = comments(createOctokit({ baseUrl, log: SILENT, auth: null }));
    await expect(attempt('the comments', () => reading)).rejects.toEqual(CUT);
    cutting.close();
  });

  it('says nothing of one without a text', async () => {
    const headers = { ...json, 'content-length': '0' };
    server.use(
      http.get(
        `${API}/repos/acme/library/issues/1/comments`,
        () => new HttpResponse(null, { headers }),
      ),
    );
    expect(await comments()).toEqual([]);
  });
});

it('no answer at all is one of transport', async () => {
  expect(await failureAfter(() => HttpResponse.error())).toMatchObject({ class: 'transport' });
});

it('one that was met already says as well what was tried, once', async () => {
  const met = () => Promise.reject(new GitHubFailure('server', 'GET /repos/a/b: no: never', 500));
  const failed = await attempt('outside', () =>
    attempt('inside', () => attempt('inside', met)),
  ).catch((error: GitHubFailure) => error);
  expect(failed).toMatchObject({
    class: 'server',
    message: 'outside: inside: GET /repos/a/b: no: never',
  });
  expect(reasonOf(failed as GitHubFailure)).toBe('no: never');
});

it('a limit is waited for by the clock of GitHub', async () => {
  const headers = {
    date: new Date(NOW - 300_000).toUTCString(),
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(NOW / 1000),
  };
  expect(await refusal(403, 'limit', headers)).toMatchObject({ retryAfterMs: 300_000 });
});

it('its message holds no secret, and one line', async () => {
  const failure = await refusal(422, `no ghp_${'a'.repeat(36)} here\n\nand more\n`);
  expect(failure.message).toBe('the issue: no [redacted: GitHub token] here and more');
});
