/** The variables of the environment: what each must be and, as its description, how to fix it. */
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { STATE_FOLDER } from './folders.ts';
import { databaseUrl, isNoTilde, isReachedSafely, path, TILDE, url, whole } from './formats.ts';
import { providerVariables } from './provider.ts';
import type { ProviderVariables } from './provider-variables.ts';
import { registries } from './registries.ts';
import { RunVariables } from './run-variables.ts';
import { budgets, prices, workerHour } from './spending.ts';
import { TelemetryVariables } from './telemetry.ts';

const root = resolve(import.meta.dirname, '../..');

const S3_PLACE = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[A-Za-z0-9._-]+)*\/?$/;

const place = z
  .string()
  .refine(
    text => !/^\w+:/.test(text) || S3_PLACE.test(text),
    'is neither a folder nor s3://bucket/prefix',
  )
  .refine(isNoTilde, TILDE);

/** The packs that come with Gatehouse, each of which is chosen by its name. */
export const PACKS = ['starter', 'autonomous', 'startup', 'open-source', 'regulated'];

const pack = z
  .string()
  .transform(text => (PACKS.includes(text) ? join(root, 'policies', text) : text))
  .pipe(path);

export const StoreVariables = RunVariables.extend({
  DATABASE_URL: databaseUrl
    .optional()
    .describe(
      'postgres://user:password@host:5432/gatehouse, with # / ? and @ in a password as %23 %2F %3F and %40; leave it out for the embedded one',
    ),
  REDIS_URL: url('redis:', 'rediss:')
    .optional()
    .describe('redis://host:6379; leave it out to keep the queue on the database'),
  GATEHOUSE_STATE_DIR: path
    .default(STATE_FOLDER)
    .describe('a folder that only the operator can read'),
  GATEHOUSE_ARTIFACTS: place
    .optional()
    .describe('a folder or s3://bucket/prefix; leave it out for "artifacts" in the state folder'),
  GATEHOUSE_ARCHIVE: place
    .optional()
    .describe('a folder or s3://bucket/prefix; leave it out for no archive of what expires'),
  GATEHOUSE_KEEP_OUTPUT_DAYS: whole(1, 100_000)
    .default(7)
    .describe('for how many days raw output, bodies of deliveries and unused mirrors are kept'),
  GATEHOUSE_KEEP_RECORDS_DAYS: whole(1, 100_000)
    .default(400)
    .describe('for how many days journals, recordings and patches of runs are kept'),
  S3_ENDPOINT: url('https:', 'http:')
    .optional()
    .describe("https://host of the storage; leave it out for Amazon's in S3_REGION"),
  S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'is no name of a region')
    .default('us-east-1')
    .describe("the bucket's region; any name where the storage has none"),
  S3_ACCESS_KEY_ID: z
    .string()
    .optional()
    .describe('the id of a key that may get, put, list and delete in the bucket'),
  S3_SECRET_ACCESS_KEY: z.string().optional().describe('the secret of that key'),
  GATEHOUSE_DELIVERIES: z
    .enum(['webhook', 'log'], 'is neither webhook nor log')
    .default('webhook')
    .describe(
      "webhook where GitHub reaches this machine, else log: they are read from GitHub's log",
    ),
  GATEHOUSE_URL: url('https:', 'http:')
    .refine(
      isReachedSafely,
      'is http for more than this machine, where nobody could sign in safely',
    )
    .refine(text => !/[?#]/.test(text), 'has a query or a fragment')
    .transform(text => text.replace(/\/+$/, ''))
    .optional()
    .describe(
      'https://gatehouse.example.com, where people and GitHub reach it, with the path that a proxy puts before ours; leave it out on one machine alone',
    ),
  GATEHOUSE_POLICIES: pack
    .default(join(root, 'policies/starter'))
    .describe(
      `${PACKS.join(', ')}, or a folder with Cedar files, such as /etc/gatehouse/policies/mine`,
    ),
  GATEHOUSE_POLICY_REPOSITORY: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, 'is not owner/name')
    .optional()
    .describe(
      'the repository on GitHub, owner/name, whose policies/ holds that folder; leave it out for none',
    ),
  GATEHOUSE_AGENTS: path
    .default(join(root, 'agents'))
    .describe('a folder with one Markdown file a role'),
  GATEHOUSE_MCP: path
    .optional()
    .describe('a YAML file with the MCP servers that roles may name; leave it out for none'),
  GATEHOUSE_WEBHOOKS: path
    .optional()
    .describe('a YAML file with the endpoints that are told of tasks; leave it out for none'),
  GATEHOUSE_REAL_AGENTS: z
    .enum(['0', '1'], 'is neither 0 nor 1')
    .default('0')
    .describe('1 to call real agents, 0 to simulate them'),
  GATEHOUSE_SIMULATION: path
    .optional()
    .describe('a folder with one script a role, for simulated agents; without it they only report'),
  GATEHOUSE_CALLS_PER_PERSON: whole(1, 100_000)
    .default(1_000)
    .describe('how many calls of one person are followed in an hour, 1 to 100,000'),
  GATEHOUSE_STRANGERS_PER_REPOSITORY: whole(1, 1_000)
    .default(50)
    .describe('how many calls of people without write access are answered in a repository and day'),
  GATEHOUSE_STRANGERS_PER_INSTALLATION: whole(1, 10_000)
    .default(200)
    .describe('the same for an installation: all repositories of one owner'),
  GATEHOUSE_CALLS_AT_ONCE: whole(0, 1_000)
    .default(10)
    .describe(
      'how many calls for work in one repository are each answered within a batch window; 0 for no limit',
    ),
  GATEHOUSE_BATCH_SECONDS: whole(5, 3_600)
    .default(60)
    .describe('how long a batch window is, 5 to 3,600 seconds'),
  GATEHOUSE_CALLS_PER_TOKEN: whole(0, 100_000)
    .default(60)
    .describe('how many requests of one machine token are answered in a minute; 0 for no limit'),
  GATEHOUSE_CALLS_PER_ADDRESS: whole(0, 100_000)
    .default(120)
    .describe('how many requests with tokens one address may send in a minute; 0 for no limit'),
  GATEHOUSE_PROXIES: whole(0, 9)
    .default(0)
    .describe('how many proxies stand before Gatehouse and add to X-Forwarded-For, 0 to 9'),
  GATEHOUSE_SENSITIVE: z
    .string()
    .default('')
    .transform(text => text.split(',').map(name => name.trim()))
    .transform(names => names.filter(name => name !== ''))
    .refine(names => names.every(name => /^\w+$/.test(name)), 'names something that is no variable')
    .describe('names of environment variables with "," between them'),
  GATEHOUSE_REGISTRIES: registries
    .optional()
    .describe(
      'a JSON object such as {"npm": {"url": "https://npm.example.com/", "token_file": "/run/secrets/npm"}}; leave it out for the public registries',
    ),
  GATEHOUSE_BUDGETS: budgets
    .optional()
    .describe(
      'a JSON object by run, task, lineage, repository and day, such as {"task": {"usd": 20}, "day": {"usd": 200}}; leave it out for none but those of the roles',
    ),
  GATEHOUSE_PRICES: prices
    .optional()
    .describe(
      'a JSON object with US dollars for a million tokens, such as {"openai/our-model": {"input": 1.5, "output": 6}}; leave it out for the usual prices',
    ),
  GATEHOUSE_WORKER_HOUR_USD: workerHour
    .optional()
    .describe('what an hour of a run costs on a worker, in US dollars; leave it out for no price'),
  GATEHOUSE_TRACE_URL: url('https:', 'http:')
    .refine(text => text.includes('{trace}'), 'has no {trace} where the id of a trace goes')
    .optional()
    .describe('where a trace is shown, such as https://traces.example.com/trace/{trace}'),
  GATEHOUSE_PRIVATE_HOSTS: z
    .string()
    .default('')
    .transform(text => text.split(',').map(name => name.trim()))
    .transform(names => names.filter(name => name !== ''))
    .refine(
      names => names.every(name => /^[\w.-]{1,253}(:\d{1,5})?$/.test(name)),
      'names something that is no host',
    )
    .describe('hosts as name or name:port with "," between them'),
  HTTPS_PROXY: url('http:', 'https:')
    .optional()
    .describe('http://user:password@host:port of the proxy for https; leave it out for none'),
  HTTP_PROXY: url('http:', 'https:')
    .optional()
    .describe('the same for plain http; leave it out for none'),
  NO_PROXY: z
    .string()
    .default('')
    .describe('hosts that are reached without a proxy, with "," between them'),
  NODE_EXTRA_CA_CERTS: path
    .optional()
    .describe('a PEM file with certificate authorities of your own, besides the usual ones'),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'is not a level of the log',
    )
    .default('info')
    .describe('trace, debug, info, warn, error, fatal or silent'),
  LOG_FORMAT: z
    .enum(['json', 'pretty'], 'is neither json nor pretty')
    .default(process.stderr.isTTY ? 'pretty' : 'json')
    .describe('json for programs, pretty for people; leave it out for pretty at a terminal alone'),
});

export const GitHubVariables = TelemetryVariables.extend({
  APP_ID: whole(1, Number.MAX_SAFE_INTEGER).describe(
    "the App ID on the App's page; `gatehouse setup` registers an App and writes it",
  ),
  PRIVATE_KEY: z
    .string()
    .optional()
    .describe("the App's private key as PEM, or PRIVATE_KEY_PATH; `gatehouse setup` writes it"),
  PRIVATE_KEY_PATH: z
    .string()
    .optional()
    .describe('the path of the .pem file that GitHub gave you, or PRIVATE_KEY'),
  WEBHOOK_SECRET: z
    .string()
    .min(16, 'is shorter than 16 characters')
    .describe(
      "the secret of the App's webhook, the same on GitHub and here: `openssl rand -hex 32`",
    ),
  GITHUB_CLIENT_ID: z
    .string()
    .regex(/^[\w.-]+$/, 'is not the id of a client')
    .optional()
    .describe(
      "the Client ID on the App's page, with which people sign in to the console; `gatehouse setup` writes it",
    ),
  GITHUB_CLIENT_SECRET: z
    .string()
    .min(16, 'is shorter than 16 characters')
    .optional()
    .describe("a client secret, generated on the App's page; `gatehouse setup` writes it"),
  GATEHOUSE_ROLES: path
    .optional()
    .describe(
      'a YAML file that says who is operator, policy_admin and auditor of what; leave it out for nobody',
    ),
  GHE_HOST: z
    .string()
    .regex(/^[\w.-]+(:\d+)?$/, 'is not host or host:port')
    .refine(host => !/^(www|api)\./.test(host), 'begins with www. or api.')
    .optional()
    .describe(
      'the host of your GitHub as people open it in their browser, without https://; leave it out for github.com',
    ),
  GHE_PROTOCOL: z
    .enum(['https', 'http'], 'is neither https nor http')
    .default('https')
    .describe('https; http only for a GitHub on this machine'),
  HOST: z
    .string()
    .refine(text => isIP(text) > 0 || /^[\w.-]+$/.test(text), 'is no address')
    .default('127.0.0.1')
    .describe('the address to listen on, without a port, such as 127.0.0.1 or 0.0.0.0'),
  PORT: whole(0, 65_535).default(3000).describe('a port number'),
  METRICS_HOST: z
    .string()
    .default('127.0.0.1')
    .describe('the address on which GET /metrics is answered, apart from that of webhooks'),
  METRICS_PORT: whole(0, 65_535)
    .optional()
    .describe('the port of GET /metrics; leave it out for no metrics'),
});

/** Every variable that Gatehouse reads besides those of the providers, with what fixes it. */
export const VARIABLES: ReadonlyMap<string, string> = new Map(
  Object.entries({ ...GitHubVariables.shape, ...StoreVariables.shape }).map(([name, schema]) => [
    name,
    schema.description ?? '',
  ]),
);

/** The names of all variables that Gatehouse reads. */
export const variablesOf = (providers: readonly ProviderVariables[]): ReadonlySet<string> =>
  new Set([...VARIABLES.keys(), ...providers.flatMap(providerVariables)]);
