/** What `gatehouse doctor` finds, in good situations and bad ones. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createServices } from '../../../src/compose.ts';
import type { Check } from '../../../src/engine/ports/doctor.ts';
import { startS3 } from '../../adapters/artifacts/s3-server.ts';
import {
  type CliEnvironment,
  freePort,
  openEnvironment,
  type Settings,
} from '../../cli/environment.ts';
import { registerApp } from '../../register-app.ts';

let environment: CliEnvironment;
let database: Settings;
beforeAll(async () => {
  environment = await openEnvironment({ without: ['checks'] });
  // The embedded one is looked at once; elsewhere it only costs time.
  database = { DATABASE_URL: `postgres://u:hunter2hunter2@127.0.0.1:${await freePort()}/x` };
});
afterAll(() => environment.close());

const checkUp = (env: Settings) => createServices({ ...environment.env, ...env }).checkUp();
const faults = (checks: Check[]) => checks.filter(check => !check.ok);
const named = (checks: Check[], name: string) => checks.find(check => check.name === name);

it('says what is in place, and names a permission that was not granted', async () => {
  const servers = join(environment.home, 'mcp.yml');
  await writeFile(servers, 'docs: { command: docs-server }\n');
  const checks = await checkUp({ GATEHOUSE_MCP: servers });
  expect(faults(checks)).toEqual([
    {
      name: 'permission checks',
      ok: false,
      detail: 'app.yml asks for write, GitHub has granted nothing',
      remediation: expect.stringMatching(
        /^Change it under http.*\/organizations\/acme\/settings\/apps\/gatehouse\/permissions, /,
      ),
    },
    {
      name: 'webhook',
      ok: false,
      detail: expect.stringMatching(
        /^no delivery to 127\.0\.0\.1:\d+\/api\/github\/webhooks has arrived; the latest was installation at /,
      ),
      remediation: expect.stringContaining('Start `gatehouse serve` and pass'),
    },
  ]);
  expect(checks.map(check => check.name)).toEqual([
    'settings',
    'sandbox',
    'database',
    'artifacts',
    'retention',
    'policies',
    'roles',
    'disk',
    'toolchains',
    'GitHub App',
    'permission checks',
    'optional permission actions',
    'installation',
    'webhook',
    'clock',
    'sign-in',
  ]);
  expect(named(checks, 'sandbox')?.detail).toMatch(/^bubblewrap/);
  expect(named(checks, 'database')?.detail).toMatch(/^embedded PostgreSQL in /);
  expect(named(checks, 'roles')?.detail).toMatch(/\bauthor\b.*\nMCP servers: docs$/);
  expect(named(checks, 'installation')?.detail).toBe('on acme/sum');
  expect(named(checks, 'toolchains')?.detail).toMatch(/\bnode\b/);
  expect(existsSync(environment.env.GATEHOUSE_STATE_DIR ?? '')).toBe(false);
  expect(named(checks, 'GitHub App')?.detail).toBe(
    `gatehouse (App ${environment.env.APP_ID}) on ${environment.github.host}`,
  );
});

it('names an App that is installed nowhere, or on no repository, and where to install it', async () => {
  const { github } = environment;
  const owner = github.createOrganization('umbrella', github.createUser('alice'));
  const { app, env } = await registerApp(github, {
    name: 'umbrella-agents',
    owner,
    port: await freePort(),
  });
  const installation = async () => named(await checkUp({ ...database, ...env }), 'installation');
  expect(await installation()).toMatchObject({
    ok: false,
    detail: 'the App is installed nowhere',
    remediation: expect.stringMatching(
      /^Install it, or add repositories: http.*\/installations\/new$/,
    ),
  });
  github.installApp(app, owner, 'all');
  expect(await installation()).toMatchObject({
    ok: false,
    detail: 'it is installed on no repository',
  });
});

it('every fault stands by itself: settings, database, queue, artifacts, policies, agents', async () => {
  const folder = join(environment.home, 'policies');
  await mkdir(folder);
  await writeFile(
    join(folder, 'mine.cedar'),
    'permit(principal, action == Action::"task.strat", resource);\n',
  );
  const checks = await checkUp({
    ...database,
    WEBHOOK_SECRET: '',
    REDIS_URL: `redis://:hunter3hunter3@127.0.0.1:${await freePort()}`,
    GATEHOUSE_ARTIFACTS: 's3://artifacts',
    S3_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
    S3_ACCESS_KEY_ID: 'id',
    S3_SECRET_ACCESS_KEY: 'hunter2hunter2',
    GATEHOUSE_POLICIES: folder,
    GATEHOUSE_AGENTS: folder,
  });
  const told = Object.fromEntries(faults(checks).map(check => [check.name, check]));
  expect(Object.keys(told)).toEqual([
    ...['settings', 'database', 'queue', 'artifacts', 'policies', 'roles'],
  ]);
  expect(told.settings).toMatchObject({
    detail: 'WEBHOOK_SECRET is missing',
    remediation: expect.stringContaining('openssl rand -hex 32'),
  });
  expect(told.database?.detail).toMatch(
    /^The database at 127\.0\.0\.1:\d+ can't be used: connect ECONNREFUSED .* change DATABASE_URL\.$/,
  );
  expect(told.queue).toMatchObject({
    detail: expect.stringContaining('ECONNREFUSED'),
    remediation: 'Start it, or change REDIS_URL.',
  });
  expect(told.artifacts?.detail).toMatch(
    /^The artifacts can't be reached: GET in the bucket artifacts at 127.* ECONNREFUSED .* S3_…\.$/,
  );
  expect(told.policies?.detail).toMatch(/mine\.cedar:1:\d+: .*did you mean `Action::"task.start"`/);
  expect(told.roles?.detail).toContain(`${folder}: there is no profile (*.md) here`);
  expect(JSON.stringify(checks)).not.toMatch(/hunter[23]/);
});

it('writes and reads in the bucket that is configured', async () => {
  const s3 = await startS3();
  const { settings, stop } = s3;
  const env = {
    GATEHOUSE_ARTIFACTS: `s3://${settings.bucket}/of/ours`,
    S3_ENDPOINT: settings.endpoint,
    S3_ACCESS_KEY_ID: settings.keyId,
    S3_SECRET_ACCESS_KEY: settings.secret,
  };
  const good = named(await checkUp({ ...database, ...env }), 'artifacts');
  const bad = named(
    await checkUp({ ...database, ...env, S3_SECRET_ACCESS_KEY: 'another' }),
    'artifacts',
  );
  await stop();
  expect(good).toMatchObject({
    ok: true,
    detail: `in the bucket artifacts at ${new URL(settings.endpoint).host}`,
  });
  expect(bad?.detail).toContain('403 SignatureDoesNotMatch');
});

it('reads the key of the model provider from where it is kept, and shows nothing of it', async () => {
  const file = join(environment.home, 'key');
  const keyed = async (env: Settings) =>
    named(await checkUp({ ...database, GATEHOUSE_REAL_AGENTS: '1', ...env }), name);
  const name = 'secret OPENAI_API_KEY';
  expect(await keyed({ OPENAI_API_KEY_FILE: file })).toEqual({
    name,
    ok: false,
    detail: `the file ${file} is not there`,
    remediation: 'Put the secret there.',
  });
  await writeFile(file, 'hunter2hunter2\n');
  expect(await keyed({ OPENAI_API_KEY_FILE: file })).toEqual({
    name,
    ok: true,
    detail: `from the file ${file}`,
    remediation: null,
  });
  // The command gets the environment without our own settings.
  const script = 'echo "hunter2$DATABASE_URL"';
  const argv = JSON.stringify(['bash', '-c', script]);
  expect(await keyed({ OPENAI_API_KEY_COMMAND: argv })).toMatchObject({
    ok: false,
    detail: 'the command bash holds fewer than 8 characters',
  });
  expect(await keyed({ OPENAI_API_KEY: 'hunter2hunter2' })).toMatchObject({
    ok: true,
    detail: 'from the variable OPENAI_API_KEY',
  });
});

it.each([
  [
    'a key of somebody else',
    () => ({ PRIVATE_KEY: otherKey() }),
    /JSON web token/,
    /APP_ID and the/,
  ],
  ['no such App', () => ({ APP_ID: '99' }), /identity of the App/, /APP_ID and the private key/],
  [
    'a host that is away',
    async () => ({ GHE_HOST: `127.0.0.1:${await freePort()}` }),
    /./,
    /GHE_HOST/,
  ],
])('%s', async (_name, change, detail, remediation) => {
  const app = named(await checkUp({ ...database, ...(await change()) }), 'GitHub App');
  expect(app?.ok).toBe(false);
  expect(app?.detail).toMatch(detail);
  expect(app?.remediation).toMatch(remediation);
});

const otherKey = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
