/**
 * `gatehouse serve` whose crash points are watched: each is written down as it is passed, and at one
 * of them the process kills itself.
 *
 *   FAULTS_PASSED  the file that the points are written to, one a line, after the time
 *   FAULTS_POINT   where to die; without it nowhere
 *   FAULTS_NTH     at which passing of it, from 1
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { terminal } from '../../../src/cli/output.ts';
import { serve } from '../../../src/cli/serve.ts';
import { PROVIDERS } from '../../../src/compose/providers.ts';
import { start } from '../../../src/compose/start.ts';
import { describeFaults } from '../../../src/config/fault.ts';
import { readConfig } from '../../../src/config.ts';
import { INTERVALS } from '../../../src/engine/engine.ts';
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
/** What GitHub could not hand over to the dead is looked for sooner than an operator has it. */
const intervals = { ...INTERVALS, deliveriesMs: 4_000 };
const instrument = (deps: Parameters<typeof watchParts>[0]) => watchParts(deps, pass);
await serve(() => start(read.config, { listen: true, instrument, intervals }), terminal, {
  json: true,
});
