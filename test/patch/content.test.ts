import { describe, expect, test } from 'vitest';
import { inspectChange } from '../../src/patch/inspect-change.ts';
import { inspectMakefile } from '../../src/patch/makefile.ts';
import { LIMITS } from '../../src/patch/size.ts';
import { threadTime } from '../thread-time.ts';
import { change, entry, kinds } from './change.ts';

describe('what Git LFS keeps elsewhere', () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12\n`;
  for (const [name, edit, expected] of [
    ['a new pointer', { after: pointer }, ['uninspected']],
    ['another pointer', { before: pointer, after: `${pointer}\n` }, ['uninspected']],
    ['content in the place of a pointer', { before: pointer, after: 'text' }, ['uninspected']],
    ['a pointer in the place of content', { before: 'text', after: pointer }, ['uninspected']],
    ['a pointer that is removed', { before: pointer }, []],
    ['a text about pointers', { after: `A pointer begins so: ${pointer}` }, []],
  ] as const)
    test(name, () => expect(kinds(entry('assets/model.txt', edit))).toEqual(expected));

  test('an empty file, which is its own pointer', () => {
    const empty = { ...entry('a.psd', { before: pointer, after: '' }), filter: 'lfs' };
    expect(kinds(empty)).toEqual(['uninspected']);
    expect(kinds({ ...entry('a.psd', { after: '' }), filter: 'lfs' })).toEqual([]);
  });
});

describe('modes', () => {
  for (const [name, mode, expected] of [
    ['a new symlink', { before: '000000', after: '120000' }, ['symlink']],
    ['a file that becomes a symlink', { before: '100644', after: '120000' }, ['symlink']],
    ['a symlink that becomes a file', { before: '120000', after: '100644' }, []],
    ['a new submodule', { before: '000000', after: '160000' }, ['submodule']],
    ['a submodule that is moved on', { before: '160000', after: '160000' }, ['submodule']],
    ['a submodule that is removed', { before: '160000', after: '000000' }, ['submodule']],
    ['a new program', { before: '000000', after: '100755' }, ['executable']],
    ['a file that becomes a program', { before: '100644', after: '100755' }, ['executable']],
    ['a program that stays one', { before: '100755', after: '100755' }, []],
  ] as const)
    test(name, () =>
      expect(kinds(entry('x', { before: 'a', after: 'b', mode }))).toEqual(expected),
    );
});

describe('size', () => {
  const files = (count: number) =>
    change(...Array.from({ length: count }, (_, n) => entry(`f${n}`, { after: 'x' })));
  const lines = (added: number) => entry('x', { after: 'x', lines: { added, removed: 0 } });
  const { oversized, large } = LIMITS;
  test('files', () => {
    expect(inspectChange(files(large.files)).map(f => f.kind)).toEqual([]);
    expect(inspectChange(files(large.files + 1)).map(f => f.kind)).toEqual(['large-diff']);
    expect(inspectChange(files(oversized.files + 1)).map(f => f.kind)).toEqual(['oversized']);
  });
  test('lines', () => {
    expect(kinds(lines(large.lines))).toEqual([]);
    expect(kinds(lines(large.lines + 1))).toEqual(['large-diff']);
    expect(kinds(lines(oversized.lines + 1))).toEqual(['oversized']);
  });
  test('lines of lockfiles make no diff long that people read', () => {
    const lock = { ...lines(large.lines + 1), path: 'package-lock.json' };
    expect(kinds(lock)).toEqual(['lockfile']);
    expect(kinds({ ...lock, lines: { added: oversized.lines + 1, removed: 0 } })).toEqual([
      'oversized',
      'lockfile',
    ]);
  });
  test('bytes of one file', () => {
    const sized = (after: number) => entry('x', { after: 'x', size: { before: 0, after } });
    expect(kinds(sized(oversized.fileBytes))).toEqual([]);
    expect(kinds(sized(oversized.fileBytes + 1))).toEqual(['oversized']);
  });
});

describe('what can not be read', () => {
  test('a new binary and a changed one; not one that goes or only moves', () => {
    expect(kinds(entry('a.png', { after: 'x', binary: true }))).toEqual(['binary']);
    expect(kinds(entry('a.png', { before: 'x', after: 'y', binary: true }))).toEqual(['binary']);
    expect(kinds(entry('a.png', { before: 'x', binary: true }))).toEqual([]);
    expect(kinds(entry('b.png', { from: 'a.png', before: 'x', after: 'x', binary: true }))).toEqual(
      [],
    );
  });
  test('a text above the size limit', () => {
    const large = { ...entry('x.js', { after: 'x' }), text: { before: null, after: null } };
    expect(kinds(large)).toEqual(['uninspected']);
    const manifest = { ...large, path: 'package.json' };
    expect(kinds(manifest)).toEqual(['uninspected', 'dependency-manifest']);
  });
});

describe('secrets', () => {
  // They are assembled here so that a scanner of this repository does not report them.
  const token = `ghs_${'A1b2'.repeat(9)}`;
  const samples: [string, string][] = [
    ['GitHub token', token],
    ['GitHub token, stateless', `ghs_12345_${'eyJhbGciOiJ.'.repeat(4)}x1`],
    ['Google key', `AIza${'Sy1'.repeat(11)}ab`],
    ['API key', `sk-${'proj1234'.repeat(4)}`],
    ['AWS key', `AKIA${'ABCD'.repeat(4)}`],
    [
      'PEM',
      `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEpA1b'.repeat(8)}\n-----END RSA PRIVATE KEY-----`,
    ],
  ];
  for (const [name, secret] of samples)
    test(`${name}: found where it stands, and not repeated`, () => {
      const found = inspectChange(
        change(entry('a.ts', { after: `one\nconst key = "${secret}";\n` })),
      );
      expect(found.map(({ kind, severity }) => [kind, severity])).toEqual([['secret', 'refuse']]);
      expect(found[0]?.reason).toMatch(/^Line 2 /);
      expect(JSON.stringify(found)).not.toContain(secret.slice(0, 12));
    });
  test('one that stood there before is not held against the change', () => {
    const before = `key = "${token}"\n`;
    expect(kinds(entry('a', { before, after: `${before}more\n` }))).toEqual([]);
    expect(kinds(entry('a', { before, after: before.replace('A1b2', 'A1b3') }))).toEqual([
      'secret',
    ]);
  });
  test('plain text holds none', () => {
    const after = 'sk-learn, ghs_ prefix, AIza, https://example.com/a:b@c, sha256:0123456789abcdef';
    expect(kinds(entry('a.md', { after }))).toEqual([]);
  });
});

describe('text that reads otherwise than it is', () => {
  for (const [name, after, expected] of [
    ['bidi override', 'if (a\u202e) {', ['hidden-text']],
    ['bidi isolate', '/* \u2066 } */', ['hidden-text']],
    ['zero-width space', 'ad\u200bmin', ['hidden-text']],
    ['tags', 'x\u{e0041}', ['hidden-text']],
    ['soft hyphen', 'ad\u00admin', ['hidden-text']],
    ['Cyrillic a in a Latin word', 'const pаyload = 1', ['homoglyph']],
    ['Greek o in a Latin word', 'functiοn f() {}', ['homoglyph']],
    ['a word of Cyrillic look-alikes', 'return асе;', ['homoglyph']],
    ['a filler that is a letter', 'const \u3164 = 1', ['hidden-text']],
    ['selectors behind each other', 'x\ufe00\ufe01', ['hidden-text']],
    ['selectors that say something', 'x\u{e0141}', ['hidden-text']],
    ['a line that ends for JavaScript alone', '// a\u2028steal()', ['hidden-text']],
    ['a carriage return within a line', '// a\rsteal()', ['hidden-text']],
    ['backspaces', 'a\u0008b', ['hidden-text']],
    ['a wide letter in a word', 'const ａdmin = 1', ['homoglyph']],
    ['a bold letter in a word', 'const 𝐚dmin = 1', ['homoglyph']],
    ['wide letters alone', 'const x = "ＡＢＣ";', []],
    ['the look of an emoji', 'const x = "❤️ ☀︎";', []],
    ['another form of a Chinese letter', 'const x = "葛\u{e0100}";', []],
    ['lines that end as on Windows', 'a\r\nb\r\n', []],
    ['plain code', 'const ü = "日本語"; // naïve', []],
    ['a Russian comment', '// это проверка', []],
    ['a Russian word in a sentence', "title: 'Сохранить с именем'", []],
    ['a word of two scripts', "title: 'e-mailом', x: 'HTTPзапрос'", []],
    ['units and formulas', "f('10μs', 'kΩ', Δx, λ_max, ν_max, σ2, α=0.05)", []],
    ['Greek in a long word', 'const pαyload = 1', ['homoglyph']],
    ['a Greek o alone', 'const ο = 1', ['homoglyph']],
    ['an alphabet', "а: 'a',\nб: 'b',\nв: 'v',\nж: 'zh',\n'о': 'o'", []],
    ['a name beside an alphabet', "б: 'b',\nв: 'v',\nж: 'zh'\nconst асе = 1", ['homoglyph']],
    ['a joiner that Persian needs', 'const x = "می\u200cشود"', []],
    ['the same between Latin letters', 'const ad\u200cmin = 1', ['hidden-text']],
    ['a mark of direction beside Hebrew', 'const x = "\u200fשלום"', []],
    ['the same beside Latin letters', 'const x\u200f = 1', ['hidden-text']],
    ['an emoji that is joined', 'const x = "👩‍💻";', []],
    ['a byte order mark at the start', '\ufeffconst x = 1', []],
  ] as const)
    test(name, () => expect(kinds(entry('src/a.ts', { after }))).toEqual(expected));
  test('prose may be in any script', () => {
    expect(kinds(entry('README.md', { after: 'Приветhello' }))).toEqual([]);
    expect(kinds(entry('locales/el.json', { after: '{"a": "ΤΟ"}' }))).toEqual([]);
    expect(kinds(entry('locales/el.ts', { after: 'const ΤΟ = 1' }))).toEqual(['homoglyph']);
    expect(kinds(entry('README.md', { after: 'a\u202eb' }))).toEqual(['hidden-text']);
  });
  test('what stood there before is not held against the change', () => {
    const before = 'ad\u200bmin\n';
    expect(kinds(entry('a.ts', { before, after: `${before}x\n` }))).toEqual([]);
  });
});

describe('package.json', () => {
  const base = {
    name: 'x',
    version: '1.0.0',
    scripts: {
      ...{ test: 'npm run unit && run-s "e2e:*"', build: 'tsc', prepare: 'npm run own', own: 'x' },
      ...{ unit: 'yarn runner', runner: 'vitest run', 'e2e:a': 'a', 'e2e:b': 'b' },
    },
    imports: { '#src/*': './src/*' },
    dependencies: { a: '1.0.0' },
  };
  const edit = (after: object) =>
    kinds(
      entry('package.json', {
        before: JSON.stringify(base),
        after: JSON.stringify({ ...base, ...after }),
      }),
    );
  const asTest = ['test-weakened'];
  for (const [name, after, expected] of [
    ['version and description', { version: '1.1.0', description: 'x' }, []],
    ['a dependency', { dependencies: { a: '1.0.1' } }, ['dependency-manifest']],
    ['overrides', { overrides: { a: '2' } }, ['dependency-manifest']],
    ['a field nobody knows', { allowScripts: { a: true } }, ['dependency-manifest']],
    ['postinstall', { scripts: { ...base.scripts, postinstall: 'node x' } }, ['install-script']],
    ['prepare', { scripts: { ...base.scripts, prepare: 'husky' } }, ['install-script']],
    ['the test command', { scripts: { ...base.scripts, test: 'true' } }, ['test-weakened']],
    [
      'the test command removed',
      { scripts: { ...base.scripts, test: undefined } },
      ['test-weakened'],
    ],
    ['a new test command', { scripts: { ...base.scripts, 'test:slow': 'x' } }, []],
    ['the build command', { scripts: { ...base.scripts, build: 'tsc -b' } }, []],
    ['a hook in front of the test', { scripts: { ...base.scripts, pretest: 'node x' } }, asTest],
    ['a hook behind it', { scripts: { ...base.scripts, posttest: 'node x' } }, asTest],
    ['what the test calls', { scripts: { ...base.scripts, unit: 'true' } }, asTest],
    ['what the test calls by a pattern', { scripts: { ...base.scripts, 'e2e:b': 'true' } }, asTest],
    ['a hook of what it calls', { scripts: { ...base.scripts, preunit: 'x' } }, asTest],
    ['what is called in turn', { scripts: { ...base.scripts, runner: 'true' } }, asTest],
    ['what an install calls', { scripts: { ...base.scripts, own: 'true' } }, ['install-script']],
    ['prepack', { scripts: { ...base.scripts, prepack: 'node x' } }, ['install-script']],
    ['prepublishOnly', { scripts: { ...base.scripts, prepublishOnly: 'x' } }, ['install-script']],
    ['another hook', { scripts: { ...base.scripts, prebuild: 'node x' } }, []],
    ['one more of a pattern', { scripts: { ...base.scripts, 'e2e:c': 'x' } }, []],
    ['imports to elsewhere', { imports: { '#src/*': './fake/*' } }, asTest],
    ['imports that go first', { imports: { ...base.imports, '#src/a.js': './b.js' } }, asTest],
    ['new imports', { imports: { ...base.imports, '#more': './more.js' } }, []],
    ['a program', { bin: { vitest: './pass.js' } }, ['dependency-manifest']],
    ['the name of another package', { name: 'vitest' }, ['dependency-manifest']],
    ['exports', { exports: { './more': './more.js' } }, []],
    ['the linter', { eslintConfig: { rules: {} } }, ['lint-config']],
    ['coverage thresholds', { jest: { coverageThreshold: {} } }, ['test-weakened']],
    ['a git hook', { 'simple-git-hooks': { 'pre-push': 'x' } }, ['runs-on-push']],
  ] as const)
    test(name, () => expect(edit(after)).toEqual(expected));
  test('one that can not be read', () => {
    const before = JSON.stringify(base);
    const deep = `{"x":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
    for (const after of ['{', '[]', 'null', '{"a":1,}', deep])
      expect(kinds(entry('package.json', { before, after })), after).toEqual([
        'dependency-manifest',
      ]);
  });
  test('one that begins with a byte order mark is read', () => {
    const before = JSON.stringify(base);
    expect(kinds(entry('package.json', { before, after: `\ufeff${before}` }))).toEqual([]);
  });
  test('any spelling and any folder; deleted or renamed away', () => {
    const before = JSON.stringify(base);
    expect(kinds(entry('a/Package.JSON', { after: before }))).toContain('dependency-manifest');
    expect(kinds(entry('package.json', { before }))).toContain('dependency-manifest');
    const imports = JSON.stringify({ imports: { '#src/*': './fake/*' } });
    expect(kinds(entry('test/package.json', { after: imports }))).toEqual(['test-weakened']);
    const away = entry('old.json', { from: 'package.json', before, after: before });
    expect(kinds(away)).toContain('dependency-manifest');
  });
});

describe('a solution', () => {
  const project = (name: string) =>
    `Project("{FAE0}") = "${name}", "${name}.csproj", "{1}"\nEndProject\n`;
  const both = `Microsoft Visual Studio Solution File\n${project('App')}${project('App.Tests')}`;
  test('that builds one project less, or is no more', () => {
    const after = both.replace(project('App.Tests'), '');
    expect(kinds(entry('App.sln', { before: both, after }))).toEqual(['test-weakened']);
    expect(kinds(entry('App.sln', { before: both }))).toEqual(['test-weakened']);
  });
  test('that builds one more', () => {
    expect(kinds(entry('App.sln', { before: both, after: both + project('More') }))).toEqual([]);
  });
});

describe('a Makefile', () => {
  const base = [
    ...['TOOL = go', 'OBJECTS = a.o b.o', '.PHONY: test unit docs', ''],
    ...['test: unit calc', '\t$(TOOL) test ./...', '\t$(MAKE) slow', 'unit:', '\tgo test ./unit'],
    ...['slow:', '\tgo test ./slow', 'calc: $(OBJECTS)', '\tcc -o calc $(OBJECTS)'],
    ...['docs:', '\techo docs', ''],
  ].join('\n');
  test.each<[string, string, string]>([
    ['the recipe of a check', '\t$(TOOL) test ./...', '\techo fine'],
    ['that of a target in front of it', 'go test ./unit', 'echo fine'],
    ['that of one that it makes', 'go test ./slow', 'echo fine'],
    ['what it needs', 'test: unit', 'test:'],
    ['a variable of its recipe', 'TOOL = go', 'TOOL = true'],
    ['the shell of all', 'docs:', 'SHELL = /bin/true\ndocs:'],
    ['a recipe that takes its place', 'docs:', 'test:\n\techo fine\ndocs:'],
  ])('%s', (_, from, to) => {
    const after = base.replace(from, () => to);
    expect(kinds(entry('Makefile', { before: base, after }))).toEqual(['test-weakened']);
  });
  test.each<[string, string, string]>([
    ['another target', 'echo docs', 'mkdocs build'],
    ['a new target', 'docs:', 'site: docs\n\techo site\ndocs:'],
    ['one more source', 'a.o b.o', 'a.o b.o c.o'],
    ['a comment', 'docs:', '# What people read.\ndocs:'],
    ['a new variable', 'TOOL = go', 'TOOL = go\nVERSION = 2'],
  ])('not %s', (_, from, to) => {
    const after = base.replace(from, () => to);
    expect(kinds(entry('Makefile', { before: base, after }))).toEqual([]);
  });
  test('with a long recipe that many targets share, which is read once', () => {
    const targets = Array.from({ length: 30 }, (_, index) => `ci-${index}`).join(' ');
    const long = (word: string) => `${targets}:\n${`\tmake ci-1 ${word}\n`.repeat(150_000)}`;
    const makefile = entry('Makefile', { before: long('all'), after: long('none') });
    expect(inspectMakefile(makefile)).toMatchObject([{ kind: 'test-weakened' }]);
    expect(threadTime(() => inspectMakefile(makefile))).toBeLessThan(2_000);
  });
  test('deleted or renamed; not where it is new', () => {
    expect(kinds(entry('Makefile', { before: base }))).toEqual(['test-weakened']);
    const away = entry('old.txt', { from: 'Makefile', before: base, after: base });
    expect(kinds(away)).toEqual(['test-weakened']);
    expect(kinds(entry('Makefile', { after: base }))).toEqual([]);
    expect(kinds(entry('GNUmakefile', { after: base }))).toEqual(['test-weakened']);
  });
});

describe('tests', () => {
  const js =
    'test("a", () => {\n  expect(1).toBe(1);\n});\ntest("b", () => {\n  expect(2).toBe(2);\n});\n';
  const edit = (path: string, before: string, after: string) =>
    kinds(entry(path, { before, after }));
  test('deleted, or renamed out of sight', () => {
    for (const path of [
      'test/a.js',
      'src/a.test.ts',
      'a_test.go',
      'tests/test_a.py',
      'src/FooTest.java',
    ])
      expect(kinds(entry(path, { before: js })), path).toEqual(['test-deleted']);
    const renamed = { from: 'src/a.test.ts', before: js, after: js };
    expect(kinds(entry('src/a.ts.bak', renamed))).toEqual(['test-deleted']);
    expect(kinds(entry('src/b.test.ts', renamed))).toEqual([]);
  });
  for (const [name, path, before, after] of [
    ['emptied', 'a.test.ts', js, ''],
    ['a case removed', 'a.test.ts', js, js.slice(js.indexOf('test("b"'))],
    ['an assertion removed', 'a.test.ts', js, js.replace('  expect(2).toBe(2);\n', '')],
    ['an assertion commented out', 'a.test.ts', js, js.replace('  expect(2)', '  // expect(2)')],
    ['skip', 'a.test.ts', js, js.replace('test("b"', 'test.skip("b"')],
    ['only', 'a.test.ts', js, js.replace('test("b"', 'test.only("b"')],
    ['xit', 'a.spec.js', 'it("a", f)\n', 'xit("a", f)\n'],
    [
      'pytest skip',
      'tests/test_a.py',
      'def test_a():\n    assert f()\n',
      '@pytest.mark.skip\ndef test_a():\n    assert f()\n',
    ],
    [
      'pytest assertion',
      'tests/test_a.py',
      'def test_a():\n    assert f()\n',
      'def test_a():\n    f()\n',
    ],
    [
      'unittest skip',
      'test_a.py',
      'def test_a(self):\n  x()\n',
      '@unittest.skip("x")\ndef test_a(self):\n  x()\n',
    ],
    [
      'Go skip',
      'a_test.go',
      'func TestA(t *testing.T) {\n\tf()\n}\n',
      'func TestA(t *testing.T) {\n\tt.Skip("x")\n\tf()\n}\n',
    ],
    [
      'Go assertion',
      'a_test.go',
      'func TestA(t *testing.T) {\n\tt.Fatal("x")\n}\n',
      'func TestA(t *testing.T) {\n}\n',
    ],
    [
      'Rust ignore',
      'tests/a.rs',
      '#[test]\nfn a() { assert_eq!(1, 1) }\n',
      '#[test]\n#[ignore]\nfn a() { assert_eq!(1, 1) }\n',
    ],
    [
      'Rust assertion',
      'tests/a.rs',
      '#[test]\nfn a() { assert_eq!(1, 1) }\n',
      '#[test]\nfn a() { }\n',
    ],
    ['JUnit', 'src/FooTest.java', '@Test\nvoid a() {}\n', '@Disabled\n@Test\nvoid a() {}\n'],
    [
      'JUnit case',
      'src/FooTest.java',
      '@Test\nvoid a() { f(); }\n@Test\nvoid b() { f(); }\n',
      '@Test\nvoid a() { f(); }\n',
    ],
    [
      'RSpec assertion',
      'spec/foo_spec.rb',
      "it('adds') { expect(sum(2, 2)).to eq(4) }\n",
      "it('adds') { sum(2, 2) }\n",
    ],
  ] as const)
    test(name, () => expect(edit(path, before, after)).toEqual(['test-weakened']));
  for (const [name, path, before, after] of [
    ['a case added', 'a.test.ts', js, `${js}test("c", () => { expect(3).toBe(3); });\n`],
    ['renamed and reworded', 'a.test.ts', js, js.replaceAll('"b"', '"better"')],
    ['a helper beside tests', 'test/data.json', '{"a": 1}', '{"a": 2}'],
    ['code that is no test', 'src/skip.ts', 'expect(1)', 'it.skip'],
    [
      'a skip that stood there',
      'a.test.ts',
      `test.skip("x", f);\n${js}`,
      `test.skip("x", f);\n${js}// more\n`,
    ],
    [
      'a JUnit case added',
      'src/FooTest.java',
      '@Test\nvoid a() { f(); }\n',
      '@Test\nvoid a() { f(); }\n@Test\nvoid b() { f(); }\n',
    ],
  ] as const)
    test(`${name}: nothing`, () => expect(edit(path, before, after)).toEqual([]));
  test('a new test is no finding, a new one that is skipped is', () => {
    expect(kinds(entry('a.test.ts', { after: js }))).toEqual([]);
    expect(kinds(entry('a.test.ts', { after: 'test.skip("a", f)' }))).toEqual(['test-weakened']);
  });
});

// The limit here only fails quadratic growth; the benchmark measures the time.
test('a thousand files do not take seconds', () => {
  const text = 'export const value = compute(1, "some text");\n'.repeat(30);
  const entries = Array.from({ length: 1000 }, (_, n) =>
    entry(`src/p${n}/file${n}.test.ts`, { before: text, after: `${text}// more ${n}\n` }),
  );
  inspectChange(change(...entries.slice(0, 50)));
  const before = process.cpuUsage();
  inspectChange(change(...entries));
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(2_000);
});

test('no pattern takes long on hostile text', () => {
  const long = [
    `${'a'.repeat(200_000)}`,
    `${'аa'.repeat(60_000)}`,
    `${'expect.'.repeat(30_000)}`,
    `${' '.repeat(200_000)}x`,
    `${'#[cfg_attr('.repeat(20_000)}`,
    `${'\\n'.repeat(100_000)}`,
  ];
  const before = process.cpuUsage();
  for (const after of long) inspectChange(change(entry('src/a.test.ts', { before: 'x', after })));
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(2_000);
});
