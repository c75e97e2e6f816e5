/** Installs the CLIs of agents that an operator names, one after the other. */
import { installCli } from '../../adapters/agents/install.ts';
import type { InstalledAgent } from '../../cli/services.ts';
import type { StoreConfig } from '../../config.ts';
import { nearest } from '../../core/nearest.ts';
import { AGENTS } from '../agents/agent-table.ts';
import { agentsFolder } from '../agents/agents.ts';
import { npmNetwork } from '../machine/network.ts';

/** Throws before anything is installed where a name is no agent's. */
export async function installAgents(
  config: Pick<StoreConfig, 'stateDir' | 'network'>,
  names: readonly string[],
  report: (message: string) => void,
): Promise<InstalledAgent[]> {
  const all = AGENTS.map(({ adapter }) => adapter);
  const agents = [...new Set(names)].map(name => {
    const agent = AGENTS.find(({ adapter }) => adapter === name);
    if (agent) return agent;
    const meant = nearest(name, all);
    throw new Error(
      `There is no agent "${name}".${meant ? ` Did you mean ${meant}?` : ''} There are: ${all.join(', ')}.`,
    );
  });
  const dir = agentsFolder(config);
  const network = npmNetwork(config.network);
  const installed: InstalledAgent[] = [];
  for (const { adapter, load } of agents) {
    const agent = await load();
    const { cli } = agent;
    if (cli === null) {
      report(`${adapter} comes with Gatehouse: there is nothing to install`);
      continue;
    }
    const folder = await installCli(agent, { dir, network, report });
    installed.push({ adapter, version: cli.version, folder });
  }
  return installed;
}
