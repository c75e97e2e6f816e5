/** The repository as tools in the sandbox see it: its history, and the tags before the commit. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEnvironment, type WorkspaceEnvironment } from './environment.ts';

let environment: WorkspaceEnvironment;
let base = '';
beforeAll(async () => {
  environment = await openEnvironment('overlay');
  const first = await environment.remote.commit({ a: '1\n' });
  environment.remote.git('tag', 'v1.0.0', first);
  environment.remote.git('tag', '-a', '-m', 'two', 'v2.0.0-rc.1', first);
  base = await environment.remote.commit({ a: '2\n' });
  const later = await environment.remote.commit({ a: '3\n' }, 'later');
  environment.remote.git('tag', '-a', '-m', 'three', 'v3.0.0', later);
});
afterAll(() => environment.close());

test('git describe names the version, and tags of other histories are not there', async () => {
  const workspace = await environment.open(base);
  const script =
    'git describe --always; git describe --tags --abbrev=0; git tag; git rev-list --count HEAD';
  expect((await environment.act(workspace, script)).split('\n')).toEqual([
    `v2.0.0-rc.1-1-g${base.slice(0, 7)}`,
    'v2.0.0-rc.1',
    'v1.0.0',
    'v2.0.0-rc.1',
    '2',
    '',
  ]);
});
