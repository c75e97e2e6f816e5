/** What a run left is listed, however long its paths are, without taking more memory than they may. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { inspectTree } from '../../../../src/adapters/workspace/run/inspect-tree.ts';
import { WorkspaceRefused } from '../../../../src/engine/ports/workspace.ts';
import { temporaryFolder } from '../../sandbox/temporary-folder.ts';

test('paths that come to too many bytes together are refused, each of which may be', async () => {
  const root = await temporaryFolder();
  const make = `for (1..15) { my $name = 'd' x 250; mkdir $name; chdir $name } for (1..400) { open F, '>', $_; close F }`;
  execFileSync('perl', ['-e', make], { cwd: root });
  const quota = { files: 200_000, bytes: 1e9 };
  expect((await inspectTree(root, quota)).paths.size).toBe(415);
  const refused = await inspectTree(root, quota, 1_000_000).catch(error => error);
  expect(refused).toBeInstanceOf(WorkspaceRefused);
  expect(refused.message).toContain('paths of more than 1000000 bytes together');
});

test('what is there is counted, and refused where it is more than the quota', async () => {
  const root = await temporaryFolder();
  execFileSync('sh', ['-c', 'mkdir many; cd many; seq 600 | xargs touch'], { cwd: root });
  expect((await inspectTree(root, { files: 601, bytes: 1e9 })).paths.size).toBe(601);
  for (const files of [600, 100])
    await expect(inspectTree(root, { files, bytes: 1e9 })).rejects.toThrow(
      new RegExp(`^The run left \\d+ files and 0 bytes; at most ${files} files`),
    );
});
