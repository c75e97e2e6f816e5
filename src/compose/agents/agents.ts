/** What follows from the tables of providers and agents: the adapters, and where their models answer. */
import { join } from 'node:path';
import { createCommand } from '../../adapters/agents/command.ts';
import {
  type CliAgent,
  folderOf,
  installCli,
  installedVersion,
} from '../../adapters/agents/install.ts';
import { createSimulated } from '../../adapters/agents/simulated.ts';
import type { StoreConfig } from '../../config.ts';
import type { Dependencies, ModelService, Settings } from '../../engine/dependencies.ts';
import type { AgentAdapter } from '../../engine/ports/agent.ts';
import type { Logger } from '../../engine/ports/logger.ts';
import { npmNetwork } from '../machine/network.ts';
import type { Agent } from './agent-table.ts';
import type { Provider } from './providers.ts';

type AgentConfig = Pick<StoreConfig, 'providers' | 'realAgents' | 'stateDir' | 'network'>;
type Tables = { agents: readonly Agent[]; providers: readonly Provider[] };

/** Where the CLIs of agents are installed. */
export const agentsFolder = ({ stateDir }: Pick<StoreConfig, 'stateDir'>): string =>
  join(stateDir, 'agents');

/** `named`: the agents that roles name. */
type WantedAgents = Tables & { named: ReadonlySet<string> };

/**
 * The agents that may run here: each real one that is installed and whose provider has a key. Where
 * none is installed, the first of the table that has a key and that a role names is.
 */
export async function createAdapters(
  config: AgentConfig,
  tables: WantedAgents,
  logger: Pick<Logger, 'info'>,
): Promise<Dependencies['adapters']> {
  const real = config.realAgents ? await realAgents(config, tables, logger) : [];
  const adapters = [createCommand(), createSimulated(), ...real];
  return new Map(adapters.map(adapter => [adapter.name, adapter]));
}

async function realAgents(
  config: AgentConfig,
  tables: WantedAgents,
  logger: Pick<Logger, 'info'>,
): Promise<AgentAdapter[]> {
  const usable = [...modelsOf(config, tables).keys()];
  const rows = tables.agents.filter(({ adapter }) => usable.includes(adapter));
  const agents = await Promise.all(rows.map(row => installedAgent(config, row)));
  const ofNpm = agents.flatMap(({ npm, ...agent }) => (npm === null ? [] : [{ npm, ...agent }]));
  const missing = ofNpm.find(({ adapter }) => tables.named.has(adapter.name));
  if (missing && !ofNpm.some(({ isInstalled }) => isInstalled))
    await installCli(missing.npm, {
      dir: agentsFolder(config),
      network: npmNetwork(config.network),
      report: message => logger.info({}, message),
    });
  return agents.map(({ adapter }) => adapter);
}

/**
 * An agent with its CLI as it is on this machine: in the newest version that is accepted, else the pinned
 * one. `npm`: how it is installed; null: it comes with Gatehouse.
 */
export async function installedAgent(
  config: Pick<StoreConfig, 'stateDir'>,
  { load }: Agent,
): Promise<{ npm: CliAgent | null; adapter: AgentAdapter; isInstalled: boolean }> {
  const agent = await load();
  if (agent.cli === null) return { npm: null, adapter: agent.create(), isInstalled: true };
  const { cli, create } = agent;
  const dir = agentsFolder(config);
  const found = await installedVersion(cli, dir);
  const folder = folderOf({ ...cli, version: found ?? cli.version }, dir);
  return { npm: agent, adapter: create(folder), isInstalled: found !== null };
}

/** By adapter, for the agents that can call a provider here: what they call, what they prefer first. */
export function modelsOf(
  config: Pick<AgentConfig, 'providers'>,
  { agents, providers }: Tables,
): Settings['models'] {
  return new Map(
    agents
      .map(({ adapter, dialects }) => [adapter, dialects.flatMap(servicesIn)] as const)
      .filter(([, services]) => services.length > 0),
  );

  function servicesIn(dialect: ModelService['dialect']): ModelService[] {
    return providers.flatMap(({ name, dialects }) => {
      const provider = config.providers.get(name);
      if (!provider || !dialects.includes(dialect)) return [];
      const { upstream, key } = provider;
      if (upstream === null) return [];
      return [{ dialect, upstream, provider: name, secret: key?.name ?? null }];
    });
  }
}
