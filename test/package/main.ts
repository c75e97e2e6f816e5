/**
 * `npm run prove:package`: the package that `npm pack` makes is installed into a prefix elsewhere, and an
 * ordinary user, who may not write there, uses it against the local GitHub: from --version to an answer.
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { openEnvironment } from '../cli/environment.ts';
import { until } from '../demo/until.ts';
import { proveAgent } from './prove-agent.ts';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);
/** Where this runs as root, the user who is nobody. */
const USER = 65_534;
const isRoot = process.getuid?.() === 0;

const home = await mkdtemp(join(tmpdir(), 'gatehouse-package-'));
const environment = await openEnvironment();
try {
  await prove();
  console.log('the package works where it is installed');
} finally {
  await environment.close();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}

async function prove(): Promise<void> {
  const { github, app, mona, port } = environment;
  const prefix = await install();
  const folder = join(home, 'user');
  await mkdir(folder);
  if (isRoot) await chown(home, USER, USER).then(() => chown(folder, USER, USER));
  const settings = { GHE_HOST: github.host, GHE_PROTOCOL: 'http', PORT: `${port}` };
  /** As that user, with the folder as home. */
  const gatehouse = (args: string[], input = '', over: Record<string, string> = {}) => {
    const own = ['--reuid', `${USER}`, '--regid', `${USER}`, '--clear-groups'];
    const command = [
      ...(isRoot ? ['setpriv', ...own] : []),
      join(prefix, 'bin/gatehouse'),
      ...args,
    ];
    const [file = '', ...rest] = command;
    const PATH = `${join(prefix, 'bin')}:${process.env.PATH}`;
    const child = spawn(file, rest, {
      cwd: folder,
      env: { ...settings, PATH, HOME: folder, ...over },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', chunk => {
        said += chunk;
      });
    child.stdin.end(input);
    const ended = once(child, 'close').then(([code]) => ({ code, said }));
    return { child, ended, said: () => said };
  };

  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  assert.deepEqual(await gatehouse(['--version']).ended, { code: 0, said: `${version}\n` });
  assert.match((await gatehouse(['help', 'serve']).ended).said, /^Usage: gatehouse serve /);
  const state = join(folder, '.local/state/gatehouse');
  const none = await gatehouse(['status']).ended;
  assert.ok(
    none.code === 1 && none.said.includes(`There is no database in ${state} yet`),
    none.said,
  );
  console.log('✓ --version, help and status, by a user who may not write there');

  const key = ['--app-id', `${app.id}`, '--key', '-'];
  const taken = await gatehouse(['setup', ...key], app.privateKey).ended;
  assert.equal(taken.code, 0, taken.said);
  const serve = gatehouse(['serve']);
  await until('serve to listen', async () => {
    assert.equal(serve.child.exitCode, null, serve.said());
    return serve.said().includes('Gatehouse listens on');
  });
  const issue = await mona.open('It subtracts', 'Two and two is four.');
  await mona.label(issue.number, 'agent:fix');
  await until('an answer', async () => {
    assert.equal(serve.child.exitCode, null, serve.said());
    const comments: { body: string }[] = await mona.get(`/issues/${issue.number}/comments`);
    // A dry run: the agents are simulated, and ran in a real sandbox.
    return comments.some(({ body }) => /dry run|simulat/i.test(body));
  });
  const doctor = await gatehouse(['doctor']).ended;
  assert.match(doctor.said, /✓ sandbox: /);
  assert.match(doctor.said, /✓ GitHub App: gatehouse/);
  serve.child.kill('SIGTERM');
  assert.equal((await serve.ended).code, 0, serve.said());
  console.log('✓ setup, serve, a label that is answered, doctor');

  await proveAgent({
    at: folder,
    roles: join(prefix, 'lib/node_modules/gatehouse-for-agents/agents'),
    serve: over => gatehouse(['serve'], '', over),
    async begins() {
      const { number } = await mona.open('It subtracts still', 'Two and two is four.');
      await mona.label(number, 'agent:fix');
    },
  });
  console.log('✓ an agent of its own in the sandbox, and an MCP server');
}

async function install(): Promise<string> {
  const prefix = join(home, 'prefix');
  const options = { cwd: home, maxBuffer: 16 * 1024 ** 2 };
  const packed = await run('npm', ['pack', root, '--json', '--loglevel=error'], options);
  const { filename } = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[')))[0];
  const flags = ['--global', '--prefix', prefix, '--prefer-offline', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...flags, join(home, filename)], options);
  console.log(`✓ ${filename} is installed into ${prefix}`);
  return prefix;
}
