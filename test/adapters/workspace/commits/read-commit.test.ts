import { afterAll, beforeAll, expect, test } from 'vitest';
import { WorkspaceRefused } from '../../../../src/engine/ports/workspace.ts';
import { openEnvironment, type WorkspaceEnvironment } from '../environment.ts';

let environment: WorkspaceEnvironment;
let base = '';

beforeAll(async () => {
  environment = await openEnvironment('overlay');
  base = await environment.remote.commit({
    'package.json': '{}',
    'package-lock.json': '{"a":1}',
    'src/a.ts': 'a\n',
    '*': 'star',
  });
});
afterAll(() => environment.close());

const read = (commit: string, path: string) =>
  environment.workspaces.readFile(environment.source, commit, path);

test('reads a file at a commit, and nothing else', async () => {
  expect((await read(base, 'src/a.ts'))?.toString()).toBe('a\n');
  expect((await read(base, '*'))?.toString()).toBe('star');
  for (const path of ['src', 'src/', 'none', '', '/etc/passwd', '../a', ':(glob)**', 'src/a.t?'])
    expect(await read(base, path), path).toBeNull();
});

test('does not follow a link', async () => {
  const left = await environment.work(base, 'ln -s /etc/passwd config');
  if (left === null) throw new Error('nothing changed');
  const pushed = await environment.workspaces.push(
    {
      ...environment.source,
      parents: [base],
      tree: { sha: left.change.tree, pack: left.pack },
      message: 'm',
      author: { name: 'n', email: 'e@x' },
      at: '2026-01-01T00:00:00Z',
    },
    'linked',
    null,
  );
  expect(pushed.outcome === 'pushed' && (await read(pushed.sha, 'config'))).toBeNull();
});

test('compares what a branch brings, from where it left the base', async () => {
  const head = await environment.remote.commit({ 'src/b.ts': 'b\n' }, 'feature');
  environment.remote.git('update-ref', 'refs/heads/main', base);
  await environment.remote.commit({ 'src/b.ts': null, 'src/c.ts': 'c\n' }, 'feature');
  const moved = environment.remote.git(
    'commit-tree',
    `${base}^{tree}`,
    '-p',
    base,
    '-m',
    'moved on',
  );
  environment.remote.git('update-ref', 'refs/heads/main', moved);
  const change = await environment.workspaces.compare(environment.source, moved, head);
  expect(change.parent).toBe(base);
  expect(change.entries).toMatchObject([
    { path: 'src/b.ts', status: 'added', text: { before: null, after: 'b\n' } },
  ]);
  const diff = (most: number) =>
    environment.workspaces.diff(environment.source, moved, head, most).then(String);
  expect(await diff(10_000)).toMatch(
    /^diff --git a\/src\/b.ts b\/src\/b.ts\nnew file [\s\S]*\n\+b\n$/,
  );
  expect(await diff(20)).toHaveLength(20);
});

test('keys an install by lockfiles, manifests, command and who shares it', async () => {
  const key = (commit: string, ...argv: string[]) =>
    environment.workspaces.prepareKey(environment.source, commit, {
      argv,
      directory: '',
      share: 'all',
    });
  const same = await environment.remote.commit({ 'src/a.ts': 'changed\n' });
  const other = await environment.remote.commit({ 'packages/x/package-lock.json': '{"b":1}' });
  expect(await key(base, 'npm', 'ci')).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(await key(same, 'npm', 'ci')).toBe(await key(base, 'npm', 'ci'));
  expect(await key(other, 'npm', 'ci')).not.toBe(await key(base, 'npm', 'ci'));
  expect(await key(base, 'npm', 'install')).not.toBe(await key(base, 'npm', 'ci'));
  for (const other of [{ directory: 'src' }, { share: 'few' }]) {
    const install = { argv: ['npm', 'ci'], directory: '', share: 'all', ...other };
    expect(await environment.workspaces.prepareKey(environment.source, base, install)).not.toBe(
      await key(base, 'npm', 'ci'),
    );
  }
});

test('finds the messages of commits, and those that tasks made by their trailer', async () => {
  const { git } = environment.remote;
  const tree = git('rev-parse', `${base}^{tree}`);
  const commit = (parent: string, message: string) =>
    git('commit-tree', tree, '-p', parent, '-m', message);
  const trailer = 'Gatehouse-Task: 1-2-abc\nCo-authored-by: mona <1+mona@x>';
  const before = commit(base, `Merged long ago\n\n${trailer}`);
  const made = commit(before, `Fix the sum\n\nIt adds.\n\n${trailer}`);
  const quoted = commit(made, `About it\n\nGatehouse-Task: 9-9-fff is a task.\n\nIt ended.`);
  const merged = git('commit-tree', tree, '-p', base, '-p', quoted, '-m', 'Merge');
  git('update-ref', 'refs/heads/with-work', merged);
  const within = (from: string, to: string) =>
    environment.workspaces.taskCommits(environment.source, from, to);
  expect(await within(before, merged)).toEqual([{ commit: made, task: '1-2-abc' }]);
  expect(await within(base, merged)).toHaveLength(2);
  expect(await within(merged, merged)).toEqual([]);
  const { workspaces, source } = environment;
  expect(await workspaces.messages(source, before, merged)).toEqual([
    { commit: merged, message: 'Merge\n' },
    {
      commit: quoted,
      message: expect.stringMatching(/^About it\n\nGatehouse-Task: 9.*\n\nIt ended\.\n$/),
    },
    { commit: made, message: `Fix the sum\n\nIt adds.\n\n${trailer}\n` },
  ]);
  const pages = Array.from({ length: 11 }, () => ['-m', 'x'.repeat(100_000)]).flat();
  const endless = git('commit-tree', tree, '-p', before, ...pages);
  git('update-ref', 'refs/heads/endless', endless);
  expect(await workspaces.messages(source, before, endless)).toBeNull();
});

test('refuses commits that say more of tasks than can be read', async () => {
  const { git } = environment.remote;
  const trailer = `Gatehouse-Task: ${'y'.repeat(120_000)}`;
  let head = base;
  for (let made = 0; made < 35; made += 1)
    head = git('commit-tree', `${base}^{tree}`, '-p', head, '-m', 'Work', '-m', trailer);
  git('update-ref', 'refs/heads/says-too-much', head);
  const { workspaces, source } = environment;
  await expect(workspaces.taskCommits(source, base, head)).rejects.toThrow(WorkspaceRefused);
});
