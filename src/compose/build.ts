/** Everything that the engine works with, built in order: what needs another part is built after it. */
import { join } from 'node:path';
import { inClass } from '../adapters/github/client/request-context.ts';
import { readShown } from '../adapters/github/shown-text/read-shown.ts';
import { createPrices } from '../adapters/prices/prices.ts';
import { createQueue } from '../adapters/queue/queue.ts';
import { createWebhooks } from '../adapters/webhooks/send.ts';
import { TOOLS_FOLDER } from '../config/folders.ts';
import type { Config, StoreConfig } from '../config.ts';
import { CONSOLE_PATH } from '../control/console.ts';
import { redact } from '../core/redaction/redact.ts';
import type { Dependencies } from '../engine/dependencies.ts';
import type { Logger } from '../engine/ports/logger.ts';
import type { Sandbox } from '../engine/ports/sandbox.ts';
import { FROM_LOG } from '../engine/reconcile/intervals.ts';
import { unheldByDeployment } from '../engine/spending/unpriced.ts';
import { createGateway } from '../gateway/gateway.ts';
import { parseGrants } from '../gateway/grants.ts';
import { throughProxy } from '../gateway/outer-proxy.ts';
import { createReadWeb } from '../gateway/read-web.ts';
import { AGENTS } from './agents/agent-table.ts';
import { createAdapters } from './agents/agents.ts';
import { PROVIDERS } from './agents/providers.ts';
import { reviewsItself } from './agents/reviews-itself.ts';
import { loadRoles, secretsOfServers } from './agents/roles.ts';
import type { ConnectedGitHub } from './github/github.ts';
import { gitNetwork, proxySettings, useNetwork } from './machine/network.ts';
import { writePackageManagerFiles } from './machine/package-manager-files.ts';
import { findToolchain } from './machine/toolchain.ts';
import { createProcessHosts } from './process-host/process-host.ts';
import { remoteSandbox } from './process-host/remote-sandbox.ts';
import { remoteWorkspaces } from './process-host/remote-workspaces.ts';
import { loadEndpoints, secretsOfEndpoints } from './settings/endpoints.ts';
import { readPolicies } from './settings/policies.ts';
import { secretsOf } from './settings/secrets.ts';
import { settingsOf } from './settings/settings.ts';
import { databaseClock } from './stores/clock.ts';
import { type OpenedBackend, open } from './stores/open.ts';
import { quietly } from './telemetry/quiet-log.ts';
import { openTelemetry, type Telemetry } from './telemetry/telemetry.ts';

const DAY_MS = 86_400_000;
/** A machine whose clock is further off than this should be corrected. */
const CLOCK_MS = 2_000;

type Built = {
  deps: Dependencies;
  ping: () => Promise<void>;
  telemetry: Telemetry;
  /** For people: what the process was put together from. */
  describe: string[];
};

type BuildOptions = {
  logger: Logger;
  /** The secrets that no log may repeat. */
  ours: string[];
  /** Called once the database is open: what all processes share about GitHub is there. */
  connect: (opened: OpenedBackend) => Promise<ConnectedGitHub>;
  /** The state folder in which the CLIs of agents are; the configuration's own without. */
  agentsOf?: string;
};

/** `building`: what was opened is closed with it. */
export async function build(
  config: StoreConfig & Pick<Config, 'metrics' | 'traces'>,
  options: BuildOptions,
  building: AsyncDisposableStack,
): Promise<Built> {
  const { logger, ours } = options;
  useNetwork(config.network);
  const hosts = createProcessHosts(
    {
      workspaces: {
        stateDir: join(config.stateDir, 'workspaces'),
        mirrorMs: config.keepDays.output * DAY_MS,
      },
      sandbox: { stateDir: config.stateDir, toolsDir: TOOLS_FOLDER },
    },
    await gitNetwork(config.network, config.stateDir),
  );
  building.defer(hosts.stop);
  const sandbox = remoteSandbox(hosts);
  const outer = proxySettings(config.network);
  const through = throughProxy(outer);
  const loadingRoles = loadRoles(config);
  const adaptersOf = async () => {
    const { profiles } = await loadingRoles;
    const named = new Set(profiles.flatMap(({ chain }) => chain.map(({ adapter }) => adapter)));
    const at = { ...config, stateDir: options.agentsOf ?? config.stateDir };
    return createAdapters(at, { agents: AGENTS, providers: PROVIDERS, named }, logger);
  };
  const [
    probe,
    { opened, github },
    policies,
    roles,
    endpoints,
    workspaces,
    gateway,
    adapters,
    toolchain,
  ] = await together([
    probed(sandbox),
    openAndConnect(config, options, building),
    readPolicies(config.policies),
    loadingRoles,
    loadEndpoints(config.webhooks),
    remoteWorkspaces(hosts, ({ owner, name }, { part, progress }) =>
      logger.info({ repository: `${owner}/${name}`, part, progress }, 'fetching a repository'),
    ),
    createGateway({
      stateDir: config.stateDir,
      outer,
      log: logger,
    }),
    adaptersOf(),
    findToolchain(process.env, config),
  ]);
  const { store, artifacts, archive } = opened;
  const clock = await databaseClock(store.now);
  building.defer(async () => clock.stop());
  if (Math.abs(clock.offsetMs()) > CLOCK_MS)
    logger.warn({ ms: clock.offsetMs() }, "this machine's clock is off: the database's is used");
  const redis = config.redis?.reveal();
  const queue = await createQueue(
    redis ? { kind: 'redis', url: redis } : { kind: 'postgres', url: opened.url },
    quietly(message => logger.warn({}, message)),
  );
  building.defer(queue.close);
  const { publicUrl } = config;
  const settings = settingsOf(
    config,
    toolchain,
    {
      servers: roles.servers,
      endpoints,
      web: github.web,
      console: publicUrl === null ? null : `${publicUrl}${CONSOLE_PATH}`,
    },
    github.author,
  );
  const files = await writePackageManagerFiles(config.stateDir, settings.install.registries);
  settings.toolchains.binds.push(...files);
  const names = roles.profiles.map(({ name }) => name);
  const telemetry = await openTelemetry(config, { roles: names, logger });
  building.defer(telemetry.close);
  const deps: Dependencies = {
    ...store,
    prices: createPrices(config.prices),
    queue,
    artifacts,
    archive,
    anchors: github.anchors,
    workspaces,
    sandbox,
    gateway,
    webhooks: createWebhooks({ now: clock.now, through }),
    github: { ...github.parts, inClass, shown: readShown },
    adapters,
    secrets: secretsOf(config, ours, PROVIDERS, [
      ...secretsOfServers(roles.servers),
      ...secretsOfEndpoints(endpoints),
    ]),
    profiles: new Map(roles.profiles.map(profile => [profile.name, profile])),
    policies,
    clock,
    now: store.now,
    random: Math.random,
    logger,
    observe: telemetry.observe,
    readWeb: createReadWeb(parseGrants(config.privateHosts), through),
    findProgram: toolchain.findProgram,
    redact: text => redact(text, ours),
    settings,
  };
  for (const warning of [
    unheldByDeployment(deps, roles.profiles),
    reviewsItself(policies, deps, roles.profiles),
  ])
    if (warning) logger.warn({}, `${warning.problem}: ${warning.remediation}`);
  return {
    deps,
    ping: store.ping,
    telemetry,
    describe: [
      ...(config.deliveries === 'log' ? [FROM_LOG] : []),
      opened.describe,
      redis ? 'queue on Redis' : 'queue on the database',
      `sandbox: ${probe.description}`,
      config.realAgents
        ? 'real agents'
        : 'simulated agents: set GATEHOUSE_REAL_AGENTS=1 for real ones',
    ],
  };
}

async function openAndConnect(
  config: StoreConfig,
  { logger, connect }: BuildOptions,
  building: AsyncDisposableStack,
): Promise<{ opened: OpenedBackend; github: ConnectedGitHub }> {
  const opened = await open(config, logger);
  building.defer(opened.close);
  const { quotas, runOutput } = opened.store;
  await Promise.all([quotas.forget(), runOutput.forget()]);
  return { opened, github: await connect(opened) };
}

async function probed(sandbox: Sandbox): Promise<{ description: string }> {
  const probe = await sandbox.probe();
  if (probe.ok) return probe;
  throw new Error(`Without a sandbox no agent runs. ${probe.problem}\n  ${probe.remediation}`);
}

/** All of them, or the first failure once none is under way any more: nothing is left half open. */
async function together<P extends readonly Promise<unknown>[]>(
  parts: readonly [...P],
): Promise<{ -readonly [K in keyof P]: Awaited<P[K]> }> {
  await Promise.allSettled(parts);
  return Promise.all(parts);
}
