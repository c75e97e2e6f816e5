/** Which agents do the work of the demo: `--agent`. */
import { join } from 'node:path';
import { AGENTS } from '../../src/compose/agents/agent-table.ts';
import type { Environment } from './environment.ts';
import { openRealAgents } from './real.ts';
import type { Summary } from './watch.ts';

export const SCRIPTS = join(import.meta.dirname, 'scripts');
export const LIBRARY = join(import.meta.dirname, 'library');

export type DemoAgents = {
  /** More of Gatehouse's environment. */
  env: Record<string, string>;
  /** The folder of agent CLIs that were installed before; `null` where none is needed. */
  clis: string | null;
  /** What the walk must have shown of the agents. */
  inspect(environment: Environment, summary: Summary): Promise<Inspection>;
  close(): Promise<void>;
};

/** `lines` are for people, `figures` for `--json`; a fault says that the walk was not as it should be. */
export type Inspection = { lines: string[]; figures: Record<string, unknown>; faults: string[] };

const SIMULATED: DemoAgents = {
  env: { GATEHOUSE_SIMULATION: SCRIPTS },
  clis: null,
  inspect: async () => ({ lines: [], figures: {}, faults: [] }),
  close: async () => {},
};

/** Those that `--agent` knows, the usual one first. */
export const NAMES = ['simulated', ...AGENTS.map(({ adapter }) => adapter)];

export async function openAgents(name: string): Promise<DemoAgents> {
  if (name === 'simulated') return SIMULATED;
  const agent = AGENTS.find(({ adapter }) => adapter === name);
  if (!agent) throw new Error(`--agent ${name} is not one that is known: use ${NAMES.join(', ')}`);
  return openRealAgents(agent, { library: LIBRARY, scripts: SCRIPTS });
}
