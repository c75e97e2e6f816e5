/** Who plays the agents: `--agent`. */
import { join } from 'node:path';
import { castCodex } from './codex.ts';
import type { Stage } from './stage.ts';
import type { Summary } from './watch.ts';

export const SCRIPTS = join(import.meta.dirname, 'scripts');
export const LIBRARY = join(import.meta.dirname, 'library');

export type Cast = {
  /** More of Gatehouse's environment. */
  env: Record<string, string>;
  /** The folder of agent CLIs that were installed before; `null` where none is needed. */
  clis: string | null;
  /** What the walk must have shown of the agents. */
  inspect(stage: Stage, summary: Summary): Promise<Inspection>;
  close(): Promise<void>;
};

/** `lines` are for people, `figures` for `--json`; a fault says that the walk was not as it should be. */
export type Inspection = { lines: string[]; figures: Record<string, unknown>; faults: string[] };

const CASTS: Record<string, () => Promise<Cast>> = {
  simulated: async () => ({
    env: { GATEHOUSE_SIMULATION: SCRIPTS },
    clis: null,
    inspect: async () => ({ lines: [], figures: {}, faults: [] }),
    close: async () => {},
  }),
  codex: () => castCodex({ library: LIBRARY, scripts: SCRIPTS }),
};

export async function castAgents(name: string): Promise<Cast> {
  const cast = Object.hasOwn(CASTS, name) ? CASTS[name] : undefined;
  if (!cast)
    throw new Error(
      `--agent ${name} is not one that is known: use ${Object.keys(CASTS).join(' or ')}`,
    );
  return cast();
}
