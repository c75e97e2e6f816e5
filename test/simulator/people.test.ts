import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEnvironment, type SimulatorEnvironment } from './environment.ts';

const BACK = 'http://127.0.0.1:3000/console/callback';
const HOURS_8 = 28_800_000;

let environment: SimulatorEnvironment;
beforeEach(async () => {
  environment = await openEnvironment();
  const { github, app } = environment;
  github.configureSignIn(app, { callbackUrls: [BACK], deviceFlow: true });
});
afterEach(() => environment.close());

async function said(path: string, fields: Record<string, string>) {
  const response = await fetch(`${environment.github.url}${path}`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams(fields),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, string>;
}

const exchange = (fields: Record<string, string>) =>
  said('/login/oauth/access_token', { client_id: environment.app.clientId, ...fields });

const asked = (query: Record<string, string>, viewer = environment.bob) =>
  fetch(
    `${environment.github.url}/login/oauth/authorize?${new URLSearchParams({ client_id: environment.app.clientId, state: 's', ...query })}`,
    { headers: { cookie: `viewer=${viewer.id}` }, redirect: 'manual' },
  );

const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

async function code(): Promise<string> {
  const { github, app, bob } = environment;
  github.authorizeApp(app, bob);
  const answer = await asked({ code_challenge: challenge, code_challenge_method: 'S256' });
  const back = new URL(answer.headers.get('location') ?? '');
  expect(`${back.origin}${back.pathname}`).toBe(BACK);
  expect(back.searchParams.get('state')).toBe('s');
  return back.searchParams.get('code') ?? '';
}

const secret = () => ({ client_secret: environment.app.clientSecret });

test('a person signs in once by a code whose proof only the asker has', async () => {
  const question = await asked({});
  expect(question.status).toBe(200);
  expect(await question.text()).toContain('Authorize Helper');
  const wrong = await exchange({ ...secret(), code: await code(), code_verifier: 'another' });
  expect(wrong.error).toBe('bad_verification_code');
  const good = await code();
  const tokens = await exchange({ ...secret(), code: good, code_verifier: verifier });
  expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 28_800 });
  expect(await exchange({ ...secret(), code: good, code_verifier: verifier })).toMatchObject({
    error: 'bad_verification_code',
  });
  const me = environment.github.as({ token: tokens.access_token ?? '' });
  expect((await me.request('GET', '/user')).data.login).toBe('bob');
  expect((await exchange({ code: 'x', client_secret: 'wrong' })).error).toBe(
    'incorrect_client_credentials',
  );
  const elsewhere = await asked({ redirect_uri: 'https://evil.example.com' });
  expect(elsewhere.headers.get('location')).toContain(`${BACK}?error=redirect_uri_mismatch`);
});

test('what a person may see is what both they and the App may, until it is taken away', async () => {
  const { github, repository, bob, installation, app } = environment;
  const alone = await github.createRepository({
    owner: bob,
    name: 'alone',
    private: true,
    files: {},
  });
  const { access_token = '' } = await exchange({
    ...secret(),
    code: await code(),
    code_verifier: verifier,
  });
  const me = github.as({ token: access_token });
  const { data } = await me.request('GET', '/user/installations');
  expect(data.installations.map(({ id }: { id: number }) => id)).toEqual([installation.id]);
  const path = `/user/installations/${installation.id}/repositories`;
  const listed = (await me.request('GET', path)).data;
  expect(listed.repositories).toEqual([
    expect.objectContaining({
      id: repository.id,
      permissions: { admin: false, maintain: false, push: true, triage: true, pull: true },
    }),
  ]);
  expect((await me.request('GET', `/repos/${alone.fullName}`)).status).toBe(404);
  const comment = await me.request('POST', `/repos/${repository.fullName}/issues`, { title: 'a' });
  expect(comment.status).toBe(201);
  github.removeCollaborator(repository, bob);
  expect((await me.request('GET', path)).status).toBe(404);
  github.revokeAuthorization(app, bob);
  expect((await me.request('GET', '/user')).status).toBe(401);
  await github.idle();
  expect(environment.receiver.received.map(({ event }) => event)).toContain(
    'github_app_authorization',
  );
});

test('a token ends after 8 hours, and is renewed once by what came with it', async () => {
  const { github } = environment;
  const first = await exchange({ ...secret(), code: await code(), code_verifier: verifier });
  github.advanceClock(HOURS_8);
  const { access_token = '', refresh_token = '' } = first;
  expect((await github.as({ token: access_token }).request('GET', '/user')).status).toBe(401);
  const renew = { ...secret(), grant_type: 'refresh_token', refresh_token };
  expect((await exchange({ ...renew, client_secret: '' })).error).toBe(
    'incorrect_client_credentials',
  );
  const second = await exchange(renew);
  expect((await exchange(renew)).error).toBe('bad_refresh_token');
  const token = second.access_token ?? '';
  expect((await github.as({ token }).request('GET', '/user')).status).toBe(200);
  const { clientId, clientSecret } = environment.app;
  const ended = await fetch(`${github.url}/api/v3/applications/${clientId}/token`, {
    method: 'DELETE',
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: JSON.stringify({ access_token: token }),
  });
  expect(ended.status).toBe(204);
  expect((await github.as({ token }).request('GET', '/user')).status).toBe(401);
});

test('a device asks at its pace until a person has typed its code', async () => {
  const { github, app, bob } = environment;
  const start = () => said('/login/device/code', { client_id: app.clientId });
  const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code' };
  const { device_code = '', user_code = '', verification_uri } = await start();
  expect(verification_uri).toBe(`${github.url}/login/device`);
  expect((await exchange({ ...grant, device_code })).error).toBe('authorization_pending');
  expect(await exchange({ ...grant, device_code })).toMatchObject({
    error: 'slow_down',
    interval: 10,
  });
  expect(github.answerDevice(user_code, bob)).toBe(true);
  github.advanceClock(10_000);
  const { access_token = '', refresh_token = '' } = await exchange({ ...grant, device_code });
  expect((await github.as({ token: access_token }).request('GET', '/user')).data.login).toBe('bob');
  const renewed = await exchange({ grant_type: 'refresh_token', refresh_token });
  expect(renewed.access_token).toMatch(/^ghu_/);
  const refused = await start();
  github.answerDevice(refused.user_code ?? '', 'refused');
  expect((await exchange({ ...grant, device_code: refused.device_code ?? '' })).error).toBe(
    'access_denied',
  );
  github.configureSignIn(app, { callbackUrls: [], deviceFlow: false });
  expect((await start()).error).toBe('device_flow_disabled');
});
