/** A team's organization on a local GitHub whose hour is short, and Gatehouse in two processes. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROVIDERS } from '../../src/compose/agents/providers.ts';
import { open } from '../../src/compose/stores/open.ts';
import { createLogger } from '../../src/compose/telemetry/logger.ts';
import { describeFaults } from '../../src/config/fault.ts';
import { readStoreConfig } from '../../src/config.ts';
import { lastingPort } from '../faults/lasting-port.ts';
import { preparePostgres } from '../faults/rows/postgres.ts';
import { startProcess } from '../faults/rows/process.ts';
import { prepareRedis } from '../faults/rows/redis.ts';
import { registerApp } from '../register-app.ts';
import { startGitHub } from '../simulator/start.ts';

export const HOUR_MS = 3_600_000;
const MAIN = join(import.meta.dirname, 'gatehouse.ts');

const FILES = {
  'README.md': '# Pages\n',
  '.github/gatehouse.yml': 'commands:\n  install: ["true"]\n',
};

export type LoadSettings = {
  backend: 'postgres' | 'redis';
  /** How many times shorter than an hour GitHub's hour is, for both sides. */
  factor: number;
  repositories: number;
  people: number;
  tasks: number;
};

export type LoadEnvironment = Awaited<ReturnType<typeof openEnvironment>>;

export async function openEnvironment(settings: LoadSettings) {
  await using opening = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'gatehouse-load-'));
  opening.defer(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const state = join(home, 'state');
  const postgres = await preparePostgres('server', state);
  opening.defer(postgres.end);
  const redis = settings.backend === 'redis' ? await prepareRedis(join(home, 'redis')) : null;
  if (redis) opening.defer(redis.kill);
  const github = await startGitHub({ limits: { hourMs: HOUR_MS / settings.factor } });
  opening.defer(github.close);

  const team = Array.from({ length: settings.people }, (_, n) => github.createUser(`person-${n}`));
  const [first] = team;
  if (!first) throw new Error('a team has at least one person');
  const acme = github.createOrganization('acme', first);
  for (const person of team.slice(1)) github.addMember(acme, person);
  const repositories = [];
  for (let n = 0; n < settings.repositories; n += 1) {
    const made = await github.createRepository({ owner: acme, name: `r-${n}`, files: FILES });
    for (const person of team) github.addCollaborator(made, person, 'maintain');
    repositories.push(made);
  }
  const { app, env: registered } = await registerApp(github, {
    owner: acme,
    port: await lastingPort(),
  });
  github.installApp(app, acme, 'all');
  const scripts = join(home, 'scripts');
  await writeScripts(scripts, settings.tasks);
  const env: Record<string, string> = {
    ...registered,
    GATEHOUSE_STATE_DIR: state,
    GATEHOUSE_SIMULATION: scripts,
    LOG_LEVEL: 'warn',
    LOAD_FACTOR: `${settings.factor}`,
  };
  Object.assign(env, postgres.env, redis?.env);
  const log = join(home, 'gatehouse.log');
  const begin = async (kind: 'serve' | 'worker') => {
    const started = await startProcess(kind, { home, log, main: MAIN }, env);
    opening.defer(async () => void (await started.stop()));
    return started;
  };
  // The first migrates the database.
  const serve = await begin('serve');
  const worker = await begin('worker');
  const read = readStoreConfig(env, PROVIDERS);
  if (!read.ok) throw new Error(describeFaults(read.faults));
  const opened = await open(read.config, createLogger('silent', []));
  opening.defer(opened.close);
  const done = opening.move();
  return {
    github,
    team,
    repositories,
    processes: { serve: serve.pid, worker: worker.pid },
    parts: { ...opened.store, artifacts: opened.artifacts },
    log: () => readFile(log, 'utf8').catch(() => ''),
    async close() {
      await done.disposeAsync();
    },
  };
}

/** The title of a task's issue, by which the agent knows which page to write. */
export const titleOf = (page: number): string => `Write page ${page}.`;

/** Agents that take no time: each task of a repository writes a page of its own. */
async function writeScripts(folder: string, pages: number): Promise<void> {
  await mkdir(folder);
  const scenes = Array.from({ length: pages }, (_, page) => ({
    when: titleOf(page),
    steps: [{ write: `pages/${page}.md`, text: `# Page ${page}\n` }, { say: 'It is written.' }],
  }));
  const answer = { summary: 'A page.', findings: [], verdict: 'no_objections' };
  const scripts = { author: { scenes }, reviewer: { steps: [{ answer }, { say: 'A page.' }] } };
  for (const [role, script] of Object.entries(scripts))
    await writeFile(join(folder, `${role}.json`), JSON.stringify(script));
}
