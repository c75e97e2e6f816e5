import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, utimes } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import { GATEWAY_ORIGIN } from '../../src/engine/ports/sandbox.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import { ask, openGateway } from './start-gateway.ts';

const SPEC = {
  model: null,
  record: null,
  background: null,
  called: null,
  hosts: [],
  mayConnect: null,
  registries: [],
  mcp: [],
  budget: null,
  decide: null,
};

async function stateFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gw-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('the folder is ours alone, and gone after the end', async () => {
  const open = await openGateway({});
  expect((await stat(open.folder)).mode & 0o777).toBe(0o700);
  expect(await readdir(open.folder)).toEqual(['gw.sock']);
  await open.close();
  await expect(stat(open.folder)).rejects.toThrow('ENOENT');
});

test('a run without a model calls none', async () => {
  const open = await openGateway({});
  const answer = await ask(open, '/v1/responses', { body: {} });
  expect(answer).toMatchObject({ status: 403, text: 'Gatehouse: this run may call no model.\n' });
});

test('a client that takes the gateway for its proxy too is understood', async () => {
  const open = await openGateway({});
  const answer = await ask(open, `${GATEWAY_ORIGIN}/v1/responses`, { body: {} });
  expect(answer.text).toBe('Gatehouse: this run may call no model.\n');
});

test('the folder of a run that another process ends meanwhile stops no start', async () => {
  const stateDir = await stateFolder();
  await createGateway({ stateDir });
  const [root = ''] = await readdir(stateDir);
  // It is listed, and gone when it is looked at.
  await symlink('nowhere', join(stateDir, root, 'gone'));
  const gateway = await createGateway({ stateDir });
  const one = await gateway.open({ ...SPEC, run: 'one' });
  expect((await ask(one, '/')).status).toBe(403);
  await one.close();
});

test('two runs at once have two sockets', async () => {
  const stateDir = await stateFolder();
  const gateway = await createGateway({ stateDir });
  const [one, two] = await Promise.all([
    gateway.open({ ...SPEC, run: 'one' }),
    gateway.open({ ...SPEC, run: 'two' }),
  ]);
  expect(one.folder).not.toBe(two.folder);
  await one.close();
  expect((await ask(two, '/')).status).toBe(403);
  await two.close();
});

test('what a killed process left is removed, what another one has open is not', async () => {
  const stateDir = await stateFolder();
  const gateway = await createGateway({ stateDir });
  const alive = await gateway.open({ ...SPEC, run: 'alive' });
  const dead = join(stateDir, 'gw', 'dead');
  await mkdir(dead);
  for (const folder of [dead, alive.folder]) await utimes(folder, 0, 0);
  await createGateway({ stateDir });
  await expect(stat(dead)).rejects.toThrow('ENOENT');
  expect((await ask(alive, '/')).status).toBe(403);
  await alive.close();
});

test('a socket on which so many wait that it takes nobody is not taken for dead', async () => {
  const stateDir = await stateFolder();
  await createGateway({ stateDir });
  const busy = join(stateDir, 'gw', 'busy');
  await mkdir(busy);
  const path = join(busy, 'gw.sock');
  const listener = `require('node:net').createServer().listen({ path: ${JSON.stringify(path)}, backlog: 1 }, () => {
    process.stdout.write('up');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  })`;
  const process = spawn(execPath, ['-e', listener], { stdio: ['ignore', 'pipe', 'inherit'] });
  const waiting: Socket[] = [];
  onTestFinished(() => {
    process.kill('SIGKILL');
    for (const each of waiting) each.destroy();
  });
  await once(process.stdout, 'data');
  const problem = await new Promise<NodeJS.ErrnoException>(resolve => {
    for (let at = 0; at < 8; at += 1) waiting.push(connect(path).once('error', resolve));
  });
  expect(problem.code).toBe('EAGAIN');
  await utimes(busy, 0, 0);
  await createGateway({ stateDir });
  expect(await readdir(busy)).toEqual(['gw.sock']);
});

test('a path too long for a socket is refused before anything is made', async () => {
  const stateDir = join(await stateFolder(), 'x'.repeat(90));
  const gateway = await createGateway({ stateDir });
  await expect(gateway.open({ ...SPEC, run: 'run' })).rejects.toThrow(
    /path is too long for a socket: .* exceeds 100 bytes; choose a shorter one/,
  );
});

test('of what was refused a hundred are in the report, which says where there were more', async () => {
  const lines: string[] = [];
  const open = await openGateway(
    {},
    { log: { info: (fields, message) => lines.push(JSON.stringify(fields) + message) } },
  );
  const refuse = async (from: number, to: number) => {
    for (let at = from; at < to; at += 1) await ask(open, `/v1/junk-${at}`);
  };
  await refuse(0, 100);
  expect(open.report().refused).toHaveLength(100);
  await refuse(100, 101);
  expect(open.report().refused).toHaveLength(101);
  expect(open.report().refused.at(-1)).toBe('more were refused and are not named here');
  expect(lines.at(-1)).toContain('GET /v1/junk-100');
  await refuse(101, 1_003);
  expect(lines.filter(line => line.includes('refused more'))).toEqual([
    '{"sandbox":"run-1"}gateway refused more, which are not named',
  ]);
});
