/**
 * `npm run prove:package`: the package that `npm pack` makes is installed into a prefix elsewhere, and an
 * ordinary user, who may not write there, uses it against the local GitHub: from --version to an answer.
 *
 *   npm run prove:package -- --upgrade-from REV   an earlier version of this repository (a tag, branch or
 *                                                 commit) is installed first, and replaced in the midst
 *                                                 of its work
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openEnvironment } from '../cli/environment.ts';
import { until } from '../demo/until.ts';
import { readOptions } from '../figures/options.ts';
import { proveAgent } from './prove-agent.ts';
import { proveUpgrade } from './upgrade.ts';
import { createFolder, install, userOf } from './user.ts';

const root = resolve(import.meta.dirname, '../..');
const { values, refuse } = readOptions(import.meta.filename, {
  'upgrade-from': { type: 'string' },
});
const earlier = values['upgrade-from'];
if (earlier !== undefined && !isRevision(earlier))
  refuse(`--upgrade-from takes a tag, branch or commit of this repository, not "${earlier}"`);

const home = await mkdtemp(join(tmpdir(), 'gatehouse-package-'));
const environment = await openEnvironment();
try {
  if (earlier === undefined) await prove();
  else await proveUpgrade({ root, home, earlier, environment });
  console.log(
    earlier === undefined
      ? 'the package works where it is installed'
      : `the package takes over what ${earlier} left`,
  );
} finally {
  await environment.close();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}

function isRevision(name: string): boolean {
  const asked = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  return spawnSync('git', ['-C', root, ...asked]).status === 0;
}

async function prove(): Promise<void> {
  const { github, app, mona, port } = environment;
  const file = await install(root, home);
  console.log(`✓ ${file} is installed`);
  const folder = await createFolder(home);
  const gatehouse = userOf(home, {
    GHE_HOST: github.host,
    GHE_PROTOCOL: 'http',
    PORT: `${port}`,
  });

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
    roles: join(home, 'prefix/lib/node_modules/gatehouse-for-agents/agents'),
    serve: over => gatehouse(['serve'], '', over),
    async begins() {
      const { number } = await mona.open('It subtracts still', 'Two and two is four.');
      await mona.label(number, 'agent:fix');
    },
  });
  console.log('✓ an agent of its own in the sandbox, and an MCP server');
}
