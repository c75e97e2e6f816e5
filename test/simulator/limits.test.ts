import { afterEach, expect, test } from 'vitest';
import { openEnvironment, refused, type SimulatorEnvironment } from './environment.ts';
import type { LimitSettings } from './rest/limits.ts';

let environment: SimulatorEnvironment;
afterEach(() => environment.close());

async function open(limits: Partial<LimitSettings> = {}) {
  environment = await openEnvironment({ limits });
  return environment;
}

const headersOf = async (request: Promise<unknown>) => {
  const error = await request.then(
    () => null,
    (thrown: { response: { headers: Record<string, string> } }) => thrown,
  );
  return error?.response.headers ?? {};
};

test('an installation has 5,000 requests an hour, and more with many repositories and people', async () => {
  const { octokit, at, github, app, asApp } = await open({ mostPerHour: 5_120 });
  expect((await octokit.rest.repos.get(at)).headers['x-ratelimit-limit']).toBe('5000');

  const wide = github.createOrganization('wide');
  for (let n = 0; n < 21; n += 1)
    await github.createRepository({ owner: wide, name: `r-${n}`, files: {} });
  const { id } = github.installApp(app, wide, 'all');
  const { data } = await asApp.rest.apps.createInstallationAccessToken({ installation_id: id });
  const limits = async () =>
    (await environment.as({ token: data.token }).rest.rateLimit.get()).data.resources;
  expect(await limits()).toMatchObject({ core: { limit: 5_050 }, graphql: { limit: 5_050 } });
  for (let n = 0; n < 21; n += 1) github.addMember(wide, github.createUser(`p-${n}`));
  expect((await limits()).core.limit).toBe(5_100);
  for (let n = 21; n < 30; n += 1) github.addMember(wide, github.createUser(`p-${n}`));
  expect((await limits()).core.limit).toBe(5_120);
});

test('the hour of REST ends with 403 and tells when it begins anew', async () => {
  const { octokit, at, github } = await open({ perHour: 4, hourMs: 1_800_000 });
  const first = await octokit.rest.repos.get(at);
  expect(first.headers).toMatchObject({
    'x-ratelimit-limit': '4',
    'x-ratelimit-used': '1',
    'x-ratelimit-remaining': '3',
    'x-ratelimit-resource': 'core',
  });
  // A conditional request that tells nothing new is free, so is asking for the limits.
  await refused(
    octokit.rest.repos.get({ ...at, headers: { 'if-none-match': first.headers.etag } }),
  );
  const { data } = await octokit.rest.rateLimit.get();
  expect(data.resources.core).toMatchObject({ limit: 4, used: 1, remaining: 3 });
  for (let n = 0; n < 3; n += 1) await octokit.rest.repos.get(at);

  const headers = await headersOf(octokit.rest.repos.get(at));
  expect(headers).toMatchObject({ 'x-ratelimit-remaining': '0', 'x-ratelimit-used': '4' });
  expect(await refused(octokit.rest.repos.get(at))).toMatchObject({
    status: 403,
    message: expect.stringContaining('API rate limit exceeded for installation ID'),
  });
  const reset = Number(headers['x-ratelimit-reset']) * 1000;
  expect(reset).toBeGreaterThan(Date.now() + 1_700_000);
  // Points of GraphQL are counted apart.
  const { viewer } = await octokit.graphql<{ viewer: { login: string } }>('{ viewer { login } }');
  expect(viewer.login).toBe('helper[bot]');
  // A token ends sooner than a whole hour, so the hour is half as long here.
  github.advanceClock(1_800_000);
  expect((await octokit.rest.repos.get(at)).headers['x-ratelimit-used']).toBe('1');
});

const THREADS = `query ($first: Int = 100) {
  rateLimit { cost nodeCount limit used remaining resetAt }
  repository(owner: "acme", name: "library") {
    pullRequests(first: $first) {
      nodes { reviews(first: 100) { nodes { id } } commits(last: 100) { nodes { commit { oid } } } }
    }
  }
}`;

test('GraphQL has points of its own, counted by what its connections ask for', async () => {
  const { octokit, github } = await open({ perHour: 6 });
  type Limit = Record<'cost' | 'nodeCount' | 'limit' | 'used' | 'remaining', number>;
  const ask = (variables: Record<string, unknown> = {}) =>
    octokit.graphql<{ rateLimit: Limit }>(THREADS, variables);
  // One request for the pull requests, and two for each of a hundred of them: 2.01 points.
  const { rateLimit } = await ask();
  expect(rateLimit).toMatchObject({ cost: 2, nodeCount: 20_100, limit: 6, used: 2, remaining: 4 });
  // Of two pull requests: 5 requests, which is the least that a query can cost.
  expect((await ask({ first: 2 })).rateLimit).toMatchObject({ cost: 1, nodeCount: 402, used: 3 });
  await ask({ first: 1 });
  await ask();

  const spent = await fetch(`${github.url}/api/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await token()}` },
    body: JSON.stringify({ query: '{ viewer { login } }' }),
  });
  expect(spent.status).toBe(200);
  expect(Object.fromEntries(spent.headers)).toMatchObject({
    'x-ratelimit-remaining': '0',
    'x-ratelimit-resource': 'graphql',
  });
  expect(await spent.json()).toMatchObject({ errors: [{ type: 'RATE_LIMITED' }] });
});

async function token(): Promise<string> {
  const { asApp, installation } = environment;
  const { data } = await asApp.rest.apps.createInstallationAccessToken({
    installation_id: installation.id,
  });
  return data.token;
}

test.each([
  ['no size', 'pullRequests { nodes { id } }', /must provide a `first` or `last`/],
  ['too many', 'pullRequests(first: 101) { nodes { id } }', /exceeds the `first` limit of 100/],
  [
    'too many nodes',
    'pullRequests(first: 100) { nodes { commits(first: 100) { nodes { commit { authors(first: 100) { nodes { email } } } } } } }',
    /exceeds the maximum limit of 500000/,
  ],
])('a connection with %s is an error, and a fault of the client', async (_, connection, words) => {
  const { octokit, github } = await open();
  const query = `{ repository(owner: "acme", name: "library") { ${connection} } }`;
  expect((await refused(octokit.graphql(query))).message).toMatch(words);
  expect(github.takeViolations()).toMatchObject([{ where: 'graphql' }]);
});

test('a minute has 900 points, of which a read costs one and a write five', async () => {
  const { octokit, at, github } = await open({ restPointsPerMinute: 12 });
  await octokit.rest.issues.createLabel({ ...at, name: 'first' });
  await octokit.rest.issues.createLabel({ ...at, name: 'second' });
  await octokit.rest.repos.get(at);
  await octokit.rest.repos.get(at);
  const headers = await headersOf(octokit.rest.repos.get(at));
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  expect(headers['x-ratelimit-remaining']).not.toBe('0');
  expect(await refused(octokit.rest.repos.get(at))).toMatchObject({
    status: 429,
    message: expect.stringContaining('secondary rate limit'),
  });
  github.advanceClock(Number(headers['retry-after']) * 1000);
  expect((await octokit.rest.repos.get(at)).status).toBe(200);
});

test('so many requests may be under way at once, by REST and GraphQL together', async () => {
  const { octokit, at } = await open({ concurrent: 2 });
  await octokit.rest.repos.get(at);
  const answers = await Promise.allSettled([
    ...Array.from({ length: 8 }, () => octokit.rest.repos.listBranches(at)),
    ...Array.from({ length: 8 }, () => octokit.graphql('{ viewer { login } }')),
  ]);
  const reasons = answers.flatMap(one => (one.status === 'rejected' ? [one.reason] : []));
  expect(reasons.length).toBeGreaterThan(0);
  for (const { status, response } of reasons)
    expect([status, response.headers['retry-after']]).toEqual([403, '60']);
});

test("an App's own JWT has an hour of its own, of which its answers say nothing", async () => {
  const { asApp } = await open({ perHour: 3 });
  const first = await asApp.rest.apps.getAuthenticated();
  expect(first.headers['x-ratelimit-limit']).toBeUndefined();
  await asApp.rest.apps.getAuthenticated();
  await asApp.rest.apps.getAuthenticated();
  expect(await refused(asApp.rest.apps.getAuthenticated())).toMatchObject({
    status: 403,
    message: expect.stringContaining('API rate limit exceeded for App ID'),
  });
});

test('every request is counted, with what it has cost', async () => {
  const { octokit, at, github } = await open({ perHour: 3 });
  const { headers } = await octokit.rest.repos.get(at);
  await refused(octokit.rest.repos.get({ ...at, headers: { 'if-none-match': headers.etag } }));
  await octokit.graphql('{ viewer { login } }');
  await octokit.rest.issues.createLabel({ ...at, name: 'first' });
  await octokit.rest.repos.get(at);
  await refused(octokit.rest.repos.get(at));
  const told = github.requests().filter(({ by }) => by === 'installation');
  expect(
    told.map(({ operation, kind, status, cost, limited }) => [
      operation,
      kind,
      status,
      cost,
      limited,
    ]),
  ).toEqual([
    ['repos/get', 'read', 200, 1, false],
    ['repos/get', 'read', 304, 0, false],
    ['graphql', 'read', 200, 1, false],
    ['issues/create-label', 'write', 201, 1, false],
    ['repos/get', 'read', 200, 1, false],
    ['repos/get', 'read', 403, 0, true],
  ]);
});
