/** The engine's settings, from the configuration and the machine. */
import { hostname } from 'node:os';
import { basename } from 'node:path';
import type { HostToolchain } from '../adapters/toolchain/detect.ts';
import type { EndpointConfig } from '../config/endpoints.ts';
import type { McpServerConfig } from '../config/mcp-servers.ts';
import type { StoreConfig } from '../config.ts';
import type { Settings } from '../engine/dependencies.ts';
import { AGENTS } from './agent-table.ts';
import { modelsOf } from './agents.ts';
import { endpointSettings } from './endpoints.ts';
import { PROVIDERS } from './providers.ts';
import { mcpSettings } from './roles.ts';

const DAY_MS = 86_400_000;

const LIMITS = {
  wallMs: 20 * 60_000,
  outputBytes: 16 * 1024 ** 2,
  memoryBytes: 4 * 1024 ** 3,
  processes: 512,
  tmpBytes: 2 * 1024 ** 3,
};

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
    worker: `${hostname()}-${process.pid}`,
    concurrency: config.concurrency,
    labels: config.labels,
    realAgents: config.realAgents,
    simulation: config.simulation,
    models: modelsOf(config, { agents: AGENTS, providers: PROVIDERS }),
    web: own.web,
    console: own.console,
    endpoints: endpointSettings(own.endpoints),
    mcp: mcpSettings(own.servers),
    install: { npm, registries: registriesOf(config) },
    toolchains: { binds, path },
    policyFolder: config.policies,
    policyRepository: config.policyRepository
      ? { name: config.policyRepository, folder: `policies/${basename(config.policies)}` }
      : null,
    limits: LIMITS,
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

const registriesOf = ({ registries }: StoreConfig): Settings['install']['registries'] =>
  new Map(
    [...registries].map(([ecosystem, { secret, ...registry }]) => [
      ecosystem,
      { ...registry, secret: secret?.name ?? null },
    ]),
  );
