/** What a run left in its work tree, as the entries of a change, or the reason why it is refused. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Change, type TreeEntry } from '../../../../src/core/change.ts';
import {
  type CollectedWork,
  type Workspace,
  WorkspaceRefused,
  writableFolder,
} from '../../../../src/engine/ports/workspace.ts';
import { openEnvironment, WORK_TREE_KINDS, type WorkspaceEnvironment } from '../environment.ts';

/** Entries, as the status and the path that a person sees. */
type Entries = [status: string, path: string][];
type Case = { run: string; entries: Entries };

/**
 * What one run does in one collection, each in a folder of its own, which has `a.txt`, `lib/c.txt` and
 * `lib/deep/b.txt`. Files of two folders never read alike: a rename is found by its content.
 */
const CASES: Record<string, Case> = {
  'a folder that is replaced': {
    run: 'rm -r lib; mkdir lib; echo new > lib/new',
    entries: [
      ['deleted', 'lib/c.txt'],
      ['deleted', 'lib/deep/b.txt'],
      ['added', 'lib/new'],
    ],
  },
  'a folder that is moved': {
    run: 'mv lib moved',
    entries: [
      ['renamed', 'lib/c.txt → moved/c.txt'],
      ['renamed', 'lib/deep/b.txt → moved/deep/b.txt'],
    ],
  },
  'a link in place of a folder': {
    run: 'rm -r lib; ln -s /etc lib',
    entries: [
      ['added', 'lib'],
      ['deleted', 'lib/c.txt'],
      ['deleted', 'lib/deep/b.txt'],
    ],
  },
  'a change of equal size under a forged time': {
    run: 'touch -r a.txt /tmp/t; tr a-z A-Z < a.txt > /tmp/u; cat /tmp/u > a.txt; touch -r /tmp/t a.txt',
    entries: [['modified', 'a.txt']],
  },
  'the same in a folder that was moved away and back, under a name git would not look at twice': {
    run: 'touch -r lib/c.txt /tmp/t; mv lib x; tr a-z A-Z < x/c.txt > /tmp/u; cat /tmp/u > x/c.txt; touch -r /tmp/t x/c.txt; mv x lib',
    entries: [['modified', 'lib/c.txt']],
  },
  'files that no attribute hides, and no filter rewrites': {
    run: `printf '* filter=evil diff=evil\\n*.txt -text -ident\\n' > .gitattributes; printf 'x\\r\\n' >> a.txt; printf '$Id$\\n' > id.txt`,
    entries: [
      ['added', '.gitattributes'],
      ['modified', 'a.txt'],
      ['added', 'id.txt'],
    ],
  },
  'what it hid behind modes': {
    run: 'mkdir shut; echo s > shut/s; echo t > t; chmod 000 t shut a.txt; chmod 000 lib',
    entries: [
      ['added', 'shut/s'],
      ['added', 't'],
    ],
  },
  'setuid files': {
    run: 'cp /bin/sh sh; chmod 6755 sh; mkdir d; chmod 3777 d',
    entries: [['added', 'sh']],
  },
  'links, as links': {
    run: 'ln -s /proc/self/environ env; ln -s /etc/shadow a; ln -sf /etc/passwd a.txt; ln -s ../../../.. up',
    entries: [
      ['added', 'a'],
      ['type_changed', 'a.txt'],
      ['added', 'env'],
      ['added', 'up'],
    ],
  },
  'no pipes and sockets; hard links, as the files they are': {
    run: 'mkfifo pipe lib/pipe lib/.gitignore; perl -MSocket -e "socket S,1,1,0; bind S,sockaddr_un(qw(sock))"; ln lib/c.txt hard; mkdir many; cd many; seq 5000 | xargs mkfifo',
    entries: [['added', 'hard']],
  },
  'no repository in an ignored folder, and no name there that is not UTF-8': {
    run: 'mkdir ignored; git init -q ignored/r; echo x > ignored/r/x; touch ignored/"$(printf \'\\377\')"',
    entries: [],
  },
  'no gitlink that the agent committed to its own index': {
    run: `git update-index --add --cacheinfo 160000,${'1'.repeat(40)},sub; git commit -qm x; echo y > y`,
    entries: [['added', 'y']],
  },
  'names beside which another reads alike': {
    run: 'mkdir LIB lib/DEEP; echo x > LIB/x; echo x > lib/DEEP/x; echo x > lib/e; echo x > A.txt',
    entries: [
      ['added', 'A.txt'],
      ['added', 'LIB/x'],
      ['added', 'lib/DEEP/x'],
      ['added', 'lib/e'],
    ],
  },
  'a file under a name that is not UTF-8, moved': {
    run: 'mv f* good',
    entries: [['renamed', 'f\uFFFD → good']],
  },
  'a file under a name that is not UTF-8, removed': {
    run: 'rm f*',
    entries: [['deleted', 'f\uFFFD']],
  },
};
const names = Object.keys(CASES);
const folderOf = (name: string) => `case-${names.indexOf(name)}`;
/** A chain of folders whose path is longer than the kernel takes. */
const CHAIN =
  'name=$(printf %0100d 0); n=0; while [ $n -lt 200 ]; do mkdir $name; cd $name; n=$((n + 1)); done; touch file';
const SCRIPT = [
  ...names.map(name => `(cd ${folderOf(name)}; ${CASES[name]?.run})`),
  // The agent's own git directory is nobody's business, whatever it holds.
  `cd .git; ${CHAIN}`,
].join('\n');

/** Words by which the files of each folder differ. */
const wordsOf = (name: string, file: string) =>
  Array.from(
    { length: 6 },
    (_, at) => `${file} ${at} of ${name.replaceAll(' ', ` ${at} `)}\n`,
  ).join('');

/** A commit with the folders of all cases, and a file under a name that is not UTF-8 in each. */
async function commitCases({ remote }: WorkspaceEnvironment): Promise<string> {
  const files = names.flatMap(name =>
    ['a.txt', 'lib/c.txt', 'lib/deep/b.txt'].map(file => [
      `${folderOf(name)}/${file}`,
      wordsOf(name, file),
    ]),
  );
  const start = await remote.commit({ ...BASE, ...Object.fromEntries(files) }, 'cases');
  const entries = remote.git('ls-tree', '-r', start).split('\n');
  for (const name of names)
    entries.push(
      `100644 blob ${remote.blob(wordsOf(name, 'strange'))}\t${folderOf(name)}/f${BYTE}`,
    );
  const tree = remote.tree(Buffer.from(entries.map(entry => `${entry}\0`).join(''), 'latin1'));
  const commit = remote.git('commit-tree', tree, '-m', 'strange');
  remote.git('update-ref', 'refs/heads/strange', commit);
  return commit;
}
/** No character in UTF-8. */
const BYTE = Buffer.from([0xff]).toString('latin1');
const BASE = {
  'a.txt': 'one\ntwo\nthree\n',
  'lib/deep/b.txt': 'b1\nb2\nb3\nb4\n',
  'lib/c.txt': 'c\n',
  'crlf.bat': 'echo\r\necho\r\n',
  '.gitattributes': '*.bat text eol=crlf\n*.txt text ident\n',
  '.gitignore': 'ignored/\n',
};

describe.each(WORK_TREE_KINDS)('what a run left in its %s', kind => {
  let environment: WorkspaceEnvironment;
  let base = '';
  beforeAll(async () => {
    environment = await openEnvironment(kind);
    base = await environment.remote.commit(BASE);
  });
  afterAll(() => environment.close());

  test('nothing, where nothing changed: whatever attributes, time stamps and git say', async () => {
    expect(await environment.work(base, 'true')).toBeNull();
    const script =
      'touch a.txt; git status; git add -A; mkdir ignored empty; echo x > ignored/x; touch "ignored/$(printf \'\\377\')"';
    expect(await environment.work(base, script)).toBeNull();
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
    expect(collected?.change.alike).toBeUndefined();
    expect(collected?.diff.toString()).toContain('+four\n');
    expect(collected?.diff.toString()).toContain('GIT binary patch');
    expect(collected?.pack.toString('latin1', 0, 4)).toBe('PACK');
  });

  describe('in one collection:', () => {
    let workspace: Workspace;
    let collected: CollectedWork | null;
    const changed = new Map<string, TreeEntry[]>();
    beforeAll(async () => {
      workspace = await environment.open(await commitCases(environment));
      await environment.act(workspace, SCRIPT);
      collected = await workspace.collect();
      for (const entry of collected?.change.entries ?? []) {
        const [folder = ''] = entry.path.split('/');
        changed.set(folder, [...(changed.get(folder) ?? []), entry]);
      }
    });
    /** What was found in the folder of a case. */
    const found = (name: string) => {
      const below = (path: string) => path.slice(folderOf(name).length + 1);
      const all = changed.get(folderOf(name)) ?? [];
      return all.map(({ path, from, ...rest }) => ({
        ...rest,
        path: below(path),
        from: from === null ? null : below(from),
      }));
    };

    test.each(names)('%s', name => {
      const entries = found(name).map(({ status, path, from }) => [
        status,
        from === null ? path : `${from} → ${path}`,
      ]);
      expect(entries).toEqual(CASES[name]?.entries);
    });

    test('nothing beside the folders of the cases', () => {
      expect([...changed.keys()].filter(folder => !folder.startsWith('case-'))).toEqual([]);
    });

    test('names beside which another reads alike are named with it', () => {
      const folder = folderOf('names beside which another reads alike');
      expect(Change.parse(collected?.change).alike).toEqual([
        { path: `${folder}/A.txt`, other: `${folder}/a.txt` },
        { path: `${folder}/LIB/x`, other: `${folder}/lib/DEEP/x` },
        { path: `${folder}/lib/DEEP/x`, other: `${folder}/lib/deep` },
      ]);
    });

    test('bytes are those that the run wrote, whatever attributes say', () => {
      const name = 'files that no attribute hides, and no filter rewrites';
      const text = new Map(found(name).map(entry => [entry.path, entry.text.after]));
      expect(text.get('a.txt')).toBe(`${wordsOf(name, 'a.txt')}x\r\n`);
      expect(text.get('id.txt')).toBe('$Id$\n');
      expect(collected?.diff.toString()).toContain('+x\r\n');
    });

    test('nothing behind a link is ever read', () => {
      const links = found('links, as links');
      expect(links.map(entry => [entry.path, entry.mode.after, entry.text.after])).toEqual([
        ['a', '120000', '/etc/shadow'],
        ['a.txt', '120000', '/etc/passwd'],
        ['env', '120000', '/proc/self/environ'],
        ['up', '120000', '../../../..'],
      ]);
    });

    test('setuid files are without the bit on the host', async () => {
      const root = join(writableFolder(workspace.workTree), folderOf('setuid files'));
      expect((await stat(join(root, 'sh'))).mode & 0o7000).toBe(0);
      expect((await stat(join(root, 'd'))).mode & 0o5000).toBe(0);
      expect((await stat(environment.stateDir)).mode & 0o777).toBe(0o700);
    });
  });

  test('no pipe in the place of a file', async () => {
    const places = ['a.txt', '.gitignore', 'lib'];
    const script = places.map(place => `rm -r ${place}; mkfifo ${place}`).join('; ');
    await expect(environment.work(base, script)).rejects.toThrow(
      `${['.gitignore', 'a.txt', 'lib/c.txt', 'lib/deep/b.txt'].map(path => JSON.stringify(path)).join(', ')}: a pipe or socket in a file's place`,
    );
  });

  // As many as a refusal names.
  test.each([
    [
      ['sub/.git', 'git init -q sub; echo x > sub/x'],
      ['file/.git', 'mkdir file; echo "gitdir: /etc" > file/.git'],
      ['link/.git', 'mkdir link; ln -s /tmp link/.git'],
      ['.GIT', 'mkdir .GIT; echo x > .GIT/config'],
    ],
    [
      ['short/git~1', 'mkdir short; echo x > short/git~1'],
      [
        '.git::$INDEX_ALLOCATION',
        "mkdir '.git::$INDEX_ALLOCATION'; echo x > '.git::$INDEX_ALLOCATION/config'",
      ],
      [
        '.g\u200cit',
        `mkdir "$(printf '.g\\342\\200\\214it')"; echo x > "$(printf '.g\\342\\200\\214it/config')"`,
      ],
      ['blank/.git. ', "mkdir blank; echo x > 'blank/.git. '"],
    ],
  ])('no repository inside, nor a name that any system takes for one', async (...places) => {
    const script = places.map(([, make]) => make).join('\n');
    const refused = await environment.work(base, script).catch(error => error);
    expect(refused).toBeInstanceOf(WorkspaceRefused);
    expect(refused.message).toContain('Remove it.');
    for (const [path] of places) expect(refused.message).toContain(JSON.stringify(path));
  });

  test('no path that is longer than the kernel takes', async () => {
    await expect(environment.work(base, CHAIN)).rejects.toThrow(WorkspaceRefused);
  });

  test('names that are not UTF-8: refused where they changed, not lost where they were', async () => {
    await expect(environment.work(base, 'touch "$(printf \'\\377\')"')).rejects.toThrow(
      'not UTF-8',
    );
    const strange = environment.remote.git('rev-parse', 'strange');
    // A forged change of a file that was there under such a name is seen.
    const forge =
      'for f in case-0/f*; do touch -r $f /tmp/t; tr a-z A-Z < $f > /tmp/u; cat /tmp/u > $f; touch -r /tmp/t $f; done';
    await expect(environment.work(strange, forge)).rejects.toThrow('not UTF-8');
  });

  test('no more than the quota, counted before git reads it', async () => {
    const limited = await openEnvironment(kind, { quotaBytes: 1_000_000, quotaFiles: 500 });
    const small = await limited.remote.commit({ a: 'a' });
    await expect(limited.work(small, 'head -c 2000000 /dev/zero > big')).rejects.toThrow(
      /The run left \d+ files and 2\d+ bytes; at most 500 files and 1000000 bytes are allowed/,
    );
    // A tree that unpacks to more than its pack is refused before it is checked out.
    const bomb = await limited.remote.commit({ zeros: '0'.repeat(5_000_000) });
    const lowers = () => readdir(join(limited.stateDir, 'lowers/42')).catch(() => []);
    const [before, runs] = [await lowers(), await readdir(join(limited.stateDir, 'runs'))];
    await expect(limited.open(bomb)).rejects.toThrow(
      'The repository has 2 files and 5000001 bytes at this commit',
    );
    expect(await lowers()).toEqual(before);
    expect(await readdir(join(limited.stateDir, 'runs'))).toEqual(runs);
    await limited.close();
  });
});
