/**
 * `gatehouse serve` with its crash points watched: each point that is passed is written to a file, and
 * at one of them the process kills itself.
 *
 *   FAULTS_PASSED  the file for the points, one in each line after its time
 *   FAULTS_POINT   the point at which to crash; none without it
 *   FAULTS_NTH     at which pass of the point, from 1
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { terminal } from '../../../src/cli/output.ts';
import { serve } from '../../../src/cli/serve.ts';
import { PROVIDERS } from '../../../src/compose/agents/providers.ts';
import { start } from '../../../src/compose/start.ts';
import { describeFaults } from '../../../src/config/fault.ts';
import { readConfig } from '../../../src/config.ts';
import { INTERVALS } from '../../../src/engine/reconcile/intervals.ts';
import { watchParts } from './points.ts';

const { FAULTS_PASSED = '', FAULTS_POINT, FAULTS_NTH = '1' } = process.env;
let left = Number(FAULTS_NTH);

function pass(point: string): void {
  appendFileSync(FAULTS_PASSED, `${new Date().toISOString()} ${point}\n`);
  if (point !== FAULTS_POINT) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
}

const read = readConfig(process.env, { read: path => readFileSync(path, 'utf8') }, PROVIDERS);
if (!read.ok) throw new Error(describeFaults(read.faults));
/** Failed deliveries and missed events are fetched more often than in operation, to save time. */
const intervals = { ...INTERVALS, deliveriesMs: 4_000 };
const instrument = (deps: Parameters<typeof watchParts>[0]) => watchParts(deps, pass);
await serve(() => start(read.config, { listen: true, instrument, intervals }), terminal, {
  json: true,
});
