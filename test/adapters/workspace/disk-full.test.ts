/** A disk without space is told as that, and neither as the content's fault nor as the remote's. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { tryGit } from '../../../src/adapters/workspace/git/git.ts';
import { DiskFull } from '../../../src/engine/ports/workspace.ts';
import { temporaryFolder } from '../sandbox/temporary-folder.ts';

test('git that finds no space to write has met a full disk', async context => {
  if (process.getuid?.() !== 0) return context.skip('only root can make a small disk to fill');
  const dir = await temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'gatehouse', dir]);
  try {
    await tryGit(['init', '--bare', '--quiet', dir], { dir });
    const write = (bytes: number) =>
      tryGit(['hash-object', '-w', '--stdin'], { dir, input: randomBytes(bytes) });
    expect((await write(100)).exitCode).toBe(0);
    const full = await write(3_000_000).catch(error => error);
    expect(full).toBeInstanceOf(DiskFull);
    expect(full.message).toContain(dir);
  } finally {
    execFileSync('umount', [dir]);
  }
});

test('what git or a server says of other things is no full disk', async () => {
  const dir = await temporaryFolder();
  const says = (line: string) =>
    tryGit([], { dir, commandPrefix: ['sh', '-c', `echo '${line}' >&2; exit 128`] });
  await expect(says('fatal: write error: No space left on device')).rejects.toThrow(DiskFull);
  for (const line of [
    'remote: error: file write error: No space left on device',
    "error: unable to create file 'No space left on device': File exists",
  ])
    expect((await says(line)).exitCode).toBe(128);
});
