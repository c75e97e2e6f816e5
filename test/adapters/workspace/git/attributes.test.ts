/** Work trees and what is taken from them, beside what git itself does with the same attributes. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guardEncodings } from '../../../../src/adapters/workspace/git/attributes.ts';
import { git, gitLine } from '../../../../src/adapters/workspace/git/git.ts';
import { createGitDir } from '../../../../src/adapters/workspace/mirror/mirror.ts';
import { inspectChange } from '../../../../src/patch/inspect-change.ts';
import { temporaryFolder } from '../../sandbox/temporary-folder.ts';
import { openEnvironment, WORK_TREE_KINDS, type WorkspaceEnvironment } from '../environment.ts';
import type { Committed } from '../remote.ts';

const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 5\n`;

/** Each in a folder of its own: the files that are committed, as stored, and what a run does there. */
const CASES: Record<string, { files: Record<string, string>; run: string }> = {
  'text=auto': {
    files: { '.gitattributes': '* text=auto\n', a: 'one\n', crlf: 'x\r\ny\r\n' },
    run: "printf 'new\\r\\n' > new; printf 'one\\r\\ntwo\\r\\n' > a; printf 'z\\r\\n' >> crlf",
  },
  'eol=crlf': {
    files: { '.gitattributes': '*.bat text eol=crlf\n', 'a.bat': 'echo\n', 'b.bat': 'b\n' },
    run: "printf 'more\\r\\n' >> a.bat; printf 'new\\r\\n' > new.bat; mv b.bat c.bat",
  },
  'eol=lf': {
    files: { '.gitattributes': '*.sh text eol=lf\n', 'a.sh': 'a\n' },
    run: "printf 'b\\r\\n' >> a.sh; printf 'new\\r\\n' > new.sh",
  },
  'eol alone': {
    files: { '.gitattributes': '* eol=crlf\n', a: 'a\n', 'old.txt': 'x\r\ny\n' },
    run: "printf 'b\\r\\n' >> a; printf 'z\\r\\n' >> old.txt",
  },
  '-text': {
    files: { '.gitattributes': '* -text\n', a: 'a\r\n' },
    run: "printf 'b\\r\\n' >> a; printf 'new\\r\\n' > new",
  },
  'binary, and a folder that says otherwise': {
    files: {
      '.gitattributes': '*.dat binary\n*.txt text eol=crlf\n',
      'a.dat': 'x\r\n',
      'sub/.gitattributes': '*.txt -text\n',
      'sub/a.txt': 'a\r\n',
      'a.txt': 'a\n',
    },
    run: "for f in a.dat sub/a.txt a.txt; do printf 'more\\r\\n' >> $f; done",
  },
  'stored otherwise than its attributes say': {
    files: { '.gitattributes': '*.txt text\n', 'a.txt': 'a\r\nb\r\n', 'same.txt': 'x\r\n' },
    run: "printf 'c\\r\\n' >> a.txt",
  },
  ident: {
    files: { '.gitattributes': '* ident\n', a: '$Id$\n', 'b c': 'x $Id: old $ y\n' },
    run: "cp a copy; echo more >> a; printf '$Id: mine $\\n' > new",
  },
  'working-tree-encoding': {
    files: {
      '.gitattributes':
        '*.txt text working-tree-encoding=UTF-16LE eol=crlf\n*.jp working-tree-encoding=SHIFT-JIS\n',
      'a.txt': 'grüß\n',
      'a.jp': '日本\n',
    },
    run: "printf 'h\\000i\\000\\r\\000\\n\\000' > new.txt; printf 'x\\000\\r\\000\\n\\000' >> a.txt; printf '\\223\\372\\n' > new.jp",
  },
  'marks of an encoding, and what is not in it': {
    files: {
      '.gitattributes':
        '*.rc working-tree-encoding=UTF-16 eol=CRLF\n*.vb working-tree-encoding=UTF-16LE-BOM text\n*.u8 working-tree-encoding=UTF-8 text\n',
      'a.rc': 'grüß\n',
      'a.vb': 'é\n',
      'a.u8': 'é\n',
    },
    run: "printf '\\377\\376h\\000\\r\\000\\n\\000' > new.rc; printf 'x\\000' >> a.vb; printf '\\357\\273\\277b\\r\\n' > new.u8",
  },
  'patterns of every kind': {
    files: {
      '.gitattributes':
        '*.d -text -diff\n"with blank.txt" text eol=crlf\n**/deep/*.txt text eol=lf\n/top.txt text=auto eol=crlf\n[ab]?.m !text\nsub/** text=auto\n*.x export-subst export-ignore whitespace=-trailing-space text=input\n',
      'a.d': 'a\r\n',
      'with blank.txt': 'a\n',
      'x/y/deep/a.txt': 'a\n',
      'top.txt': 'a\n',
      'a1.m': 'a\r\n',
      'sub/deep/s': 'a\n',
      'a.x': '$Format:%H$\n',
    },
    run: "for f in a.d 'with blank.txt' x/y/deep/a.txt top.txt a1.m sub/deep/s a.x; do printf 'b\\r\\n' >> \"$f\"; done",
  },
  'attributes below what the run makes': {
    files: { '.gitattributes': '* text=auto\n', 'sub/a.txt': 'a\n' },
    run: "printf '* -text\\n' > sub/.gitattributes; printf 'b\\r\\n' >> sub/a.txt; mkdir -p new/er; printf '*.txt eol=crlf\\n' > new/.gitattributes; printf 'c\\r\\n' > new/er/c.txt; printf '*.txt !eol text\\n' > new/er/.gitattributes; ln -s ../sub/a.txt new/link",
  },
  'attributes that the run changes': {
    files: { '.gitattributes': '*.md text\n', 'a.txt': 'a\r\n', 'b.txt': 'b\r\n' },
    run: "printf '*.txt text eol=lf\\n' > .gitattributes; printf 'new\\r\\n' > new.txt; printf 'more\\r\\n' >> a.txt",
  },
  filters: {
    files: {
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n*.key filter=crypt\n',
      'a.bin': POINTER,
    },
    run: "printf 'content\\n' > a.bin; printf 'new\\n' > new.bin; printf 'secret\\n' > new.key",
  },
};

const names = Object.keys(CASES);
const folderOf = (name: string) => `case-${names.indexOf(name)}`;
const SCRIPT = names.map(name => `(cd ${folderOf(name)}; ${CASES[name]?.run})`).join('\n');
const LIST = 'find . -path ./.git -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha1sum';

/** Git as a person has it, with nothing configured: what it checks out, and what it then stores. */
function asGitDoes(environment: WorkspaceEnvironment, commit: string) {
  const clone = join(environment.folder, 'oracle');
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
  };
  mkdirSync(clone);
  const run = (script: string) =>
    execFileSync('sh', ['-c', script], { cwd: clone, env, encoding: 'utf8', stdio: 'pipe' });
  run(`git clone -q -n ${JSON.stringify(environment.remote.path)} . && git checkout -q ${commit}`);
  const files = run(LIST).split('\n');
  run(SCRIPT);
  const after = new Set(run(LIST).split('\n'));
  run('git add -A');
  const raw = run(`git diff-index --cached --raw -z --no-abbrev --no-renames ${commit}`).split(
    '\0',
  );
  const blobs = new Map<string, string | null>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const blob = raw[at]?.split(' ')[3] ?? '';
    blobs.set(raw[at + 1] ?? '', /^0+$/.test(blob) ? null : blob);
  }
  // Git may look again at a file that nobody changed, and store it otherwise.
  for (const line of files) if (after.has(line)) blobs.delete(line.replace(/^\S+ {2}\.\//, ''));
  return { files, stored: Object.fromEntries(blobs) };
}

type Case = {
  files: Record<string, Committed>;
  run: string;
  printed?: string;
  entries: [path: string, after: unknown][];
  findings?: [kind: string, path: string, reason: unknown][];
};
const MARKED = Buffer.from('\uFEFFhi\r\n', 'utf16le');
const UTF16 = {
  '.gitattributes': '*.rc text working-tree-encoding=UTF-16LE\n',
  'a.rc': MARKED,
  '[b] "c"\\*.rc': MARKED,
  'marked.rc': '\uFEFFgrüß\n',
  'good.rc': 'grüß\n',
  z: 'z\n',
};
const UNKNOWN = {
  '.gitattributes': '*.u working-tree-encoding=UTF-16LE\n*.k working-tree-encoding=ISO-2022-KR\n',
  'a.u': 'ß\n',
  'a.k': 'ß\n',
};
/** Git ignores a line of 2,048 bytes; a control character takes four. */
const LONG = `${`${'d'.repeat(200)}/`.repeat(11)}f`;
const ODD = `${`${'\u0001'.repeat(200)}/`.repeat(3)}f`;

/** Runs that leave the attributes as they were committed. */
const WITH_COMMITTED: Record<string, Case> = {
  'what is moved below a filter, or away from it, is shown to a person': {
    files: {
      // Git skips the mark with which some editors begin a file.
      '.gitattributes': '\uFEFF*.psd filter=lfs -text\n*.key filter=crypt\n',
      'a.psd': POINTER,
      'b.txt': 'one\ntwo\nthree\n',
      'c.key': 'encrypted\nand more of it\n',
      'same/d.psd': POINTER.replace('size 5', 'size 6'),
    },
    run: 'mv a.psd a.txt; mv b.txt b.psd; mv c.key c.txt; mv same other',
    entries: [
      ['a.txt', expect.anything()],
      ['b.psd', expect.anything()],
      ['c.txt', expect.anything()],
      ['other/d.psd', expect.anything()],
    ],
    findings: [
      ['uninspected', 'a.txt', 'It is a pointer of Git LFS: its content is elsewhere.'],
      ['uninspected', 'b.psd', expect.stringContaining('it is the content itself')],
      ['uninspected', 'c.txt', 'It was stored by the filter "crypt", and is not by its new name.'],
    ],
  },
  'a link that is called .gitattributes says what its own text says, as to git': {
    files: { '.gitattributes': { mode: '120000', content: '*.key filter=crypt' } },
    run: 'echo secret > new.key',
    entries: [['new.key', 'secret\n']],
    findings: [['possible-secret', 'new.key', expect.any(String)]],
  },
  'what git does not take back as it checks it out stays as it is stored': {
    files: UTF16,
    run: "od -An -tx1 a.rc; head -c 3 marked.rc | od -An -tx1; git add -A . 2>/dev/null || echo failed; git status --short -- '*.rc' z; echo more >> z; printf 'x\\000' >> good.rc; printf 'x\\000' >> a.rc",
    printed: ' ff fe 68 00 69 00 0d 00 0a 00\n ef bb bf\n',
    entries: [
      ['a.rc', null],
      ['good.rc', 'grüß\nx'],
      ['z', 'z\nmore\n'],
    ],
  },
  'nor is anything of it read where an encoding is unset': {
    files: { ...UTF16, '.gitattributes': '* -working-tree-encoding' },
    run: 'echo more >> z',
    entries: [['z', 'z\nmore\n']],
  },
  'a file in an encoding that is not known keeps no other from being converted': {
    files: UNKNOWN,
    run: "cat a.k; printf 'x\\000' >> a.u",
    printed: 'ß\n',
    entries: [['a.u', 'ß\nx']],
  },
  'an encoding that is not known is left as it is stored, and so is what is written': {
    files: {
      '.gitattributes': '*.txt working-tree-encoding=ISO-2022-CN-EXT\n',
      'a.txt': 'grüß\n',
    },
    run: 'cat a.txt; echo ß >> a.txt',
    printed: 'grüß\n',
    entries: [['a.txt', 'grüß\nß\n']],
  },
};

/** Where such a name is, nothing is converted: each stands alone. */
const WITH_LONG: Record<string, Case> = {
  'a name that is too long for a line of attributes is left as it is stored': {
    files: {
      '.gitattributes': '*.jp working-tree-encoding=ISO-2022-JP\n',
      [`${LONG}.jp`]: '日本\n',
      [`${ODD}.jp`]: '日本\n',
    },
    run: 'find . -name f.jp -exec cat {} +; echo more >> a.txt',
    printed: '日本\n日本\n',
    entries: [['a.txt', 'more\n']],
  },
};
const WITH_LONG_REFUSED: Record<string, Case> = {
  'a name that is too long for a line of attributes, of a file that git would not take back': {
    files: {
      '.gitattributes': '*.rc working-tree-encoding=UTF-16LE\n',
      [`${LONG}.rc`]: Buffer.from('\uFEFFhi\n', 'utf16le'),
      'good.rc': 'ß\n',
    },
    run: `echo more >> good.rc; touch ${LONG}.rc`,
    entries: [['good.rc', 'ß\nmore\n']],
  },
};

/** Runs after which git may read files again that they did not touch: those stay what they are. */
const WITH_WRITTEN: Record<string, Case> = {
  'an encoding that is not known any more': {
    files: UNKNOWN,
    run: "echo '*.u working-tree-encoding=ISO-2022-KR' >> .gitattributes",
    entries: [['.gitattributes', expect.anything()]],
  },
  'line ends that nothing converts any more': {
    files: { '.gitattributes': '* text eol=crlf\n', 'a.x': 'a\n' },
    run: "echo '* -text' > .gitattributes; cp a.x a.y",
    entries: [
      ['.gitattributes', '* -text\n'],
      ['a.y', 'a\r\n'],
    ],
  },
  'what is written below an encoding that is not known': {
    files: { a: 'a\n' },
    run: "mkdir x; cd x; echo '* working-tree-encoding=ISO-2022-KR' > .gitattributes; echo ß > b",
    entries: [
      ['x/.gitattributes', expect.anything()],
      ['x/b', 'ß\n'],
    ],
  },
};

describe.each(WORK_TREE_KINDS)('in a workspace of the kind %s', kind => {
  let environment: WorkspaceEnvironment;
  let base = '';
  beforeAll(async () => {
    environment = await openEnvironment(kind);
    const files = names.flatMap(name =>
      Object.entries(CASES[name]?.files ?? {}).map(([path, text]) => [
        `${folderOf(name)}/${path}`,
        text,
      ]),
    );
    base = await environment.remote.commit(Object.fromEntries(files));
  });
  afterAll(() => environment.close());

  test('files are checked out and stored as git does it', async () => {
    const plain = asGitDoes(environment, base);
    const workspace = await environment.open(base);
    expect((await environment.act(workspace, LIST)).split('\n')).toEqual(plain.files);
    // Git calls modified what is stored otherwise than its attributes say, as soon as it looks again.
    const otherwise = ['eol alone', 'stored otherwise than its attributes say', 'ident'].map(
      folderOf,
    );
    const status = (await environment.act(workspace, 'git status --short')).split('\n');
    expect(status.filter(line => line && !otherwise.some(each => line.includes(each)))).toEqual([]);
    await environment.act(workspace, SCRIPT);
    const change = (await workspace.collect())?.change;
    const entries = (change?.entries ?? []).flatMap(({ path, from, blob }) => [
      [path, blob.after],
      ...(from === null ? [] : [[from, null]]),
    ]);
    expect(Object.fromEntries(entries)).toEqual(plain.stored);

    // What a filter would have stored otherwise is shown to a person.
    const folder = folderOf('filters');
    const findings = change
      ? inspectChange(change).filter(({ path }) => path.startsWith(folder))
      : [];
    expect(findings.map(({ kind: found, path }) => [found, path.slice(folder.length + 1)])).toEqual(
      [
        ['uninspected', 'a.bin'],
        ['uninspected', 'new.bin'],
        ['possible-secret', 'new.key'],
      ],
    );
  });

  test('what a run only touched is no change, however it was stored', async () => {
    const script =
      'find . -path ./.git -prune -o -type f -print | while read -r f; do cp "$f" /tmp/f; rm "$f"; cat /tmp/f > "$f"; done';
    expect(await environment.work(base, script)).toBeNull();
  });

  const groups: [what: string, cases: Record<string, Case>][] = [
    ['that leave attributes as they are', WITH_COMMITTED],
    ['that write attributes', WITH_WRITTEN],
  ];
  // What is asked of git is the same for both kinds.
  if (kind === 'overlay')
    groups.push(
      ['beside a long name', WITH_LONG],
      ['beside a long name that git refuses', WITH_LONG_REFUSED],
    );
  test.each(groups)('of runs %s, each in a folder of its own', async (what, cases) => {
    const { remote } = environment;
    const all = Object.entries(cases).map(([name, each], at) => ({
      name,
      ...each,
      at: `own-${at}`,
    }));
    const files = all.flatMap(each =>
      Object.entries(each.files).map(([path, content]) => [`${each.at}/${path}`, content]),
    );
    const start = await remote.commit(
      { 'own-0/first': '', ...Object.fromEntries(files) },
      `own-${what.replaceAll(' ', '-')}`,
      base,
    );
    const workspace = await environment.open(start);
    const script = all.map(each => `echo '== ${each.at}'; (cd ${each.at}; ${each.run})`);
    const printed = (await environment.act(workspace, script.join('\n'))).split(/^== own-\d+\n/m);
    const change = (await workspace.collect())?.change;
    const findings = change ? inspectChange(change) : [];
    for (const [at, each] of all.entries()) {
      const below = <T extends { path: string }>(of: readonly T[] = []) =>
        of
          .filter(({ path }) => path.startsWith(`${each.at}/`))
          .map(one => ({ ...one, path: one.path.slice(each.at.length + 1) }));
      expect(printed[at + 1], each.name).toBe(each.printed ?? '');
      const entries = below(change?.entries).map(({ path, text }) => [path, text.after]);
      expect(entries, each.name).toEqual(each.entries);
      if (each.findings !== undefined)
        expect(
          below(findings).map(({ kind: found, path, reason }) => [found, path, reason]),
          each.name,
        ).toEqual(each.findings);
    }
  });

  test('no link of a repository is followed to see what git takes back', async () => {
    const { remote, folder, stateDir } = environment;
    const outside = join(folder, 'outside');
    mkdirSync(join(outside, 'sub'), { recursive: true });
    writeFileSync(join(outside, 'sub/k.txt'), `secret of ${kind}\n`);
    const link = (to: string) => remote.blob(to);
    const below = remote.makeTree([`100644 blob ${remote.blob('ß\n')}\tk.txt`]);
    const entries = [
      ['100644', '.gitattributes', remote.blob('*.txt working-tree-encoding=ISO-8859-1\n')],
      ['100644', 'good.txt', remote.blob('ß\n')],
      ['120000', 'k.txt', link(join(outside, 'sub/k.txt'))],
      // Git lists both of one name, and checks one of them out.
      ['40000', 'sub', below],
      ['120000', 'sub', link(join(outside, 'sub'))],
      ['120000', 'z.txt', link('/dev/zero')],
    ] as const;
    const bytes = entries.map(([mode, name, sha]) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(sha, 'hex')]),
    );
    writeFileSync(join(folder, 'tree'), Buffer.concat(bytes));
    const write = ['hash-object', '-t', 'tree', '-w', '--literally', join(folder, 'tree')];
    const start = remote.git('commit-tree', remote.git(...write), '-m', 'links');
    remote.git('update-ref', 'refs/heads/links', start);
    const workspace = await environment.open(start);
    const script = 'od -An -tx1 good.txt; readlink z.txt sub';
    expect(await environment.act(workspace, script)).toBe(
      ` df 0a\n/dev/zero\n${join(outside, 'sub')}\n`,
    );
    const sha = remote.blob(`secret of ${kind}\n`);
    const kept = readdirSync(stateDir, { recursive: true, encoding: 'utf8' });
    expect(kept.filter(path => path.endsWith(sha.slice(2)))).toEqual([]);
  });
});

/** A git directory with these paths in its index, and an empty work tree. */
async function openIndex(paths: string[]) {
  const folder = await temporaryFolder();
  const dir = join(folder, 'git');
  const workTree = join(folder, 'files');
  const index = join(folder, 'index');
  await createGitDir(dir, []);
  mkdirSync(workTree);
  const blob = await gitLine(['hash-object', '-w', '--stdin'], { dir, input: '' });
  const input = paths.map(path => `100644 ${blob}\t${path}\0`).join('');
  await git(['update-index', '-z', '--index-info'], { dir, index, input });
  return { dir, index, workTree };
}

test('attributes of more files than a call takes arguments are asked about', async () => {
  const reading = await openIndex(Array.from({ length: 150_000 }, (_, at) => `f${at}`));
  writeFileSync(join(reading.workTree, 'f7'), '');
  writeFileSync(join(reading.workTree, '.gitattributes'), '* working-tree-encoding=UTF-16\n');
  const asked = await guardEncodings(reading, 'work tree', ['.gitattributes']);
  expect(asked.slice(0, 5)).toEqual(['.gitattributes', 'f7']);
});

test('no attributes are read where a link leads that stands in place of a folder', async () => {
  const reading = await openIndex(['kept/a', 'sub/deep/a']);
  const { workTree } = reading;
  const outside = await temporaryFolder();
  for (const folder of [join(workTree, 'kept'), join(outside, 'deep')])
    mkdirSync(folder, { recursive: true });
  writeFileSync(join(workTree, '.gitattributes'), '');
  for (const folder of [join(workTree, 'kept'), outside, join(outside, 'deep')]) {
    writeFileSync(join(folder, 'a'), '');
    writeFileSync(join(folder, '.gitattributes'), 'a working-tree-encoding=UTF-16\n');
  }
  symlinkSync(outside, join(workTree, 'sub'));
  const asked = await guardEncodings(reading, 'work tree', ['.gitattributes', 'sub']);
  expect(asked).toEqual(['kept/a']);
});
