import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Change } from '../../../src/core/change.ts';
import { WorkspaceRefused } from '../../../src/engine/ports/workspace.ts';
import { temporaryFolder } from '../sandbox/temporary-folder.ts';
import { openEnvironment, WORK_TREE_KINDS, type WorkspaceEnvironment } from './environment.ts';

describe.each(WORK_TREE_KINDS)('what a run left in its %s', kind => {
  let environment: WorkspaceEnvironment;
  let base = '';
  beforeAll(async () => {
    environment = await openEnvironment(kind);
    base = await environment.remote.commit({
      'a.txt': 'one\ntwo\nthree\n',
      'lib/deep/b.txt': 'b1\nb2\nb3\nb4\n',
      'lib/c.txt': 'c\n',
      'crlf.bat': 'echo\r\necho\r\n',
      '.gitattributes': '*.bat text eol=crlf\n*.txt text ident\n',
      '.gitignore': 'ignored/\n',
    });
  });
  afterAll(() => environment.close());

  const entries = async (script: string) => {
    const collected = await environment.work(base, script);
    return (collected?.change.entries ?? []).map(entry => [
      entry.status,
      entry.from === null ? entry.path : `${entry.from} → ${entry.path}`,
    ]);
  };

  test('nothing, where nothing changed: whatever attributes, time stamps and git say', async () => {
    expect(await environment.work(base, 'true')).toBeNull();
    expect(await environment.work(base, 'touch a.txt; git status; git add -A')).toBeNull();
    expect(await environment.work(base, 'mkdir ignored empty; echo x > ignored/x')).toBeNull();
  });

  test('names beside which another reads alike', async () => {
    const script =
      'mkdir LIB lib/DEEP; echo x > LIB/x; echo x > lib/DEEP/x; echo x > lib/e; echo x > A.txt';
    const collected = await environment.work(base, script);
    expect(Change.parse(collected?.change).alike).toEqual([
      { path: 'A.txt', other: 'a.txt' },
      { path: 'LIB/x', other: 'lib' },
      { path: 'lib/DEEP/x', other: 'lib/deep' },
    ]);
    const other = await environment.work(base, 'echo x > lib/e');
    expect(other?.change.alike).toBeUndefined();
  });

  test('a change, with its texts, lines, modes, diff and pack', async () => {
    const collected = await environment.work(
      base,
      'echo four >> a.txt; chmod +x a.txt; git mv lib/deep/b.txt b.txt; rm -r lib; printf "\\000\\001" > bin',
    );
    expect(Change.parse(collected?.change).entries).toMatchObject([
      {
        path: 'a.txt',
        status: 'modified',
        mode: { before: '100644', after: '100755' },
        lines: { added: 1, removed: 0 },
        size: { before: 14, after: 19 },
        binary: false,
        text: { before: 'one\ntwo\nthree\n', after: 'one\ntwo\nthree\nfour\n' },
      },
      { path: 'b.txt', from: 'lib/deep/b.txt', status: 'renamed' },
      { path: 'bin', status: 'added', binary: true, text: { before: null, after: null } },
      { path: 'lib/c.txt', status: 'deleted', blob: { after: null } },
    ]);
    expect(collected?.change.parent).toBe(base);
    expect(collected?.diff.toString()).toContain('+four\n');
    expect(collected?.diff.toString()).toContain('GIT binary patch');
    expect(collected?.pack.toString('latin1', 0, 4)).toBe('PACK');
  });

  test('folders replaced, moved, emptied and made again', async () => {
    expect(await entries('rm -r lib; mkdir lib; echo new > lib/new')).toEqual([
      ['deleted', 'lib/c.txt'],
      ['deleted', 'lib/deep/b.txt'],
      ['added', 'lib/new'],
    ]);
    expect(await entries('mv lib moved')).toEqual([
      ['renamed', 'lib/c.txt → moved/c.txt'],
      ['renamed', 'lib/deep/b.txt → moved/deep/b.txt'],
    ]);
    expect(await entries('rm -r lib; ln -s /etc lib')).toEqual([
      ['added', 'lib'],
      ['deleted', 'lib/c.txt'],
      ['deleted', 'lib/deep/b.txt'],
    ]);
  });

  test('a change of equal size under a forged time', async () => {
    const script =
      'touch -r a.txt /tmp/t; printf "ONE\\ntwo\\nthree\\n" > a.txt; touch -r /tmp/t a.txt';
    expect(await entries(script)).toEqual([['modified', 'a.txt']]);
    // The same in a folder that was moved away and back, under a name git would not look at twice.
    const moved =
      'touch -r lib/c.txt /tmp/t; mv lib x; printf "C\\n" > x/c.txt; touch -r /tmp/t x/c.txt; mv x lib';
    expect(await entries(moved)).toEqual([['modified', 'lib/c.txt']]);
  });

  test('files that no attribute hides, and no filter rewrites', async () => {
    const collected = await environment.work(
      base,
      `printf '* filter=evil diff=evil\\n*.txt -text -ident\\n' > .gitattributes; printf 'x\\r\\n' >> a.txt; printf '$Id$\\n' > id.txt`,
    );
    const text = new Map(collected?.change.entries.map(entry => [entry.path, entry.text.after]));
    expect(text.get('a.txt')).toBe('one\ntwo\nthree\nx\r\n');
    expect(text.get('id.txt')).toBe('$Id$\n');
    expect(collected?.diff.toString()).toContain('+x\r\n');
  });

  test('what it hid behind modes', async () => {
    expect(
      await entries(
        'mkdir shut; echo s > shut/s; echo t > t; chmod 000 t shut a.txt; chmod 000 lib',
      ),
    ).toEqual([
      ['added', 'shut/s'],
      ['added', 't'],
    ]);
  });

  test('setuid files, without the bit on the host', async () => {
    const workspace = await environment.open(base);
    await environment.act(workspace, 'cp /bin/sh sh; chmod 6755 sh; mkdir d; chmod 3777 d');
    await workspace.collect();
    const tree = workspace.workTree;
    const root = tree.kind === 'folder' ? tree.path : tree.upper;
    expect((await stat(join(root, 'sh'))).mode & 0o7000).toBe(0);
    expect((await stat(join(root, 'd'))).mode & 0o5000).toBe(0);
    expect((await stat(environment.stateDir)).mode & 0o777).toBe(0o700);
  });

  test('links, as links: nothing behind them is ever read', async () => {
    const collected = await environment.work(
      base,
      'ln -s /proc/self/environ env; ln -s /etc/shadow a; ln -sf /etc/passwd a.txt; ln -s ../../../.. up',
    );
    expect(
      collected?.change.entries.map(entry => [entry.path, entry.mode.after, entry.text.after]),
    ).toEqual([
      ['a', '120000', '/etc/shadow'],
      ['a.txt', '120000', '/etc/passwd'],
      ['env', '120000', '/proc/self/environ'],
      ['up', '120000', '../../../..'],
    ]);
  });

  test('pipes and sockets, by dropping them; hard links, as the files they are', async () => {
    expect(
      await entries(
        'mkfifo pipe lib/pipe lib/.gitignore; perl -MSocket -e "socket S,1,1,0; bind S,sockaddr_un(qw(sock))"; ln lib/c.txt hard',
      ),
    ).toEqual([['added', 'hard']]);
    for (const place of ['a.txt', '.gitignore', 'lib'])
      await expect(entries(`rm -r ${place}; mkfifo ${place}`)).rejects.toThrow(
        "a pipe or socket in a file's place",
      );
    expect(await entries('seq 5000 | xargs mkfifo')).toEqual([]);
  });

  test('no repository inside, nor a name that any system takes for one', async () => {
    for (const script of [
      'git init -q sub; echo x > sub/x',
      'mkdir sub; echo "gitdir: /etc" > sub/.git',
      'mkdir sub; ln -s /tmp sub/.git',
      'mkdir .GIT; echo x > .GIT/config',
      'mkdir sub; echo x > sub/git~1',
      "mkdir '.git::$INDEX_ALLOCATION'; echo x > '.git::$INDEX_ALLOCATION/config'",
      `mkdir "$(printf '.g\\342\\200\\214it')"; echo x > "$(printf '.g\\342\\200\\214it/config')"`,
      "mkdir sub; echo x > 'sub/.git. '",
    ]) {
      const left = environment.work(base, script);
      await expect(left, script).rejects.toThrow(WorkspaceRefused);
      await expect(left, script).rejects.toThrow('Remove it.');
    }
  });

  test('a path that is longer than the kernel takes: refused, and harmless below .git', async () => {
    const chain =
      'name=$(printf %0100d 0); n=0; while [ $n -lt 200 ]; do mkdir $name; cd $name; n=$((n + 1)); done; touch file';
    await expect(environment.work(base, chain)).rejects.toThrow(WorkspaceRefused);
    expect(await entries(`echo new > new; mkdir -p .git; cd .git; ${chain}`)).toEqual([
      ['added', 'new'],
    ]);
  });

  test('names that are not UTF-8: refused where they changed, not lost where they were', async () => {
    await expect(environment.work(base, 'touch "$(printf \'\\377\')"')).rejects.toThrow(
      'not UTF-8',
    );
    expect(
      await environment.work(base, 'mkdir ignored; touch "ignored/$(printf \'\\377\')"'),
    ).toBeNull();
    // A forged change of a file that was there under such a name is seen.
    const name = Buffer.from([0x66, 0xff]).toString('latin1');
    const index = `100644 ${environment.remote.git('rev-parse', `${base}:lib/c.txt`)}\t${name}\0`;
    const tree = environment.remote.tree(Buffer.from(index, 'latin1'));
    const strange = environment.remote.git('commit-tree', tree, '-m', 'strange');
    environment.remote.git('update-ref', 'refs/heads/strange', strange);
    expect(await environment.work(strange, 'true')).toBeNull();
    const forge =
      'for f in f*; do touch -r $f /tmp/t; printf "C\\n" > $f; touch -r /tmp/t $f; done';
    await expect(environment.work(strange, forge)).rejects.toThrow('not UTF-8');
    // Whoever does what the refusal says is not refused.
    const changes = async (script: string) =>
      (await environment.work(strange, script))?.change.entries.map(
        ({ status, from, path }) => [status, from, path] as const,
      );
    expect(await changes('mv f* good')).toEqual([['renamed', 'f\uFFFD', 'good']]);
    expect(await changes('rm f*')).toEqual([['deleted', null, 'f\uFFFD']]);
  });

  test('repositories in ignored folders are nobody’s business', async () => {
    expect(
      await environment.work(base, 'mkdir ignored; git init -q ignored/r; echo x > ignored/r/x'),
    ).toBeNull();
  });

  test('a gitlink that the agent committed to its own index changes nothing', async () => {
    const script = `git update-index --add --cacheinfo 160000,${'1'.repeat(40)},sub; git commit -qm x; echo y > y`;
    expect(await entries(script)).toEqual([['added', 'y']]);
  });
});

/** Ways in which a repository makes git execute something; `CANARY-n` is the command. */
const VECTORS = [
  '[core]\n\tfsmonitor = CANARY-1\n',
  '[core]\n\tsshCommand = CANARY-2\n',
  '[core]\n\tpager = CANARY-3\n[pager]\n\tstatus = CANARY-3\n\tdiff = CANARY-3\n',
  '[core]\n\teditor = CANARY-4\n[sequence]\n\teditor = CANARY-4\n',
  '[core]\n\taskPass = CANARY-5\n',
  '[core]\n\tgitProxy = CANARY-6\n',
  '[core]\n\talternateRefsCommand = CANARY-7\n',
  '[credential]\n\thelper = "!CANARY-8"\n',
  '[diff]\n\texternal = CANARY-9\n',
  '[diff "evil"]\n\tcommand = CANARY-10\n\ttextconv = CANARY-10\n',
  '[filter "evil"]\n\tclean = CANARY-11\n\tsmudge = CANARY-11\n\trequired = true\n',
  '[filter "process"]\n\tprocess = CANARY-12\n\trequired = true\n',
  '[merge "evil"]\n\tdriver = CANARY-13\n',
  '[gpg]\n\tprogram = CANARY-14\n[commit]\n\tgpgSign = true\n[log]\n\tshowSignature = true\n',
  '[alias]\n\tadd = "!CANARY-15"\n\tstatus = "!CANARY-15"\n\tdiff-tree = "!CANARY-15"\n',
  '[uploadpack]\n\tpackObjectsHook = CANARY-16\n',
  '[include]\n\tpath = /work/evil.config\n',
  '[submodule "s"]\n\tupdate = "!CANARY-18"\n\turl = ext::CANARY-18\n\tactive = true\n',
];
/** The nineteenth: it takes the place of the hooks in `hooks`. */
const HOOKS_PATH = '[core]\n\thooksPath = /work/evil-hooks\n';

/** What makes a commit in a sandbox the one that the remote has. */
const COMMIT_ENV =
  'export GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.com GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.com GIT_AUTHOR_DATE=2026-01-01T00:00:00Z GIT_COMMITTER_DATE=2026-01-01T00:00:00Z';

/** Where a repository can lie in the work tree. */
const PLACES: [string, string][] = [
  ['at the top', 'mkdir -p .git'],
  ['nested', 'git init -q sub; echo x > sub/x'],
  [
    'behind a gitdir file',
    'git init -q .hidden; mv .hidden/.git store; echo "gitdir: ../store" > .hidden/.git',
  ],
  ['bare, embedded', 'git init -q --bare bare'],
];

describe.each(WORK_TREE_KINDS)('nothing of a repository in the %s executes on the host', kind => {
  let environment: WorkspaceEnvironment;
  let base = '';
  let canaries = '';
  beforeAll(async () => {
    environment = await openEnvironment(kind);
    base = await environment.remote.commit({ 'a.txt': 'a\n', 'lib/b.js': 'b\n' });
    canaries = await temporaryFolder();
  });
  afterAll(() => environment.close());

  /** Writes the vectors into every repository of the work tree, and attributes that name them. */
  const poison = (vectors: string[]) => {
    const canary = (name: string) => `touch ${canaries}/${name}`;
    const config = vectors.join('').replaceAll(/CANARY-(\d+)/g, (_, number) => canary(number));
    return `
      printf '* filter=evil diff=evil merge=evil\\n*.js filter=process\\n' > .gitattributes
      printf '[core]\\n\\tfsmonitor = ${canary('included')}\\n' > evil.config
      mkdir -p evil-hooks
      for dir in .git sub/.git store bare; do
        [ -d $dir ] || continue
        cat >> $dir/config <<'END'
${config}
END
        mkdir -p $dir/hooks $dir/info
        printf '* filter=evil diff=evil merge=evil\\n' > $dir/info/attributes
        for hook in pre-commit post-index-change reference-transaction post-checkout; do
          printf '#!/bin/sh\\n${canary('hook')}\\n' | tee $dir/hooks/$hook > evil-hooks/$hook
          chmod +x $dir/hooks/$hook evil-hooks/$hook
        done
      done
      printf '[submodule "s"]\\n\\tpath = s\\n\\turl = ext::${canary('submodule')}\\n' > .gitmodules
      echo changed > a.txt; echo changed > lib/b.js`;
  };

  test.each(PLACES)('%s', async (_, make) => {
    for (const vectors of [VECTORS, [...VECTORS, HOOKS_PATH]]) {
      const outcome = await environment
        .work(base, `${make}\n${poison(vectors)}`)
        .then(collected => collected !== null)
        .catch(error => error instanceof WorkspaceRefused || error);
      expect(outcome).toBe(true);
    }
    expect(await readdir(canaries)).toEqual([]);
  });

  test.each([
    ['in the folder of a submodule, of which nothing is taken', ''],
    ['nor where that folder is ignored besides', 'sub\n'],
  ])('%s', async (name, ignored) => {
    const { remote } = environment;
    const file = remote.makeTree([`100644 blob ${remote.blob('x\n')}\tx`]);
    const entries = [
      `100644 blob ${remote.blob(ignored)}\t.gitignore`,
      `100644 blob ${remote.blob('a\n')}\ta.txt`,
      `160000 commit ${remote.git('commit-tree', file, '-m', 'm')}\tsub`,
    ];
    const head = remote.git('commit-tree', remote.makeTree(entries), '-m', name);
    remote.git('update-ref', `refs/heads/${head}`, head);
    // The very commit that the tree names: git looks at the files of no other.
    const clone = `(${COMMIT_ENV}; git init -q sub; cd sub; echo x > x; git add x; git commit -qm m; echo y > x)`;
    const nested = 'git init -q sub/inner; echo x > sub/inner/x; echo z > sub/z';
    const script = `${clone}\n${nested}\n${poison(VECTORS)}`;
    const installed = await environment.open(head);
    await environment.act(installed, script);
    const { paths } = await installed.keepPrepared(name);
    const collected = await environment.work(head, script);
    expect(await readdir(canaries)).toEqual([]);
    const changed = collected?.change.entries.map(({ path }) => path) ?? [];
    expect(changed).toContain('a.txt');
    expect([...paths, ...changed].filter(path => path.startsWith('sub'))).toEqual([]);
  });

  test('while an ordinary git would have executed it', async () => {
    const workspace = await environment.open(base);
    await environment.act(workspace, `git init -q sub; echo x > sub/x\n${poison(VECTORS)}`);
    const tree = workspace.workTree;
    const sub = join(tree.kind === 'folder' ? tree.path : tree.upper, 'sub');
    const careless = { cwd: sub, env: { PATH: '/usr/bin:/bin', HOME: canaries } };
    const config = ['config', '--global', 'safe.directory', '*'];
    await promisify(execFile)('git', config, careless);
    await promisify(execFile)('git', ['status'], careless).catch(() => {});
    expect(await readdir(canaries)).toContain('1');
  });
});

describe.each(WORK_TREE_KINDS)('quotas of the %s', kind => {
  test('what a run leaves is counted before git reads it', async () => {
    const environment = await openEnvironment(kind, { quotaBytes: 1_000_000, quotaFiles: 500 });
    const base = await environment.remote.commit({ a: 'a' });
    await expect(environment.work(base, 'head -c 2000000 /dev/zero > big')).rejects.toThrow(
      /The run left \d+ files and 2\d+ bytes; at most 500 files and 1000000 bytes are allowed/,
    );
    await expect(
      environment.work(base, 'mkdir many; cd many; seq 600 | xargs touch'),
    ).rejects.toThrow(WorkspaceRefused);
    await environment.close();
  });

  test('a tree that unpacks to more than its pack is refused before it is checked out', async () => {
    const environment = await openEnvironment(kind, { quotaBytes: 1_000_000, quotaFiles: 500 });
    const bomb = await environment.remote.commit({ zeros: '0'.repeat(5_000_000) });
    await expect(environment.open(bomb)).rejects.toThrow(
      'The repository has 1 files and 5000000 bytes at this commit',
    );
    expect(await readdir(join(environment.stateDir, 'lowers/42')).catch(() => [])).toEqual([]);
    expect(await readdir(join(environment.stateDir, 'runs'))).toEqual([]);
    await environment.close();
  });
});
