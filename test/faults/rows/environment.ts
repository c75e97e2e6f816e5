/** The environment of a row: a local GitHub, and processes of Gatehouse on a database and a queue. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStore, type Store } from '../../../src/adapters/store/store.ts';
import { loadFolded } from '../../../src/engine/handle.ts';
import { asTask } from '../../../src/engine/streams.ts';
import { leftovers } from '../../cli/leftovers.ts';
import { person } from '../../demo/environment.ts';
import { until } from '../../demo/until.ts';
import { registerApp } from '../../register-app.ts';
import { type StartOptions, startGitHub } from '../../simulator/start.ts';
import { lastingPort } from '../lasting-port.ts';
import { preparePostgres } from './postgres.ts';
import { type Gatehouse, startProcess } from './process.ts';
import { prepareRedis } from './redis.ts';
import type { Setting } from './row.ts';

/** Trivial commands, because the rows are about Gatehouse. */
export const FILES = {
  'sum.sh': 'echo $(($1 - $2))\n',
  'test.sh': '[ "$(sh sum.sh 2 2)" = 4 ]\n',
  '.github/gatehouse.yml': 'commands:\n  install: ["true"]\n  test: [sh, test.sh]\n',
};

export type RowEnvironment = Awaited<ReturnType<typeof openEnvironment>>;

export async function openEnvironment(setting: Setting, options: StartOptions = {}) {
  await using opening = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'gatehouse-rows-'));
  opening.defer(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const state = join(home, 'state');
  const postgres = await preparePostgres(setting.database, state, setting.programs);
  opening.defer(postgres.end);
  const redis = setting.queue === 'redis' ? await prepareRedis(join(home, 'redis')) : null;
  if (redis) opening.defer(redis.kill);
  const requests: { at: number; line: string }[] = [];
  const note = (line: string) => void requests.push({ at: Date.now(), line });
  const github = await startGitHub({ ...options, log: note });
  opening.defer(github.close);
  const [mona, rey, otto] = ['mona', 'rey', 'otto'].map(login => github.createUser(login));
  if (!mona || !rey || !otto) throw new Error('there are three people');
  const port = await lastingPort();
  const acme = github.createOrganization('acme', mona);
  const { app, secret, env: settings } = await registerApp(github, { owner: acme, port });
  const env: Record<string, string> = {
    ...settings,
    GATEHOUSE_STATE_DIR: state,
    GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts'),
    LOG_LEVEL: 'info',
  };
  Object.assign(env, postgres.env, redis?.env);
  const processes: Gatehouse[] = [];
  let store: Store | null = null;
  let owners = 0;
  const lost = new Set<string>();
  const log = join(home, 'gatehouse.log');
  const done = opening.move();
  return {
    home,
    state,
    github,
    app,
    env,
    port,
    postgres,
    redis,
    secret,
    /** The requests to GitHub and its deliveries, from its log. */
    requests,
    log: () => readFile(log, 'utf8'),
    /** What GitHub delivered that a restored database can't know. */
    lost,
    /** Starts one more process; `over` are settings of its own. */
    async start(
      kind: 'serve' | 'worker',
      over: Record<string, string> = {},
      front: string[] = [],
    ): Promise<Gatehouse> {
      const started = await startProcess(kind, { home, log }, { ...env, ...over }, front);
      processes.push(started);
      return started;
    },
    /** The store, read without Gatehouse; the database must be running. */
    async store(): Promise<Store> {
      store ??= await createStore({ url: postgres.url, log: () => {} });
      return store;
    },
    /** Creates a repository in an organization of its own, because GitHub's limits are per installation. */
    async repository(files: Record<string, string> = FILES) {
      owners += 1;
      const owner = github.createOrganization(`acme-${owners}`, mona);
      const made = await github.createRepository({ owner, name: 'sum', files });
      const { id: installation } = github.installApp(app, owner, 'all');
      for (const user of [mona, rey]) github.addCollaborator(made, user, 'maintain');
      const at = `/repos/${made.fullName}`;
      const [asMona, asRey, asOtto] = [mona, rey, otto].map(user => person(github, user, at));
      if (!asMona || !asRey || !asOtto) throw new Error('there are three people');
      return { ...made, at, installation, mona: asMona, rey: asRey, otto: asOtto };
    },
    async close(): Promise<void> {
      await github.idle();
      const codes = await Promise.all(processes.map(each => each.stop()));
      await store?.close();
      const left = await until(
        'nothing to be left',
        async () => {
          const found = (await leftovers(home)).filter(
            line => !/redis|-server\/|state-server/.test(line),
          );
          return found.length === 0 && 'nothing';
        },
        10_000,
      ).catch(async () => (await leftovers(home)).join('\n'));
      await done.disposeAsync();
      if (left !== 'nothing') throw new Error(`left behind: ${left}`);
      if (codes.some(code => code !== 0 && code !== null))
        throw new Error(`it ended with ${codes}`);
      github.assertNoViolations();
    },
  };
}

export type Repository = Awaited<ReturnType<RowEnvironment['repository']>>;

/** Runs a row in an environment of its own; its error includes what is open and the end of the log. */
export async function inEnvironment(
  setting: Setting,
  run: (environment: RowEnvironment) => Promise<void>,
  options: StartOptions = {},
): Promise<void> {
  const environment = await openEnvironment(setting, options);
  try {
    await run(environment);
  } catch (error) {
    const log = await environment.log().catch(() => '');
    const open = await openTasks(environment).catch(cause => `not to be read: ${cause}`);
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    await environment.close().catch(() => {});
    throw new Error(`${told}\n--- open\n${open}\n--- the end of its log\n${log.slice(-6_000)}`);
  }
  await environment.close();
}

/** The last events of every open task, and its open effects. */
async function openTasks(environment: RowEnvironment): Promise<string> {
  const { log, tasks } = await environment.store();
  const told: string[] = [];
  for (const { id } of await tasks.list({ open: true })) {
    const stream = { kind: 'task' as const, id };
    const events = await Array.fromAsync(log.read(stream));
    for (const { seq, at, type, data } of events.slice(-40))
      told.push(`${id} ${seq} ${at} ${type} ${JSON.stringify(data).slice(0, 200)}`);
    for (const effect of asTask(await loadFolded(log, stream)).open)
      told.push(`${id} open: ${JSON.stringify(effect)}`);
  }
  return told.join('\n');
}
