/** A process at work: everything built, in order, and handed to the engine. */
import { join, resolve } from 'node:path';
import { loadProfiles } from '../adapters/agents/profiles.ts';
import { translate } from '../adapters/github/triggers/translate.ts';
import { createQueue } from '../adapters/queue/queue.ts';
import { detectToolchain } from '../adapters/toolchain/detect.ts';
import type { Running } from '../cli/house.ts';
import type { Config } from '../config.ts';
import { redact } from '../core/redact.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import type { Parts } from '../engine/parts.ts';
import { createGateway } from '../gateway/gateway.ts';
import { connect, gitHubFault } from './connect.ts';
import { createKeepers } from './keeper/keeper.ts';
import { keepSandbox } from './keeper/sandbox.ts';
import { keepWorkspaces } from './keeper/workspaces.ts';
import { listen } from './listen.ts';
import { literalSecrets } from './literal-secrets.ts';
import { createLogger } from './logger.ts';
import { open } from './open.ts';
import { readPolicies } from './policies.ts';
import { adaptersOf, settingsOf } from './settings.ts';

/** Work that nobody was told of is looked for this often. */
const SWEEP_MS = 5_000;
/** Where the bootstrap unpacks what the system does not have. */
export const TOOLS = resolve(import.meta.dirname, '../../.gatehouse/tools');

export type Gatehouse = Running & { engine: Engine; parts: Parts };

/** Everything at work: with `listen`, webhooks are received as well. Whatever fails, nothing is left. */
export async function start(config: Config, options: { listen: boolean }): Promise<Gatehouse> {
  const logger = createLogger(config.logLevel, literalSecrets(config));
  await using starting = new AsyncDisposableStack();
  const keepers = createKeepers({
    workspaces: { stateDir: join(config.stateDir, 'workspaces') },
    sandbox: { stateDir: config.stateDir, toolsDir: TOOLS },
  });
  starting.defer(keepers.stop);
  const sandbox = keepSandbox(keepers);
  const [probe, opened, policies, profiles, github, workspaces, gateway, adapters, toolchain] =
    await together([
      sandbox.probe().then(probe => {
        if (probe.ok) return probe;
        throw new Error(`Without a sandbox no agent runs. ${probe.problem}\n  ${probe.mend}`);
      }),
      open(config, logger).then(opened => {
        starting.defer(opened.close);
        return opened;
      }),
      readPolicies(config.policies),
      loadProfiles(config.agents),
      connect(config.github, logger).catch(error => {
        const { problem, mend } = gitHubFault(error);
        throw new Error(`GitHub does not answer for the App. ${problem}\n  ${mend}`);
      }),
      keepWorkspaces(keepers),
      createGateway({ stateDir: config.stateDir, log: logger }),
      adaptersOf(config, logger),
      detectToolchain(process.env, config.toolchains),
    ]);
  const { store, artifacts } = opened;
  const redis = config.redis?.reveal();
  const queue = await createQueue(
    redis ? { kind: 'redis', url: redis } : { kind: 'postgres', url: opened.url },
    message => logger.warn(message),
  );
  starting.defer(queue.close);
  const parts: Parts = {
    ...store,
    queue,
    artifacts,
    workspaces,
    sandbox,
    gateway,
    github: {
      facts: github.facts,
      writes: github.writes,
      translate: (event, payload) => translate(event, payload, github.app),
    },
    adapters,
    profiles: new Map(profiles.map(profile => [profile.name, profile])),
    policies,
    clock: { now: () => new Date() },
    random: Math.random,
    logger,
    redact: text => redact(text, literalSecrets(config)),
    settings: settingsOf(config, toolchain, github.author),
  };
  const engine = createEngine(parts);
  let working = false;
  const ready = {
    database: () => store.ping().then(() => true),
    queue: async () => working,
  };
  const server = options.listen ? await listen(config, parts, engine, logger, ready) : null;
  if (server) starting.defer(server.close);
  await engine.work();
  engine.sweep(SWEEP_MS);
  working = true;
  const started = starting.move();
  return {
    engine,
    parts,
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
