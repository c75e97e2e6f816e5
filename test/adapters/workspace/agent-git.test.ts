/** The repository as tools in the sandbox see it: its history, and the tags before the commit. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Scene, setScene } from './scene.ts';

let scene: Scene;
let base = '';
beforeAll(async () => {
  scene = await setScene('overlay');
  const first = await scene.remote.commit({ a: '1\n' });
  scene.remote.git('tag', 'v1.0.0', first);
  scene.remote.git('tag', '-a', '-m', 'two', 'v2.0.0-rc.1', first);
  base = await scene.remote.commit({ a: '2\n' });
  const later = await scene.remote.commit({ a: '3\n' }, 'later');
  scene.remote.git('tag', '-a', '-m', 'three', 'v3.0.0', later);
});
afterAll(() => scene.close());

test('git describe names the version, and tags of other histories are not there', async () => {
  const workspace = await scene.open(base);
  const script =
    'git describe --always; git describe --tags --abbrev=0; git tag; git rev-list --count HEAD';
  expect((await scene.act(workspace, script)).split('\n')).toEqual([
    `v2.0.0-rc.1-1-g${base.slice(0, 7)}`,
    'v2.0.0-rc.1',
    'v1.0.0',
    'v2.0.0-rc.1',
    '2',
    '',
  ]);
});
