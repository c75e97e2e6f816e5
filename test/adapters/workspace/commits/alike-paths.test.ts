/** The names beside those that a change adds are read only where naming their folders takes no time. */
import { expect, test } from 'vitest';
import { alikePaths } from '../../../../src/adapters/workspace/commits/alike-paths.ts';
import { CONTENT_LIMITS } from '../../../../src/adapters/workspace/git/git-limits.ts';

/** Each path is one that a system can open, and they are no more than a change may have. */
const deep = (folder: number) =>
  Array.from({ length: 50 }, (_, at) => {
    const names = Array.from({ length: 100 }, (_, depth) =>
      `${at % folder}x${depth}`.padEnd(35, 'n'),
    );
    return { path: `${names.join('/')}/${at}`, status: 'added' as const };
  });

/** There is no such directory: whatever asks git fails. */
const ask = (folders: number) =>
  alikePaths({ dir: '/nowhere', limits: CONTENT_LIMITS }, '0'.repeat(40), deep(folders));

test('files that all stand in deep folders of their own are too many, before git is asked', async () => {
  expect(await ask(50)).toBeNull();
});

test('files that share their deep folders are asked about', async () => {
  await expect(ask(1)).rejects.toThrow();
});
