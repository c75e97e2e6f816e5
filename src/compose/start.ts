/** A process at work: its parts are built, and the engine works with them until it is stopped. */
import { join } from 'node:path';
import type { Running } from '../cli/services.ts';
import type { Config } from '../config.ts';
import { createConsoleFiles } from '../control/console.ts';
import { createLiveStreams } from '../control/live/live-streams.ts';
import type { Dependencies } from '../engine/dependencies.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import type { Doctor } from '../engine/ports/doctor.ts';
import { INTERVALS, INTERVALS_BY_LOG, type Intervals } from '../engine/reconcile/intervals.ts';
import { build } from './build.ts';
import { createDoctor } from './doctor/doctor.ts';
import { connectWith } from './github/github.ts';
import { loadRoleGrants, openAccess } from './http/access.ts';
import { openApi } from './http/api.ts';
import { createHooks } from './http/hooks.ts';
import { listen } from './http/listen.ts';
import { listenForMetrics } from './http/metrics.ts';
import { addressOf } from './http/public-url.ts';
import { waitForServers } from './stores/wait-for-servers.ts';
import { createLogger } from './telemetry/logger.ts';
import { redactionValues } from './telemetry/redaction-values.ts';

/** How often forgotten work is looked for. */
const SWEEP_MS = 5_000;
/** What `npm run build` writes; it is at the same place in a package. */
const CONSOLE_FOLDER = join(import.meta.dirname, '../..', 'dist/console');

export type Gatehouse = Running & { engine: Engine; deps: Dependencies };

export type StartOptions = {
  /** Webhooks are received as well. */
  listen: boolean;
  /** What the engine gets in place of its parts: how the proof under faults watches them. */
  instrument?: (deps: Dependencies) => Dependencies;
  intervals?: Intervals;
  /** Looks at the settings and the machine, for operators who ask over the API. */
  doctor?: Doctor;
  /** How long GitHub's hour is: a proof that has less time shortens it, and the minute with it. */
  githubHourMs?: number;
};

/** Everything at work. Where anything fails, nothing is left open. */
export async function start(config: Config, options: StartOptions): Promise<Gatehouse> {
  const ours = redactionValues(config);
  const logger = createLogger(config.logLevel, ours, config.logFormat);
  await waitForServers(config, logger);
  await using starting = new AsyncDisposableStack();
  const { githubHourMs } = options;
  const connect = connectWith(config, { logger, ours, githubHourMs });
  const built = await build(config, { logger, ours, connect }, starting);
  const deps = options.instrument?.(built.deps) ?? built.deps;
  const engine = createEngine(deps);
  const worker = { ...deps, handle: engine.handle, live: createLiveStreams(deps.hints) };
  let working = false;
  const ready = {
    database: () => built.ping().then(() => true),
    queue: async () => working,
  };
  const roles = await loadRoleGrants(config.roles);
  let url = addressOf(config);
  const access = openAccess({ ...config, roles }, worker, () => url);
  starting.defer(async () => access.close());
  const server = options.listen
    ? await listen(config, {
        deliveries: deps.deliveries,
        delivered: engine.dispatcher.delivered,
        logger,
        observe: deps.observe,
        ready,
        consoleFiles: createConsoleFiles(CONSOLE_FOLDER),
        taskHook: createHooks(config.hooks, worker),
        authPages: access.authPages,
        api: openApi(
          config,
          worker,
          { ...access, publicUrl: () => url },
          options.doctor ? createDoctor(options.doctor, () => deps.clock.now()) : null,
        ),
      })
    : null;
  if (server) starting.defer(server.close);
  // Any free port is known once it is taken.
  if (server) url = addressOf({ ...config, listen: { ...config.listen, port: server.port } });
  const { registry } = built.telemetry;
  const metrics =
    config.metrics && registry
      ? await listenForMetrics(config.metrics, registry, {
          ...deps,
          failed: error => logger.warn({ err: error }, 'the metrics could not be read'),
        })
      : null;
  if (metrics) starting.defer(metrics.close);
  await engine.work();
  engine.sweep(SWEEP_MS);
  engine.reconcile(
    options.intervals ?? (config.deliveries === 'log' ? INTERVALS_BY_LOG : INTERVALS),
  );
  working = true;
  const started = starting.move();
  return {
    engine,
    deps,
    url: server?.url ?? null,
    describe: metrics
      ? [...built.describe, `metrics on ${config.metrics?.host}:${metrics.port}`]
      : built.describe,
    async stop(graceMs) {
      working = false;
      // A stream would be waited for, and its page can go to another process.
      worker.live.end();
      // Webhooks are received to the last: what is stored, another process takes up.
      await engine.stop(graceMs);
      await started.disposeAsync();
    },
  };
}
