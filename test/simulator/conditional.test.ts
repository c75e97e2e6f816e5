import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEnvironment, type SimulatorEnvironment } from './environment.ts';

let environment: SimulatorEnvironment;
beforeAll(async () => {
  environment = await openEnvironment();
});
afterAll(() => environment.close());

/** A token of the installation's own. */
async function newToken(): Promise<string> {
  const { installation, asApp } = environment;
  const { data } = await asApp.rest.apps.createInstallationAccessToken({
    installation_id: installation.id,
  });
  return data.token;
}

async function get(path: string, headers: Record<string, string>) {
  const answer = await fetch(`${environment.github.url}/api/v3${path}`, { headers });
  const used = Number(answer.headers.get('x-ratelimit-used'));
  return { status: answer.status, headers: answer.headers, used, body: await answer.text() };
}

const REPOSITORY = '/repos/acme/library';
const LABELS = `${REPOSITORY}/labels`;

test('what has not changed is answered with 304, which costs nothing', async () => {
  const authorization = `Bearer ${await newToken()}`;
  const first = await get(LABELS, { authorization });
  expect(first.status).toBe(200);
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^W\/"[0-9a-f]{64}"$/);

  for (const tags of [etag, etag.replace('W/', ''), `"other", ${etag}`, '*']) {
    const again = await get(LABELS, { authorization, 'if-none-match': tags });
    expect([again.status, again.body, again.used]).toEqual([304, '', first.used]);
    expect(again.headers.get('etag')).toBe(etag);
  }

  const { octokit, at } = environment;
  await octokit.rest.issues.createLabel({ ...at, name: 'new' });
  const changed = await get(LABELS, { authorization, 'if-none-match': etag });
  // The new label was the second request that counts, this is the third.
  expect([changed.status, changed.used]).toEqual([200, first.used + 2]);
});

test('a tag is good for one token and one form of the answer', async () => {
  const authorization = `Bearer ${await newToken()}`;
  const etag = (await get(REPOSITORY, { authorization })).headers.get('etag') ?? '';
  const ask = async (headers: Record<string, string>) =>
    (await get(REPOSITORY, { authorization, 'if-none-match': etag, ...headers })).status;
  expect(await ask({})).toBe(304);
  expect(await ask({ authorization: `Bearer ${await newToken()}` })).toBe(200);
  expect(await ask({ accept: 'application/vnd.github+json' })).toBe(200);
});

test('an App that signs each request anew is never told 304', async () => {
  const { asApp, github } = environment;
  const first = await asApp.request('GET /app');
  github.advanceClock(1_000);
  // Tokens are signed with the second in which they were made.
  await expect
    .poll(() => Math.floor(Date.now() / 1000), { timeout: 5_000 })
    .toBeGreaterThan(Math.floor(Date.parse(first.headers.date ?? '') / 1000));
  const again = await asApp.request('GET /app', {
    headers: { 'if-none-match': first.headers.etag },
  });
  expect(again.status).toBe(200);
});

test('single things tell when they were changed, lists do not', async () => {
  const authorization = `Bearer ${await newToken()}`;
  const { octokit, at, github } = environment;
  const { data } = await octokit.rest.issues.create({ ...at, title: 'It breaks' });
  const issue = `${REPOSITORY}/issues/${data.number}`;
  const first = await get(issue, { authorization });
  const modified = first.headers.get('last-modified') ?? '';
  expect(Date.parse(modified)).toBe(Date.parse(data.updated_at));
  const asked = { authorization, 'if-modified-since': modified };
  expect((await get(issue, asked)).status).toBe(304);
  // Another token is told so as well: the date belongs to the thing.
  const other = { ...asked, authorization: `Bearer ${await newToken()}` };
  expect((await get(issue, other)).status).toBe(304);
  // Where both are asked, the tag decides.
  expect((await get(issue, { ...asked, 'if-none-match': '"other"' })).status).toBe(200);

  github.advanceClock(2_000);
  await octokit.rest.issues.update({ ...at, issue_number: data.number, title: 'It breaks again' });
  expect((await get(issue, asked)).status).toBe(200);

  const list = await get(`${REPOSITORY}/issues`, { authorization });
  expect(list.headers.get('last-modified')).toBeNull();
  expect(list.headers.get('etag')).not.toBeNull();
  const commit = await get(`${REPOSITORY}/commits/main`, { authorization });
  const { committer } = JSON.parse(commit.body).commit;
  expect(Date.parse(commit.headers.get('last-modified') ?? '')).toBe(Date.parse(committer.date));
});

test('nobody who is unknown is given a 304 for nothing', async () => {
  const first = await get('/users/alice', {});
  const again = await get('/users/alice', { 'if-none-match': first.headers.get('etag') ?? '' });
  expect([again.status, again.used]).toEqual([304, first.used + 1]);
});

test('a write, a refusal and the limits themselves have no tag', async () => {
  const authorization = `Bearer ${await newToken()}`;
  expect((await get('/rate_limit', { authorization })).headers.get('etag')).toBeNull();
  expect(
    (await get(`${REPOSITORY}/issues/9999`, { authorization })).headers.get('etag'),
  ).toBeNull();
  const { octokit, at } = environment;
  const { headers } = await octokit.rest.issues.create({ ...at, title: 'Another' });
  expect(headers.etag).toBeUndefined();
});

test('answers to an App take as long as they are told to, those to people do not', async () => {
  const { github, octokit, at, alice, as } = environment;
  await octokit.rest.repos.get(at);
  const timed = async (work: () => Promise<unknown>) => {
    const began = performance.now();
    await work();
    return performance.now() - began;
  };
  github.delayAnswers(60_000);
  await as(alice).rest.repos.get(at);
  github.delayAnswers(300);
  const took = await timed(() => octokit.rest.repos.get(at));
  expect(took).toBeGreaterThanOrEqual(295);
  const query = '{ viewer { login } }';
  expect(await timed(() => octokit.graphql(query))).toBeGreaterThanOrEqual(295);
  github.delayAnswers(0);
});

test('answers to an App wait for each other once where they are told to', async () => {
  const { github, octokit, at } = environment;
  github.answerTogether('repos/get', 'graphql');
  let isAnswered = false;
  const first = octokit.rest.repos.get(at).then(() => {
    isAnswered = true;
  });
  await octokit.rest.repos.listBranches(at);
  expect(isAnswered).toBe(false);
  await octokit.graphql('{ viewer { login } }');
  await first;
  expect((await octokit.rest.repos.get(at)).status).toBe(200);
});
