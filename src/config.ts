/** Environment → Config: parsed once, every fault listed at once with how to fix it. */
import { type PlaceConfig, readArchive, readArtifacts } from './config/artifacts.ts';
import { type Environment, type Files, withoutBlanks } from './config/environment.ts';
import type { ConfigFault, ConfigResult } from './config/fault.ts';
import { faultsOf, missing } from './config/faults-of.ts';
import { misspelt } from './config/misspelt.ts';
import { type NetworkConfig, readNetwork, withProxies } from './config/network.ts';
import { hostOf } from './config/person.ts';
import { readRsaKey } from './config/private-key.ts';
import { noKey, type ProviderConfig, readProviders } from './config/provider.ts';
import type { ProviderVariables } from './config/provider-variables.ts';
import type { RegistriesConfig } from './config/registries.ts';
import { type Secret, secret } from './config/secret.ts';
import { readSensitive } from './config/sensitive.ts';
import type { Budgets, PricesConfig } from './config/spending.ts';
import { readTraces, type TraceConfig } from './config/telemetry.ts';
import { GitHubVariables, StoreVariables, VARIABLES, variablesOf } from './config/variables.ts';
import { didYouMean } from './core/nearest.ts';

/** What every command needs that reads or writes the log. */
export type StoreConfig = {
  /** PostgreSQL's URL; `null`: the embedded one. */
  database: Secret | null;
  /** Redis' URL; `null`: the queue stands on the database. */
  redis: Secret | null;
  artifacts: PlaceConfig;
  /** `null`: what expires is removed, and kept nowhere else. */
  archive: PlaceConfig | null;
  /** For how many days raw output, bodies of deliveries and mirrors are kept, and the records of runs. */
  keepDays: { output: number; records: number };
  /** Absolute folders. */
  stateDir: string;
  policies: string;
  /** Where people reach us, without a slash at its end; `null`: on this machine alone. */
  publicUrl: string | null;
  /** How events reach us; `log`: from GitHub's log of deliveries, because no webhook reaches us. */
  deliveries: 'webhook' | 'log';
  /** owner/name; `null`: the policies are changed on this machine. */
  policyRepository: string | null;
  agents: string;
  /** The file of MCP servers; `null`: there are none. */
  mcp: string | null;
  /** The file of endpoints that are told of tasks; `null`: there are none. */
  webhooks: string | null;
  /** Where the real agents may be called at all; otherwise they are simulated. */
  realAgents: boolean;
  /** The models' providers, by the adapter that calls each. */
  providers: ReadonlyMap<string, ProviderConfig>;
  /** One script a role, for simulated agents; `null`: they only report what they would do. */
  simulation: string | null;
  /** How many calls are followed: of one person in an hour, and of strangers in a day; and how many are answered one by one. */
  calls: {
    perPerson: number;
    atOnce: number;
    batchSeconds: number;
    strangersPerRepository: number;
    strangersPerInstallation: number;
  };
  /** Of machine tokens, in a minute; 0: there is no limit. `proxies`: how many stand before us. */
  hooks: { perToken: number; perAddress: number; proxies: number };
  /** Runs at the same time in one process: in all, and of one repository. */
  concurrency: { all: number; perRepository: number };
  /** How long a repository's command may take; bytes and processes that any run may have. */
  runs: { commandMs: number; memoryBytes: number; processes: number };
  /** What this process offers to roles that ask for it. */
  labels: string[];
  /** Absolute folders that every sandbox sees read-only, at the same place. */
  toolchains: string[];
  /** The operator's own package registries. */
  registries: RegistriesConfig;
  /** Caps by scope, besides those of the roles and of repositories. */
  budgets: Budgets;
  /** By `provider/model`; the operator's own, before the usual ones. */
  prices: PricesConfig;
  /** US dollars; `null`: the time of workers has no price. */
  workerHourUsd: number | null;
  /** Where a trace is shown, with `{trace}` for its id; null: nobody is led there. */
  traceUrl: string | null;
  /** Hosts, as `name` or `name:port`, that deployments are looked at though their addresses are private. */
  privateHosts: string[];
  /** Values of the operator's own variables that nothing may repeat. */
  sensitive: Secret[];
  network: NetworkConfig;
  logLevel: string;
  /** JSON lines, or lines for people. */
  logFormat: 'json' | 'pretty';
};

/** What `serve` and `worker` need besides. */
export type Config = StoreConfig & {
  github: {
    appId: number;
    privateKey: Secret;
    webhookSecret: Secret;
    /** GitHub Enterprise or a local GitHub, `host[:port]`; `null`: github.com. */
    host: string | null;
    protocol: 'https' | 'http';
    /** What people sign in with; without the secret, not to the console. `null`: nobody can. */
    client: { id: string; secret: Secret | null } | null;
  };
  /** The file of who is operator, policy admin and auditor; `null`: nobody is. */
  roles: string | null;
  listen: { host: string; port: number };
  /** Where metrics are answered; null: nowhere. */
  metrics: { host: string; port: number } | null;
  /** Where traces are sent; null: nothing is traced. */
  traces: TraceConfig | null;
};

/** What `serve` and `worker` need: everything. */
export function readConfig(
  env: Environment,
  files: Files,
  providers: readonly ProviderVariables[],
): ConfigResult<Config> {
  const store = readStoreConfig(env, providers);
  const given = withoutBlanks(env);
  const parsed = GitHubVariables.safeParse(given);
  const faults = [
    ...(parsed.success ? [] : faultsOf(parsed.error)),
    ...(store.ok ? [] : store.faults),
  ];
  const privateKey = readPrivateKey(given, files, faults);
  if (given.GITHUB_CLIENT_SECRET !== undefined && given.GITHUB_CLIENT_ID === undefined)
    faults.push(missing('GITHUB_CLIENT_ID', 'is missing beside GITHUB_CLIENT_SECRET'));
  if (!parsed.success || !store.ok || privateKey === null || faults.length > 0)
    return { ok: false, faults };
  const { APP_ID, WEBHOOK_SECRET, GHE_HOST, GHE_PROTOCOL, HOST, PORT } = parsed.data;
  const { METRICS_HOST, METRICS_PORT } = parsed.data;
  const { GITHUB_CLIENT_ID: id, GITHUB_CLIENT_SECRET: clientSecret } = parsed.data;
  return {
    ok: true,
    config: {
      ...store.config,
      github: {
        appId: APP_ID,
        privateKey,
        webhookSecret: secret(WEBHOOK_SECRET),
        host: hostOf(GHE_HOST),
        protocol: GHE_PROTOCOL,
        client: id ? { id, secret: clientSecret ? secret(clientSecret) : null } : null,
      },
      roles: parsed.data.GATEHOUSE_ROLES ?? null,
      listen: { host: HOST, port: PORT },
      metrics: METRICS_PORT === undefined ? null : { host: METRICS_HOST, port: METRICS_PORT },
      traces: readTraces(parsed.data),
    },
  };
}

/** What the commands need that only read the log: no credentials of GitHub. */
export function readStoreConfig(
  env: Environment,
  providers: readonly ProviderVariables[],
): ConfigResult<StoreConfig> {
  const given = withProxies(withoutBlanks(env));
  const parsed = StoreVariables.safeParse(given);
  const faults = parsed.success ? [] : faultsOf(parsed.error);
  for (const name of Object.keys(env))
    if (/^GATEHOUSE_/i.test(name) && !VARIABLES.has(name)) faults.push(unknownSetting(name));
  faults.push(...misspelt(given, variablesOf(providers)));
  const v = parsed.data;
  const sensitive = readSensitive(given, v?.GATEHOUSE_SENSITIVE ?? [], faults);
  const configured = readProviders(given, providers, faults);
  if (
    v?.GATEHOUSE_REAL_AGENTS === '1' &&
    configured?.values().every(({ upstream }) => upstream === null)
  )
    faults.push(noKey(given, providers));
  const needs = (name: string, by: string) =>
    faults.push(missing(name, `is missing, and ${by}=s3://… needs it`));
  const artifacts = v && readArtifacts(v, needs);
  const archive = v && readArchive(v, needs);
  if (!v || !artifacts || archive === undefined || configured === null || faults.length > 0)
    return { ok: false, faults };
  return {
    ok: true,
    config: {
      database: v.DATABASE_URL === undefined ? null : secret(v.DATABASE_URL),
      redis: v.REDIS_URL === undefined ? null : secret(v.REDIS_URL),
      stateDir: v.GATEHOUSE_STATE_DIR,
      artifacts,
      archive,
      keepDays: { output: v.GATEHOUSE_KEEP_OUTPUT_DAYS, records: v.GATEHOUSE_KEEP_RECORDS_DAYS },
      policies: v.GATEHOUSE_POLICIES,
      publicUrl: v.GATEHOUSE_URL ?? null,
      deliveries: v.GATEHOUSE_DELIVERIES,
      policyRepository: v.GATEHOUSE_POLICY_REPOSITORY ?? null,
      agents: v.GATEHOUSE_AGENTS,
      mcp: v.GATEHOUSE_MCP ?? null,
      webhooks: v.GATEHOUSE_WEBHOOKS ?? null,
      realAgents: v.GATEHOUSE_REAL_AGENTS === '1',
      providers: configured,
      simulation: v.GATEHOUSE_SIMULATION ?? null,
      calls: {
        perPerson: v.GATEHOUSE_CALLS_PER_PERSON,
        atOnce: v.GATEHOUSE_CALLS_AT_ONCE,
        batchSeconds: v.GATEHOUSE_BATCH_SECONDS,
        strangersPerRepository: v.GATEHOUSE_STRANGERS_PER_REPOSITORY,
        strangersPerInstallation: v.GATEHOUSE_STRANGERS_PER_INSTALLATION,
      },
      hooks: {
        perToken: v.GATEHOUSE_CALLS_PER_TOKEN,
        perAddress: v.GATEHOUSE_CALLS_PER_ADDRESS,
        proxies: v.GATEHOUSE_PROXIES,
      },
      concurrency: {
        all: v.GATEHOUSE_CONCURRENCY,
        perRepository: v.GATEHOUSE_CONCURRENCY_PER_REPOSITORY ?? v.GATEHOUSE_CONCURRENCY,
      },
      runs: {
        commandMs: v.GATEHOUSE_COMMAND_MINUTES * 60_000,
        memoryBytes: v.GATEHOUSE_RUN_MEMORY_GB * 1024 ** 3,
        processes: v.GATEHOUSE_RUN_PROCESSES,
      },
      labels: v.GATEHOUSE_LABELS,
      toolchains: v.GATEHOUSE_TOOLCHAINS,
      registries: v.GATEHOUSE_REGISTRIES ?? { ecosystems: new Map(), scopes: new Map() },
      budgets: v.GATEHOUSE_BUDGETS ?? {},
      prices: v.GATEHOUSE_PRICES ?? new Map(),
      workerHourUsd: v.GATEHOUSE_WORKER_HOUR_USD ?? null,
      traceUrl: v.GATEHOUSE_TRACE_URL ?? null,
      privateHosts: v.GATEHOUSE_PRIVATE_HOSTS,
      sensitive,
      network: readNetwork(v),
      logLevel: v.LOG_LEVEL,
      logFormat: v.LOG_FORMAT,
    },
  };
}

function unknownSetting(name: string): ConfigFault {
  const known = [...VARIABLES.keys()].filter(each => each.startsWith('GATEHOUSE_'));
  return {
    variable: name,
    problem: `is not a setting of Gatehouse${didYouMean(name, known)}`,
    remediation: 'correct or remove it: .env.example has every setting',
  };
}

function readPrivateKey(env: Environment, files: Files, faults: ConfigFault[]): Secret | null {
  const path = env.PRIVATE_KEY_PATH;
  const variable =
    env.PRIVATE_KEY === undefined && path !== undefined ? 'PRIVATE_KEY_PATH' : 'PRIVATE_KEY';
  const fail = (problem: string): null => {
    faults.push(missing(variable, problem));
    return null;
  };
  if (env.PRIVATE_KEY !== undefined && path !== undefined)
    return fail('stands beside PRIVATE_KEY_PATH: take one of them out, whichever is not the key');
  let text: string;
  try {
    if (env.PRIVATE_KEY !== undefined) text = env.PRIVATE_KEY;
    else if (path !== undefined) text = files.read(path);
    else return fail('is missing');
  } catch (error) {
    return fail(`can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const key = readRsaKey(text);
  return key === null ? fail('is not an RSA private key in PEM form') : secret(key);
}
