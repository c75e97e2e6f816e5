/** The environment: a local GitHub on the hub, and Gatehouse on machines with a state folder each. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PROVIDERS } from '../../src/compose/agents/providers.ts';
import { open } from '../../src/compose/stores/open.ts';
import { createLogger } from '../../src/compose/telemetry/logger.ts';
import { describeFaults } from '../../src/config/fault.ts';
import { readStoreConfig } from '../../src/config.ts';
import { type Started, startCommand } from '../cli/environment.ts';
import { person } from '../demo/environment.ts';
import { registerApp } from '../register-app.ts';
import { startGitHub } from '../simulator/start.ts';
import { HUB, type Machine, startMachine } from './machines.ts';

const PORT = 3000;
/** The tests need what `prepare` installs, so they fail on a machine where it was not installed. */
const FILES = {
  'sum.js': 'export const sum = (a, b) => a - b;\n',
  'test.js':
    "import './packages/made.js';\nimport { sum } from './sum.js';\nif (sum(2, 2) !== 4) throw new Error('2 + 2');\n",
  'package.json': '{ "name": "sum", "type": "module", "version": "1.0.0" }\n',
  '.gitignore': 'packages/\n',
  '.github/gatehouse.yml':
    'commands:\n  test: [node, test.js]\n  install: [sh, -c, "mkdir packages && touch packages/made.js"]\n',
};

export type ScaleEnvironment = Awaited<ReturnType<typeof openEnvironment>>;
export type Working = { machine: Machine; gatehouse: Started };

export async function openEnvironment(folder: string, shared: Record<string, string>) {
  const github = await startGitHub({ host: HUB });
  const maker = github.createUser('maker', { name: 'Maker' });
  const front = await startMachine();
  const owner = github.createOrganization('makers', maker);
  const { app, env: settings } = await registerApp(github, {
    owner,
    host: front.address,
    port: PORT,
  });
  const env = {
    ...settings,
    GATEHOUSE_SIMULATION: resolve(import.meta.dirname, '../cli/scripts'),
    GATEHOUSE_POLICIES: resolve(import.meta.dirname, '../../policies/autonomous'),
    GATEHOUSE_CONCURRENCY: '2',
    ...shared,
  };
  const read = readStoreConfig(env, PROVIDERS);
  if (!read.ok) throw new Error(describeFaults(read.faults));
  const opened = await open(read.config, createLogger('silent', []));
  const all: Machine[] = [];
  let organizations = 0;

  async function start(machine: Machine, command: 'serve' | 'worker'): Promise<Working> {
    all.push(machine);
    const state = join(folder, `${machine.name}-${organizations}`);
    await mkdir(state);
    const own = { ...env, GATEHOUSE_STATE_DIR: state, HOST: machine.address };
    const gatehouse = startCommand([command], own, state, machine.front);
    await gatehouse.says(command === 'serve' ? 'Gatehouse listens' : 'Gatehouse works');
    return { machine, gatehouse };
  }

  return {
    github,
    parts: { ...opened.store, artifacts: opened.artifacts },
    serve: () => start(front, 'serve'),
    worker: async () => start(await startMachine(), 'worker'),
    /** Creates a repository with a maintainer and an installation, which has limits of its own. */
    async scenario() {
      organizations += 1;
      const mona = github.createUser(`mona-${organizations}`, { name: 'Mona' });
      const owner = github.createOrganization(`acme-${organizations}`, mona);
      const repository = await github.createRepository({ owner, name: 'sum', files: FILES });
      const installation = github.installApp(app, owner, 'all');
      github.addCollaborator(repository, mona, 'maintain');
      const at = `/repos/${repository.fullName}`;
      return { repository, installation, mona: person(github, mona, at) };
    },
    async close() {
      await Promise.all(all.map(machine => machine.lose()));
      await opened.close();
      await github.close();
    },
  };
}
