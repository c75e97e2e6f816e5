import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { findCgroupParents } from '../../../src/adapters/sandbox/cgroups.ts';
import { createSandbox } from '../../../src/adapters/sandbox/sandbox.ts';
import type { SandboxProcess, SandboxSpec } from '../../../src/engine/ports/sandbox.ts';
import { until } from '../../demo/until.ts';
import { LIMITS, specFor } from './run-inside.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Children of a process of which each is a bubblewrap that waits for its arguments, with its own child. */
async function sparesOf(parent: number): Promise<number[]> {
  const waiting: number[] = [];
  for (const pid of await childrenOf(parent)) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const [program = ''] = line.split('\0');
    if (program.endsWith('/bwrap') && (await childrenOf(pid)).length === 1) waiting.push(pid);
  }
  return waiting;
}

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = threads.map(thread =>
    readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => ''),
  );
  return (await Promise.all(lists)).join(' ').split(' ').filter(Boolean).map(Number);
}

/** The names of our control groups. */
async function groups(): Promise<string[]> {
  const found: string[] = [];
  for (const { folder } of await findCgroupParents()) found.push(...(await readdir(folder)));
  return found.filter(name => name.startsWith(`gatehouse-${process.pid}-`));
}

/** The shares of the processors that they have among all sandboxes. */
async function shares(): Promise<string[]> {
  const found: string[] = [];
  for (const { folder } of await findCgroupParents())
    for (const name of await groups())
      for (const file of ['cpu.weight', 'cpu.shares'])
        found.push(await readFile(join(folder, name, file), 'utf8').catch(() => ''));
  return found.filter(Boolean).map(share => share.trim());
}

const exists = (pid: number) =>
  readFile(`/proc/${pid}/stat`, 'utf8').then(
    text => !text.includes(') Z '),
    () => false,
  );

/** A sandbox of which a spare one waits, and the pids of its bubblewrap and of the shell beside it. */
async function prepared() {
  const sandbox = await createSandbox({ stateDir: tmpdir() });
  sandbox.prepare();
  let spare = 0;
  await until('a spare sandbox', async () => {
    [spare = 0] = await sparesOf(process.pid);
    return spare !== 0;
  });
  const [shell = 0] = await childrenOf(spare);
  return { sandbox, spare, shell };
}

async function textOf(running: SandboxProcess): Promise<string> {
  let text = '';
  for await (const { chunk } of running.output) text += chunk.toString();
  return text;
}

const talking = (changes: Partial<SandboxSpec> = {}) =>
  specFor('(ulimit -u || ulimit -p) 2>/dev/null; id -u; ls; read line; echo "$line"', {
    stdin: { first: '' },
    limits: { ...LIMITS, processes: 77 },
    ...changes,
  });

afterEach(async () => {
  vi.useRealTimers();
  await until('everything to end', async () => (await groups()).length === 0);
  expect(await sparesOf(process.pid)).toEqual([]);
});

test('a sandbox is the one that was prepared, and its shell has ended before anything runs inside', async () => {
  const { sandbox, spare, shell } = await prepared();
  const running = await sandbox.start(await talking());
  expect(await exists(shell)).toBe(false);
  expect(await childrenOf(process.pid)).toContain(spare);
  running.write('said\n');
  expect(await textOf(running)).toBe('77\n1000\nsaid\n');
  expect(await running.done).toMatchObject({ exitCode: 0, by: 'exit' });
  expect(await exists(spare)).toBe(false);
});

test('it is set up before what others run, and what an agent runs is as each of those', async context => {
  const { sandbox } = await prepared();
  const first = await shares();
  const running = await sandbox.start(await talking());
  const alike = await shares();
  running.write('said\n');
  await running.done;
  if (first.length === 0) return context.skip('no control group here shares the processors');
  for (const share of first) expect(['10000', '102400']).toContain(share);
  for (const share of alike) expect(['100', '1024']).toContain(share);
  expect(alike.length).toBe(first.length);
});

test('there is at most one, and it ends after a minute', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const sandbox = await createSandbox({ stateDir: tmpdir() });
  sandbox.prepare();
  const made = (await groups()).length;
  sandbox.prepare();
  expect((await groups()).length).toBe(made);
  vi.advanceTimersByTime(60_000);
});

test('one that ended meanwhile is none', async () => {
  const { sandbox, spare, shell } = await prepared();
  process.kill(spare, 'SIGKILL');
  await until('it to be gone', async () => !(await exists(spare)) && !(await exists(shell)));
  expect((await (await sandbox.start(await specFor('true'))).done).exitCode).toBe(0);
});

test('where the host has other mounts than when it was prepared, another is made', async context => {
  if (process.getuid?.() !== 0) return context.skip('only root can mount on the host');
  const path = await temporaryFolder();
  const { sandbox } = await prepared();
  execFileSync('mount', ['-t', 'tmpfs', 'gatehouse', path]);
  try {
    await writeFile(join(path, 'mounted'), '');
    const spec = await specFor('ls', { workTree: { kind: 'folder', path } });
    expect(await textOf(await sandbox.start(spec))).toBe('mounted\n');
  } finally {
    execFileSync('umount', [path]);
  }
});

test('its home has the files that it is to have, and nothing is left where there are fewer', async () => {
  const { sandbox } = await prepared();
  const script =
    'cat ~/a ~/b; ls -A ~ /tmp; for n in $(seq 3 15); do [ -e /proc/$$/fd/$n ] && echo $n; done; true';
  const running = await sandbox.start(await specFor(script, { homeFiles: { a: '1', b: '2\n' } }));
  expect(await textOf(running)).toBe('12\n/home/agent:\na\nb\n\n/tmp:\n');
});

test('one with more files than it has descriptors for is another', async () => {
  const { sandbox, spare } = await prepared();
  const homeFiles = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map(name => [name, name]));
  const running = await sandbox.start(await specFor('cat ~/*', { homeFiles }));
  expect(await textOf(running)).toBe('abcde');
  expect(await sparesOf(process.pid)).toEqual([spare]);
  const last = await sandbox.start(await specFor('true'));
  expect((await last.done).exitCode).toBe(0);
});

test('it ends with Gatehouse, and runs nothing', async () => {
  const script = `
    const { createSandbox } = await import('${join(import.meta.dirname, '../../../src/adapters/sandbox/sandbox.ts')}');
    (await createSandbox({ stateDir: '${tmpdir()}' })).prepare();
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: 'ignore',
  });
  const { pid = 0 } = parent;
  let spare = 0;
  await until('a spare sandbox', async () => {
    [spare = 0] = await sparesOf(pid);
    return spare !== 0;
  });
  const [shell = 0] = await childrenOf(spare);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await until('both to end', async () => !(await exists(spare)) && !(await exists(shell)));
});
