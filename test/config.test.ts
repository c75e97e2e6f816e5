import { generateKeyPairSync } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { inspect, parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { AGENTS } from '../src/compose/agents/agent-table.ts';
import { modelsOf } from '../src/compose/agents/agents.ts';
import { PROVIDERS } from '../src/compose/agents/providers.ts';
import { redactionValues } from '../src/compose/telemetry/redaction-values.ts';
import { readEnvironment } from '../src/config/environment.ts';
import { describeFaults } from '../src/config/fault.ts';
import { variable } from '../src/config/provider-variables.ts';
import { PACKS, variablesOf } from '../src/config/variables.ts';
import { readConfig, readStoreConfig } from '../src/config.ts';
import { redact } from '../src/core/redaction/redact.ts';
import { withProviders } from './env-example.ts';

const pem = (type: 'rsa' | 'ed25519') => {
  const { privateKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};
const KEY = pem('rsa');
const GOOD = { APP_ID: '12', PRIVATE_KEY: KEY, WEBHOOK_SECRET: 'a-secret-of-some-length' };
const none = {
  read(path: string): string {
    throw new Error(`ENOENT: no such file or directory, open '${path}'`);
  },
};
const faults = (env: Record<string, string | undefined>, files = none) => {
  const read = readConfig(env, files, PROVIDERS);
  return read.ok ? [] : read.faults.map(fault => `${fault.variable} ${fault.problem}`);
};
const config = (env: Record<string, string>, files = none) => {
  const read = readConfig(env, files, PROVIDERS);
  if (!read.ok) throw new Error(describeFaults(read.faults));
  return read.config;
};

describe('what is needed', () => {
  it('lists everything that is missing at once, each with how to fix it', () => {
    const read = readConfig({}, none, PROVIDERS);
    if (read.ok) throw new Error('an empty environment must be refused');
    expect(read.faults.map(fault => `${fault.variable} ${fault.problem}`)).toEqual([
      'APP_ID is missing',
      'WEBHOOK_SECRET is missing',
      'PRIVATE_KEY is missing',
    ]);
    for (const fault of read.faults) expect(fault.remediation).not.toBe('');
    expect(describeFaults(read.faults)).toMatch(
      /^APP_ID is missing\n {4}the App ID .* `gatehouse setup` registers an App and writes it\n/,
    );
  });

  it('takes an empty line for no line', () => {
    expect(faults({ ...GOOD, WEBHOOK_SECRET: ' ', REDIS_URL: '' })).toEqual([
      'WEBHOOK_SECRET is missing',
    ]);
  });

  it('is enough for an embedded start', () => {
    expect(config(GOOD)).toMatchObject({
      github: { appId: 12, host: null, protocol: 'https' },
      listen: { host: '127.0.0.1', port: 3000 },
      database: null,
      redis: null,
      stateDir: resolve('.gatehouse'),
      artifacts: { kind: 'folder', path: resolve('.gatehouse/artifacts') },
      policies: resolve(import.meta.dirname, '../policies/starter'),
      agents: resolve(import.meta.dirname, '../agents'),
      deliveries: 'webhook',
      realAgents: false,
      providers: new Map(
        PROVIDERS.map(({ name }) => [name, { key: null, upstream: null }] as const),
      ),
      simulation: null,
      concurrency: { all: 4, perRepository: 4 },
      toolchains: [],
      registries: { ecosystems: new Map(), scopes: new Map() },
      sensitive: [],
      logLevel: 'info',
      logFormat: expect.stringMatching(/^(json|pretty)$/),
    });
  });

  it('takes a pack that comes with Gatehouse by its name, and any other by its folder', () => {
    const folders = globSync('*/pack.yml', { cwd: resolve(import.meta.dirname, '../policies') });
    expect(folders.map(dirname).sort()).toEqual([...PACKS].sort());
    const chosen = (text: string) => config({ ...GOOD, GATEHOUSE_POLICIES: text }).policies;
    expect(chosen('autonomous')).toBe(resolve(import.meta.dirname, '../policies/autonomous'));
    expect(chosen('./autonomous')).toBe(resolve('autonomous'));
    expect(chosen('/etc/gatehouse/policies/mine')).toBe('/etc/gatehouse/policies/mine');
  });

  it('reads the log without any credential of GitHub', () => {
    const read = readStoreConfig({ DATABASE_URL: 'postgres://u:p@db/x' }, PROVIDERS);
    expect(read.ok && read.config.database?.reveal()).toBe('postgres://u:p@db/x');
  });

  it.each([
    ['postgres://u:p@db/x?a=1&sslmode=require', 'postgres://u:p@db/x?a=1&sslmode=verify-full'],
    ['postgres://u:p@db/x?sslmode=disable', 'postgres://u:p@db/x?sslmode=disable'],
    [
      'postgres://u:p@db/x?uselibpqcompat=true&sslmode=require',
      'postgres://u:p@db/x?uselibpqcompat=true&sslmode=require',
    ],
    ['postgres://u:p@db/x?sslmode=toString', null],
    ['postgres://u:p@db/x?sslmode=verify_full', null],
  ])('takes %s for what the driver takes it, and no mode that is none', (url, taken) => {
    const read = readStoreConfig({ DATABASE_URL: url }, PROVIDERS);
    if (taken !== null) expect(read.ok && read.config.database?.reveal()).toBe(taken);
    else expect(JSON.stringify(read)).toContain('has an sslmode that is none of prefer, require');
  });
});

describe('what this configuration holds that is secret', () => {
  const at = (scheme: string, password: string) => `${scheme}://app:${password}@host.test/x`;
  /** Every variable that may hold a secret, and the secret in it. */
  const held: Record<string, [value: string, secret: string]> = {
    PRIVATE_KEY: [KEY, KEY.trim()],
    WEBHOOK_SECRET: [GOOD.WEBHOOK_SECRET, GOOD.WEBHOOK_SECRET],
    DATABASE_URL: [at('postgres', 'of-the-database'), 'of-the-database'],
    REDIS_URL: [at('redis', 'of-the-queue'), 'of-the-queue'],
    HTTPS_PROXY: [at('http', 'of-the-proxy'), 'of-the-proxy'],
    HTTP_PROXY: [at('http', 'of-the-other-proxy'), 'of-the-other-proxy'],
    S3_ENDPOINT: [at('https', 'of-the-storage'), 'of-the-storage'],
    OTEL_EXPORTER_OTLP_HEADERS: ['authorization=Basic%20of-the-collector', 'of-the-collector'],
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: ['x-key=all%20of-it', 'all of-it'],
    GITHUB_CLIENT_SECRET: ['the secret of the client', 'the secret of the client'],
    S3_SECRET_ACCESS_KEY: ['the secret of the bucket', 'the secret of the bucket'],
    ...Object.fromEntries(
      PROVIDERS.flatMap(provider => {
        const [key, base] = ['API_KEY', 'BASE_URL'].map(name => variable(provider, name));
        const password = `of-${provider.name}`;
        return [
          [key, [`the key of ${provider.name}`, `the key of ${provider.name}`]],
          [base, [at('https', password), password]],
        ];
      }),
    ),
  };
  /** These hold the place of a secret, the name of one, or none. */
  const PLACES =
    /_(?:FILE|COMMAND|PATH)$|^OTEL_\w+_ENDPOINT$|^S3_ACCESS_KEY_ID$|^NO_PROXY$|^GATEHOUSE_(?:URL|SENSITIVE|REGISTRIES|CALLS_PER_TOKEN|TRACE_URL)$/;
  const NAMED_SO = /KEY|SECRET|TOKEN|PASSWORD|URL|PROXY|ENDPOINT|HEADERS|SENSITIVE|REGISTRIES/;

  it('is named here as a whole: a new variable of that kind comes into this table', () => {
    const named = [...variablesOf(PROVIDERS)].filter(name => NAMED_SO.test(name));
    expect(named.filter(name => !PLACES.test(name)).sort()).toEqual(Object.keys(held).sort());
  });

  it.each(PROVIDERS)('is redacted by its value, with $name', ({ prefix }) => {
    // A plan stands in place of a key, so each provider is given alone.
    const given = Object.entries(held).filter(
      ([name]) =>
        name.startsWith(`${prefix}_`) ||
        !PROVIDERS.some(other => name.startsWith(`${other.prefix}_`)),
    );
    const env = Object.fromEntries(given.map(([name, [value]]) => [name, value]));
    const bucket = { GATEHOUSE_ARTIFACTS: 's3://bucket', S3_ACCESS_KEY_ID: 'id' };
    const client = { GITHUB_CLIENT_ID: 'Iv23liExample' };
    const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
    const read = config({ ...env, ...bucket, ...client, ...collector, APP_ID: '12' });
    const ours = redactionValues(read).map(s => s.trim());
    for (const [name, [, secret]] of given)
      expect([name, ours.includes(secret)]).toEqual([name, true]);
  });

  it('is redacted where the bucket is the archive alone', () => {
    const bucket = { S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'the secret of the bucket' };
    const read = config({ ...GOOD, ...bucket, GATEHOUSE_ARCHIVE: 's3://bucket/old' });
    expect(redactionValues(read)).toContain('the secret of the bucket');
  });
});

describe('traces', () => {
  const traces = (env: Record<string, string>) => config({ ...GOOD, ...env }).traces;
  const OTEL = 'OTEL_EXPORTER_OTLP';

  it('are sent nowhere until a collector is named, and nowhere where that is switched off', () => {
    expect(traces({})).toBeNull();
    expect(traces({ [`${OTEL}_ENDPOINT`]: 'http://c:4318', OTEL_SDK_DISABLED: 'true' })).toBeNull();
  });

  it('go to the collector by the standard variables, its own address as it is', () => {
    const read = traces({
      [`${OTEL}_ENDPOINT`]: 'http://c:4318/',
      [`${OTEL}_HEADERS`]: 'a=1, Authorization=Basic%20abc=,b=x%2Cy',
      [`${OTEL}_TRACES_HEADERS`]: 'a=2',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,service.name=other',
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    });
    expect(read).toMatchObject({
      url: 'http://c:4318/v1/traces',
      timeoutMs: 10_000,
      resource: { 'deployment.environment.name': 'test', 'service.name': 'gatehouse' },
      sampler: { name: 'traceidratio', ratio: 0.25 },
    });
    const headers = [...(read?.headers ?? [])].map(([name, value]) => [name, value.reveal()]);
    expect(Object.fromEntries(headers)).toEqual({ a: '2', Authorization: 'Basic abc=', b: 'x,y' });
    const own = {
      [`${OTEL}_TRACES_ENDPOINT`]: 'https://l/api/otel',
      [`${OTEL}_ENDPOINT`]: 'http://c',
    };
    expect(traces(own)?.url).toBe('https://l/api/otel');
  });

  it.each([
    [`${OTEL}_ENDPOINT`, 'grpc://c:4317', /begins with http:/],
    [`${OTEL}_ENDPOINT`, 'http://me:hunter2@c:4318', /has a password/],
    [`${OTEL}_PROTOCOL`, 'grpc', /not http\/json/],
    [`${OTEL}_HEADERS`, 'hunter2', /not key=value/],
    [`${OTEL}_HEADERS`, 'a=hunter2%zz', /not key=value/],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote', /is none of always_on/],
    ['OTEL_TRACES_SAMPLER_ARG', '2', /is not between 0 and 1/],
    ['OTEL_TRACES_SAMPLER_ARG', 'half', /is no number/],
  ])('%s=%s is refused with what is wrong', (name, value, problem) => {
    const [fault = ''] = faults({ ...GOOD, [name]: value });
    expect(fault).toMatch(problem);
    expect(fault).not.toContain('hunter2');
  });
});

describe('variables of the operator that are sensitive', () => {
  const sensitive = (change: Record<string, string>) => config({ ...GOOD, ...change });

  it('are redacted by their values, whatever these look like', () => {
    const env = { DEPLOY_TOKEN: 'not known by its form', LICENSE_KEY: 'a"b\\c\nd e f' };
    const read = sensitive({ ...env, GATEHOUSE_SENSITIVE: ' DEPLOY_TOKEN, LICENSE_KEY,' });
    const ours = redactionValues(read);
    for (const value of Object.values(env)) expect(ours).toContain(value);
    const said = JSON.stringify({ ...env, url: encodeURIComponent(env.DEPLOY_TOKEN) });
    expect(JSON.parse(redact(said, ours))).toEqual({
      DEPLOY_TOKEN: '[redacted: secret]',
      LICENSE_KEY: '[redacted: secret]',
      url: '[redacted: secret]',
    });
    expect(JSON.stringify(read.sensitive)).not.toContain('not known');
  });

  it.each([
    ['NOWHERE', /names NOWHERE, which is not set$/],
    ['SHORT', /names SHORT, whose value has fewer than 8 characters/],
    ['A-B', /names something that is no variable$/],
  ])('refuses %s', (names, problem) => {
    expect(faults({ ...GOOD, SHORT: '1234567', GATEHOUSE_SENSITIVE: names })).toEqual([
      expect.stringMatching(problem),
    ]);
  });
});

describe('the private key', () => {
  it('comes from a file, or from one line with \\n', () => {
    const { PRIVATE_KEY: _, ...rest } = GOOD;
    const files = { read: (path: string) => (path === '/k.pem' ? KEY : '') };
    expect(config({ ...rest, PRIVATE_KEY_PATH: '/k.pem' }, files).github.privateKey.reveal()).toBe(
      KEY,
    );
    const line = KEY.replaceAll('\n', '\\n');
    expect(config({ ...rest, PRIVATE_KEY: line }).github.privateKey.reveal()).toBe(KEY);
  });

  it.each([
    ['in quotes', `"${KEY.replaceAll('\n', '\\n')}"`],
    ['with blanks in place of line ends', KEY.replaceAll('\n', ' ')],
    ['with the line ends of Windows', KEY.replaceAll('\n', '\r\n')],
    ['indented', KEY.replaceAll('\n', '\n    ')],
    ['in base64', Buffer.from(KEY).toString('base64')],
    ['in base64 of many lines', Buffer.from(KEY).toString('base64').replaceAll(/.{76}/g, '$&\n')],
  ])('may be given %s', (_, key) => {
    expect(config({ ...GOOD, PRIVATE_KEY: key }).github.privateKey.reveal()).toBe(KEY);
  });

  it.each([
    [
      'a file that is not there',
      { PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: '/k.pem' },
      /^PRIVATE_KEY_PATH can't be read: ENOENT/,
    ],
    [
      'two of them, as where `gatehouse setup` has written another one',
      { PRIVATE_KEY_PATH: '/k.pem' },
      /^PRIVATE_KEY stands beside PRIVATE_KEY_PATH/,
    ],
    ['something else', { PRIVATE_KEY: 'ghs_abcdef' }, /^PRIVATE_KEY is not an RSA private key/],
    [
      'a key of another kind',
      { PRIVATE_KEY: pem('ed25519') },
      /^PRIVATE_KEY is not an RSA private key/,
    ],
  ])('refuses %s', (_name, change, message) => {
    expect(faults({ ...GOOD, ...change })).toEqual([expect.stringMatching(message)]);
  });
});

it('blanks and quotes around a value are no part of it', () => {
  const { github, concurrency } = config({
    ...GOOD,
    APP_ID: ' 12 ',
    WEBHOOK_SECRET: `"${GOOD.WEBHOOK_SECRET}"\n`,
    GATEHOUSE_CONCURRENCY: "'3'",
    GHE_HOST: 'github.com',
  });
  expect(github).toMatchObject({ appId: 12, host: null });
  expect(github.webhookSecret.reveal()).toBe(GOOD.WEBHOOK_SECRET);
  expect(concurrency.all).toBe(3);
});

describe('where settings come from', () => {
  const files = (kept: Record<string, string>) => ({
    read(path: string): string {
      const text = kept[path];
      if (text === undefined) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
      return text;
    },
  });
  const near = resolve('.env');

  it('the environment, then .env here, then .env in the state folder; a blank line is none', () => {
    const read = readEnvironment(
      { PORT: '1', HOST: '' },
      files({
        [near]: 'PORT=2\nHOST=0.0.0.0\nAPP_ID=\n',
        [resolve('.gatehouse/.env')]: 'PORT=3\nHOST=::1\nAPP_ID=7\nPRIVATE_KEY="a\\nb"\n',
      }),
    );
    expect(read).toEqual({ PORT: '1', HOST: '0.0.0.0', APP_ID: '7', PRIVATE_KEY: 'a\nb' });
  });

  it('the state folder may be named here or in the environment', () => {
    const kept = {
      [near]: 'GATEHOUSE_STATE_DIR=/b\n',
      '/a/.env': 'PORT=1\n',
      '/b/.env': 'PORT=2\n',
    };
    expect(readEnvironment({}, files(kept)).PORT).toBe('2');
    expect(readEnvironment({ GATEHOUSE_STATE_DIR: '/a' }, files(kept)).PORT).toBe('1');
  });

  it('a file that is there and can not be read is a fault', () => {
    const closed = {
      read(): string {
        throw Object.assign(new Error('permission denied'), { code: 'EACCES' });
      },
    };
    expect(() => readEnvironment({}, closed)).toThrow(`${near} can't be read: permission denied`);
  });

  it('a folder that this user may not enter has none, and the state folder is read all the same', () => {
    const { read } = files({ '/a/.env': 'PORT=1\n' });
    const elsewhere = {
      read(path: string): string {
        if (path === near) throw Object.assign(new Error('permission denied'), { code: 'EACCES' });
        return read(path);
      },
    };
    const env = { GATEHOUSE_STATE_DIR: '/a' };
    expect(readEnvironment(env, elsewhere, null).PORT).toBe('1');
    expect(() => readEnvironment(env, elsewhere)).toThrow('permission denied');
  });
});

describe('each fault by its name', () => {
  it.each([
    ['APP_ID', 'twelve', 'is not a whole number'],
    ['WEBHOOK_SECRET', 'development', 'is shorter than 16 characters'],
    ['GHE_HOST', 'https://github.example.com', 'is not host or host:port'],
    ['GHE_HOST', 'api.octo.ghe.com', 'begins with www. or api.'],
    ['HOST', 'http://0.0.0.0', 'is no address'],
    ['HOST', '0.0.0.0:3000', 'is no address'],
    ['GATEHOUSE_ARTIFACTS', 's3:/bucket', 'is neither a folder nor s3://bucket/prefix'],
    ['GATEHOUSE_STATE_DIR', '~/gatehouse', 'begins with ~, which only a shell follows'],
    ['GATEHOUSE_ARTIFACTS', '~/gatehouse', 'begins with ~, which only a shell follows'],
    ['GATEHOUSE_ARCHIVE', '~', 'begins with ~, which only a shell follows'],
    ['GHE_PROTOCOL', 'ftp', 'is neither https nor http'],
    ['PORT', '70000', 'is not between 0 and 65535'],
    [
      'DATABASE_URL',
      'mysql://host/db',
      'is not a URL that begins with postgres:// or postgresql://',
    ],
    ['REDIS_URL', 'host:6379', 'is not a URL that begins with redis:// or rediss://'],
    ['GATEHOUSE_ARTIFACTS', 'https://bucket', 'is neither a folder nor s3://bucket/prefix'],
    ['GATEHOUSE_ARTIFACTS', 's3://Bucket/x', 'is neither a folder nor s3://bucket/prefix'],
    ['GATEHOUSE_ARTIFACTS', 's3://bucket/a b', 'is neither a folder nor s3://bucket/prefix'],
    ['S3_ENDPOINT', 'storage:9000', 'is not a URL that begins with https:// or http://'],
    ['S3_REGION', 'EU', 'is no name of a region'],
    ['GATEHOUSE_CONCURRENCY', '0', 'is not between 1 and 64'],
    ['GATEHOUSE_CONCURRENCY', '1e3', 'is not a whole number'],
    ['GATEHOUSE_COMMAND_MINUTES', '0', 'is not between 1 and 1440'],
    ['GATEHOUSE_CALLS_PER_PERSON', '0', 'is not between 1 and 100000'],
    ['GATEHOUSE_BATCH_SECONDS', '4', 'is not between 5 and 3600'],
    ['GATEHOUSE_CALLS_PER_TOKEN', 'many', 'is not a whole number'],
    ['GATEHOUSE_PROXIES', '10', 'is not between 0 and 9'],
    ['GATEHOUSE_STRANGERS_PER_REPOSITORY', '-1', 'is not a whole number'],
    ['GATEHOUSE_TOOLCHAINS', '/opt/node:jdk', 'names a folder that is not absolute'],
    ['GATEHOUSE_REAL_AGENTS', 'yes', 'is neither 0 nor 1'],
    ['LOG_LEVEL', 'loud', 'is not a level of the log'],
  ])('%s=%s', (variable, value, problem) => {
    expect(faults({ ...GOOD, [variable]: value })).toEqual([`${variable} ${problem}`]);
  });

  it('real agents without a key', () => {
    const keys = PROVIDERS.map(provider =>
      variable(provider, provider.upstream === null ? 'BASE_URL' : 'API_KEY'),
    ).join(' or ');
    expect(faults({ ...GOOD, GATEHOUSE_REAL_AGENTS: '1' })).toEqual([
      `${keys} is missing, and GATEHOUSE_REAL_AGENTS=1 needs it`,
    ]);
  });

  it('a key and a plan of the same provider', () => {
    const both = { ANTHROPIC_API_KEY: 'sk-1', CLAUDE_CODE_OAUTH_TOKEN_FILE: '/token' };
    expect(faults({ ...GOOD, GATEHOUSE_REAL_AGENTS: '1', ...both })).toEqual([
      'CLAUDE_CODE_OAUTH_TOKEN is given beside ANTHROPIC_API_KEY',
    ]);
    for (const [name, value] of Object.entries(both))
      expect(faults({ ...GOOD, GATEHOUSE_REAL_AGENTS: '1', [name]: value })).toEqual([]);
  });

  it('an endpoint of the operator needs an address, and no key', () => {
    const real = { ...GOOD, GATEHOUSE_REAL_AGENTS: '1' };
    const address = 'http://127.0.0.1:11434';
    expect(faults({ ...real, OPENAI_COMPATIBLE_API_KEY: 'sk-1' })).toEqual([
      'OPENAI_COMPATIBLE_BASE_URL is missing, and OPENAI_COMPATIBLE_API_KEY needs it',
    ]);
    const calls = ['/v1/chat/completions', '/v1/responses', '/chat/completions/'];
    for (const more of ['/', '/v1', '/v1/', '/v1beta', ...calls])
      expect(
        config({ ...real, OPENAI_COMPATIBLE_BASE_URL: address + more }).providers.get(
          'openai-compatible',
        )?.upstream,
      ).toBe(address);
    const read = config({ ...real, OPENAI_COMPATIBLE_BASE_URL: address });
    expect(read.providers.get('openai-compatible')).toMatchObject({ key: null, upstream: address });
    const tables = { agents: AGENTS, providers: PROVIDERS };
    expect(modelsOf(read, tables).get('api')).toEqual([
      { dialect: 'openai-chat', upstream: address, provider: 'openai-compatible', secret: null },
    ]);
  });

  it('a key that is kept nowhere, in two places, or with what is no command', () => {
    const keyFaults = (env: Record<string, string>) =>
      faults({ ...GOOD, GATEHOUSE_REAL_AGENTS: '1', ...env });
    expect(keyFaults({ OPENAI_API_KEY: 'sk-1', OPENAI_API_KEY_FILE: '/key' })).toEqual([
      'OPENAI_API_KEY is kept in 2 places',
    ]);
    for (const argv of ['vault kv get', '[]', '[""]', '["vault", 1]', '{"0":"vault"}', '"vault"'])
      expect(keyFaults({ OPENAI_API_KEY_COMMAND: argv })).toEqual([
        'OPENAI_API_KEY_COMMAND is no list of texts in JSON',
      ]);
  });

  it.each([
    ['DATABSE_URL', 'DATABASE_URL'],
    ['REDIS_ULR', 'REDIS_URL'],
    ['LOG_LEVELS', 'LOG_LEVEL'],
    ['OPENAI_APIKEY', 'OPENAI_API_KEY'],
  ])('%s, which was meant as %s', (name, meant) => {
    const read = readConfig({ ...GOOD, [name]: 'x' }, none, PROVIDERS);
    expect(!read.ok && read.faults).toMatchObject([
      { variable: name, problem: `is not a setting of Gatehouse (did you mean "${meant}"?)` },
    ]);
  });

  it('but not where the setting is given as well: another program may have the other one', () => {
    const both = { ...GOOD, DATABASE_URI: 'x', DATABASE_URL: 'postgres://u@db/x' };
    expect(readConfig(both, none, PROVIDERS).ok).toBe(true);
  });

  it.each(['GH_HOST', 'HOSTNAME', 'PORTS', 'APP_IDS', 'LOGNAME', 'DATABASE_NAME', 'PATH'])(
    'but not %s, which other programs have',
    name => expect(readConfig({ ...GOOD, [name]: 'x' }, none, PROVIDERS).ok).toBe(true),
  );

  it('a name that nothing reads, with where the others stand', () => {
    const read = readConfig({ ...GOOD, GATEHOUSE_CONCURENCY: '2' }, none, PROVIDERS);
    expect(read).toMatchObject({
      faults: [
        {
          variable: 'GATEHOUSE_CONCURENCY',
          problem: 'is not a setting of Gatehouse (did you mean "GATEHOUSE_CONCURRENCY"?)',
        },
      ],
    });
    const lower = readConfig({ ...GOOD, gatehouse_state_dir: '/x' }, none, PROVIDERS);
    expect(!lower.ok && lower.faults[0]?.problem).toContain('"GATEHOUSE_STATE_DIR"');
    expect(!read.ok && read.faults[0]?.remediation).toContain('.env.example');
  });
});

describe('package registries', () => {
  const NPM = { url: 'https://npm.corp.example/' };
  const given = (registries: object) => ({
    ...GOOD,
    GATEHOUSE_REGISTRIES: JSON.stringify(registries),
  });

  it('stand for public ones, with where their credentials and packages are', () => {
    const { registries } = config(
      given({
        npm: {
          ...NPM,
          token_file: '/run/npm',
          paths: ['/files/'],
          redirects_to: ['a.blob.example', 'b.example:8443'],
        },
        pypi: { ...NPM, token_command: ['vault', 'pypi'] },
        go: NPM,
      }),
    );
    expect(registries.ecosystems.get('npm')).toEqual({
      url: NPM.url,
      paths: ['/files/'],
      redirectsTo: ['a.blob.example', 'b.example:8443'],
      secret: { name: 'REGISTRY_NPM', by: 'file', path: '/run/npm' },
    });
    expect(registries.ecosystems.get('pypi')).toMatchObject({
      redirectsTo: [],
      secret: { by: 'command' },
    });
    expect(registries.ecosystems.get('go')).toMatchObject({ paths: [], secret: null });
  });

  it('stand for the scopes of npm that they have, beside the others', () => {
    const { registries } = config(given({ '@acme-dev': { ...NPM, token_file: '/run/npm' } }));
    expect(registries.ecosystems.size).toBe(0);
    expect(registries.scopes.get('@acme-dev')).toMatchObject({
      url: NPM.url,
      secret: { name: 'REGISTRY_NPM_ACME_DEV' },
    });
  });

  it.each<[object, RegExp]>([
    [{ nmp: NPM }, /wrong at nmp: is neither one of npm, pypi, .* nor a scope of npm/],
    [{ '@': NPM }, /wrong at @: is neither/],
    [{ '@Acme': NPM }, /wrong at @Acme: is neither/],
    [{ '@acme/a': NPM }, /wrong at @acme\/a: is neither/],
    [{ '@a-b': NPM, '@a.b': NPM }, /two scopes that differ in a sign alone/],
    [{ npm: { url: 'npm.corp.example' } }, /is no URL/],
    [{ npm: { url: 'https://me:pw@npm.corp.example/' } }, /holds a user name or a password/],
    [{ npm: { ...NPM, paths: ['files'] } }, /is no path that begins with \//],
    [{ npm: { ...NPM, redirects_to: ['https://a.example'] } }, /is no name of a host/],
    [{ npm: { ...NPM, redirects_to: ['*.a.example'] } }, /is no name of a host/],
    [{ npm: { ...NPM, token_file: '/a', token_command: ['b'] } }, /has both/],
    [{ npm: { ...NPM, token_file: 'a' } }, /is not absolute/],
  ])('%j is refused', (registries, problem) => {
    const read = readConfig(given(registries), none, PROVIDERS);
    expect(!read.ok && read.faults).toMatchObject([
      { variable: 'GATEHOUSE_REGISTRIES', problem: expect.stringMatching(problem) },
    ]);
  });
});

describe('the key of the model provider', () => {
  const keyOf = (env: Record<string, string>) =>
    config({ ...GOOD, GATEHOUSE_REAL_AGENTS: '1', ...env }).providers.get('openai')?.key;
  const name = 'OPENAI_API_KEY';

  it('is kept in a file, or with a command: neither is looked at before it is used', () => {
    expect(keyOf({ OPENAI_API_KEY_FILE: 'no/such/file' })).toEqual({
      name,
      by: 'file',
      path: resolve('no/such/file'),
    });
    expect(keyOf({ OPENAI_API_KEY_COMMAND: '["/no/such/vault", "kv get"]' })).toEqual({
      name,
      by: 'command',
      argv: ['/no/such/vault', 'kv get'],
    });
  });

  it('is nowhere where no model is called', () => {
    expect(config(GOOD).providers.get('openai')?.key).toBeNull();
  });
});

describe('artifacts', () => {
  const S3 = { S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'hunter5hunter5' };
  const read = (env: Record<string, string>) => config({ ...GOOD, ...env }).artifacts;

  it('in a folder, made absolute', () => {
    expect(read({ GATEHOUSE_ARTIFACTS: 'kept' })).toEqual({
      kind: 'folder',
      path: resolve('kept'),
    });
  });

  it.each([
    ['s3://bucket', ''],
    ['s3://bucket/', ''],
    ['s3://bucket/a/b', 'a/b/'],
    ['s3://bucket/a/', 'a/'],
  ])('in %s', (place, prefix) => {
    expect(read({ ...S3, GATEHOUSE_ARTIFACTS: place })).toMatchObject({
      kind: 's3',
      bucket: 'bucket',
      prefix,
      keyId: 'id',
      region: 'us-east-1',
      endpoint: 'https://s3.us-east-1.amazonaws.com',
    });
  });

  it('in a bucket elsewhere', () => {
    const env = { ...S3, GATEHOUSE_ARTIFACTS: 's3://bucket', S3_ENDPOINT: 'http://storage:9000' };
    expect(read(env)).toMatchObject({ endpoint: 'http://storage:9000' });
  });

  it('a bucket without its key lists both that are missing', () => {
    expect(faults({ ...GOOD, GATEHOUSE_ARTIFACTS: 's3://bucket' })).toEqual([
      'S3_ACCESS_KEY_ID is missing, and GATEHOUSE_ARTIFACTS=s3://… needs it',
      'S3_SECRET_ACCESS_KEY is missing, and GATEHOUSE_ARTIFACTS=s3://… needs it',
    ]);
  });
});

describe('what is seen to be no key of its provider', () => {
  const ANTHROPIC = `sk-ant-api03-${'Ab1_'.repeat(20)}`;
  const PLAN = `sk-ant-oat01-${'Ab1_'.repeat(20)}`;
  const OPENAI = `sk-proj-${'Xy9_'.repeat(20)}`;
  const GOOGLE = `AIza${'Sy1_'.repeat(8)}abc`;
  const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjF9.c2ln';
  const told = (env: Record<string, string>) => {
    const read = readConfig({ ...GOOD, GATEHOUSE_REAL_AGENTS: '1', ...env }, none, PROVIDERS);
    return read.ok
      ? []
      : read.faults.map(({ variable, problem, remediation }) =>
          [`${variable} ${problem}`, remediation].join(' → '),
        );
  };

  it.each([
    ['OPENAI_API_KEY', OPENAI],
    ['OPENAI_API_KEY', 'sk-of-a-form-that-is-new'],
    ['OPENAI_API_KEY', 'a provider with its own "form" of keys'],
    ['ANTHROPIC_API_KEY', ANTHROPIC],
    ['CLAUDE_CODE_OAUTH_TOKEN', PLAN],
    ['GEMINI_API_KEY', GOOGLE],
    ['CHATGPT_API_KEY', TOKEN],
    ['OPENAI_API_KEY', `"${OPENAI}"\n`],
  ])('%s=%s is taken', (name, value) => {
    expect(told({ [name]: value })).toEqual([]);
  });

  it.each([
    [
      'OPENAI_API_KEY',
      ANTHROPIC,
      "looks like a key of Anthropic's API → Put it into ANTHROPIC_API_KEY; here goes a key of OpenAI's API.",
    ],
    ['OPENAI_API_KEY', TOKEN, "of a ChatGPT plan's auth.json → Put it into CHATGPT_API_KEY;"],
    ['ANTHROPIC_API_KEY', OPENAI, 'Put it into OPENAI_API_KEY;'],
    ['ANTHROPIC_API_KEY', PLAN, 'Put it into CLAUDE_CODE_OAUTH_TOKEN;'],
    ['CLAUDE_CODE_OAUTH_TOKEN', ANTHROPIC, 'Put it into ANTHROPIC_API_KEY;'],
    ['GEMINI_API_KEY', OPENAI, 'Put it into OPENAI_API_KEY; here goes a key of Google AI Studio.'],
    ['CHATGPT_API_KEY', OPENAI, 'Put it into OPENAI_API_KEY;'],
    ['OPENAI_API_KEY', `Bearer ${OPENAI}`, 'begins with "Bearer" → Leave'],
    ['OPENAI_API_KEY', `OPENAI_API_KEY=${OPENAI}`, 'begins with the name of a variable → Leave'],
    ['OPENAI_API_KEY', `export OPENAI_API_KEY=${OPENAI}`, 'begins with the name of a variable'],
    ['CHATGPT_API_KEY', `{"tokens": {"access_token": "${TOKEN}"}}`, 'holds JSON'],
    [
      'OPENAI_API_KEY',
      '/run/secrets/openai',
      'is the path of a file → Name the file in OPENAI_API_KEY_FILE',
    ],
    ['OPENAI_API_KEY', '~/openai.key', 'is the path of a file'],
    ['OPENAI_API_KEY', 'your-api-key-here', 'is an example of a credential'],
    ['OPENAI_API_KEY', 'sk-...', 'is an example'],
    ['OPENAI_API_KEY', '<your key>', 'is an example'],
    ['OPENAI_API_KEY', 'xxxxxxxxxxxx', 'is an example'],
    [
      'OPENAI_API_KEY_FILE',
      OPENAI,
      'is a credential itself, not the path of a file → put it into OPENAI_API_KEY',
    ],
  ])('%s=%s is told with what to do, and not repeated', (name, value, words) => {
    const [fault = '', ...more] = told({ [name]: value });
    expect(fault).toContain(words);
    expect(fault.startsWith(name)).toBe(true);
    expect(more).toEqual([]);
    for (const part of [ANTHROPIC, PLAN, OPENAI, GOOGLE, TOKEN]) expect(fault).not.toContain(part);
  });

  it('an endpoint of the operator, or a provider that is reached otherwise, may take any key', () => {
    const own = { OPENAI_COMPATIBLE_BASE_URL: 'http://127.0.0.1:4000' };
    expect(told({ ...own, OPENAI_COMPATIBLE_API_KEY: ANTHROPIC })).toEqual([]);
    const proxy = { OPENAI_BASE_URL: 'https://llm.example.com' };
    expect(told({ ...proxy, OPENAI_API_KEY: ANTHROPIC })).toEqual([]);
    expect(told({ ...proxy, OPENAI_API_KEY: `Bearer ${OPENAI}` })).toHaveLength(1);
  });

  it('a name that other programs read is told where no key is there', () => {
    expect(told({ GOOGLE_API_KEY: GOOGLE })).toEqual([
      expect.stringMatching(/ → GOOGLE_API_KEY is set, which .*: set GEMINI_API_KEY$/),
    ]);
    expect(told({ GOOGLE_API_KEY: GOOGLE, OPENAI_API_KEY: OPENAI })).toEqual([]);
  });
});

describe('secrets', () => {
  const env = {
    ...GOOD,
    DATABASE_URL: 'postgres://u:hunter2hunter2@db/x',
    REDIS_URL: 'redis://:hunter3hunter3@r',
    OPENAI_API_KEY: 'sk-hunter4hunter4',
    GATEHOUSE_ARTIFACTS: 's3://bucket',
    S3_ACCESS_KEY_ID: 'id',
    S3_SECRET_ACCESS_KEY: 'hunter5hunter5',
  };
  const hunters = ['hunter2', 'hunter3', 'hunter4', 'hunter5'];
  const values = [KEY, GOOD.WEBHOOK_SECRET, ...hunters, 'PRIVATE KEY'];

  it('never show in JSON, inspect or text', () => {
    const read = config(env);
    const shown = [
      JSON.stringify(read),
      inspect(read, { depth: null, showHidden: true }),
      `${read.database} ${read.github.privateKey}`,
      JSON.stringify([...Object.values(read.github), ...read.providers]),
    ].join('\n');
    for (const value of values) expect(shown).not.toContain(value);
    const key = read.providers.get('openai')?.key;
    expect(key?.by === 'environment' && key.value.reveal()).toBe('sk-hunter4hunter4');
  });

  it('never show in a fault', () => {
    const read = readConfig(
      { ...env, DATABASE_URL: 'hunter2://', PRIVATE_KEY: 'hunter3', WEBHOOK_SECRET: 'hunter4' },
      none,
      PROVIDERS,
    );
    if (read.ok) throw new Error('must be refused');
    expect(read.faults).toHaveLength(3);
    for (const value of values) expect(describeFaults(read.faults)).not.toContain(value);
  });
});

describe('.env.example', () => {
  const text = readFileSync(join(import.meta.dirname, '../.env.example'), 'utf8');
  const named = [...text.matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm)].map(match => match[1]);

  it('names each variable that is read, once, and no other', () => {
    expect([...named].sort()).toEqual([...variablesOf(PROVIDERS)].sort());
  });

  it('has the lines of each provider: -u writes them', async () => {
    await expect(withProviders(text, PROVIDERS)).toMatchFileSnapshot('../.env.example');
  });

  it('gives the real defaults', () => {
    const values = parseEnv(text.replaceAll(/^# (?=[A-Z][A-Z0-9_]+=)/gm, ''));
    const defaults = [
      'GHE_PROTOCOL',
      'HOST',
      'PORT',
      'LOG_LEVEL',
      'GATEHOUSE_STATE_DIR',
      'GATEHOUSE_REAL_AGENTS',
      'OPENAI_BASE_URL',
      'S3_REGION',
      'GATEHOUSE_CONCURRENCY',
      'GATEHOUSE_COMMAND_MINUTES',
      'GATEHOUSE_RUN_MEMORY_GB',
      'GATEHOUSE_RUN_PROCESSES',
      'GATEHOUSE_CALLS_PER_PERSON',
      'GATEHOUSE_CALLS_AT_ONCE',
      'GATEHOUSE_BATCH_SECONDS',
      'GATEHOUSE_CALLS_PER_TOKEN',
      'GATEHOUSE_CALLS_PER_ADDRESS',
      'GATEHOUSE_PROXIES',
      'GATEHOUSE_STRANGERS_PER_REPOSITORY',
      'GATEHOUSE_STRANGERS_PER_INSTALLATION',
    ];
    const given = Object.fromEntries(defaults.map(name => [name, values[name] ?? 'absent']));
    const shown = (env: Record<string, string>) => inspect(config(env), { depth: null });
    expect(shown({ ...GOOD, ...given })).toBe(shown(GOOD));
  });
});

describe('budgets and prices', () => {
  it('are JSON, by scope and by model', () => {
    const { budgets, prices, workerHourUsd } = config({
      ...GOOD,
      GATEHOUSE_BUDGETS: '{"task": {"usd": 20, "calls": 100}, "day": {"minutes": 60}}',
      GATEHOUSE_PRICES: '{"openai/ours": {"input": 2, "output": 8, "cached": 0.2}}',
      GATEHOUSE_WORKER_HOUR_USD: '0.25',
    });
    expect(budgets).toEqual({ task: { usd: 20, calls: 100 }, day: { minutes: 60 } });
    expect(prices.get('openai/ours')).toEqual({ input: 2, output: 8, cached: 0.2, cacheWrite: 2 });
    expect(workerHourUsd).toBe(0.25);
  });

  it.each([
    ['GATEHOUSE_BUDGETS', '{"week": {"usd": 1}}', /is wrong at/],
    ['GATEHOUSE_BUDGETS', '{"task": {"usd": -1}}', /is wrong at task\.usd/],
    ['GATEHOUSE_BUDGETS', '{"run": {"minutes": 0.001}}', /is wrong at run\.minutes/],
    ['GATEHOUSE_BUDGETS', 'twenty', /is no JSON/],
    ['GATEHOUSE_PRICES', '{"ours": {"input": 1, "output": 1}}', /is wrong at/],
    ['GATEHOUSE_PRICES', '{"openai/ours": {"input": 1}}', /is wrong at openai\/ours\.output/],
    ['GATEHOUSE_WORKER_HOUR_USD', 'cheap', /is no amount/],
  ])('%s=%s is a fault', (variable, text, problem) => {
    const [fault, ...more] = faults({ ...GOOD, [variable]: text });
    expect(more).toEqual([]);
    expect(fault).toMatch(variable);
    expect(fault).toMatch(problem);
  });
});
