import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { enableControllers } from '../../../src/adapters/sandbox/cgroup-controllers.ts';
import { temporaryFolder } from './temporary-folder.ts';

const FILE = 'cgroup.subtree_control';

test('each is switched on by a write of its own, as in a group where nothing is on yet', async () => {
  const folder = await temporaryFolder();
  // A pipe keeps what is written one after the other; the kernel takes each write as a change.
  execFileSync('mkfifo', [join(folder, FILE)]);
  const pipe = await open(join(folder, FILE), constants.O_RDWR | constants.O_NONBLOCK);
  try {
    await enableControllers(folder);
    const { buffer, bytesRead } = await pipe.read(Buffer.alloc(100), 0, 100, null);
    expect(buffer.subarray(0, bytesRead).toString()).toBe('+memory+pids+cpu');
  } finally {
    await pipe.close();
  }
});

test('where none can be switched on, there is no error', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, FILE));
  await expect(enableControllers(folder)).resolves.toBeUndefined();
});
