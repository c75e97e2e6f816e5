/** What no toolchain's folder may show a sandbox. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { assertHidden } from '../../../src/compose/machine/toolchain.ts';
import { temporaryFolder } from '../../adapters/sandbox/temporary-folder.ts';

let home = '';
beforeAll(async () => {
  home = await temporaryFolder();
  for (const folder of [
    '.local/state',
    '.local/lib/go',
    '.cargo/bin',
    '.config/tool',
    '.cache/tool',
  ])
    await mkdir(join(home, folder), { recursive: true });
  await writeFile(join(home, '.cargo/credentials.toml'), 'token');
  await symlink(home, join(home, '.local/lib/linked'));
});
/** `state` and `folder` are below the home, unless they begin with a slash. */
const hidden = (folder: string, state = 'srv/gatehouse') => {
  const at = (path: string) => (path.startsWith('/') ? path : join(home, path));
  return assertHidden([at(folder)], { state: at(state), home });
};

describe('a folder that every sandbox sees', () => {
  test.each([
    ['holds the state, which is not made yet', '.local', '.local/state/gatehouse'],
    ['is a home', '', undefined],
    ['is above a home', '/', undefined],
    ['is a link to a home', '.local/lib/linked', undefined],
    ['is where sign-ins are kept', '.config', undefined],
    ['is the cache', '.cache', undefined],
    ['has a sign-in at its top', '.cargo', undefined],
  ])('is refused where it %s', async (_, folder, state) => {
    await expect(hidden(folder, state)).rejects.toThrow(
      /^Every sandbox would see .*: name a folder in GATEHOUSE_TOOLCHAINS that/,
    );
  });

  test('is the toolchain’s own, wherever it is', async () => {
    for (const folder of ['.local/lib/go', '/opt', '.local/state/other', '.cache/tool'])
      await expect(hidden(folder)).resolves.toBeUndefined();
  });

  test('is /usr, where no state may be', async () => {
    await expect(hidden('/opt', '/usr/local/gatehouse/.gatehouse')).rejects.toThrow(
      'GATEHOUSE_STATE_DIR is /usr/local/gatehouse/.gatehouse, and every sandbox sees',
    );
  });
});
