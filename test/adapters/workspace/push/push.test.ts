import { subscribe } from 'node:diagnostics_channel';
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Commit, RemoteAway } from '../../../../src/engine/ports/workspace.ts';
import { openEnvironment, type WorkspaceEnvironment } from '../environment.ts';
import { TOKEN } from '../remote.ts';

let environment: WorkspaceEnvironment;
let base = '';
let commit: Commit;
/** The processes that were started here; the server's are another process's. */
let starts = 0;
subscribe('child_process', () => {
  starts += 1;
});
let startsOfWork = 0;

beforeAll(async () => {
  environment = await openEnvironment('overlay');
  base = await environment.remote.commit({ 'a.txt': 'a\n', 'lib/b.txt': 'b\n' });
  const before = starts;
  const left = await environment.work(base, 'echo more >> a.txt');
  startsOfWork = starts - before;
  if (left === null) throw new Error('nothing changed');
  commit = {
    ...environment.source,
    parents: [base],
    tree: { sha: left.change.tree, pack: left.pack },
    message: 'Fix a\n\nFixes #1\n\nCo-authored-by: Ada <ada@example.com>\n',
    author: { name: 'gatehouse[bot]', email: 'bot@example.com' },
    at: '2026-11-21T00:00:00Z',
  };
});
afterAll(() => environment.close());

/** Makes the server refuse every push with these words. */
async function refuseWith(words: string): Promise<void> {
  const hook = join(environment.remote.path, 'hooks/pre-receive');
  await mkdir(join(environment.remote.path, 'hooks'), { recursive: true });
  await writeFile(hook, `#!/bin/sh\nprintf '${words}' >&2\nexit 1\n`);
  await chmod(hook, 0o755);
}

test('makes the same commit every time, and pushes it once', async () => {
  const before = starts;
  const first = await environment.workspaces.push(commit, 'gatehouse/fix-1', null);
  expect(first.outcome).toBe('pushed');
  expect(starts - before).toBe(2);
  expect(await environment.workspaces.push(commit, 'gatehouse/fix-1', null)).toEqual(first);
  expect(await environment.workspaces.push(commit, 'gatehouse/fix-1', base)).toEqual(first);
  const sha = first.outcome === 'pushed' ? first.sha : '';
  expect(environment.remote.git('rev-parse', 'refs/heads/gatehouse/fix-1')).toBe(sha);
  expect(environment.remote.git('cat-file', '-p', sha)).toBe(
    [
      `tree ${commit.tree.sha}`,
      `parent ${base}`,
      'author gatehouse[bot] <bot@example.com> 1795219200 +0000',
      'committer gatehouse[bot] <bot@example.com> 1795219200 +0000',
      '',
      commit.message.trim(),
    ].join('\n'),
  );
  // What was pushed is there to be looked at, without asking the server for it.
  const nowhere = { ...environment.source.remote, url: 'http://127.0.0.1:1/nowhere.git' };
  const source = { ...environment.source, remote: nowhere };
  const { entries } = await environment.workspaces.compare(source, base, sha);
  expect(entries.map(({ path }) => path)).toEqual(['a.txt']);
});

test('a run starts few processes, from a mirror that is empty to what it changed', () => {
  expect(startsOfWork).toBeLessThanOrEqual(16);
});

test('moves a branch from exactly what was seen', async () => {
  const seen = await environment.remote.commit({ 'c.txt': 'c' }, 'work');
  const pushed = await environment.workspaces.push({ ...commit, parents: [base] }, 'work', seen);
  expect(pushed.outcome).toBe('pushed');
});

test('says where a branch has moved to, and leaves it there', async () => {
  const seen = await environment.remote.commit({ 'd.txt': 'd' }, 'raced');
  const now = await environment.remote.commit({ 'e.txt': 'e' }, 'raced');
  expect(await environment.workspaces.push(commit, 'raced', seen)).toEqual({
    outcome: 'moved',
    to: now,
  });
  expect(await environment.workspaces.push(commit, 'raced', null)).toEqual({
    outcome: 'moved',
    to: now,
  });
  expect(await environment.workspaces.push(commit, 'deleted', seen)).toEqual({
    outcome: 'moved',
    to: null,
  });
  expect(environment.remote.git('rev-parse', 'refs/heads/raced')).toBe(now);
});

test("gives the server's refusal in its words, made harmless", async () => {
  await refuseWith(
    `error: GH013: Repository rule violations found\\n\\033[31mtoken ${TOKEN}\\033[0m and ghs_another123456\\u202e\\n`,
  );
  const refused = await environment.workspaces.push(commit, 'refused', null);
  await refuseWith('');
  await writeFile(join(environment.remote.path, 'hooks/pre-receive'), '#!/bin/sh\nexit 0\n');
  expect(refused.outcome).toBe('refused');
  const reason = refused.outcome === 'refused' ? refused.reason : '';
  expect(reason).toContain('pre-receive hook declined');
  expect(reason).toContain('GH013: Repository rule violations found');
  expect(reason).toMatch(/token \[redacted: \w+\] and \[redacted\]/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
  expect(reason).not.toMatch(/[\u001b\u202e]/);
});

test('tells apart that signed commits are wanted', async () => {
  await refuseWith(
    'error: GH013: Repository rule violations found for refs/heads/x.\n- Commits must have verified signatures.\n',
  );
  const unsigned = await environment.workspaces.push(commit, 'unsigned', null);
  await writeFile(join(environment.remote.path, 'hooks/pre-receive'), '#!/bin/sh\nexit 0\n');
  expect(unsigned).toEqual({ outcome: 'unsigned' });
});

test('throws where the server did not come to judge the push, and gets through later', async () => {
  const lock = join(environment.remote.path, 'refs/heads/locked.lock');
  await writeFile(lock, '');
  const pushed = environment.workspaces.push(commit, 'locked', null);
  await expect(pushed).rejects.toThrow(/^git push failed \(1\): .*(?:lock ref|update ref)/);
  await rm(lock);
  const again = await environment.workspaces.push(commit, 'locked', null);
  expect(again.outcome).toBe('pushed');
});

test('takes no words of a hook that declined for a fault', async () => {
  await refuseWith('error: GH013: cannot lock ref\n');
  const declined = await environment.workspaces.push(commit, 'declined', null);
  await writeFile(join(environment.remote.path, 'hooks/pre-receive'), '#!/bin/sh\nexit 0\n');
  expect(declined.outcome).toBe('refused');
});

test('throws where the server can not be reached: nothing is known then', async () => {
  const remote = { url: 'http://127.0.0.1:1/x.git', token: async () => TOKEN };
  const pushed = environment.workspaces.push({ ...commit, remote }, 'x', null);
  await expect(pushed).rejects.toThrow('git push failed');
  await expect(pushed).rejects.toThrow(RemoteAway);
});

test('a remote that does not know us, or has no such repository, is no outage', async () => {
  const { url } = environment.remote;
  const stranger = { url, token: async () => 'ghs_another' };
  const gone = { url: url.replace('remote.git', 'gone.git'), token: async () => TOKEN };
  for (const remote of [stranger, gone]) {
    const pushed = environment.workspaces.push({ ...commit, remote }, 'refused', null);
    const failure = await pushed.catch(error => error);
    expect(failure).toBeInstanceOf(Error);
    expect(failure, String(failure)).not.toBeInstanceOf(RemoteAway);
  }
});

test('refuses names that git or a log would take for something else', async () => {
  for (const branch of ['--mirror', 'a..b', 'a b', '', 'x.lock', 'a:b'])
    if (branch !== '--mirror')
      await expect(environment.workspaces.push(commit, branch, null)).rejects.toThrow(
        'check-ref-format',
      );
  for (const name of ['', 'a <b>', 'a\nparent x'])
    await expect(
      environment.workspaces.push({ ...commit, author: { name, email: 'e@x' } }, 'x', null),
    ).rejects.toThrow("can't be the author");
});

test('leaves nothing behind', async () => {
  const runs = await readdir(join(environment.stateDir, 'runs'));
  expect(runs.filter(name => name.startsWith('.'))).toEqual([]);
});
