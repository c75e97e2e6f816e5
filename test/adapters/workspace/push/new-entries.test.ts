/** What GitHub has to be told to make the same tree itself. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Commit, WorkspaceRefused } from '../../../../src/engine/ports/workspace.ts';
import { openEnvironment, type WorkspaceEnvironment } from '../environment.ts';

let environment: WorkspaceEnvironment;
let base = '';
beforeAll(async () => {
  environment = await openEnvironment('folder');
  base = await environment.remote.commit({ 'a.txt': 'a\n', 'lib/b.txt': 'b\n', 'old.txt': 'o\n' });
});
afterAll(() => environment.close());

async function commitOf(script: string, parents: Commit['parents']): Promise<Commit> {
  const left = await environment.work(parents.at(-1) ?? base, script);
  if (left === null) throw new Error('nothing changed');
  return {
    ...environment.source,
    parents,
    tree: { sha: left.change.tree, pack: left.pack },
    message: 'Fix a\n',
    author: { name: 'gatehouse[bot]', email: 'bot@example.com' },
    at: '2026-11-21T00:00:00Z',
  };
}

async function read(commit: Commit) {
  const { base: tree, entries } = await environment.workspaces.newEntries(commit);
  const lines = entries.map(({ path, mode, sha, content }) =>
    [mode, path, sha === null ? 'removed' : (content?.toString('latin1') ?? 'known')].join(' '),
  );
  return { tree, lines: lines.sort() };
}

test('tells of every kind of change, with the bytes of what is new', async () => {
  const script = [
    'printf "\\377\\000" > picture; printf "" > empty; ln -s a.txt link',
    'printf run > run; chmod +x run; chmod +x a.txt; rm old.txt',
    'cp lib/b.txt copy.txt; rm -r lib; printf file > lib',
  ].join('; ');
  expect(await read(await commitOf(script, [base]))).toEqual({
    tree: environment.remote.git('rev-parse', `${base}^{tree}`),
    lines: [
      '100644 copy.txt known',
      '100644 empty ',
      '100644 lib file',
      '100644 lib/b.txt removed',
      '100644 old.txt removed',
      '100644 picture \xff\0',
      '100755 a.txt known',
      '100755 run run',
      '120000 link a.txt',
    ],
  });
});

test('leaves out what the other parent of a merge has', async () => {
  const theirs = await environment.remote.commit({ 'theirs.txt': 'theirs\n' }, 'theirs');
  const commit = await commitOf('printf "theirs\\n" > theirs.txt; printf mine > mine.txt', [
    theirs,
    base,
  ]);
  const { lines } = await read(commit);
  expect(lines).toEqual(['100644 mine.txt mine', '100644 theirs.txt known']);
});

test('what is removed and has a name that GitHub can not be told is refused with what to do', async () => {
  const { remote } = environment;
  const listed = `100644 ${remote.blob('x')}\tcaf\xe9\x00100644 ${remote.blob('y')}\tcaf\xc3\xa9\x00`;
  const tree = remote.tree(Buffer.from(listed, 'latin1'));
  const parent = remote.git('commit-tree', tree, '-p', base, '-m', 'm');
  remote.git('update-ref', 'refs/heads/names', parent);
  const named = await commitOf('rm "$(printf "caf\\303\\251")"', [parent]);
  expect((await read(named)).lines).toEqual(['100644 café removed']);
  const unnamed = await commitOf('rm "$(printf "caf\\351")"', [parent]);
  const refused = await read(unnamed).catch(error => error);
  expect(refused).toBeInstanceOf(WorkspaceRefused);
  expect(refused.message).toMatch(
    /^"caf\ufffd" has a name that is not UTF-8, .* commit of your own/,
  );
});
