/**
 * An engine of real parts (PostgreSQL, queue, workspaces, sandbox, policies) before a GitHub that is
 * a plain object: what it says is set by the test, what is written to it is kept.
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCommand } from '../../src/adapters/agents/command.ts';
import { loadProfiles } from '../../src/adapters/agents/profiles.ts';
import { createSimulated } from '../../src/adapters/agents/simulated.ts';
import { createAnchorsFile } from '../../src/adapters/artifacts/anchors-file.ts';
import { createDiskArtifacts } from '../../src/adapters/artifacts/disk.ts';
import { createPrices } from '../../src/adapters/prices/prices.ts';
import { createQueue } from '../../src/adapters/queue/queue.ts';
import { createWebhooks } from '../../src/adapters/webhooks/send.ts';
import { createProcessHosts } from '../../src/compose/process-host/process-host.ts';
import { remoteSandbox } from '../../src/compose/process-host/remote-sandbox.ts';
import { remoteWorkspaces } from '../../src/compose/process-host/remote-workspaces.ts';
import type { StoredEvent } from '../../src/core/event.ts';
import type { StreamRef } from '../../src/core/stream.ts';
import { createSigning } from '../../src/engine/checkpoint/signing.ts';
import { createConcurrencyLimit } from '../../src/engine/concurrency-limit.ts';
import type { Dependencies } from '../../src/engine/dependencies.ts';
import { createDispatcher } from '../../src/engine/dispatch.ts';
import { createHandle } from '../../src/engine/handle.ts';
import type { Logger } from '../../src/engine/ports/logger.ts';
import type { Observation } from '../../src/engine/ports/telemetry.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import { openStore } from '../adapters/store/database.ts';
import { startRemote } from '../adapters/workspace/remote.ts';
import { starter } from '../policy/starter.ts';
import { createGitHub } from './github.ts';
import { shareReads } from './share-reads.ts';

const LIMITS = {
  wallMs: 20_000,
  outputBytes: 1_000_000,
  memoryBytes: 1_000_000_000,
  processes: 200,
  tmpBytes: 10_000_000,
};

export type TestServices = Awaited<ReturnType<typeof openServices>>;

export async function openServices() {
  const folder = await mkdtemp(join(tmpdir(), 'gh-engine-'));
  const [store, remote] = await Promise.all([openStore(), startRemote(folder)]);
  await remote.commit({ 'README.md': 'A library.\n' });
  const github = createGitHub(remote);
  /** What was logged, for tests to look at. */
  const logged: { level: string; fields: object; message: string }[] = [];
  const say = (level: string) => (fields: object, message: string) =>
    void logged.push({ level, fields, message });
  /** What was told of to whoever counts and traces. */
  const observed: Observation[] = [];
  const logger: Logger = {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
  };
  // As in production, a small process starts git and sandboxes: this one holds too much to do it.
  const hosts = createProcessHosts({
    workspaces: { stateDir: join(folder, 'workspaces') },
    sandbox: { stateDir: folder },
  });
  const profiles = await loadProfiles(join(import.meta.dirname, '../../agents'));
  const queue = await createQueue({ kind: 'postgres', url: store.url }, () => {});
  const adapters = [createCommand(), createSimulated()];
  const deps: Dependencies = {
    ...store,
    queue,
    prices: createPrices(new Map()),
    anchors: {
      ...createSigning(generateKeyPairSync('ed25519').privateKey),
      ...createAnchorsFile(join(folder, 'anchors.jsonl')),
    },
    artifacts: await createDiskArtifacts({ dir: join(folder, 'artifacts') }),
    workspaces: shareReads(await remoteWorkspaces(hosts)),
    sandbox: remoteSandbox(hosts),
    gateway: await createGateway({ stateDir: folder }),
    github,
    readWeb: async () => ({ ok: false, reason: 'No address is read here.' }),
    adapters: new Map(adapters.map(adapter => [adapter.name, adapter])),
    archive: null,
    webhooks: createWebhooks({ now: () => new Date() }),
    secrets: new Map(),
    profiles: new Map(profiles.map(profile => [profile.name, profile])),
    policies: starter(),
    clock: { now: () => new Date() },
    random: () => 0.5,
    findProgram: async name => `/usr/bin/${name}`,
    redact: text => text,
    logger,
    observe: observation => void observed.push(observation),
    settings: {
      worker: 'worker-1',
      labels: [],
      concurrency: { all: 2, perRepository: 2 },
      realAgents: false,
      console: null,
      simulation: join(import.meta.dirname, '../histories/scripts'),
      models: new Map(),
      providers: new Set(),
      web: 'https://github.com',
      endpoints: new Map(),
      mcp: new Map(),
      install: { npm: { hosts: [], env: {} }, registries: new Map(), scopes: new Map() },
      toolchains: { binds: [], path: '/usr/bin:/bin' },
      limits: LIMITS,
      budgets: {},
      workerHourUsd: null,
      traceUrl: 'https://traces.example/{trace}',
      retention: { outputMs: 7 * 86_400_000, recordMs: 400 * 86_400_000 },
      calls: {
        perPerson: 60,
        atOnce: 0,
        batchSeconds: 60,
        strangersPerRepository: 50,
        strangersPerInstallation: 200,
      },
      policyRepository: null,
      policyFolder: join(import.meta.dirname, '../../policies/starter'),
      author: { name: 'gatehouse[bot]', email: 'gatehouse@example.com' },
    },
  };
  const { outbox, deliveries, clock } = deps;
  const warn = (problem: string) => logger.warn({}, problem);
  const dispatcher = createDispatcher({ queue, outbox, deliveries, clock, warn });
  const handle = createHandle({ ...deps, appended: dispatcher.appended });
  return {
    ...deps,
    handle,
    dispatcher,
    runLimit: createConcurrencyLimit(deps.settings.concurrency, deps.clock),
    github,
    remote,
    logged,
    observed,
    url: store.url,
    /** The state folder, with the artifacts in it. */
    folder,
    events: (stream: StreamRef): Promise<StoredEvent[]> => Array.fromAsync(store.log.read(stream)),
    async close() {
      await queue.close();
      await hosts.stop();
      await remote.close();
      await store.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
