/** What follows from the table of providers: the adapters of agents, and where their models answer. */
import { join } from 'node:path';
import { createCommand } from '../adapters/agents/command.ts';
import { createSimulated } from '../adapters/agents/simulated.ts';
import type { StoreConfig } from '../config.ts';
import type { Dependencies, Settings } from '../engine/dependencies.ts';
import type { Logger } from '../engine/ports/logger.ts';
import type { Provider } from './providers.ts';

type AgentConfig = Pick<StoreConfig, 'providers' | 'realAgents' | 'stateDir'>;

/** The agents that may run here; each real one whose provider has a key is installed. */
export async function createAdapters(
  config: AgentConfig,
  providers: readonly Provider[],
  logger: Pick<Logger, 'info'>,
): Promise<Dependencies['adapters']> {
  const dir = join(config.stateDir, 'agents');
  const report = (message: string) => logger.info({}, message);
  const real = config.realAgents ? providers.filter(({ adapter }) => keyOf(config, adapter)) : [];
  const installed = await Promise.all(real.map(({ install }) => install({ dir, report })));
  const adapters = [createCommand(), createSimulated(), ...installed];
  return new Map(adapters.map(adapter => [adapter.name, adapter]));
}

/** For the agents whose provider has a key: what they call, and the secret's name. */
export function modelsOf(config: AgentConfig, providers: readonly Provider[]): Settings['models'] {
  const routes = providers.flatMap(({ adapter, prefix, dialect }) => {
    const provider = config.providers.get(adapter);
    if (!provider?.key) return [];
    const { upstream, key } = provider;
    const route = { dialect, upstream, provider: prefix.toLowerCase(), secret: key.name };
    return [[adapter, route] as const];
  });
  return new Map(routes);
}

const keyOf = ({ providers }: AgentConfig, adapter: string) => providers.get(adapter)?.key ?? null;
