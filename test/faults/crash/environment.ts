/** A local GitHub with its users, and a Gatehouse that can crash and be started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createAppAuth } from '@octokit/auth-app';
import { person } from '../../demo/environment.ts';
import { until } from '../../demo/until.ts';
import { registerApp } from '../../register-app.ts';
import { startGitHub } from '../../simulator/start.ts';
import { lastingPort } from '../lasting-port.ts';
import type { Backends, Setting } from './backends.ts';
import type { Begun } from './scenario.ts';

const SERVE = join(import.meta.dirname, 'serve.ts');
/** The smallest repository, because the test is about Gatehouse and not about the work. */
const FILES = {
  'sum.sh': 'echo $(($1 - $2))\n',
  'test.sh': '[ "$(sh sum.sh 2 2)" = 4 ]\n',
  '.github/gatehouse.yml': 'commands:\n  install: ["true"]\n  test: [sh, test.sh]\n',
};

/** The time for a start: more than a busy machine needs. */
const START_MS = 180_000;

export type Crash = { point: string; nth: number };
export type CrashEnvironment = Awaited<ReturnType<typeof openEnvironment>>;

export async function openEnvironment(
  backends: Backends,
  setting: Setting,
  { scripts = join(import.meta.dirname, 'scripts'), files = {}, env: own = {} }: Begun,
) {
  const home = await mkdtemp(join(tmpdir(), 'gatehouse-crash-'));
  const state = join(home, 'state');
  await mkdir(state);
  const { env, url } = await backends.furnish(setting, state);
  const github = await startGitHub();
  const [mona, rey, otto] = ['mona', 'rey', 'otto'].map(login => github.createUser(login));
  if (!mona || !rey || !otto) throw new Error('there are three people');
  const acme = github.createOrganization('acme', mona);
  const repository = await github.createRepository({
    owner: acme,
    name: 'sum',
    files: { ...FILES, ...files },
  });
  for (const user of [mona, rey]) github.addCollaborator(repository, user, 'maintain');
  const port = await lastingPort();
  const { app, env: settings } = await registerApp(github, { owner: acme, port });
  const auth = createAppAuth({ appId: app.id, privateKey: app.privateKey });
  // The first answers take longest, because the local GitHub compiles its API description for them.
  const asApp = github.as(await auth({ type: 'app' }));
  for (const path of ['/app', '/users/gatehouse%5Bbot%5D']) await asApp.request('GET', path);
  const gatehouse = createProcess(home, port, {
    ...settings,
    GATEHOUSE_STATE_DIR: state,
    GATEHOUSE_SIMULATION: scripts,
    // A run that waits for a person is what is tried, not the merge's own approval.
    GATEHOUSE_POLICIES: resolve(import.meta.dirname, '../../../policies/autonomous'),
    LOG_LEVEL: 'info',
    ...env,
    ...own,
  });
  const at = `/repos/${repository.fullName}`;
  return {
    github,
    app,
    users: { mona, rey, otto },
    repository,
    home,
    gatehouse,
    databaseUrl: url,
    artifacts: join(state, 'artifacts'),
    mona: person(github, mona, at),
    rey: person(github, rey, at),
    otto: person(github, otto, at),
    /** Installs the App, which gets webhooks from then on. */
    install: () => github.installApp(app, acme, 'all'),
    async close({ keep }: { keep: boolean }) {
      await gatehouse.stop();
      await github.idle();
      await github.close();
      if (!keep) await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Starts and ends the process; its output is in `log`, the points that it passed in `passed`. */
function createProcess(home: string, port: number, settings: Record<string, string>) {
  const passed = join(home, 'passed');
  let child: ChildProcess | null = null;
  return {
    log: join(home, 'log'),
    /** Resolves once it is ready, or has ended. */
    async start(crash: Crash | null): Promise<void> {
      const dying = crash ? { FAULTS_POINT: crash.point, FAULTS_NTH: `${crash.nth}` } : {};
      const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '' } = process.env;
      const file = await open(join(home, 'log'), 'a');
      const started = spawn('setpriv', ['--pdeathsig', 'KILL', '--', process.execPath, SERVE], {
        cwd: home,
        env: { PATH, HOME, NODE_COMPILE_CACHE, ...settings, FAULTS_PASSED: passed, ...dying },
        stdio: ['ignore', file.fd, file.fd],
      });
      child = started;
      await file.close();
      const ready = async () => {
        if (hasEnded(started)) return true;
        const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => null);
        return answer?.ok;
      };
      await until('Gatehouse to be ready', ready, START_MS);
    },
    /** Waits until the process ends, and returns how it did. */
    async ended(): Promise<string> {
      if (child && !hasEnded(child)) await once(child, 'exit');
      return child?.signalCode ?? `exit code ${child?.exitCode}`;
    },
    /** The points that were passed, without their times. */
    async passed(): Promise<string[]> {
      const lines = (await readFile(passed, 'utf8').catch(() => '')).split('\n').slice(0, -1);
      return lines.map(line => line.slice(line.indexOf(' ') + 1));
    },
    /** Stops the process as an operator would. */
    async stop(): Promise<void> {
      if (!child || hasEnded(child)) return;
      const gone = once(child, 'exit');
      const late = setTimeout(() => child?.kill('SIGKILL'), 20_000);
      child.kill('SIGTERM');
      await gone;
      clearTimeout(late);
    },
  };
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;
