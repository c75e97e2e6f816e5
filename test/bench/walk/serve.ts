/**
 * `gatehouse serve` that records each call of its ports in the file `BENCH_CALLS`: a line with the
 * milliseconds at which it began and ended, and its name. In the file `BENCH_PARTS` it records the parts
 * of its work that are git's and the sandbox's.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { terminal } from '../../../src/cli/output.ts';
import { serve } from '../../../src/cli/serve.ts';
import { PROVIDERS } from '../../../src/compose/agents/providers.ts';
import { start } from '../../../src/compose/start.ts';
import { describeFaults } from '../../../src/config/fault.ts';
import { readConfig } from '../../../src/config.ts';
import type { Dependencies } from '../../../src/engine/dependencies.ts';
import type { Workspaces } from '../../../src/engine/ports/workspace.ts';
import { around, type Lead } from '../../around.ts';
import { lineOf, recordedParts } from './parts.ts';

const { BENCH_CALLS = '', BENCH_PARTS = '' } = process.env;
const told = { [BENCH_CALLS]: [] as string[], [BENCH_PARTS]: [] as string[] };
const write = () => {
  for (const [file, lines] of Object.entries(told))
    if (lines.length > 0) appendFileSync(file, lines.splice(0).join(''));
};
setInterval(write, 100).unref();
process.once('exit', write);
const telling = (file: string) => (line: string) => void told[file]?.push(line);
const tellCall = telling(BENCH_CALLS);
const tellPart = telling(BENCH_PARTS);

const timed =
  (port: string): Lead =>
  (method, _args, call) => {
    const from = Date.now();
    const tell = () => tellCall(`${from} ${Date.now()} ${port}.${method}\n`);
    const result = call();
    if (!(result instanceof Promise)) return result;
    result.then(tell, tell);
    return result;
  };

/** When each delivery came in that is not settled. */
const arrived = new Map<unknown, number>();

/** Records besides, as `delivery`, how long each was there until it was settled. */
const timedDeliveries: Lead = (method, args, call) => {
  const result = timed('deliveries')(method, args, call);
  const [first] = args as [string | { guid: string }];
  const guid = typeof first === 'string' ? first : first?.guid;
  if (method === 'receive') arrived.set(guid, Date.now());
  const from = arrived.get(guid);
  if (method !== 'settle' || from === undefined || !(result instanceof Promise)) return result;
  arrived.delete(guid);
  const tell = () => tellCall(`${from} ${Date.now()} delivery\n`);
  result.then(tell, tell);
  return result;
};

function watchParts(deps: Dependencies): Dependencies {
  const { github } = deps;
  const parts = recordedParts(deps, part => tellPart(lineOf(part)));
  return {
    ...deps,
    log: around(deps.log, timed('log')),
    outbox: around(deps.outbox, timed('outbox')),
    leases: around(deps.leases, timed('leases')),
    deliveries: around(deps.deliveries, timedDeliveries),
    queue: around(deps.queue, timed('queue')),
    artifacts: around(deps.artifacts, timed('artifacts')),
    sandbox: around(parts.sandbox, timed('sandbox')),
    gateway: around(deps.gateway, timed('gateway')),
    workspaces: around(parts.workspaces, (method, args, call) => {
      const result = timed('workspaces')(method, args, call);
      if (method !== 'open') return result;
      return (result as ReturnType<Workspaces['open']>).then(one =>
        around(one, timed('workspace')),
      );
    }),
    github: {
      ...github,
      facts: around(github.facts, timed('github')),
      writes: around(github.writes, timed('github')),
    },
  };
}

const read = readConfig(process.env, { read: path => readFileSync(path, 'utf8') }, PROVIDERS);
if (!read.ok) throw new Error(describeFaults(read.faults));
const options = { listen: true, instrument: watchParts };
await serve(() => start(read.config, options), terminal, { json: true });
