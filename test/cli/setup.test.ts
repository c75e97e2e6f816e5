/** From nothing to a running Gatehouse: `setup` on the local GitHub, then `doctor` and `serve`. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../demo/until.ts';
import {
  type CliEnvironment,
  openEnvironment,
  run,
  runHere,
  type Settings,
  startCommand,
} from './environment.ts';
import { leftovers } from './leftovers.ts';

let environment: CliEnvironment;
let env: Settings;
let file: string;
let done: { appId: number };
beforeAll(async () => {
  environment = await openEnvironment();
  // What an operator has: no App, only where GitHub is, in a `.env` of the folder.
  const { GHE_HOST, GHE_PROTOCOL } = environment.env;
  await writeFile(
    join(environment.home, '.env'),
    `GHE_HOST=${GHE_HOST}\nGHE_PROTOCOL=${GHE_PROTOCOL}\nAPP_ID=\nGATEHOUSE_STATE_DIR=state\n`,
  );
  env = { PORT: '0' };
  file = join(environment.home, 'state/.env');
});
afterAll(() => environment.close());

const gatehouse = (...args: string[]) => run(args, env, environment.home);

/** What a person does at GitHub: confirm the page's form, and be sent back. */
async function register(page: string): Promise<string> {
  const text = await (await fetch(page)).text();
  const read = (html: string, pattern: RegExp) =>
    (pattern.exec(html)?.[1] ?? '').replaceAll(/&#(\d+);/g, (_all, code) =>
      String.fromCharCode(Number(code)),
    );
  const action = read(text, /action="([^"]*)"/);
  const asked = JSON.parse(read(text, /value='([^']*)'/));
  const events = asked.default_events.filter((one: string) => one !== 'deployment_protection_rule');
  const manifest = JSON.stringify({ ...asked, default_events: events });
  const shown = await fetch(action, { method: 'POST', body: new URLSearchParams({ manifest }) });
  const form = await shown.text();
  const fields = {
    action: 'create-app',
    csrf: read(form, /name="csrf" value="([^"]*)"/),
    owner: read(form, /<option value="(\d+)">acme</),
    manifest,
    name: 'Gatehouse of Acme',
  };
  const made = await fetch(action, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(fields),
  });
  return made.headers.get('location') ?? '';
}

it('without an App, serve lists everything that is missing', async () => {
  const ended = await gatehouse('serve');
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toMatch(
    /^gatehouse: The configuration has faults:\n {2}APP_ID is missing\n/,
  );
  for (const name of ['WEBHOOK_SECRET', 'PRIVATE_KEY'])
    expect(ended.stderr).toContain(`  ${name} is missing\n`);
  expect(ended.stderr).toContain('`gatehouse setup` registers an App and writes it');
});

it('setup writes the credentials for the operator alone, and says how deliveries come', async () => {
  const setup = startCommand(['setup', '--port', '0', '--json'], env, environment.home);
  await setup.says('in a browser and follow it to GitHub');
  const page = /http:\S+/.exec(setup.said.stderr)?.[0] ?? '';
  const back = await register(page);
  const [ended] = await Promise.all([
    setup.ended,
    fetch(back, { redirect: 'manual' }).catch(() => {}),
  ]);
  expect(ended.code).toBe(0);
  done = JSON.parse(ended.stdout);
  const { url } = environment.github;
  expect(done).toEqual({
    appId: expect.any(Number),
    slug: 'gatehouse-of-acme',
    file,
    webhook: 'https://gatehouse.invalid/api/github/webhooks',
    deliveries: 'log',
    settings: `${url}/organizations/acme/settings/apps/gatehouse-of-acme`,
    install: `${url}/apps/gatehouse-of-acme/installations/new`,
  });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(environment.home, 'state'))).mode & 0o777).toBe(0o700);
  const { APP_ID, WEBHOOK_SECRET = '' } = parseEnv(await readFile(file, 'utf8'));
  expect(APP_ID).toBe(`${done.appId}`);
  expect(`${ended.stdout}${ended.stderr}`).not.toContain(WEBHOOK_SECRET);
});

it('without an address a label is answered, though no webhook reaches us', async () => {
  const { github, acme, mona } = environment;
  github.delayDeliveryLog(2_000);
  const serve = startCommand(['serve'], env, environment.home);
  await serve.says('Gatehouse listens on http://127.0.0.1:');
  expect(serve.said.stdout).toContain("  deliveries are read from GitHub's log every 5 s");
  const url = /http:\S+/.exec(serve.said.stdout)?.[0];
  expect((await fetch(`${url}/ready`)).status).toBe(200);
  github.installApp({ id: done.appId }, acme, 'all');
  const issue = await mona.open('It subtracts', 'Two and two is four.');
  await mona.label(issue.number, 'agent:fix');
  const [comment] = await until('an answer', async () => {
    const comments = await mona.get(`/issues/${issue.number}/comments`);
    return comments.length > 0 && comments;
  });
  expect(comment.user.login).toBe('gatehouse-of-acme[bot]');
  // Nothing arrived by webhook, and each delivery that means something was read from the log once.
  const logged = github.deliveries().filter(({ appId }) => appId === done.appId);
  expect(new Set(logged.map(({ statusCode }) => statusCode))).toEqual(new Set([502]));
  const labelled = logged.find(({ action }) => action === 'labeled');
  const read = serve.said.stderr
    .split('\n')
    .filter(line => line.includes("read from GitHub's log"));
  expect(read.filter(line => line.includes(labelled?.guid ?? '?'))).toHaveLength(1);

  const [status, doctor] = await Promise.all([gatehouse('status'), gatehouse('doctor', '--json')]);
  expect(status.stdout).toMatch(
    /\n\nDeliveries are read from GitHub's log every 5 s: no webhook has to reach this machine\.\n$/,
  );
  const { checks } = JSON.parse(doctor.stdout);
  for (const name of ['GitHub App', 'installation', 'webhook'])
    expect(checks).toContainEqual(expect.objectContaining({ name, ok: true }));
  expect(await serve.stop()).toMatchObject({ code: 0 });
  expect(await leftovers(environment.home)).toEqual([]);
});

describe('an App that is registered already', () => {
  const other = () => ({
    GHE_HOST: environment.env.GHE_HOST ?? '',
    GHE_PROTOCOL: 'http',
    GATEHOUSE_STATE_DIR: join(environment.home, 'other'),
  });

  it('is taken over with its key from a file, and gets a webhook and a secret', async () => {
    const { app, github } = environment;
    const pem = join(environment.home, 'app.pem');
    await writeFile(pem, app.privateKey, { mode: 0o600 });
    const args = ['setup', '--app-id', `${app.id}`, '--key', pem, '--json'];
    const ended = await runHere(
      [...args, '--webhook-url', 'https://gatehouse.example.com'],
      other(),
    );
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const webhook = 'https://gatehouse.example.com/api/github/webhooks';
    expect(JSON.parse(ended.stdout)).toMatchObject({
      appId: app.id,
      slug: 'gatehouse',
      webhook,
      deliveries: 'webhook',
      settings: `${github.url}/organizations/acme/settings/apps/gatehouse`,
    });
    const path = join(environment.home, 'other/.env');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const written = parseEnv(await readFile(path, 'utf8'));
    expect(written).toMatchObject({ APP_ID: `${app.id}`, PRIVATE_KEY: app.privateKey.trim() });
    expect(app).toMatchObject({ webhookUrl: webhook, webhookSecret: written.WEBHOOK_SECRET });
  });

  it('keeps its secret where the new one could not be kept', async () => {
    const { app, home } = environment;
    const before = app.webhookSecret;
    const state = join(home, 'unwritable');
    // Where the file is written before it is renamed.
    await mkdir(join(state, '.env.part'), { recursive: true });
    const args = ['setup', '--app-id', `${app.id}`, '--key', join(home, 'app.pem')];
    const ended = await runHere(args, { ...other(), GATEHOUSE_STATE_DIR: state });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(`The credentials could not be kept in ${state}/.env: `);
    expect(app.webhookSecret).toBe(before);
  });

  it('is taken over with its key from standard input', async () => {
    const { app, home } = environment;
    const settings = { ...other(), GATEHOUSE_STATE_DIR: join(home, 'third') };
    const started = startCommand(['setup', '--app-id', `${app.id}`, '--key', '-'], settings, home);
    started.child.stdin?.end(app.privateKey);
    const ended = await started.ended;
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/^Took over gatehouse \(App \d+\)\.\n/);
    expect(ended.stdout).not.toContain('PRIVATE KEY');
  });

  it.each([
    [['--app-id', '7'], /--app-id needs --key/],
    [['--key', 'x.pem'], /name it by --app-id/],
    [['--app-id', '7', '--key', '-----BEGIN RSA'], /never the key/],
    [
      ['--app-id', '7', '--key', '/nowhere.pem'],
      /there is no file .nowhere.pem: name the file of the App's key/,
    ],
    [['--app-id', '7', '--key', 'KEY'], /private key must be one App's/],
    [['--app-id', '7', '--key', '/etc/hostname'], /is not an RSA private key in PEM form/],
    [['--app-id', '7', '--key', 'KEY', '--org', 'x'], /leave them out with --app-id/],
    [['--webhook-url', 'http://localhost'], /GitHub can't reach localhost/],
  ])('is not, and nothing is written: %j', async (args, words) => {
    const state = join(environment.home, 'none');
    const pem = join(environment.home, 'app.pem');
    const given = args.map(arg => (arg === 'KEY' ? pem : arg));
    const ended = await runHere(['setup', ...given], { ...other(), GATEHOUSE_STATE_DIR: state });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(words);
    expect(existsSync(state)).toBe(false);
  });
});

it('setup writes no App over another', async () => {
  const before = await readFile(file, 'utf8');
  const ended = await gatehouse('setup', '--port', '0');
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toMatch(/^gatehouse: App \d+ is set up already\. To set up another, /);
  expect(await readFile(file, 'utf8')).toBe(before);
});

it('without a sandbox serve refuses, and says what to type', async () => {
  const front = ['bwrap', '--dev-bind', '/', '/', '--dev-bind', '/dev/null', '/usr/bin/bwrap'];
  const ended = await startCommand(['serve'], env, environment.home, front).ended;
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toMatch(
    /^gatehouse: Without a sandbox no agent runs\..*\n.*sudo apt-get install -y bubblewrap/m,
  );
});
