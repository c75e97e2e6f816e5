/** A local GitHub with a repository and the App, and Gatehouse's commands as real processes on it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { problemInWords } from '../../src/cli/problem.ts';
import { createProgram } from '../../src/cli/program.ts';
import { createServices } from '../../src/compose.ts';
import { person } from '../demo/environment.ts';
import { until } from '../demo/until.ts';
import { registerApp } from '../register-app.ts';
import { startGitHub } from '../simulator/start.ts';

const root = resolve(import.meta.dirname, '../..');
const FILES = {
  'sum.js': 'export const sum = (a, b) => a - b;\n',
  'test.js': "import { sum } from './sum.js';\nif (sum(2, 2) !== 4) throw new Error('2 + 2');\n",
  'package.json': '{ "name": "sum", "type": "module", "version": "1.0.0" }\n',
  '.github/gatehouse.yml': 'commands:\n  test: [node, test.js]\n  install: ["true"]\n',
};

export type Settings = Record<string, string>;
export type Ended = { code: number | string; stdout: string; stderr: string };
export type Started = Awaited<ReturnType<typeof startCommand>>;

/** A command as people start it: through the bootstrap, with the given settings and no others. */
export function startCommand(args: string[], env: Settings, cwd = tmpdir(), front: string[] = []) {
  const { PATH = '', HOME = '' } = process.env;
  const [file = '', ...rest] = [...front, process.execPath, join(root, 'src/boot.cjs'), ...args];
  const child: ChildProcess = spawn(file, rest, {
    cwd,
    env: { PATH, HOME, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.setEncoding('utf8').on('data', chunk => {
      said[stream] += chunk;
    });
  const ended: Promise<Ended> = once(child, 'close').then(([code, signal]) => ({
    code: code ?? signal,
    ...said,
  }));
  return {
    child,
    said,
    ended,
    /** Waits until it has said this, on either stream; fails where it ends first. */
    async says(words: string): Promise<void> {
      await until(`"${words}" from gatehouse ${args.join(' ')}`, async () => {
        if (`${said.stdout}${said.stderr}`.includes(words)) return true;
        if (child.exitCode !== null)
          throw new Error(`it ended with ${child.exitCode}: ${said.stdout}${said.stderr}`);
        return false;
      });
    },
    async stop(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<Ended> {
      child.kill(signal);
      return ended;
    },
  };
}

export const run = (...given: Parameters<typeof startCommand>): Promise<Ended> =>
  startCommand(...given).ended;

/** A command in this process, as `src/main.ts` runs it, with the given settings and no others. */
export async function runHere(args: string[], env: Settings): Promise<Ended> {
  const ended = { code: 0, stdout: '', stderr: '' };
  const program = createProgram(createServices(env), {
    out: text => {
      ended.stdout += text;
    },
    err: text => {
      ended.stderr += text;
    },
    exit: code => {
      ended.code = code;
    },
  });
  await program.parseAsync(args, { from: 'user' }).catch((error: Error) => {
    ended.stderr += `gatehouse: ${problemInWords(error)}\n`;
    ended.code = 1;
  });
  return ended;
}

export type CliEnvironment = Awaited<ReturnType<typeof openEnvironment>>;

export async function openEnvironment(options: { without?: string[] } = {}) {
  const home = await mkdtemp(join(tmpdir(), 'gatehouse-cli-'));
  const github = await startGitHub();
  const mona = github.createUser('mona', { name: 'Mona' });
  const rey = github.createUser('rey', { name: 'Rey' });
  const otto = github.createUser('otto', { name: 'Otto' });
  const acme = github.createOrganization('acme', mona);
  const repository = await github.createRepository({ owner: acme, name: 'sum', files: FILES });
  for (const user of [mona, rey]) github.addCollaborator(repository, user, 'maintain');
  const port = await freePort();
  const { app, env: settings } = await registerApp(github, { owner: acme, port, ...options });
  github.installApp(app, acme, 'all');
  const at = `/repos/${repository.fullName}`;
  const env: Settings = {
    ...settings,
    GATEHOUSE_STATE_DIR: join(home, 'state'),
    GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts'),
  };
  return {
    github,
    acme,
    app,
    home,
    port,
    url: `http://127.0.0.1:${port}`,
    env,
    mona: person(github, mona, at),
    rey: person(github, rey, at),
    otto: person(github, otto, at),
    async close() {
      await github.idle();
      await github.close();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The App's webhook must be known before Gatehouse listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
