/**
 * `gatehouse serve` that records each call of its ports in the file `BENCH_CALLS`: a line with the
 * milliseconds at which it began and ended, and its name.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { terminal } from '../../../src/cli/output.ts';
import { serve } from '../../../src/cli/serve.ts';
import { PROVIDERS } from '../../../src/compose/providers.ts';
import { start } from '../../../src/compose/start.ts';
import { describeFaults } from '../../../src/config/fault.ts';
import { readConfig } from '../../../src/config.ts';
import type { Dependencies } from '../../../src/engine/dependencies.ts';
import type { Workspaces } from '../../../src/engine/ports/workspace.ts';
import { around, type Lead } from '../../around.ts';

const { BENCH_CALLS = '' } = process.env;
const told: string[] = [];
setInterval(
  () => told.length > 0 && appendFileSync(BENCH_CALLS, told.splice(0).join('')),
  100,
).unref();
process.once('exit', () => appendFileSync(BENCH_CALLS, told.join('')));

const timed =
  (port: string): Lead =>
  (method, _args, call) => {
    const from = Date.now();
    const tell = () => void told.push(`${from} ${Date.now()} ${port}.${method}\n`);
    const result = call();
    if (!(result instanceof Promise)) return result;
    result.then(tell, tell);
    return result;
  };

function watchParts(deps: Dependencies): Dependencies {
  const { github } = deps;
  return {
    ...deps,
    log: around(deps.log, timed('log')),
    outbox: around(deps.outbox, timed('outbox')),
    leases: around(deps.leases, timed('leases')),
    deliveries: around(deps.deliveries, timed('deliveries')),
    queue: around(deps.queue, timed('queue')),
    artifacts: around(deps.artifacts, timed('artifacts')),
    sandbox: around(deps.sandbox, timed('sandbox')),
    gateway: around(deps.gateway, timed('gateway')),
    workspaces: around(deps.workspaces, (method, args, call) => {
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
