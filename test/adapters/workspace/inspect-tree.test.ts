/** What a run left is listed, however long its paths are, without taking more memory than they may. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { inspectTree } from '../../../src/adapters/workspace/inspect-tree.ts';
import { WorkspaceRefused } from '../../../src/engine/ports/workspace.ts';
import { temporaryFolder } from '../sandbox/temporary-folder.ts';

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
