import { mkdir, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KINDS, type Scene, setScene } from './scene.ts';

describe.each(KINDS)('reaping, with workspaces of the kind %s', kind => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await setScene(kind);
  });
  afterAll(() => scene.close());

  const list = (...path: string[]) => readdir(join(scene.stateDir, ...path)).catch(() => []);

  test('removes what dead runs left, whatever its modes, and nothing of living ones', async () => {
    const base = await scene.remote.commit({ a: 'a' });
    const dead = await scene.open(base, { run: 'dead' });
    const alive = await scene.open(base, { run: 'alive' });
    await scene.act(dead, 'mkdir -p x/y; touch x/y/z; chmod 0 x/y; chmod 0 x');
    await scene.act(alive, 'echo mine > mine');
    expect(await scene.workspaces.reap(['dead', 'unknown'])).toBe(1);
    expect(await list('runs')).toEqual(['alive']);
    expect(await scene.workspaces.runs()).toEqual(['alive']);
    expect(await list('trash')).toEqual([]);
    expect(await scene.act(alive, 'cat mine a')).toBe('mine\na');
    expect(await scene.workspaces.reap([])).toBe(0);
  });

  test('keeps shared folders that are in use, new, or among the last that were wanted', async () => {
    if (kind === 'folder') return expect(await list('lowers')).toEqual([]);
    const used = await scene.remote.commit({ a: 'used' });
    const workspace = await scene.open(used, { run: 'using' });
    for (let at = 0; at < 12; at += 1)
      await mkdir(join(scene.stateDir, 'lowers/42', `${at}`.padStart(40, '0')));
    await scene.workspaces.reap(['alive']);
    const before = await list('lowers', '42');
    expect(before.length).toBeGreaterThan(12);
    for (const [at, name] of before.entries()) {
      const then = new Date(Date.now() - 3_600_000 - at * 1000);
      await utimes(join(scene.stateDir, 'lowers/42', name), then, then);
    }
    await scene.workspaces.reap([]);
    expect((await list('lowers', '42')).length).toBe(9);
    expect(await scene.act(workspace, 'cat a')).toBe('used');
  });
});
