/** A process at work: everything built, in order, and handed to the engine. */
import { join, resolve } from 'node:path';
import { loadProfiles } from '../adapters/agents/profiles.ts';
import { createLimiter } from '../adapters/github/limiter.ts';
import { translate } from '../adapters/github/triggers/translate.ts';
import { createQueue } from '../adapters/queue/queue.ts';
import { detectToolchain } from '../adapters/toolchain/detect.ts';
import type { Running } from '../cli/services.ts';
import type { Config } from '../config.ts';
import { redact } from '../core/redact.ts';
import type { Dependencies } from '../engine/dependencies.ts';
import { createEngine, type Engine, INTERVALS, type Intervals } from '../engine/engine.ts';
import type { WriteBudget } from '../engine/ports/write-budget.ts';
import { createGateway } from '../gateway/gateway.ts';
import { databaseClock } from './clock.ts';
import { connect, gitHubFault } from './connect.ts';
import { listen } from './listen.ts';
import { createLogger } from './logger.ts';
import { open } from './open.ts';
import { readPolicies } from './policies.ts';
import { createProcessHosts } from './process-host/process-host.ts';
import { remoteSandbox } from './process-host/remote-sandbox.ts';
import { remoteWorkspaces } from './process-host/remote-workspaces.ts';
import { redactionValues } from './redaction-values.ts';
import { secretsOf } from './secrets.ts';
import { adaptersOf, settingsOf } from './settings.ts';

/** Work that nobody was told of is looked for this often. */
const SWEEP_MS = 5_000;
/** A machine whose clock is further off than this should be mended. */
const CLOCK_MS = 2_000;
/** Where the bootstrap unpacks what the system does not have. */
export const TOOLS = resolve(import.meta.dirname, '../../.gatehouse/tools');

export type Gatehouse = Running & { engine: Engine; deps: Dependencies };

export type StartOptions = {
  /** Webhooks are received as well. */
  listen: boolean;
  /** What the engine gets in place of the parts: how the proof under faults watches them. */
  instrument?: (deps: Dependencies) => Dependencies;
  intervals?: Intervals;
};

/** Everything at work. Whatever fails, nothing is left. */
export async function start(config: Config, options: StartOptions): Promise<Gatehouse> {
  const ours = redactionValues(config);
  const logger = createLogger(config.logLevel, ours);
  await using starting = new AsyncDisposableStack();
  const hosts = createProcessHosts({
    workspaces: { stateDir: join(config.stateDir, 'workspaces') },
    sandbox: { stateDir: config.stateDir, toolsDir: TOOLS },
  });
  starting.defer(hosts.stop);
  const sandbox = remoteSandbox(hosts);
  const opening = open(config, logger).then(opened => {
    starting.defer(opened.close);
    return opened;
  });
  // Shared by all processes on the database. GitHub is asked who we are before it is open.
  const writeBudget: WriteBudget = {
    take: async (...asked) => (await opening).store.writeBudget.take(...asked),
    hold: async (...asked) => (await opening).store.writeBudget.hold(...asked),
  };
  const [probe, opened, policies, profiles, github, workspaces, gateway, adapters, toolchain] =
    await together([
      sandbox.probe().then(probe => {
        if (probe.ok) return probe;
        throw new Error(
          `Without a sandbox no agent runs. ${probe.problem}\n  ${probe.remediation}`,
        );
      }),
      opening,
      readPolicies(config.policies),
      loadProfiles(config.agents),
      connect(config.github, logger, createLimiter(writeBudget)).catch(error => {
        const { problem, remediation } = gitHubFault(error);
        throw new Error(`GitHub does not answer for the App. ${problem}\n  ${remediation}`);
      }),
      remoteWorkspaces(hosts),
      createGateway({ stateDir: config.stateDir, log: logger }),
      adaptersOf(config, logger),
      detectToolchain(process.env, config.toolchains),
    ]);
  const { store, artifacts } = opened;
  const clock = await databaseClock(store.now);
  starting.defer(async () => clock.stop());
  if (Math.abs(clock.offsetMs()) > CLOCK_MS)
    logger.warn({ ms: clock.offsetMs() }, "this machine's clock is off: the database's is used");
  const redis = config.redis?.reveal();
  const queue = await createQueue(
    redis ? { kind: 'redis', url: redis } : { kind: 'postgres', url: opened.url },
    message => logger.warn({}, message),
  );
  starting.defer(queue.close);
  const plain: Dependencies = {
    ...store,
    queue,
    artifacts,
    workspaces,
    sandbox,
    gateway,
    github: {
      facts: github.facts,
      record: github.record,
      writes: github.writes,
      translate: (event, payload) => translate(event, payload, github.app),
    },
    adapters,
    secrets: secretsOf(config, ours),
    profiles: new Map(profiles.map(profile => [profile.name, profile])),
    policies,
    clock,
    now: store.now,
    random: Math.random,
    logger,
    redact: text => redact(text, ours),
    settings: settingsOf(config, toolchain, github.author),
  };
  const deps = options.instrument?.(plain) ?? plain;
  const engine = createEngine(deps);
  let working = false;
  const ready = {
    database: () => store.ping().then(() => true),
    queue: async () => working,
  };
  const server = options.listen ? await listen(config, deps, engine, logger, ready) : null;
  if (server) starting.defer(server.close);
  await engine.work();
  engine.sweep(SWEEP_MS);
  engine.reconcile(options.intervals ?? INTERVALS);
  working = true;
  const started = starting.move();
  return {
    engine,
    deps,
    url: server?.url ?? null,
    describe: [
      opened.describe,
      redis ? 'queue on Redis' : 'queue on the database',
      `sandbox: ${probe.description}`,
      config.realAgents
        ? 'real agents'
        : 'simulated agents: set GATEHOUSE_REAL_AGENTS=1 for real ones',
    ],
    async stop(graceMs) {
      working = false;
      // Webhooks are received to the last: what is stored, another process takes up.
      await engine.stop(graceMs);
      await started.disposeAsync();
    },
  };
}

/** All of them, or the first failure once none is under way any more: nothing is left half open. */
async function together<T extends readonly unknown[]>(
  parts: {
    [K in keyof T]: Promise<T[K]>;
  },
): Promise<T> {
  const settled = await Promise.allSettled(parts);
  const failed = settled.find(each => each.status === 'rejected');
  if (failed) throw failed.reason;
  return settled.map(each =>
    each.status === 'fulfilled' ? each.value : undefined,
  ) as unknown as T;
}
