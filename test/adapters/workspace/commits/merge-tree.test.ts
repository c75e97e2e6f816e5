/** A base that goes on while a branch waits, by more files than a change may have. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHANGE_LIMITS } from '../../../../src/core/change.ts';
import { openEnvironment, type WorkspaceEnvironment } from '../environment.ts';

let environment: WorkspaceEnvironment;
let [root, head, tip] = ['', '', ''];

beforeAll(async () => {
  environment = await openEnvironment('overlay');
  const { remote } = environment;
  root = await remote.commit({ 'both.txt': 'root\n' });
  head = await remote.commit({ 'both.txt': 'head\n' }, 'head', root);
  const many = Array.from({ length: CHANGE_LIMITS.files + 1 }, (_, at) => [`f/${at}`, `${at}\n`]);
  tip = await remote.commit({ 'both.txt': 'tip\n', ...Object.fromEntries(many) }, 'main', root);
});
afterAll(() => environment.close());

/** A commit on a branch of its own. */
const commitOf = (tree: string, ...parents: string[]): string => {
  const { git } = environment.remote;
  const sha = git('commit-tree', tree, ...parents.flatMap(parent => ['-p', parent]), '-m', 'm');
  git('update-ref', `refs/heads/${sha}-`, sha);
  return sha;
};

/** Ten folders of ten folders each, nine levels deep. */
function endlessTree(): string {
  const { remote } = environment;
  let tree = remote.makeTree([`100644 blob ${remote.blob('x')}\tx`]);
  for (let level = 0; level < 9; level++) {
    const of = tree;
    tree = remote.makeTree(
      Array.from({ length: 10 }, (_, at) => `040000 tree ${of}\td${level}-${at}`),
    );
  }
  return tree;
}

test('is merged all the same: its conflicts are known, and an agent can settle them', async () => {
  const { workspaces, source, open, act } = environment;
  expect(await workspaces.conflicts(source, tip, head)).toEqual(['both.txt']);
  const workspace = await open(tip, { mergesInto: head });
  await act(workspace, 'echo both > both.txt');
  const work = await workspace.collect();
  await workspace.close();
  expect(work?.change.entries.map(({ path }) => path)).toEqual(['both.txt']);
});

test('keeps a review valid whose head only merged it in', async () => {
  const { remote, workspaces, source } = environment;
  const other = await remote.commit({ 'mine.txt': 'm\n' }, 'other', root);
  const merge = commitOf(remote.git('merge-tree', '--write-tree', other, tip), other, tip);
  const merged = await workspaces.remerge(source, tip, merge);
  expect(merged).toMatchObject({ from: other, recomputed: merged?.tree });
});

test('where no merge can be made of it, neither conflicts nor a merge are known', async () => {
  const { workspaces, source } = environment;
  const endless = commitOf(endlessTree(), root);
  expect(await workspaces.conflicts(source, endless, head)).toEqual([]);
  const merge = commitOf(endlessTree(), head, endless);
  expect(await workspaces.remerge(source, endless, merge)).toMatchObject({ recomputed: null });
});
