/**
 * `gatehouse serve` or `gatehouse worker`, as an operator starts it, except that it fetches what it
 * missed every few seconds, because rows wait for that.
 *
 *   node test/faults/rows/gatehouse.ts serve|worker
 */
import { readFileSync } from 'node:fs';
import { terminal } from '../../../src/cli/output.ts';
import { serve } from '../../../src/cli/serve.ts';
import { PROVIDERS } from '../../../src/compose/agents/providers.ts';
import { start } from '../../../src/compose/start.ts';
import { describeFaults } from '../../../src/config/fault.ts';
import { readConfig } from '../../../src/config.ts';

const read = readConfig(process.env, { read: path => readFileSync(path, 'utf8') }, PROVIDERS);
if (!read.ok) throw new Error(describeFaults(read.faults));
const INTERVALS = { deliveriesMs: 4_000, eventsMs: 6_000, graceMs: 2_000 };
const options = {
  listen: process.argv[2] === 'serve',
  intervals: INTERVALS,
};
await serve(() => start(read.config, options), terminal, { json: true });
