import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findCgroupParents } from '../../../src/adapters/sandbox/cgroups.ts';
import {
  createProcessHosts,
  type ProcessHosts,
} from '../../../src/compose/process-host/process-host.ts';
import { remoteSandbox } from '../../../src/compose/process-host/remote-sandbox.ts';
import type { Sandbox, SandboxProcess } from '../../../src/engine/ports/sandbox.ts';
import { LIMITS, specFor } from '../../adapters/sandbox/run-inside.ts';
import { temporaryFolder } from '../../adapters/sandbox/temporary-folder.ts';
import { until } from '../../demo/until.ts';

let hosts: ProcessHosts;
let sandbox: Sandbox;
beforeAll(async () => {
  const stateDir = await temporaryFolder();
  hosts = createProcessHosts({ workspaces: { stateDir }, sandbox: { stateDir } });
  sandbox = remoteSandbox(hosts);
});
afterAll(() => hosts.stop());

async function textOf(running: SandboxProcess): Promise<string> {
  let text = '';
  for await (const { chunk } of running.output) text += chunk.toString();
  return text;
}

/** Processes anywhere on this machine whose command line holds the text. */
async function alive(text: string): Promise<number> {
  const { execa } = await import('execa');
  const { stdout } = await execa('pgrep', ['-fc', text], { reject: false });
  return Number(stdout);
}

/** Children of a process whose command line holds the text. */
async function childrenOf(parent: number, text: string): Promise<number[]> {
  const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8').catch(
    () => '',
  );
  const found: number[] = [];
  for (const pid of children.split(' ').filter(Boolean).map(Number)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(text)) found.push(pid);
  }
  return found;
}

test('it is there', async () => {
  expect(await sandbox.probe()).toMatchObject({ ok: true });
});

test('output arrives in order, then the end', async () => {
  const running = await sandbox.start(await specFor('echo one; echo two >&2; echo three; exit 3'));
  const chunks = [];
  for await (const { stream, chunk } of running.output) chunks.push(`${stream}: ${chunk}`);
  expect(chunks.join('')).toContain('stdout: one\n');
  expect(chunks.join('')).toContain('stderr: two\n');
  expect(await running.done).toMatchObject({ exitCode: 3, by: 'exit' });
});

test('what is not read is not taken from the process, and all of it arrives once it is read', async () => {
  const size = 8_000_000;
  const limits = { ...LIMITS, outputBytes: 2 * size };
  const path = await temporaryFolder();
  const running = await sandbox.start(
    await specFor(`head -c ${size} /dev/zero; echo done > written; sleep 0.2`, {
      limits,
      workTree: { kind: 'folder', path },
    }),
  );
  let read = 0;
  for await (const { chunk } of running.output) {
    if (read === 0) {
      await new Promise(resolve => setTimeout(resolve, 500));
      expect(existsSync(join(path, 'written'))).toBe(false);
    }
    read += chunk.length;
  }
  expect(read).toBe(size);
  expect(await running.done).toMatchObject({ by: 'exit', exitCode: 0 });
});

test('a process whose output nobody reads any more is ended all the same', async () => {
  const running = await sandbox.start(
    await specFor('head -c 900000 /dev/zero; head -c 900000 /dev/zero; exit 4', {
      limits: { ...LIMITS, outputBytes: 5_000_000 },
    }),
  );
  for await (const _ of running.output) break;
  expect(await running.done).toMatchObject({ exitCode: 4 });
});

test('a conversation over stdin', async () => {
  const spec = await specFor('read a; echo "got $a"; read b; echo "got $b"', {
    stdin: { first: 'first\n' },
  });
  const running = await sandbox.start(spec);
  running.write('second\n');
  expect(await textOf(running)).toBe('got first\ngot second\n');
});

test('aborted, it is dead', async () => {
  const abort = new AbortController();
  const mark = `sleep ${Math.random()}`.replace('0.', '987');
  const running = await sandbox.start(await specFor(`echo up; ${mark}`, { signal: abort.signal }));
  await until('the process', async () => (await alive(mark)) > 0);
  abort.abort();
  expect(await running.done).toMatchObject({ by: 'aborted', exitCode: null });
  expect(await alive(mark)).toBe(0);
});

test('what can not be built fails with its reason', async () => {
  const spec = await specFor('true', { binds: [{ from: '/nowhere/at/all', to: '/x' }] });
  await expect(sandbox.start(spec)).rejects.toThrow('it does not exist');
});

/** A tree with a link where the settings of an agent are looked for: a folder takes its place for the time. */
async function masked() {
  const path = await temporaryFolder();
  await mkdir(join(path, 'sub'));
  await symlink('elsewhere', join(path, 'sub/.claude'));
  return { path, changes: { workTree: { kind: 'folder' as const, path }, masks: ['.claude/'] } };
}

test('a mask that was moved deeper than a path can name ends neither its sandbox nor the others', async () => {
  const { changes } = await masked();
  const host = hosts.present();
  const script = `for (1..25) { mkdir "x" x 200; chdir "x" x 200 } rename "/work/sub", "sub" or die`;
  const running = await sandbox.start(await specFor(`perl -e '${script}' && echo moved`, changes));
  expect(await textOf(running)).toBe('moved\n');
  expect(await running.done).toMatchObject({ exitCode: 0 });
  expect(hosts.present()).toBe(host);
});

test('what fails after its end is the failure of that sandbox alone', async () => {
  const { path, changes } = await masked();
  const host = hosts.present();
  const running = await sandbox.start(
    await specFor('read line', { ...changes, stdin: { first: '' } }),
  );
  // A mask that somebody has filled from outside can't be taken away.
  await writeFile(join(path, 'sub/.claude/file'), '');
  running.write('go on\n');
  expect(await textOf(running)).toBe('');
  await expect(running.done).rejects.toThrow('ENOTEMPTY');
  expect(await textOf(await sandbox.start(await specFor('echo next')))).toBe('next\n');
  expect(hosts.present()).toBe(host);
});

test('a process host that is killed takes its sandboxes along, and says so', async () => {
  const mark = `sleep ${Math.random()}`.replace('0.', '986');
  const running = await sandbox.start(await specFor(`echo up; ${mark}`));
  await until('the process', async () => (await alive(mark)) > 0);
  const [host] = await childrenOf(process.pid, 'process-host/process');
  // The process 0 would be our own group.
  if (host === undefined) throw new Error('there is no process host');
  process.kill(host, 'SIGKILL');
  await expect(running.done).rejects.toThrow(
    'The process host of workspaces and sandboxes ended (SIGKILL).',
  );
  await until('no process', async () => (await alive(mark)) === 0);
  const next = await sandbox.start(await specFor('echo again'));
  expect(await textOf(next)).toBe('again\n');
});

test('after a sandbox another is prepared, and nothing is left of it where the process host is stopped', async () => {
  const stateDir = await temporaryFolder();
  const before = await childrenOf(process.pid, 'process-host/process');
  const own = createProcessHosts({ workspaces: { stateDir }, sandbox: { stateDir } });
  const running = await remoteSandbox(own).start(await specFor('echo done'));
  expect(await textOf(running)).toBe('done\n');
  await running.done;
  const now = await childrenOf(process.pid, 'process-host/process');
  const [host = 0] = now.filter(pid => !before.includes(pid));
  let spare = 0;
  await until('a spare sandbox', async () => {
    [spare = 0] = await childrenOf(host, '/bwrap\0--args');
    return spare !== 0;
  });
  await own.stop();
  expect(existsSync(`/proc/${spare}`)).toBe(false);
  for (const { folder } of await findCgroupParents())
    expect((await readdir(folder)).filter(name => name.includes(`-${host}-`))).toEqual([]);
});
