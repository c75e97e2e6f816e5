/** From nothing to a running Gatehouse: `setup` on the local GitHub, then `doctor` and `serve`. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type CliEnvironment,
  openEnvironment,
  run,
  type Settings,
  startCommand,
} from './environment.ts';
import { leftovers } from './leftovers.ts';

let environment: CliEnvironment;
let env: Settings;
let file: string;
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

it('setup writes the credentials for the operator alone; doctor and serve find them', async () => {
  const setup = startCommand(['setup', '--port', '0', '--json'], env, environment.home);
  await setup.says('in a browser and follow it to GitHub');
  const page = /http:\S+/.exec(setup.said.stderr)?.[0] ?? '';
  const back = await register(page);
  const [ended] = await Promise.all([
    setup.ended,
    fetch(back, { redirect: 'manual' }).catch(() => {}),
  ]);
  expect(ended.code).toBe(0);
  const done = JSON.parse(ended.stdout);
  expect(done).toEqual({ appId: expect.any(Number), slug: 'gatehouse-of-acme', file });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(environment.home, 'state'))).mode & 0o777).toBe(0o700);
  const { APP_ID, WEBHOOK_SECRET = '' } = parseEnv(await readFile(file, 'utf8'));
  expect(APP_ID).toBe(`${done.appId}`);
  expect(`${ended.stdout}${ended.stderr}`).not.toContain(WEBHOOK_SECRET);

  const serve = startCommand(['serve'], env, environment.home);
  await serve.says('Gatehouse listens on http://127.0.0.1:');
  const url = /http:\S+/.exec(serve.said.stdout)?.[0];
  expect((await fetch(`${url}/ready`)).status).toBe(200);
  const doctor = await gatehouse('doctor', '--json');
  const { checks } = JSON.parse(doctor.stdout);
  expect(checks).toContainEqual(expect.objectContaining({ name: 'GitHub App', ok: true }));
  expect(await serve.stop()).toMatchObject({ code: 0 });
  expect(await leftovers(environment.home)).toEqual([]);
});

it('setup writes no App over another', async () => {
  const before = await readFile(file, 'utf8');
  const ended = await gatehouse('setup', '--port', '0');
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toMatch(/^gatehouse: App \d+ is set up already\. To register another, /);
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
