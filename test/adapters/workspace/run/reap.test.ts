import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { withTemporaryGit } from '../../../../src/adapters/workspace/mirror/temporary-git.ts';
import { createWorkspaces } from '../../../../src/adapters/workspace/workspaces.ts';
import { until } from '../../../demo/until.ts';
import { openEnvironment, WORK_TREE_KINDS, type WorkspaceEnvironment } from '../environment.ts';

/** A chain of 200 folders with names of 100 characters. */
const CHAIN =
  'name=$(printf %0100d 0); n=0; while [ $n -lt 200 ]; do mkdir $name; cd $name; n=$((n + 1)); done; touch file';

async function setAge(path: string, ms: number): Promise<void> {
  const then = new Date(Date.now() - ms);
  await utimes(path, then, then);
}

/** Makes a folder one that its owner can't remove: even root not where the flag is, others by its parent. */
async function holdFolder(folder: string): Promise<(() => Promise<void>) | null> {
  if (process.getuid?.() === 0) {
    const flag = (change: string) => spawnSync('chattr', [change, folder]).status === 0;
    return flag('+i') ? async () => void flag('-i') : null;
  }
  const parent = dirname(folder);
  await chmod(parent, 0o500);
  return () => chmod(parent, 0o700);
}

describe.each(WORK_TREE_KINDS)('reaping, with workspaces of the kind %s', kind => {
  let environment: WorkspaceEnvironment;
  beforeAll(async () => {
    environment = await openEnvironment(kind);
  });
  afterAll(() => environment.close());

  const list = (...path: string[]) => readdir(join(environment.stateDir, ...path)).catch(() => []);

  test('removes what dead runs left, whatever its modes, and nothing of living ones', async () => {
    const base = await environment.remote.commit({ a: 'a' });
    const dead = await environment.open(base, { run: 'dead' });
    const alive = await environment.open(base, { run: 'alive' });
    await environment.act(dead, 'mkdir -p x/y; touch x/y/z; chmod 0 x/y; chmod 0 x');
    await environment.act(alive, 'echo mine > mine');
    expect(await environment.workspaces.reap(['dead', 'unknown'])).toEqual({
      runs: 1,
      stuck: [],
    });
    expect(await list('runs')).toEqual(['alive']);
    expect(await environment.workspaces.runs()).toEqual(['alive']);
    expect(await list('trash')).toEqual([]);
    expect(await environment.act(alive, 'cat mine a')).toBe('mine\na');
    expect(await environment.workspaces.reap([])).toEqual({ runs: 0, stuck: [] });
  });

  test('removes a chain of folders whose path is longer than any that the kernel takes', async () => {
    const base = await environment.remote.commit({ a: 'a' });
    const deep = await environment.open(base, { run: 'deep' });
    await environment.act(deep, `${CHAIN}; chmod 0 .; cd -; chmod 0 .`);
    await deep.close();
    expect(await environment.workspaces.reap([])).toEqual({ runs: 0, stuck: [] });
    expect(await list('trash')).toEqual([]);
  });

  test('removes all else where one folder can not be removed, and tells that once', async context => {
    const folders = ['a', 'held', 'z'].map(name => join(environment.stateDir, 'trash', name));
    for (const folder of folders) await mkdir(folder);
    const release = await holdFolder(folders[1] ?? '');
    if (!release) return context.skip('no file here can be made immutable');
    try {
      const { stuck } = await environment.workspaces.reap([]);
      expect(stuck.find(problem => problem.includes('trash/held'))).toMatch(
        /can't be removed: .*held/,
      );
      expect((await environment.workspaces.reap([])).stuck).toEqual([]);
      if (process.getuid?.() === 0) expect(await list('trash')).toEqual(['held']);
    } finally {
      await release();
    }
    expect((await environment.workspaces.reap([])).stuck).toEqual([]);
    expect(await list('trash')).toEqual([]);
  });

  test('removes what a killed push left, and nothing of one under way, whatever container it is in', async () => {
    const { pid: unknown } = spawnSync('true');
    const pushes = [`.push-${process.pid}-a`, `.push-${unknown}-b`, '.push-c'];
    for (const push of pushes) await mkdir(join(environment.stateDir, 'runs', push));
    await setAge(join(environment.stateDir, 'runs', pushes[0] ?? ''), 11 * 60_000);
    await environment.workspaces.reap([]);
    const left = (await list('runs')).filter(name => name.startsWith('.'));
    expect(left.sort()).toEqual(pushes.slice(1));
  });

  test('removes nothing of a push that takes longer than what a killed one left is kept', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const mirror = join(environment.stateDir, 'mirrors');
      await withTemporaryGit(environment.stateDir, mirror, async dir => {
        await setAge(dir, 3_600_000);
        vi.advanceTimersByTime(60_000);
        await until(
          'its time to be new',
          async () => (await stat(dir)).mtimeMs > Date.now() - 30_000,
        );
        await environment.workspaces.reap([]);
        expect(await list('runs')).toContain(basename(dir));
      });
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('keeps shared folders that are in use, new, or among the last that were wanted', async () => {
    if (kind === 'folder') return expect(await list('lowers')).toEqual([]);
    const used = await environment.remote.commit({ a: 'used' });
    const workspace = await environment.open(used, { run: 'using' });
    for (let at = 0; at < 12; at += 1)
      await mkdir(join(environment.stateDir, 'lowers/42', `${at}`.padStart(40, '0')));
    await environment.workspaces.reap(['alive']);
    const before = await list('lowers', '42');
    expect(before.length).toBeGreaterThan(12);
    for (const [at, name] of before.entries()) {
      const then = new Date(Date.now() - 3_600_000 - at * 1000);
      await utimes(join(environment.stateDir, 'lowers/42', name), then, then);
    }
    await environment.workspaces.reap([]);
    expect((await list('lowers', '42')).length).toBe(9);
    expect(await environment.act(workspace, 'cat a')).toBe('used');
  });

  test('removes a mirror that nothing used for its time, and fetches it again where it is needed', async () => {
    const own = await openEnvironment(kind);
    const { stateDir } = own;
    const base = await own.remote.commit({ a: 'a' });
    const open = await own.open(base, { run: 'open' });
    const mirrors = async () =>
      (await readdir(join(stateDir, 'mirrors'))).filter(name => name.endsWith('.git'));
    const [mirror = ''] = await mirrors();
    const workspaces = await createWorkspaces({ stateDir, mirrorMs: 60_000 });
    const lastUsed = (time: Date) => utimes(join(stateDir, 'mirrors', mirror), time, time);
    await workspaces.reap([]);
    expect(await mirrors()).toEqual([mirror]);
    // A run reads from it, however long ago it began.
    await lastUsed(new Date(Date.now() - 120_000));
    await workspaces.reap([]);
    expect(await mirrors()).toEqual([mirror]);
    await open.close();
    // Processes that share the folder may do it at the same time.
    const another = await createWorkspaces({ stateDir, mirrorMs: 60_000 });
    await Promise.all([workspaces.reap([]), another.reap([])]);
    expect(await mirrors()).toEqual([]);
    const again = await own.open(base, { run: 'again' });
    expect(await own.act(again, 'cat a')).toBe('a');
    expect(await mirrors()).toEqual([mirror]);
    await again.close();
    await own.close();
  });
});
