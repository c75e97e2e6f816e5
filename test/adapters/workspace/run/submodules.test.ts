/** Which folders of other repositories are not there. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { submodulesIn } from '../../../../src/adapters/workspace/run/submodules.ts';
import { temporaryFolder } from '../../sandbox/temporary-folder.ts';
import { openEnvironment, type WorkspaceEnvironment } from '../environment.ts';

let environment: WorkspaceEnvironment;
beforeAll(async () => {
  environment = await openEnvironment('overlay');
});
afterAll(() => environment.close());

const LIST =
  '[submodule "a"]\n\tpath = vendor/a\n\turl = ../a.git\n[submodule "b"]\nPath="vendor/b = c"\n';

test('are named by a workspace, and those of a repository without any are none', async () => {
  const plain = await environment.remote.commit({ a: '1\n' });
  const open = async (commit: string) => (await environment.open(commit)).submodules;
  expect(await open(plain)).toEqual([]);
  expect(await open(await environment.remote.commit({ '.gitmodules': LIST }))).toEqual([
    'vendor/a',
    'vendor/b = c',
  ]);
});

test.each<[string, (file: string) => Promise<unknown>]>([
  ['a link', file => symlink('/etc/hostname', file)],
  ['a folder', file => mkdir(file)],
  ['a large file', file => writeFile(file, '\tpath = a\n'.repeat(20_000))],
  ['a file without any', file => writeFile(file, '# path = a\n[submodule "b"]\n\turl = path=c\n')],
])('are none where the list is %s', async (_what, make) => {
  const folder = await temporaryFolder();
  await make(join(folder, '.gitmodules'));
  expect(await submodulesIn(folder)).toEqual([]);
});
