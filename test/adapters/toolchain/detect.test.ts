/** What a sandbox sees of the Node that the operator has. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { detectToolchain } from '../../../src/adapters/toolchain/detect.ts';
import { temporaryFolder } from '../sandbox/temporary-folder.ts';

/** A Node as it is unpacked into a prefix, with what others keep there. */
async function prefixWith(...beside: string[]): Promise<string> {
  const prefix = await temporaryFolder();
  const npm = 'lib/node_modules/npm/bin';
  for (const folder of ['bin', npm, ...beside])
    await mkdir(join(prefix, folder), { recursive: true });
  const script = '#!/bin/sh\necho https://registry.npmjs.org/\n';
  await writeFile(join(prefix, npm, 'npm-cli.js'), script, { mode: 0o755 });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(prefix, 'bin/npm'));
  return prefix;
}

test('npm’s prefix is shown by its parts alone: others keep their sign-ins beside them', async () => {
  const prefix = await prefixWith('include', 'state/gatehouse', 'share/opencode', 'lib/python');
  const { binds, path, findProgram } = await detectToolchain({ PATH: `${prefix}/bin` }, []);
  expect(binds.map(({ from }) => from)).toEqual([
    join(prefix, 'bin'),
    join(prefix, 'lib/node_modules'),
    join(prefix, 'include'),
  ]);
  expect(path.split(':')[0]).toBe(join(prefix, 'bin'));
  expect(await findProgram('npm')).toBe(join(prefix, 'bin/npm'));
  // What leads to a part that is not shown is not there.
  await writeFile(join(prefix, 'share/opencode/tool'), '', { mode: 0o755 });
  await symlink('../share/opencode/tool', join(prefix, 'bin/tool'));
  expect(await findProgram('tool')).toBeNull();
});

test('a link to the folder of npm is no prefix: /bin may lead to /usr/bin', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'usr/bin'), { recursive: true });
  await writeFile(join(folder, 'usr/bin/npm'), '#!/bin/sh\necho https://a.example/\n', {
    mode: 0o755,
  });
  await symlink('usr/bin', join(folder, 'bin'));
  const { binds } = await detectToolchain({ PATH: `${folder}/bin` }, []);
  expect(binds.map(({ from }) => from)).toEqual([join(folder, 'usr/bin')]);
});
