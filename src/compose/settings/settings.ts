/** The engine's settings, from the configuration and the machine. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import type { HostToolchain } from '../../adapters/toolchain/detect.ts';
import type { EndpointConfig } from '../../config/endpoints.ts';
import type { McpServerConfig } from '../../config/mcp-servers.ts';
import type { RegistryConfig } from '../../config/registries.ts';
import type { StoreConfig } from '../../config.ts';
import type { Settings } from '../../engine/dependencies.ts';
import type { OwnRegistry } from '../../toolchain/own-registries.ts';
import { AGENTS } from '../agents/agent-table.ts';
import { modelsOf } from '../agents/agents.ts';
import { PROVIDERS } from '../agents/providers.ts';
import { mcpSettings } from '../agents/roles.ts';
import { endpointSettings } from './endpoints.ts';

const DAY_MS = 86_400_000;

/** Those that no operator sets. */
const LIMITS = { outputBytes: 16 * 1024 ** 2, tmpBytes: 2 * 1024 ** 3 };

export function settingsOf(
  config: StoreConfig,
  { binds, path, npm }: HostToolchain,
  own: {
    servers: readonly McpServerConfig[];
    endpoints: readonly EndpointConfig[];
    web: string;
    console: string | null;
  },
  author: Settings['author'],
): Settings {
  return {
    // Machines and containers may share a name, and their processes an id: whoever has another's name takes its leases.
    worker: `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`,
    concurrency: config.concurrency,
    labels: config.labels,
    realAgents: config.realAgents,
    simulation: config.simulation,
    models: modelsOf(config, { agents: AGENTS, providers: PROVIDERS }),
    providers: new Set(PROVIDERS.map(({ name }) => name)),
    web: own.web,
    console: own.console,
    endpoints: endpointSettings(own.endpoints),
    mcp: mcpSettings(own.servers),
    install: {
      npm,
      registries: namedSecrets(config.registries.ecosystems),
      scopes: namedSecrets(config.registries.scopes),
    },
    toolchains: { binds, path },
    policyFolder: config.policies,
    policyRepository: config.policyRepository
      ? { name: config.policyRepository, folder: `policies/${basename(config.policies)}` }
      : null,
    limits: {
      ...LIMITS,
      // An agent's time is that of its role.
      wallMs: config.runs.commandMs,
      memoryBytes: config.runs.memoryBytes,
      processes: config.runs.processes,
    },
    retention: {
      outputMs: config.keepDays.output * DAY_MS,
      recordMs: config.keepDays.records * DAY_MS,
    },
    budgets: config.budgets,
    workerHourUsd: config.workerHourUsd,
    traceUrl: config.traceUrl,
    calls: config.calls,
    author,
  };
}

/** Registries with the name of the secret alone. */
const namedSecrets = <K>(registries: ReadonlyMap<K, RegistryConfig>): Map<K, OwnRegistry> =>
  new Map(
    [...registries].map(([key, { secret, ...registry }]) => [
      key,
      { ...registry, secret: secret?.name ?? null },
    ]),
  );
