import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import {
  type CgroupParent,
  findCgroupParents,
  limitGroup,
  makeGroups,
  removeGroups,
} from '../../../src/adapters/sandbox/cgroups.ts';
import { findTools } from '../../../src/adapters/sandbox/find-tools.ts';
import { launch } from '../../../src/adapters/sandbox/launch.ts';
import { DiskFull } from '../../../src/engine/ports/workspace.ts';
import { LIMITS, run, runInside, specFor } from './run-inside.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('a fork bomb stays within its number of processes', async () => {
  const { stdout, stderr } = await runInside(
    `perl -e 'for (1..3000) { my $p = fork; if (!defined $p) { $failed++; next } if (!$p) { sleep 100; exit } $n++ } print "$n $failed\\n"'`,
    { limits: { ...LIMITS, processes: 50 } },
  );
  const [started = 0, failed = 0] = stdout.trim().split(' ').map(Number);
  expect(stderr).toBe('');
  expect(started).toBeGreaterThan(30);
  expect(started).toBeLessThanOrEqual(50);
  expect(started + failed).toBe(3000);
});

test('node lives within the limit, threads, WebAssembly and all', async () => {
  const script = `
    new (require('node:worker_threads').Worker)('setTimeout(() => {}, 50)', { eval: true });
    new WebAssembly.Memory({ initial: 10, maximum: 1000 });
    fetch('http://127.0.0.1:8123').catch(error => console.log(error.cause.code));`;
  const ended = await run({
    ...(await specFor('', { binds: [{ from: process.execPath, to: '/opt/node' }] })),
    argv: ['/opt/node', '-e', script],
    limits: { ...LIMITS, memoryBytes: 600_000_000 },
  });
  expect(ended).toMatchObject({ exitCode: 0, stdout: 'ECONNREFUSED\n', stderr: '' });
});

test('home, /tmp and /dev/shm hold no more than their size', async () => {
  const { stdout } = await runInside(
    'for d in ~ /tmp /dev/shm; do head -c 50000000 /dev/zero > $d/big; stat -c %s $d/big; done 2>/dev/null',
    { limits: { ...LIMITS, tmpBytes: 5_000_000 } },
  );
  for (const size of stdout.trim().split('\n').map(Number)) {
    expect(size).toBeGreaterThan(4_000_000);
    expect(size).toBeLessThan(5_100_000);
  }
});

test('no core file, whatever crashes', async () => {
  const { stdout } = await runInside('ulimit -c; sh -c "kill -SEGV \\$\\$"; ls');
  expect(stdout).toBe('0\n');
});

test('no limit can be raised inside', async () => {
  const { stdout } = await run({
    ...(await specFor('')),
    argv: [
      '/bin/bash',
      '-c',
      'ulimit -Su; ulimit -Hu; ulimit -Hc; ulimit -u 201 2>/dev/null || echo no',
    ],
  });
  expect(stdout).toBe('200\n200\n0\nno\n');
});

test('a program that is missing, or is none, is named with the exit code of a shell', async () => {
  const spec = await specFor('');
  for (const [name, code, said] of [
    ['no-such-program', 127, 'not found'],
    ['/etc/passwd', 126, 'Permission denied'],
  ] as const) {
    const { exitCode, stderr } = await run({ ...spec, argv: [name] });
    expect(exitCode).toBe(code);
    expect(stderr.trim()).toMatch(new RegExp(`${name}: ${said}$`));
  }
});

/** Six processes of 60 MB each, of which two fit. */
const HOARD =
  'for i in 1 2 3 4 5 6; do perl -e \'my $x = "a" x 60_000_000; sleep 2; print "took "\' & done; wait; echo survived';
const hoarding = { limits: { ...LIMITS, memoryBytes: 150_000_000 } };

test('memory of all processes together, by control groups', async context => {
  const parents = await findCgroupParents();
  if (!parents.some(({ memory }) => memory !== null))
    return context.skip('no control group can be made here');
  const ended = await runInside(HOARD, hoarding);
  expect(ended.stdout).toMatch(/^(took ){1,2}survived\n$/);
  expect(ended.outOfMemory).toBe(true);
  expect((await runInside('kill -9 $$', hoarding)).outOfMemory).toBe(false);
  expect(await groups(parents)).toBe(0);
});

test('all sandboxes together have a smaller share of the processors than Gatehouse itself', async context => {
  const parents = await findCgroupParents();
  const one = makeGroups(parents);
  const another = makeGroups(parents);
  try {
    const folders = one.map(({ folder }) => dirname(folder));
    expect(another.map(({ folder }) => dirname(folder))).toEqual(folders);
    const shares = await Promise.all(
      folders.flatMap(folder =>
        ['cpu.weight', 'cpu.shares'].map(name =>
          readFile(join(folder, name), 'utf8').catch(() => null),
        ),
      ),
    );
    const known = shares.filter(share => share !== null).map(share => share.trim());
    if (known.length === 0) return context.skip('no control group here shares the processors');
    for (const share of known) expect(['50', '512']).toContain(share);
  } finally {
    await removeGroups([...one, ...another]);
  }
});

test('of groups that can not all be made none is left', async context => {
  const [parent, ...more] = await findCgroupParents();
  if (!parent) return context.skip('no control group can be made here');
  const missing = { folder: join(parent.folder, 'missing'), memory: null, processes: 'pids.max' };
  const before = await groups([parent]);
  expect(() => makeGroups([parent, ...more, missing])).toThrow('ENOENT');
  expect(await groups([parent])).toBe(before);
});

test('a group whose last process is about to end is removed as well', async context => {
  const parents = await findCgroupParents();
  const [group] = makeGroups(parents.slice(0, 1));
  if (!group) return context.skip('no control group can be made here');
  const child = spawn('sleep', ['100']);
  await writeFile(join(group.folder, 'cgroup.procs'), String(child.pid));
  const removed = removeGroups([group]);
  setImmediate(() => child.kill('SIGKILL'));
  await removed;
  expect(existsSync(group.folder)).toBe(false);
});

test('a group that was just made by a process that can not be seen is left to it', async context => {
  const [parent] = await findCgroupParents();
  if (!parent) return context.skip('no control group can be made here');
  // No process has this number.
  const group = join(parent.folder, 'gatehouse-99999999-a');
  await mkdir(group);
  try {
    await findCgroupParents();
    expect(existsSync(group)).toBe(true);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    await findCgroupParents();
    expect(existsSync(group)).toBe(false);
  } finally {
    vi.useRealTimers();
    await rmdir(group).catch(() => {});
  }
});

test('what is swapped out counts as well, by control groups', async context => {
  const parents = (await findCgroupParents()).filter(({ memory }) => memory !== null);
  const made = makeGroups(parents);
  try {
    for (const group of made) limitGroup(group, { ...LIMITS, memoryBytes: 150_003_712 });
    const limits = await Promise.all(
      made.flatMap(({ folder }) =>
        ['memory.swap.max', 'memory.memsw.limit_in_bytes'].map(name =>
          readFile(join(folder, name), 'utf8').catch(() => null),
        ),
      ),
    );
    const known = limits.filter(limit => limit !== null).map(limit => limit.trim());
    if (known.length === 0) return context.skip('no control group here counts what is swapped out');
    for (const limit of known) expect(['0', '150003712']).toContain(limit);
  } finally {
    await removeGroups(made);
  }
});

test('memory of all processes together, where no control group can be made', async () => {
  const tools = await findTools(null);
  if ('missing' in tools) throw new Error(tools.missing.join());
  const host = { tools, root: process.getuid?.() === 0, inherited: [], parents: [] };
  const running = await launch(host, await specFor(HOARD, hoarding));
  let printed = '';
  for await (const { stream, chunk } of running.output)
    if (stream === 'stdout') printed += chunk.toString();
  expect(printed).toMatch(/^(took ){1,2}survived\n$/);
  expect((await running.done).outOfMemory).toBe(true);
});

test.each([
  ['files', 'for d in /tmp /dev/shm ~; do head -c 60000000 /dev/zero > $d/x; done; sleep 30'],
  ['empty files', `perl -e 'for (1..150000) { open F, ">/tmp/$_"; close F } sleep 30'`],
  [
    'memory that processes share',
    `python3 -c 'import mmap, time; m = mmap.mmap(-1, 200000000); m.write(b"x" * 200000000); time.sleep(30)'`,
  ],
])('memory held as %s counts, where no control group can be made', async (_what, script) => {
  const tools = await findTools(null);
  if ('missing' in tools) throw new Error(tools.missing.join());
  const host = { tools, root: process.getuid?.() === 0, inherited: [], parents: [] };
  const limits = { ...LIMITS, memoryBytes: 80_000_000, tmpBytes: 1_000_000_000 };
  const running = await launch(host, await specFor(script, { limits }));
  for await (const _ of running.output);
  expect((await running.done).outOfMemory).toBe(true);
});

test.each([
  ['has ended by itself', 'ESRCH'],
  ['can not be killed', 'EPERM'],
])('a process that %s does not end the watch over the memory', async (_what, code) => {
  const tools = await findTools(null);
  if ('missing' in tools) throw new Error(tools.missing.join());
  const host = { tools, root: process.getuid?.() === 0, inherited: [], parents: [] };
  const hoard = `perl -e 'my $x = "a" x 200_000_000; sleep 200'; echo $?; sleep 0.1`;
  const kill = vi.spyOn(process, 'kill').mockImplementationOnce(() => {
    throw Object.assign(new Error(`kill ${code}`), { code });
  });
  try {
    const running = await launch(host, await specFor(hoard, hoarding));
    let printed = '';
    for await (const { stream, chunk } of running.output)
      if (stream === 'stdout') printed += chunk.toString();
    const { outOfMemory, exitCode } = await running.done;
    expect(outOfMemory).toBe(true);
    expect(kill).toHaveBeenCalledTimes(2);
    // What it could kill next is the process; where it could not kill, it ends the sandbox.
    if (code === 'ESRCH') expect({ exitCode, printed }).toEqual({ exitCode: 0, printed: '137\n' });
    else expect({ exitCode, printed }).toEqual({ exitCode: 137, printed: '' });
  } finally {
    kill.mockRestore();
  }
});

const groups = async (parents: CgroupParent[]) =>
  (await Promise.all(parents.map(({ folder }) => readdir(folder))))
    .flat()
    .filter(name => name.startsWith(`gatehouse-${process.pid}-`)).length;

test('no file takes space before it is written, and libc writes where it can not take any', async () => {
  const { stdout } = await runInside(`
    fallocate -l 300M at-once 2>&1 || stat -c %b at-once
    fallocate --posix -l 100k written && stat -c %s written`);
  expect(stdout).toBe('fallocate: fallocate failed: Operation not supported\n0\n102400\n');
});

test('the disk of the host, when it is about to be full', async context => {
  if (process.getuid?.() !== 0) return context.skip('only root can make a small disk to fill');
  const path = await temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'gatehouse', path]);
  try {
    const spec = await specFor('head -c 19000000 /dev/zero > /work/big; sleep 30', {
      workTree: { kind: 'folder', path },
    });
    expect(await run(spec)).toMatchObject({ by: 'disk_full', exitCode: null });
    const refused = await run(spec).catch(error => error);
    expect(refused).toBeInstanceOf(DiskFull);
    expect(refused.message).toContain('is almost full');
  } finally {
    execFileSync('umount', [path]);
  }
});
