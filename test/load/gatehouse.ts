/**
 * `gatehouse serve` or `gatehouse worker`, as an operator starts it, except that GitHub's hour is as
 * short as the local GitHub's: `LOAD_FACTOR` says by how much.
 *
 *   node test/load/gatehouse.ts serve|worker
 */
import { readFileSync } from 'node:fs';
import { terminal } from '../../src/cli/output.ts';
import { serve } from '../../src/cli/serve.ts';
import { PROVIDERS } from '../../src/compose/agents/providers.ts';
import { start } from '../../src/compose/start.ts';
import { describeFaults } from '../../src/config/fault.ts';
import { readConfig } from '../../src/config.ts';
import { INTERVALS } from '../../src/engine/reconcile/intervals.ts';

const factor = Number(process.env.LOAD_FACTOR);
const read = readConfig(process.env, { read: path => readFileSync(path, 'utf8') }, PROVIDERS);
if (!read.ok) throw new Error(describeFaults(read.faults));
const options = {
  listen: process.argv[2] === 'serve',
  intervals: {
    ...INTERVALS,
    deliveriesMs: INTERVALS.deliveriesMs / factor,
    eventsMs: INTERVALS.eventsMs / factor,
  },
  githubHourMs: 3_600_000 / factor,
};
await serve(() => start(read.config, options), terminal, { json: true });
