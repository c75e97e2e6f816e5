/** A mirror has the history, and of the contents only those that were needed. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CONTENT_LIMITS } from '../../../src/adapters/workspace/git/git-limits.ts';
import { fetchHistory } from '../../../src/adapters/workspace/mirror/fetch.ts';
import { createGitDir } from '../../../src/adapters/workspace/mirror/mirror.ts';
import { createWorkspaces } from '../../../src/adapters/workspace/workspaces.ts';
import type { Commit, Workspaces } from '../../../src/engine/ports/workspace.ts';
import { openEnvironment, type WorkspaceEnvironment } from './environment.ts';
import type { Remote } from './remote.ts';

let environment: WorkspaceEnvironment;
beforeEach(async () => {
  environment = await openEnvironment('overlay');
});
afterEach(() => environment.close());

const mirror = (stateDir = environment.stateDir) => join(stateDir, 'mirrors/42.git');
const has = (object: string) => {
  const options = { env: { PATH: '/usr/bin:/bin' }, stdio: 'ignore' } as const;
  try {
    execFileSync('git', ['--git-dir', mirror(), 'cat-file', '-e', object], options);
    return true;
  } catch {
    return false;
  }
};
const blob = (commit: string, path: string) =>
  environment.remote.git('rev-parse', `${commit}:${path}`);
/** The requests that fetched something since. */
const fetches = () => environment.remote.requests.splice(0).filter(({ packs }) => packs);

const small = () => ({ remote: { ...environment.source.remote, kilobytes: 100_000 } });

/** Many commits at once, each of which changes files of `size` random characters. */
function grow(commits: number, files: number, size: number): string {
  const noise = (seed: number) => {
    let state = seed + 1;
    const next = () => {
      state = (state * 48_271) % 2_147_483_647;
      return String.fromCharCode(97 + (state % 26));
    };
    return Array.from({ length: size }, next).join('');
  };
  const parts: string[] = [];
  for (let commit = 0; commit < commits; commit += 1) {
    parts.push(
      `commit refs/heads/main\ncommitter Ada <ada@example.com> ${1_700_000_000 + commit} +0000\ndata 1\nx\n`,
    );
    if (commit === 0) parts.push('');
    for (let file = 0; file < (commit === 0 ? files : 1); file += 1) {
      const text = noise(commit * 7919 + file);
      const name = `src/${file % 10}/${file}.txt`;
      parts.push(`M 100644 inline ${name}\ndata ${text.length}\n${text}\n`);
    }
  }
  const { path } = environment.remote;
  const options = { cwd: path, env: { PATH: '/usr/bin:/bin' }, input: parts.join('') };
  execFileSync('git', ['fast-import', '--quiet', '--force'], options);
  return environment.remote.git('rev-parse', 'main');
}

test('the files of the commit are fetched at once, and what was before only when it is read', async () => {
  const { remote, workspaces, source } = environment;
  const first = await remote.commit({ 'a.txt': 'first\n', 'b.txt': 'b\n', 'bin/c': 'c\n' });
  const base = await remote.commit({ 'a.txt': 'second\n' });
  remote.git('tag', 'v1.0.0', first);
  const workspace = await environment.open(base);
  expect(fetches()).toHaveLength(2);
  expect([has(first), has(blob(base, 'a.txt')), has(blob(base, 'b.txt'))]).toEqual([
    true,
    true,
    true,
  ]);
  expect(has(blob(first, 'a.txt'))).toBe(false);

  // The agent's own git has the history, and says what it does not have; it never waits.
  const script =
    'cat a.txt b.txt; git describe --tags; git log --format=%s | wc -l; git status --short; git log -p 2>&1 >/dev/null; git blame a.txt 2>&1 | tail -1';
  const seen = await environment.act(workspace, script);
  expect(seen.split('\n').slice(0, 4)).toEqual([
    'second',
    'b',
    expect.stringMatching(/^v1.0.0-1-g/),
    '2',
  ]);
  expect(seen).toMatch(/contents of older files are not in this sandbox/);
  await environment.act(workspace, 'echo third > a.txt; git mv b.txt moved.txt');
  const left = await workspace.collect();
  expect(left?.change.entries.map(({ path, from }) => [path, from])).toEqual([
    ['a.txt', null],
    ['moved.txt', 'b.txt'],
  ]);
  expect(fetches()).toEqual([]);

  expect((await workspaces.readFile(source, first, 'a.txt'))?.toString()).toBe('first\n');
  expect(fetches()).toHaveLength(1);
});

test('a fetch that began with nothing cuts off no history that another one has brought meanwhile', async () => {
  const { source, stateDir, folder } = environment;
  const commit = grow(1_200, 1, 10);
  const env = { PATH: '/usr/bin:/bin' };
  await createGitDir(mirror(), []);
  const locked = spawn('flock', [`${mirror()}.lock`, 'sh', '-c', 'echo; read done'], { env });
  await once(locked.stdout, 'data');
  const asked = Promise.withResolvers<void>();
  const token = async () => {
    asked.resolve();
    return source.remote.token();
  };
  const settings = {
    ...{ stateDir, quota: { bytes: 1e9, files: 1e6 }, limits: CONTENT_LIMITS },
    ...{ overlay: false, tagsMs: 0, network: {} },
  };
  const waiting = { ...source, remote: { ...source.remote, token } };
  const fetched = fetchHistory(settings, mirror(), waiting, commit);
  await asked.promise;
  const whole = ['--git-dir', mirror(), 'fetch', '-q', environment.remote.path, 'refs/*:refs/*'];
  execFileSync('git', whole, { env, cwd: folder });
  const cut: string[] = [];
  const watcher = watch(mirror(), (_, name) => name?.startsWith('shallow') && cut.push(name));
  locked.stdin.end('\n');
  expect(await fetched).toEqual({ anew: false });
  watcher.close();
  expect(cut).toEqual([]);
});

test('comparing, merging anew, reading and pushing fetch what they lack in one request', async () => {
  const { remote, source } = environment;
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}\n`);
  const files = Object.fromEntries(
    Array.from({ length: 30 }, (_, n) => [`f/${n}`, `${n}\n${lines.join('')}`]),
  );
  const root = await remote.commit(files);
  const changed = Object.fromEntries(
    Array.from({ length: 20 }, (_, n) => [`f/${n}`, `new\n${n}\n${lines.join('')}`]),
  );
  const base = await remote.commit(changed);
  const feature = await remote.commit(
    { 'f/1': `1\n${lines.join('')}end\n`, 'f/2': null, 'g/2': `2\n${lines.join('')}` },
    'feature',
    root,
  );
  remote.git('update-ref', 'refs/heads/merged', mergeOf(feature, base));
  const head = remote.git('rev-parse', 'merged');

  const elsewhere = async (name: string, use: (workspaces: Workspaces) => Promise<void>) => {
    remote.requests.splice(0);
    const workspaces = await createWorkspaces({ stateDir: join(environment.folder, name) });
    await use(workspaces);
    return fetches().length;
  };
  const histories = 1;
  expect(
    await elsewhere('reading', async workspaces => {
      for (let n = 0; n < 30; n += 1) await workspaces.readFile(source, base, `f/${n}`);
      await workspaces.findFiles(source, base, ['*']);
    }),
  ).toBe(histories + 1);
  expect(
    await elsewhere('comparing', async workspaces => {
      const change = await workspaces.compare(source, root, base);
      expect(change.entries).toHaveLength(20);
      expect(change.entries[0]?.text.before).toContain('line 39');
    }),
  ).toBe(histories + 1 + 1);
  expect(
    await elsewhere('merging', async workspaces => {
      const merged = await workspaces.remerge(source, base, head);
      expect(merged?.recomputed).toBe(merged?.tree);
    }),
  ).toBe(histories + 1 + 1);
  const left = await environment.work(base, 'echo x > x');
  if (left === null) throw new Error('nothing changed');
  expect(
    await elsewhere('pushing', async workspaces => {
      const tree = { sha: left.change.tree, pack: left.pack };
      const commit: Commit = {
        ...source,
        parents: [base],
        tree,
        message: 'm',
        author: { name: 'n', email: 'e@x' },
        at: '2026-01-01T00:00:00Z',
      };
      expect((await workspaces.push(commit, 'pushed', null)).outcome).toBe('pushed');
    }),
  ).toBeLessThanOrEqual(histories + 1 + 1);
});

const mergeOf = (one: string, another: string): string => {
  const { git } = environment.remote;
  const tree = git('merge-tree', '--write-tree', one, another);
  return git('commit-tree', tree, '-p', one, '-p', another, '-m', 'merge');
};

test('a fetch that broke goes on where it was', async () => {
  const { remote } = environment;
  const base = grow(2_500, 4_500, 300);
  const sent = () => remote.requests.splice(0).reduce((sum, { bytes }) => sum + bytes, 0);
  await environment.open(base);
  const whole = sent();
  expect(has(blob(`${base}~100`, 'src/0/0.txt'))).toBe(false);

  const workspaces = await createWorkspaces({ stateDir: join(environment.folder, 'broken') });
  const { repository } = environment.source;
  const spec = {
    repository,
    parent: base,
    mergesInto: null,
    joins: null,
    tree: null,
    prepared: null,
    home: null,
  };
  let [arrived, attempts] = [0, 0];
  for (let failure: string | null = ''; failure !== null; attempts += 1) {
    // Each attempt breaks one answer later than the one before.
    let posts = 0;
    let lost: Remote['requests'][number] | null = null;
    remote.breaks = request => {
      posts += request.method === 'POST' ? 1 : 0;
      if (posts !== attempts + 2 || lost !== null) return false;
      lost = request;
      return true;
    };
    const opening = workspaces.open({ run: 'run', remote: environment.source.remote, ...spec });
    failure = await opening.then(() => null, String);
    if (failure !== null) expect(failure).toContain("can't be fetched");
    arrived += sent() - ((lost as Remote['requests'][number] | null)?.bytes ?? 0);
  }
  expect(attempts).toBeGreaterThan(3);
  // Nothing that arrived whole was fetched again.
  expect(arrived).toBeLessThan(whole * 1.15);
});

test('a server that filters nothing, or serves commits by branch alone, is fetched from all the same', async () => {
  const { remote } = environment;
  const first = await remote.commit({ a: '1\n' });
  const base = await remote.commit({ a: '2\n' });
  remote.git('config', 'uploadpack.allowFilter', 'false');
  const workspace = await environment.open(base);
  expect(
    await environment.act(workspace, 'cat a; git log -p --format= | grep -c "^[+-][12]"'),
  ).toBe('2\n3\n');
  expect(has(blob(first, 'a'))).toBe(true);
});

test('a small repository is fetched with all contents, so that an agent can ask who wrote a line', async () => {
  const { remote } = environment;
  await remote.commit({ 'a.txt': 'first\n' });
  const base = await remote.commit({ 'a.txt': 'first\nsecond\n' });
  const workspace = await environment.open(base, small());
  expect(fetches()).toHaveLength(1);
  const seen = await environment.act(workspace, 'git blame --line-porcelain a.txt; git log -p');
  expect(seen.match(/^summary .*$/gm)).toHaveLength(2);
  expect(seen).toContain('+second');
});

test('a comparison fetches the attributes that say how the compared files are stored', async () => {
  const { remote, workspaces, source } = environment;
  const files = {
    '.gitattributes': '*.bin filter=lfs\n',
    'sub/.gitattributes': '*.key filter=crypt\n',
  };
  const base = await remote.commit(files);
  const head = await remote.commit({ 'a.bin': 'a\n', 'sub/a.key': 'k\n' }, 'topic', base);
  const { entries } = await workspaces.compare(source, base, head);
  expect(entries.map(({ path, filter }) => [path, filter])).toEqual([
    ['a.bin', 'lfs'],
    ['sub/a.key', 'crypt'],
  ]);
});
