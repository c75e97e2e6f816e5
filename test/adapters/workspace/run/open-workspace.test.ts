import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorkspaces } from '../../../../src/adapters/workspace/workspaces.ts';
import { openEnvironment, WORK_TREE_KINDS, type WorkspaceEnvironment } from '../environment.ts';
import { TOKEN } from '../remote.ts';

describe.each(WORK_TREE_KINDS)('a workspace of the kind %s', kind => {
  let environment: WorkspaceEnvironment;
  let base = '';
  beforeAll(async () => {
    environment = await openEnvironment(kind);
    base = await environment.remote.commit({
      'a.txt': 'a\n',
      'crlf.bat': 'echo\r\n',
      'id.txt': '$Id$\n',
      '.gitattributes': '*.bat -text\n*.txt ident filter=lfs\n',
    });
  });
  afterAll(() => environment.close());

  test('is of that kind, with the files of the commit as git checks them out', async () => {
    const workspace = await environment.open(base);
    expect(workspace.workTree.kind).toBe(kind);
    expect(await environment.act(workspace, 'cat a.txt crlf.bat id.txt; ls -A')).toBe(
      `a\necho\r\n$Id: ${environment.remote.git('rev-parse', `${base}:id.txt`)} $\n.git\n.gitattributes\na.txt\ncrlf.bat\nid.txt\n`,
    );
  });

  test('has a git of its own for the agent, that shows no path of ours', async () => {
    const workspace = await environment.open(base);
    const printed = await environment.act(
      workspace,
      'git status --short; echo b > a.txt; git status --short; git commit -qam mine; git log --format=%s; cat .git/objects/info/alternates; cat /run/git/*/info/alternates 2>&1 | grep gatehouse',
    );
    expect(printed).toBe(' M a.txt\nmine\ncommit\n/run/git/mirror\n/run/git/opened\n');
    expect((await workspace.collect())?.change.entries.map(entry => entry.path)).toEqual(['a.txt']);
  });

  test('opens a tree of another machine from its pack', async () => {
    const first = await environment.work(base, 'echo more >> a.txt; mkdir new; echo n > new/n');
    if (first === null) throw new Error('nothing changed');
    const elsewhere = await createWorkspaces({
      stateDir: join(environment.folder, `elsewhere-${kind}`),
      preferOverlay: kind === 'overlay',
    });
    const tree = { sha: first.change.tree, pack: first.pack };
    const workspace = await elsewhere.open({
      run: 'run-there',
      ...environment.source,
      parent: base,
      mergesInto: null,
      joins: null,
      tree,
      prepared: null,
      home: null,
    });
    const seen = await environment.act(
      workspace,
      'cat a.txt new/n; git status --short; git diff HEAD --stat | tail -1',
    );
    expect(seen).toBe('a\nmore\nn\nM  a.txt\nA  new/n\n 2 files changed, 2 insertions(+)\n');
    // Nothing was added to what was opened; what is added counts from the commit.
    expect(await workspace.collect()).toBeNull();
    await environment.act(workspace, 'echo third > third');
    const second = await workspace.collect();
    expect(second?.change.parent).toBe(base);
    expect(second?.change.entries.map(entry => entry.path)).toEqual(['a.txt', 'new/n', 'third']);
  });

  test('begins anew where an earlier attempt was cut off', async () => {
    const first = await environment.open(base, { run: 'again' });
    await environment.act(first, 'echo half > half; mkdir shut; touch shut/x; chmod 0 shut');
    const second = await environment.open(base, { run: 'again' });
    expect(await environment.act(second, 'ls')).toBe('a.txt\ncrlf.bat\nid.txt\n');
  });

  test('is gone when closed, and closing twice is no fault', async () => {
    const workspace = await environment.open(base, { run: 'closing' });
    await environment.act(workspace, 'mkdir shut; touch shut/x; chmod 0 shut');
    await workspace.close();
    await workspace.close();
    expect(await readdir(join(environment.stateDir, 'runs'))).not.toContain('closing');
  });

  test('does not let a run that only reads change it', async () => {
    const workspace = await environment.open(base);
    await environment.act(workspace, 'echo x >> a.txt; rm -f id.txt; echo y > y', true);
    expect(await workspace.collect()).toBeNull();
  });

  test('can not be opened under a name that leaves its folder', async () => {
    for (const run of ['..', '../x', 'a/b', '', '.hidden', 'x'.repeat(200)])
      await expect(environment.open(base, { run })).rejects.toThrow("can't be the id");
  });
});

/** Where the files come from is the same for both kinds. */
describe('what is opened', () => {
  let environment: WorkspaceEnvironment;
  beforeAll(async () => {
    environment = await openEnvironment('overlay');
  });
  afterAll(() => environment.close());

  test('is a merge with its conflicts marked, of which nothing is taken in which marks are left', async () => {
    const text = (line: string) => `one\n${line}\nthree\n`;
    const { remote, source, workspaces } = environment;
    const root = await remote.commit({ 'both.txt': text('two') }, 'root');
    const head = await remote.commit({ 'both.txt': text('ours'), 'ours.txt': 'o\n' }, 'ours', root);
    const tip = await remote.commit(
      { 'both.txt': text('theirs'), 'theirs.txt': 't\n' },
      'theirs',
      root,
    );
    expect(await workspaces.conflicts(source, tip, head)).toEqual(['both.txt']);
    expect(await workspaces.conflicts(source, root, head)).toEqual([]);
    const merging = { mergesInto: head };
    const half = await environment.open(tip, merging);
    expect(await environment.act(half, 'ls; sed s/^/x/ both.txt')).toMatch(/x<<<<<<< /);
    expect(await half.collect()).toBeNull();
    await environment.act(half, 'echo more > more.txt');
    await expect(half.collect()).rejects.toThrow('"both.txt": marks of a conflict are left');
    await environment.act(half, "printf 'one\\nboth\\nthree\\n' > both.txt");
    const work = await half.collect();
    // Against the base: what that brought is no part of the change.
    expect(work?.change.entries.map(({ path }) => path).sort()).toEqual([
      'both.txt',
      'more.txt',
      'ours.txt',
    ]);
    const pushed = await workspaces.push(
      {
        ...source,
        parents: [head, tip],
        tree: { sha: work?.change.tree ?? '', pack: work?.pack ?? Buffer.alloc(0) },
        message: 'm',
        author: { name: 'n', email: 'e@x' },
        at: '2026-01-01T00:00:00Z',
      },
      'merged',
      null,
    );
    expect(pushed).toMatchObject({ outcome: 'pushed' });
    await half.close();
  });

  test('is no pack that is broken, too large, or of another tree', async () => {
    const base = await environment.remote.commit({ 'a.txt': 'a\n' });
    const open = (sha: string, pack: Buffer) => environment.open(base, { tree: { sha, pack } });
    const left = await environment.work(base, 'echo more >> a.txt');
    if (left === null) throw new Error('nothing changed');
    const { tree } = left.change;
    await expect(open(tree, left.pack.subarray(0, 40))).rejects.toThrow('git index-pack failed');
    await expect(open('1'.repeat(40), left.pack)).rejects.toThrow('git ls-tree failed');
    await expect(open('--help', left.pack)).rejects.toThrow('not a full object name');
  });
});

describe('what is fetched', () => {
  let environment: WorkspaceEnvironment;
  beforeAll(async () => {
    environment = await openEnvironment('overlay');
  });
  afterAll(() => environment.close());

  test('is fetched once, by several at a time, and nothing is asked for what is there', async () => {
    const commits = [];
    for (const name of ['one', 'two', 'three'])
      commits.push(await environment.remote.commit({ [name]: name }));
    const others = await createWorkspaces({ stateDir: environment.stateDir });
    await Promise.all(
      commits.flatMap(commit => [
        environment.workspaces.readFile(environment.source, commit, 'one'),
        others.readFile(environment.source, commit, 'one'),
      ]),
    );
    const asked = environment.remote.requests.length;
    const [last = ''] = commits.slice(-1);
    const never = { ...environment.source.remote, token: () => Promise.reject(new Error('asked')) };
    const file = await environment.workspaces.readFile(
      { ...environment.source, remote: never },
      last,
      'three',
    );
    expect(file?.toString()).toBe('three');
    expect(environment.remote.requests.length).toBe(asked);
  });

  test('says so where the commit does not exist, or the token is refused', async () => {
    await expect(environment.open('1'.repeat(40))).rejects.toThrow(
      /Commit 1{40} of repository 42 can't be fetched/,
    );
    const commit = await environment.remote.commit({ fresh: 'fresh' });
    const wrong = { url: environment.remote.url, token: async () => 'ghs_wrongwrongwrong' };
    const failure = await environment.open(commit, { remote: wrong }).catch(error => String(error));
    expect(failure).toContain("can't be fetched");
    expect(failure).not.toContain('ghs_wrong');
    expect(failure).not.toContain(
      Buffer.from('x-access-token:ghs_wrong').toString('base64').slice(0, 20),
    );
  });

  test('comes by http or https alone', async () => {
    for (const url of [`file://${environment.remote.path}`, 'ssh://host/x', 'ext::touch /tmp/x'])
      await expect(
        environment.open('2'.repeat(40), { remote: { url, token: async () => TOKEN } }),
      ).rejects.toThrow('reached by http or https');
  });

  test('leaves the token in no argument, no URL, no file', async () => {
    const commit = await environment.remote.commit({ secret: 'secret' });
    const seen: string[] = [];
    const server = environment.remote.onRequest;
    environment.remote.onRequest = () => {
      seen.push(
        execFileSync('sh', ['-c', 'cat /proc/[0-9]*/cmdline 2>/dev/null; true'], {
          encoding: 'latin1',
        }),
      );
    };
    await environment.open(commit);
    environment.remote.onRequest = server;
    expect(seen.length).toBeGreaterThan(0);
    const basic = Buffer.from(`x-access-token:${TOKEN}`).toString('base64');
    expect(
      seen.some(lines => lines.includes('git-remote-http') || lines.includes('remote-http')),
    ).toBe(true);
    expect(seen.filter(lines => lines.includes(TOKEN) || lines.includes(basic))).toEqual([]);
    expect(environment.remote.requests.filter(({ url }) => url.includes('ghs_'))).toEqual([]);
    const found = execFileSync('sh', ['-c', `grep -rlE '${TOKEN}|${basic}' . || true`], {
      cwd: environment.stateDir,
    });
    expect(found.toString()).toBe('');
  });

  test('never includes a submodule', async () => {
    const asked = environment.remote.requests.length;
    const commit = await environment.remote.commit({
      '.gitmodules': `[submodule "s"]\n\tpath = s\n\turl = ext::touch ${environment.folder}/pwned\n[submodule "-u"]\n\tpath = "t\\r"\n\turl = -u./payload\n[submodule "h"]\n\tpath = h\n\turl = ${environment.remote.url}\n`,
    });
    const workspace = await environment.open(commit);
    await environment.act(workspace, 'mkdir -p s h; echo x > x');
    await workspace.collect();
    expect(await readdir(environment.folder)).not.toContain('pwned');
    const paths = environment.remote.requests.slice(asked).map(({ url }) => url.split('?')[0]);
    expect(new Set(paths)).toEqual(
      new Set(['/remote.git/info/refs', '/remote.git/git-upload-pack']),
    );
    const config = await readFile(join(environment.stateDir, 'mirrors/42.git/config'), 'utf8');
    expect(config).not.toContain('submodule');
  });
});
