import { spawnSync } from 'node:child_process';
import { mkdir, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEnvironment, WORK_TREE_KINDS, type WorkspaceEnvironment } from './environment.ts';

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
    expect(await environment.workspaces.reap(['dead', 'unknown'])).toBe(1);
    expect(await list('runs')).toEqual(['alive']);
    expect(await environment.workspaces.runs()).toEqual(['alive']);
    expect(await list('trash')).toEqual([]);
    expect(await environment.act(alive, 'cat mine a')).toBe('mine\na');
    expect(await environment.workspaces.reap([])).toBe(0);
  });

  test('removes what a push left whose process was killed, and nothing of one under way', async () => {
    const { pid: killed } = spawnSync('true');
    const pushes = [`.push-${killed}-a`, `.push-${process.pid}-b`];
    for (const push of pushes) await mkdir(join(environment.stateDir, 'runs', push));
    await environment.workspaces.reap([]);
    expect(await list('runs')).not.toContain(pushes[0]);
    expect(await list('runs')).toContain(pushes[1]);
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
});
