import { generateKeyPairSync } from 'node:crypto';
import { GraphqlResponseError } from '@octokit/graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClients } from '../../../src/adapters/github/client/client.ts';
import { failureOf } from '../../../src/adapters/github/client/failure.ts';
import { createOwnLimits } from '../../../src/adapters/github/client/limits.ts';
import { createOctokit } from '../../../src/adapters/github/client/octokit.ts';
import { createOwnSealedTokens } from '../../../src/adapters/github/client/own-sealed-tokens.ts';
import { NEEDS, permissionsWithin } from '../../../src/adapters/github/client/permissions.ts';
import { createSeal } from '../../../src/adapters/github/client/seal.ts';
import { createTokens } from '../../../src/adapters/github/client/tokens.ts';
import { connectGitHub, type GitHub } from '../../../src/adapters/github/connect.ts';
import { type GitHubEnvironment, MANIFEST, openEnvironment, SILENT } from './environment.ts';

let environment: GitHubEnvironment;
beforeAll(async () => {
  environment = await openEnvironment();
});
afterAll(() => environment.close());

/** Tokens that no other process shares. */
const unshared = () => ({
  kept: createOwnSealedTokens(),
  seal: createSeal(environment.app.privateKey),
});

it('knows who it is', () => {
  const bot = environment.app.botUser.id;
  expect(environment.gatehouse.app).toEqual({
    id: environment.app.id,
    slug: 'gatehouse',
    name: 'Gatehouse',
    botUserId: bot,
  });
  expect(environment.gatehouse.author).toEqual({
    name: 'gatehouse[bot]',
    email: `${bot}+gatehouse[bot]@users.noreply.127.0.0.1`,
  });
});

it('knows who it is on a server that shows nothing to strangers', async () => {
  const hidden = await openEnvironment({ privateMode: true });
  expect(hidden.gatehouse.app.botUserId).toBe(hidden.app.botUser.id);
  await hidden.close();
});

it('asks who it is as an installation, and as nobody only where that fails', async () => {
  const { app, github } = environment;
  const askedBy = async () => {
    const before = github.requests().length;
    await connectGitHub({
      appId: app.id,
      privateKey: app.privateKey,
      host: github.host,
      protocol: 'http',
      log: SILENT,
    });
    const asked = github.requests().slice(before);
    return asked.filter(one => one.operation === 'users/get-by-username').map(({ by }) => by);
  };
  expect(await askedBy()).toEqual(['installation']);
  github.suspendInstallation(environment.installation, true);
  expect(await askedBy()).toEqual(['anonymous']);
  github.suspendInstallation(environment.installation, false);
});

it('says so where the key is not the one of the App', async () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const connecting = connectGitHub({
    appId: environment.app.id,
    privateKey,
    host: environment.github.host,
    protocol: 'http',
    log: SILENT,
  });
  await expect(connecting).rejects.toMatchObject({
    class: 'forbidden',
    status: 401,
    message: expect.stringMatching(/^identity of the App: A JSON web token could not be decoded/),
  });
});

describe('a token', () => {
  const withToken = async (
    access: 'read' | 'write',
    method: string,
    path: string,
    body?: unknown,
  ) => {
    const remote = await environment.gatehouse.facts.remote(environment.repository, access);
    const token = await remote.token();
    return (await environment.github.as({ token }).request(method, path, body)).status;
  };

  it('reaches one repository only, and only what it is for', async () => {
    const other = await environment.github.createRepository({
      owner: environment.acme,
      name: 'other',
      private: true,
      files: { 'README.md': '# Other\n' },
    });
    environment.github.selectRepositories(environment.installation, [environment.handle, other]);
    expect(await withToken('read', 'GET', '/repos/acme/library')).toBe(200);
    expect(await withToken('read', 'GET', '/repos/acme/other')).toBe(404);
    const issue = { title: 'x' };
    expect(await withToken('write', 'POST', '/repos/acme/library/issues', issue)).toBe(403);
  });

  it('is minted for one repository and one kind of effect, with exactly what that needs', async () => {
    const baseUrl = `${environment.github.url}/api/v3`;
    const { id: appId, privateKey } = environment.app;
    const app = createOctokit({ baseUrl, log: SILENT, auth: { appId, privateKey } });
    const { data } = await app.rest.apps.getInstallation({
      installation_id: environment.repository.installation,
    });
    const auth = app.auth as (asked: object) => Promise<{ token: string }>;
    /** What GitHub says it gave. */
    const minted: { token: string }[] = [];
    const watched = async (asked: object) => {
      const given = await auth(asked);
      minted.push(given);
      return given;
    };
    const tokens = createTokens(Object.assign(app, { auth: watched }), unshared());
    const needs = Object.keys(NEEDS) as (keyof typeof NEEDS)[];
    for (const need of needs) await tokens.token(environment.repository, need);
    // Facts are read with one token of the whole installation, which can write nothing.
    expect(minted.map(given => 'repositoryIds' in given && given.repositoryIds)).toEqual(
      needs.map(need => (need === 'facts' ? false : [environment.repository.id])),
    );
    expect(Object.values(NEEDS.facts).every(level => level === 'read')).toBe(true);
    expect(minted.map(given => 'permissions' in given && given.permissions)).toEqual(
      needs.map(need => permissionsWithin(NEEDS[need], data.permissions as Record<string, string>)),
    );
    // None serves another kind.
    expect(new Set(minted.map(({ token }) => token)).size).toBe(needs.length);
  });

  it('is kept, and renewed before it ends', async () => {
    const { token } = await environment.gatehouse.facts.remote(environment.repository, 'read');
    expect(await token()).toBe(await token());
  });

  it('that GitHub no longer takes is replaced once', async () => {
    const baseUrl = `${environment.github.url}/api/v3`;
    const { id: appId, privateKey } = environment.app;
    const app = createOctokit({ baseUrl, log: SILENT, auth: { appId, privateKey } });
    const tokens = createTokens(app, unshared());
    const clients = createClients({
      redact: text => text,
      baseUrl,
      tokens,
      limits: createOwnLimits(),
      log: SILENT,
    });
    const revoked = await tokens.token(environment.repository, 'facts');
    const gone = await environment.github
      .as({ token: revoked })
      .request('DELETE', '/installation/token');
    expect(gone.status).toBe(204);
    const limits: (AbortSignal | null | undefined)[] = [];
    const fetchOnce: typeof fetch = (url, init) => {
      limits.push(init?.signal);
      return fetch(url, init);
    };
    const { status } = await clients(environment.repository, 'facts').rest.repos.get({
      ...environment.at,
      request: { fetch: fetchOnce },
    });
    expect(status).toBe(200);
    // Each try has its own time limit.
    expect(limits).toHaveLength(2);
    expect(limits[0]).not.toBe(limits[1]);
    expect(await tokens.token(environment.repository, 'facts')).not.toBe(revoked);
  });
});

it('narrows to what is granted, never beyond what is needed', () => {
  expect(
    permissionsWithin(NEEDS.push, { contents: 'write', metadata: 'read', issues: 'write' }),
  ).toEqual({
    contents: 'write',
    metadata: 'read',
  });
  expect(permissionsWithin(NEEDS.check, { checks: 'read' })).toEqual({ checks: 'read' });
  expect(permissionsWithin(NEEDS.fetch, { contents: 'write', administration: 'write' })).toEqual({
    contents: 'read',
  });
});

describe("GitHub's refusals", () => {
  // A connection of its own: what GitHub asks of it concerns no other test.
  let gatehouse: GitHub;
  beforeAll(async () => {
    const { app, github } = environment;
    const { id: appId, privateKey } = app;
    const { host } = github;
    gatehouse = await connectGitHub({ appId, privateKey, host, protocol: 'http', log: SILENT });
  });
  const refuse = async (fault: Parameters<GitHubEnvironment['github']['faults']['api']>[0]) => {
    environment.github.faults.api(fault);
    return gatehouse.facts.branch(environment.repository, 'main').then(
      () => null,
      error => ({ ...error, message: error.message }),
    );
  };

  it('are of a class that the core can judge', async () => {
    expect(await refuse({ match: 'git/get-ref', status: 500 })).toMatchObject({
      class: 'server',
      status: 500,
      retryAfterMs: null,
    });
    expect(await refuse({ match: 'git/get-ref', status: 'lostAnswer' })).toMatchObject({
      class: 'transport',
      status: null,
    });
    expect(await refuse({ match: 'git/get-ref', status: 429, retryAfter: 1 })).toMatchObject({
      class: 'rate_limit',
      status: 429,
      retryAfterMs: 1000,
    });
    expect(
      await refuse({ match: 'git/get-ref', status: 'secondary', retryAfter: 3 }),
    ).toMatchObject({
      class: 'rate_limit',
      status: 403,
      retryAfterMs: 3000,
    });
    // Nothing is asked meanwhile.
    expect(await refuse({ match: 'git/get-ref', status: 500 })).toMatchObject({
      class: 'rate_limit',
      status: null,
    });
    environment.github.faults.clear();
  });

  const http = (status: number, headers: Record<string, string>, message = 'no') =>
    failureOf(Object.assign(new Error(message), { status, response: { headers } }), 'x', 1_000_000);

  it.each([
    [400, 'invalid'],
    [401, 'forbidden'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [405, 'conflict'],
    [409, 'conflict'],
    [410, 'not_found'],
    [422, 'invalid'],
    [451, 'forbidden'],
    [500, 'server'],
    [504, 'server'],
  ])('%i is %s', (status, kind) => {
    expect(http(status, {})).toMatchObject({ class: kind, status, message: 'x: no' });
  });

  it('say how long to wait: retry-after, then the reset, then a minute', () => {
    const limit = { 'x-ratelimit-remaining': '0' };
    expect(http(403, { ...limit, 'retry-after': '5' }).retryAfterMs).toBe(5000);
    expect(http(403, { ...limit, 'x-ratelimit-reset': '1090' }).retryAfterMs).toBe(90_000);
    expect(http(429, {}).retryAfterMs).toBe(60_000);
    expect(http(403, {}, 'You have exceeded a secondary rate limit')).toMatchObject({
      class: 'rate_limit',
      retryAfterMs: 60_000,
    });
    expect(http(503, { 'retry-after': '2' }).retryAfterMs).toBe(2000);
  });

  /** What `@octokit/graphql` throws where GitHub answers 200 with errors. */
  const graphql = (type: string, headers: Record<string, string> = {}) => {
    const error = new GraphqlResponseError({ method: 'POST', url: '/graphql' }, headers, {
      data: null,
      errors: [
        { type, message: 'no', path: [''], extensions: {}, locations: [{ line: 1, column: 1 }] },
      ],
    });
    return failureOf(error, 'x', 1_000_000);
  };

  it.each([
    ['NOT_FOUND', 'not_found'],
    ['FORBIDDEN', 'forbidden'],
    ['UNPROCESSABLE', 'invalid'],
    ['SERVICE_UNAVAILABLE', 'server'],
  ])('in GraphQL: %s is %s', (type, kind) => {
    expect(graphql(type)).toMatchObject({ class: kind, message: 'x: no', retryAfterMs: null });
  });

  it('in GraphQL: a limit says how long to wait as well', () => {
    const spent = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1090' };
    expect(graphql('RATE_LIMITED', spent)).toMatchObject({
      class: 'rate_limit',
      retryAfterMs: 90_000,
    });
  });

  it('in GraphQL: are of a class as well where a client meets them', async () => {
    const octokit = createOctokit({
      baseUrl: `${environment.github.url}/api/v3`,
      log: SILENT,
      auth: { appId: environment.app.id, privateKey: environment.app.privateKey },
    });
    const clients = createClients({
      redact: text => text,
      baseUrl: `${environment.github.url}/api/v3`,
      tokens: createTokens(octokit, unshared()),
      limits: createOwnLimits(),
      log: SILENT,
    });
    const { graphql } = clients(environment.repository, 'facts');
    const QUERY = 'query ($id: ID!) { node(id: $id) { id } }';
    await expect(graphql(QUERY, { id: 'none' })).rejects.toMatchObject({
      name: 'GitHubFailure',
      class: 'not_found',
      status: 200,
    });
  });

  it('never carry a credential', () => {
    const token = `ghs_12345_eyJ${'a'.repeat(40)}.eyJ${'b'.repeat(400)}.${'c'.repeat(60)}`;
    const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----';
    const { message } = http(500, {}, `bad ${token} at https://x-access-token:${token}@github.com`);
    expect(message).not.toMatch(/ghs_|eyJ/);
    expect(http(500, {}, key).message).not.toContain('MIIE');
  });
});

it('tells where the grants and app.yml differ', async () => {
  const differences = await environment.gatehouse.granted(MANIFEST);
  // The local GitHub is not told of this event: see the environment.
  expect(differences).toEqual([
    { kind: 'event', name: 'deployment_protection_rule', wanted: 'subscribed', granted: null },
    { kind: 'optional', name: 'actions', wanted: 'write', granted: 'read' },
  ]);
  const wanted =
    'default_permissions: {contents: read, pages: write}\ndefault_events: [issues, fork]';
  expect(await environment.gatehouse.granted(wanted)).toEqual(
    expect.arrayContaining([
      { kind: 'permission', name: 'contents', wanted: 'read', granted: 'write' },
      { kind: 'permission', name: 'pages', wanted: 'write', granted: null },
      { kind: 'permission', name: 'checks', wanted: null, granted: 'write' },
      { kind: 'event', name: 'fork', wanted: 'subscribed', granted: null },
      { kind: 'event', name: 'push', wanted: null, granted: 'subscribed' },
    ]),
  );
});
