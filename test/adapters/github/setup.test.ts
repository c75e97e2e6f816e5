import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { appPages } from '../../../src/adapters/github/app/app-pages.ts';
import { webhookAddress } from '../../../src/adapters/github/app/app-webhook.ts';
import { writeEnv } from '../../../src/adapters/github/app/env-file.ts';
import { manifestOf } from '../../../src/adapters/github/app/manifest.ts';
import { probotPages } from '../../../src/adapters/github/app/probot-pages.ts';
import {
  type RunningRegistration,
  runRegistration,
} from '../../../src/adapters/github/app/register.ts';
import { connectGitHub } from '../../../src/adapters/github/connect.ts';
import { type LocalGitHub, startGitHub } from '../../simulator/start.ts';
import { MANIFEST, SILENT } from './environment.ts';

let github: LocalGitHub;
let folder: string;
let run: RunningRegistration;
beforeAll(async () => {
  github = await startGitHub();
  github.createUser('alice');
});
afterAll(async () => {
  await github.close();
  github.assertNoViolations();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'setup-'));
  const env = { GHE_HOST: github.host, GHE_PROTOCOL: 'http' };
  const file = join(folder, 's', '.env');
  run = await runRegistration({
    port: 0,
    organization: null,
    name: null,
    webhook: null,
    env,
    file,
  });
});
afterEach(async () => {
  await run.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What the page would send, read as a browser reads it. */
async function form(headers: Record<string, string> = {}) {
  const page = await (await fetch(run.url, { headers })).text();
  const read = (attribute: string) =>
    (new RegExp(`${attribute}=(["'])(.*?)\\1`, 's').exec(page)?.[2] ?? '').replace(
      /&#(\d+);/g,
      (_all, code) => String.fromCharCode(Number(code)),
    );
  return { page, action: read('action'), manifest: JSON.parse(read('value')) };
}

/** The owner confirms on GitHub's page and is sent back; where to, GitHub says. */
async function confirm(manifest: Record<string, unknown>, action: string): Promise<string> {
  const events = (manifest.default_events as string[]).filter(
    name => name !== 'deployment_protection_rule',
  );
  const text = JSON.stringify({ ...manifest, default_events: events });
  const shown = await (
    await fetch(action, { method: 'POST', body: new URLSearchParams({ manifest: text }) })
  ).text();
  const field = (name: string) =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(shown)?.[1] ?? '';
  const owner = /<option value="(\d+)">alice</.exec(shown)?.[1] ?? '';
  const made = await fetch(action, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      action: 'create-app',
      csrf: field('csrf'),
      manifest: text,
      name: String(manifest.name),
      owner,
    }),
  });
  return made.headers.get('location') ?? '';
}

it('registers the App of app.yml, and writes what serve needs, for the operator alone', async () => {
  const { page, action, manifest } = await form();
  expect(page).toContain('Register GitHub App');
  expect(action).toBe(`${github.url}/settings/apps/new`);
  expect(manifest).toMatchObject({
    name: 'gatehouse',
    public: false,
    default_permissions: { contents: 'write', metadata: 'read' },
    // GitHub can't deliver to this machine: it logs what it tried, and the log is read.
    hook_attributes: { url: 'https://gatehouse.invalid/api/github/webhooks', active: true },
  });
  const back = await confirm(manifest, action);
  expect(back).toMatch(new RegExp(`^${run.url}/registered\\?code=\\w+$`));
  const answer = await fetch(back, { redirect: 'manual' });
  expect(answer.status).toBe(302);
  expect(answer.headers.get('location')).toMatch(/\/installations\/new$/);
  const done = await run.done;
  expect(done).toMatchObject({
    slug: 'gatehouse',
    file: join(folder, 's', '.env'),
    webhook: 'https://gatehouse.invalid/api/github/webhooks',
    pages: { settings: `${github.url}/settings/apps/gatehouse` },
  });
  expect((await stat(done.file)).mode & 0o777).toBe(0o600);
  const env = parseEnv(await readFile(done.file, 'utf8'));
  expect(env).toMatchObject({
    APP_ID: String(done.appId),
    WEBHOOK_SECRET: expect.stringMatching(/^\w{32,}$/),
    GHE_HOST: github.host,
    GHE_PROTOCOL: 'http',
    GATEHOUSE_DELIVERIES: 'log',
  });
  const connected = await connectGitHub({
    appId: done.appId,
    privateKey: env.PRIVATE_KEY ?? '',
    host: github.host,
    protocol: 'http',
    log: SILENT,
  });
  expect(connected.app.slug).toBe('gatehouse');
  // A code is good once.
  const again = await fetch(back, { redirect: 'manual' });
  expect([again.status, await again.text()]).toEqual([
    502,
    expect.stringContaining('Go back and register again.'),
  ]);
});

it('uses the address it was opened by, through a proxy', async () => {
  const { manifest } = await form({
    'x-forwarded-host': 'gatehouse.example.org',
    'x-forwarded-proto': 'https',
  });
  expect(manifest.hook_attributes).toEqual({
    url: 'https://gatehouse.example.org/api/github/webhooks',
    active: true,
  });
  expect(manifest.redirect_url).toMatch(
    /^https:\/\/gatehouse\.example\.org\/[0-9a-f]{32}\/registered$/,
  );
});

it('asks for the name and the address that the operator chose', () => {
  const base = new URL('http://127.0.0.1:3000');
  const webhook = webhookAddress('https://gatehouse.example.org');
  const asked = manifestOf(MANIFEST, {
    name: 'acme-gatehouse',
    webhook,
    base,
    redirectPath: '/x',
    port: 3000,
  });
  expect(JSON.parse(asked.manifest)).toMatchObject({
    name: 'acme-gatehouse',
    hook_attributes: { url: 'https://gatehouse.example.org/api/github/webhooks', active: true },
    redirect_url: 'http://127.0.0.1:3000/x',
    callback_urls: [
      'https://gatehouse.example.org/auth/callback',
      'http://127.0.0.1:3000/auth/callback',
    ],
  });
  expect(asked.publicUrl).toBe('https://gatehouse.example.org');
});

it.each(['http://gatehouse.example.org/api/github/webhooks', 'https://smee.io/abc'])(
  'takes %s for no address at which people sign in',
  webhook => {
    const base = new URL('http://127.0.0.1:3000');
    const asked = manifestOf(MANIFEST, { name: null, webhook, base, redirectPath: '/x', port: 1 });
    expect([asked.url, asked.publicUrl]).toEqual([webhook, null]);
    expect(JSON.parse(asked.manifest).callback_urls).toEqual(['http://127.0.0.1:1/auth/callback']);
  },
);

it('shows no page where the credentials could not be kept', async () => {
  const inTheWay = join(folder, 'file');
  await writeFile(inTheWay, '');
  const env = { GHE_HOST: github.host, GHE_PROTOCOL: 'http' };
  const file = join(inTheWay, '.env');
  const asked = { port: 0, organization: null, name: null, webhook: null, env, file };
  await expect(runRegistration(asked)).rejects.toThrow(
    `The credentials could not be kept in ${file}: `,
  );
});

it('ends with how to go on where the credentials of an App that is made can not be written', async () => {
  const { action, manifest } = await form();
  const back = await confirm({ ...manifest, name: 'lost' }, action);
  await rm(join(folder, 's'), { recursive: true });
  await writeFile(join(folder, 's'), '');
  const ended = run.done.catch((error: Error) => error.message);
  const answer = await fetch(back, { redirect: 'manual' });
  const text = await answer.text();
  expect([answer.status, text.trim()]).toEqual([500, await ended]);
  expect(text).toMatch(
    /^lost \(App (\d+)\) is registered, .* gatehouse setup --app-id \1 --key FILE\.$/m,
  );
});

it('keeps the key of an App whose webhook secret can not be set', async () => {
  const { action, manifest } = await form();
  const back = await confirm({ ...manifest, name: 'secretless' }, action);
  github.faults.api({ match: 'apps/update-webhook-config-for-app', status: 502 });
  for (const app of github.apps()) if (app.name === 'secretless') app.webhookSecret = null;
  const ended = run.done.catch((error: Error) => error.message);
  await fetch(back, { redirect: 'manual' });
  expect(await ended).toMatch(
    /^secretless \(App (\d+)\) is registered, but the secret of its webhook can not be set: .* gatehouse setup --app-id \1 --key FILE\.$/,
  );
  expect(await readFile(join(folder, 's', '.env'), 'utf8')).toContain('PRIVATE_KEY=');
});

it.each([
  ['https://smee.io/abc', 'https://smee.io/abc'],
  ['https://gatehouse.example.org/', 'https://gatehouse.example.org/api/github/webhooks'],
  ['http://github-reaches.this:8080/x?y=1', 'http://github-reaches.this:8080/x?y=1'],
])('takes the address %s', (given, address) => expect(webhookAddress(given)).toBe(address));

it.each([
  ['gatehouse.example.org', 'is no address for a webhook'],
  ['ftp://gatehouse.example.org', 'is no address for a webhook'],
  ['http://localhost:3000', "GitHub can't reach localhost:3000"],
  ['http://127.1.2.3/x', "GitHub can't reach 127.1.2.3"],
  ['http://[::1]:80', "GitHub can't reach [::1]"],
])('refuses the address %s', (given, words) => expect(() => webhookAddress(given)).toThrow(words));

it.each([
  [{ login: 'alice', type: 'User' }, '/settings/apps/g'],
  [{ login: 'acme', type: 'Organization' }, '/organizations/acme/settings/apps/g'],
  [{ slug: 'big' }, '/enterprises/big/settings/apps/g'],
  [null, '/settings/apps/g'],
])("knows the page of an App's settings, whoever owns it: %o", (owner, path) => {
  const place = { slug: 'g', html_url: 'https://github.example.com/github-apps/g', owner };
  expect(appPages(place)).toEqual({
    settings: `https://github.example.com${path}`,
    install: 'https://github.example.com/github-apps/g/installations/new',
  });
});

it('registers nothing for those who do not know the address', async () => {
  const { origin } = new URL(run.url);
  for (const path of ['/', '/probot', '/registered?code=x', '/probot/setup?code=x'])
    expect((await fetch(`${origin}${path}`)).status).toBe(404);
  expect((await fetch(`${run.url}/registered?code=`)).status).toBe(400);
  expect((await fetch(`${origin}/probot/static/primer.css`)).status).toBe(200);
});

it('keeps an apostrophe in app.yml from ending the form', async () => {
  const text = MANIFEST.replace('description: ', "description: It's a <b>gate</b>. ");
  const { manifest } = manifestOf(text, {
    name: null,
    webhook: null,
    base: new URL('http://localhost:3000'),
    redirectPath: '/x',
    port: 3000,
  });
  const page = (await probotPages()).setup({ createAppUrl: 'https://github.com', manifest });
  expect(JSON.parse(manifest).description).toContain("It's a <b>");
  expect(page).toContain('It&#39;s a &#60;b&#62;gate');
  expect(page).not.toContain("It's a");
});

it('leaves other lines of .env as they are', async () => {
  const path = join(folder, 'kept', '.env');
  await writeEnv(path, { APP_ID: '1' });
  await writeFile(path, '# mine\nLOG_LEVEL=debug\nAPP_ID=1\n', { mode: 0o644 });
  await writeEnv(path, { APP_ID: '2', PRIVATE_KEY: 'a\nb\n' });
  expect(await readFile(path, 'utf8')).toBe(
    '# mine\nLOG_LEVEL=debug\nAPP_ID=2\nPRIVATE_KEY="a\\nb"\n',
  );
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  // A value goes on to the line that closes it.
  await writeFile(path, 'A="1"\nPRIVATE_KEY="-----BEGIN\nab=\n\n-----END"\n# "\nB=2\n');
  await writeEnv(path, { PRIVATE_KEY: 'new' });
  expect(await readFile(path, 'utf8')).toBe('A="1"\n# "\nB=2\nPRIVATE_KEY=new\n');
});

it.each(['a b', 'a"b', `a"b'c`, 'a\\nb', 'a#"b', 'a"b\nc'])(
  'a value is read from .env as it was written: %j',
  async value => {
    const path = join(folder, 'values', '.env');
    await writeEnv(path, { VALUE: value, NEXT: '1' });
    expect(parseEnv(await readFile(path, 'utf8'))).toEqual({ VALUE: value, NEXT: '1' });
  },
);

it('a value with quotes of every kind is refused', async () => {
  await expect(writeEnv(join(folder, '.env'), { VALUE: `"'\`` })).rejects.toThrow(
    'quotes of every',
  );
});
