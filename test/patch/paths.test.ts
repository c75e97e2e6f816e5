import { describe, expect, test } from 'vitest';
import { alikeNames } from '../../src/core/paths/alike-names.ts';
import { foldPath } from '../../src/core/paths/fold-path.ts';
import { MAKEFILES, SOLUTIONS, SOURCE_LISTS } from '../../src/core/tool-files.ts';
import { inspectChange } from '../../src/patch/inspect-change.ts';
import { KNOWN_FILES, TESTS } from '../../src/toolchain/known-files.ts';
import { threadTime } from '../thread-time.ts';
import { change, entry, kinds } from './change.ts';

describe("git's own paths, in every spelling that some system reads as them", () => {
  for (const path of [
    '.git/config',
    '.GIT/config',
    '.Git/hooks/pre-commit',
    'sub/.git/config',
    'git~1/config',
    'GIT~2/config',
    '.git /config',
    '.git./config',
    '.git. . /config',
    '.git::$INDEX_ALLOCATION/config',
    '.git:stream/config',
    '.g\u200cit/config',
    '.gi\u200dt/config',
    '.\ufeffgit/config',
    '.git\u202e/config',
    'x\\.git\\config',
    '.git',
    '\u2060.git/config',
  ])
    test(JSON.stringify(path), () =>
      expect(kinds(entry(path, { after: 'x' }))).toContain('git-path'),
    );
  for (const path of ['.gitignore', '.github/CONTRIBUTING.md', 'git/config', 'a.git/config'])
    test(`${path} is not one`, () =>
      expect(kinds(entry(path, { after: 'x' }))).not.toContain('git-path'));
});

describe('names', () => {
  for (const path of [
    'a\u0000b',
    'a\nb',
    'a\rb',
    'a\u001bb',
    'a\\b',
    '/etc/passwd',
    '../up',
    'a/../b',
    'a//b',
    './a',
    `src/${'ü'.repeat(128)}`,
  ])
    test(`${JSON.stringify(path)} can not be checked out safely`, () =>
      expect(kinds(entry(path, { after: 'x' }))).toContain('unsafe-path'));
  test.each([
    ['/etc/passwd', 'It is not relative to the repository.'],
    ['a\nb', 'Its name has a control character.'],
    ['a\\b', 'Its name has a backslash, which Windows reads as a folder.'],
    ['a//b', 'Its name has an empty segment.'],
    ['../up', 'Its name climbs out of its folder.'],
  ])('%j: the reason says what is wrong with it', (path, reason) => {
    expect(inspectChange(change(entry(path, { after: 'x' })))).toMatchObject([{ path, reason }]);
  });
  const ODD = [
    'src/a\u200bb.ts',
    'src/\u202egnp.ts',
    'a:b',
    'a./b',
    'a /b',
    'con',
    'NUL.txt',
    'lib/COM1.c',
    'PACKAG~1.JSO',
    'tag\u{e0041}.ts',
    'what?.md',
    'a*b.txt',
    'a|b',
    '<a>.ts',
    'say "hi".md',
    'CON .txt',
    'com¹.txt',
    'CONIN$',
  ];
  for (const path of ODD) {
    test(`${JSON.stringify(path)} is asked about where it is new`, () =>
      expect(kinds(entry(path, { after: 'x' }))).toEqual(['odd-path']));
    test(`${JSON.stringify(path)} is judged by what changed where it is there already`, () =>
      expect(kinds(entry(path, { before: 'a', after: 'b' }))).toEqual([]));
  }
  // A Cyrillic а, a folder of look-alikes alone, a bold letter.
  for (const path of [
    'src/p\u0430yment.ts',
    '\u0430\u0441\u0435/index.js',
    'src/\u{1d41a}dmin.ts',
  ]) {
    test(`${JSON.stringify(path)} is asked about where it is new: it reads like another`, () =>
      expect(kinds(entry(path, { after: 'x' }))).toEqual(['homoglyph']));
    test(`${JSON.stringify(path)} is none where it is there already`, () =>
      expect(kinds(entry(path, { before: 'a', after: 'b' }))).toEqual([]));
  }
  for (const path of [
    'docs/о нас.md',
    'данные/тест.ts',
    'src/ünïcode.ts',
    'Ω/μ.ts',
    'i18n/сор.json',
  ])
    test(`${JSON.stringify(path)} is in a script of its own`, () =>
      expect(kinds(entry(path, { after: 'x' }))).toEqual([]));
  test('a file that is there already stays protected by its name', () => {
    expect(kinds(entry('.git/aux', { before: 'a', after: 'b' }))).toEqual(['git-path']);
    expect(kinds(entry('.github/workflows/aux.yml', { before: 'a', after: 'b' }))).toContain(
      'runs-on-push',
    );
  });
  for (const path of [
    'src/ünïcode.ts',
    'docs/日本語.md',
    'a b.txt',
    'console.ts',
    'file~',
    'a..b',
    'contact',
    'x'.repeat(255),
  ])
    test(`${path} is plain`, () => expect(kinds(entry(path, { after: 'x' }))).toEqual([]));
  test('what is deleted may be called anything', () => {
    expect(kinds(entry('a\u200bb', { before: 'x' }))).toEqual([]);
  });
});

describe('folding', () => {
  for (const [path, folded] of [
    ['SRC/Index.TS', 'src/index.ts'],
    ['Cafe\u0301', 'caf\u00e9'],
    ['a//b/./c/', 'a/b/c'],
    ['a/../b', 'a/../b'],
    ['ſrc/K', 'src/k'],
    ['..', '..'],
    ['', ''],
  ] as const)
    test(JSON.stringify(path), () => expect(foldPath(path)).toBe(folded));
  test('is stable: folding again changes nothing', () => {
    for (const path of ['ΑΣ/ς', 'İ/ı', 'ŒUVRE', 'git~1/X', '.GIT::$DATA', 'ß/ẞ', 'ﬁ'])
      expect(foldPath(foldPath(path))).toBe(foldPath(path));
  });
});

describe('protected files', () => {
  for (const [kind, paths] of Object.entries({
    'runs-on-push': [
      '.github/workflows/ci.yml',
      '.GitHub/Workflows/x',
      '.github/actions/a/index.js',
      'action.yml',
      'tools/x/action.yaml',
      '.husky/pre-push',
      'lefthook.yml',
      '.pre-commit-config.yaml',
      '.gitlab-ci.yml',
      'Jenkinsfile',
      '.circleci/config.yml',
      '.appveyor.yml',
      '.semaphore/semaphore.yml',
      '.tekton/build.yaml',
      'azure-pipelines-release.yml',
      'ci/Jenkinsfile.release',
      '.gitlab-ci.yaml',
      'netlify.toml',
      'cloudbuild.json',
      ...['wrangler.toml', 'railway.json', 'heroku.yml', 'apphosting.yaml', '.platform.app.yaml'],
      '.gitattributes',
      ...[
        '.forgejo/workflows/a.yml',
        '.gitea/actions/a.yml',
        '.gitlab/ci/a.yml',
        'ci/a.gitlab-ci.yml',
      ],
      ...['.azure/pipelines/a.yml', '.zuul.yaml', '.prow.yaml', '.evergreen.yml', '.space.kts'],
      ...[
        '.git-hooks/pre-push',
        '.overcommit.yml',
        'hk.pkl',
        'prek.toml',
        '.simple-git-hooks.json',
      ],
      ...['.github/mergify.yml', '.releaserc.json', '.goreleaser.yaml', 'atlantis.yaml'],
    ],
    policy: ['.github/gatehouse.cedar', '.github/gatehouse.yml', 'policies/starter/merge.cedar'],
    codeowners: ['CODEOWNERS', '.github/CODEOWNERS', 'docs/codeowners'],
    'agent-config': [
      'AGENTS.md',
      'agents/docs-writer.md',
      'pkg/CLAUDE.md',
      '.claude/settings.json',
      '.codex/config.toml',
      '.mcp.json',
      '.github/copilot-instructions.md',
      '.github/copilot/settings.json',
      '.github/hooks/check.json',
      'pkg/.github/skills/release/notes.md',
      '.github/mcp.json',
      'opencode.json',
      ...['.clinerules/a.md', '.roo/rules.md', '.junie/guidelines.md', '.kiro/steering/a.md'],
      ...[
        '.amazonq/rules/a.md',
        '.continue/config.yaml',
        '.goosehints',
        '.factory/a.md',
        'WARP.md',
      ],
      ...[
        'QWEN.md',
        '.qwen/settings.json',
        '.crush.json',
        '.trae/rules/a.md',
        '.openhands/setup.sh',
      ],
      ...['docs/AGENTS.md', 'vendor/x/AGENTS.md', '.rules'],
    ],
    lockfile: [
      ...['package-lock.json', 'sub/yarn.lock', 'go.sum', 'Cargo.lock', 'uv.lock', '.pnp.cjs'],
      ...['gems.locked', 'gradle/verification-metadata.xml', 'vendor/modules.txt'],
      ...['requirements.lock', '.terraform.lock.hcl', 'buildscript-gradle.lockfile', 'Chart.lock'],
    ],
    'dependency-manifest': [
      'requirements-dev.txt',
      'go.mod',
      'Cargo.toml',
      'pyproject.toml',
      'pom.xml',
      ...['dev-requirements.txt', 'requirements/base.txt', 'requirements/base.in', 'pylock.toml'],
      ...['gems.rb', 'build.gradle.kts', 'settings.gradle', 'buildSrc/own.gradle.kts', 'go.work'],
      ...['deno.json', '.tool-versions', 'mise.toml', '.nvmrc', 'rust-toolchain.toml', 'Brewfile'],
      ...['Directory.Build.props', 'src/Directory.Build.targets', '.config/dotnet-tools.json'],
      ...['patches/vitest+3.0.0.patch', 'web/node_modules/vitest/index.js', 'renovate.json'],
      ...['.github/dependabot.yml', 'rebar.config', 'deps.edn', 'pkg/App.csproj', 'global.json'],
      ...['vendor/github.com/stretchr/testify/assert/a.go', 'third_party/gtest/a.cc', 'Pods/A/a.m'],
      ...[
        'third-party/a.c',
        'ios/Carthage/Checkouts/a.swift',
        'public/jquery.min.js',
        'devbox.json',
      ],
    ],
    'registry-config': [
      ...['.npmrc', 'pkg/.yarnrc.yml', 'pip.conf', '.cargo/config.toml', 'NuGet.Config'],
      ...['bunfig.toml', 'gradlew', 'mvnw.cmd', 'gradle.properties', '.mvn/extensions.xml'],
      ...['.bundle/config', '.yarn/releases/yarn-4.cjs', 'web/.yarn/plugins/own.cjs'],
      '.corepack.env',
    ],
    'install-script': [
      ...['binding.gyp', 'build.rs', 'setup.py', 'sitecustomize.py', 'own.pth'],
      ...['.devcontainer/devcontainer.json', '.devcontainer.json', '.vscode/tasks.json'],
      ...['.envrc', '.gitpod.Dockerfile', '.replit', '.idx/dev.nix'],
    ],
    migration: [
      ...['prisma/migrations/1/migration.sql', 'db/migrate/2_x.rb', 'prisma/schema.prisma'],
      ...[
        'drizzle/0001_x.sql',
        'src/main/resources/db/changelog/a.xml',
        'src/migration/170-Add.ts',
      ],
      'src/main/resources/db/migration/V1__a.sql',
    ],
    'lint-config': [
      '.eslintrc.json',
      'eslint.config.mjs',
      'biome.json',
      'tsconfig.build.json',
      '.golangci.yml',
      ...['phpstan.neon.dist', '.swiftlint.yml', '.oxlintrc.json', '.yamllint', 'deny.toml'],
    ],
    'test-weakened': [
      ...['vitest.config.ts', 'pytest.ini', '.mocharc.yml', '.pytest.ini', 'vite.config.ts'],
      ...['vitest.workspace.ts', 'jest.setup.js', 'src/setupTests.ts', 'tests/conftest.py'],
      ...['tox.ini', 'noxfile.py', 'Rakefile', '.rspec', 'spec/spec_helper.rb', 'phpunit.xml.dist'],
      ...['justfile', 'Taskfile.yml', 'babel.config.js', '.babelrc', 'turbo.json'],
      ...['angular.json', 'hatch.toml', '.bazelrc', 'App.xctestplan'],
      ...['__mocks__/vitest.js', 'test/__mocks__/assert.ts', 'pytest.py', '_pytest/main.py'],
      ...['karma.conf.js', 'tests/xunit.runner.json', 'ci/fast.runsettings', 'nx.json'],
    ],
  }))
    for (const path of paths) {
      test(`${path}: ${kind}`, () => {
        expect(kinds(entry(path, { before: 'a', after: 'b' }))).toContain(kind);
        expect(kinds(entry(path, { before: 'a' }))).toContain(kind);
      });
      test(`${path}, renamed away and into place: ${kind}`, () => {
        const moved = { from: path, before: 'a', after: 'a' };
        expect(kinds(entry('else.txt', moved))).toContain(kind);
        expect(kinds(entry(path, { ...moved, from: 'else.txt' }))).toContain(kind);
      });
    }
  for (const path of [
    'src/workflows/a.ts',
    'docs/action.md',
    'src/lint.ts',
    'src/migrate.ts',
    'packages.json',
    'README.md',
    'src/codeowners.ts',
    ...['docs/requirements.md', 'src/requirements.ts', 'locales/en/global.json', 'src/settings.ts'],
    ...['src/__mocks__/fs.ts', 'tests/unittest/__init__.py', 'docs/pytest.md', 'src/chai.ts'],
    ...['src/patches.ts', 'src/jest.ts', 'src/tasks.json', 'CMakeLists.txt'],
    ...['src/node_modules.ts', 'data/lock.json', 'src/setup.ts', 'src/gems.ts', 'App.xcodeproj/a'],
    ...['docs/migrations/v2.md', 'src/components/migration/index.ts', 'src/snapshots/store.ts'],
    ...['app/src/main/res/xml/settings.xml', 'src/vendor/vendor.service.ts', 'App.sln'],
    ...['app/policies/refund.rb', 'docs/workflows.md', 'src/agents/support.ts', 'docs/agents.md'],
    ...['src/pods/list.go', 'k8s/pods/a.yaml', 'src/hooks/use.ts', 'src/actions/cart.ts'],
    ...['Dockerfile', '.gitignore', '.github/FUNDING.yml', '.changeset/a.md'],
  ])
    test(`${path}: nothing`, () =>
      expect(kinds(entry(path, { before: 'a', after: 'b' }))).toEqual([]));

  test('each file by which a project is installed or tested, as detection knows it', () => {
    const apart = [
      // They are read, or list sources.
      ...['package.json', ...MAKEFILES, ...SOURCE_LISTS, ...SOLUTIONS, ...TESTS],
      // They say what kind of project it is, and no more.
      ...['manage.py', 'AndroidManifest.xml', 'application.rb', 'yarn-*.cjs', 'modules.txt'],
      ...['Chart.yaml', 'kustomization.yaml', 'kustomization.yml', 'Kustomization'],
      // Their folder tells what they are.
      ...['dev.txt', 'test.txt', 'tests.txt'],
    ];
    const plain = KNOWN_FILES.filter(name => !apart.includes(name)).filter(
      name => kinds(entry(name.replace('*', 'x'), { before: 'a', after: 'b' })).length === 0,
    );
    expect(plain).toEqual([]);
  });

  test('worst first, each with its path and a reason', () => {
    const found = inspectChange(
      change(
        entry('run.sh', { after: 'x', mode: { before: '000000', after: '100755' } }),
        entry('go.sum', { before: 'a', after: 'b' }),
        entry('.git/x', { after: 'x' }),
      ),
    );
    expect(found.map(({ kind, path, severity }) => [kind, path, severity])).toEqual([
      ['git-path', '.git/x', 'refuse'],
      ['lockfile', 'go.sum', 'risk'],
      ['executable', 'run.sh', 'note'],
    ]);
    for (const { reason } of found) expect(reason).toMatch(/^[A-Z].*\.$/);
  });
});

describe('a copy of a package is one finding, whatever it has', () => {
  test.each([
    ['vendor/x/tests/test_a.py', 'def test_a():\n    assert f() == 1\n', 'x = 1\n'],
    [
      'third_party/x/a_test.go',
      'package a\nfunc TestA(t *testing.T) { t.Fatal() }\n',
      'package a\n',
    ],
    ['Pods/A/ATests.swift', 'func testA() { XCTAssertTrue(x) }', 'func testA() {}'],
    ['vendor/x/Makefile', 'test:\n\tgo test\n', 'test:\n\tgo test || true\n'],
    ['vendor/x/.eslintrc.json', '{}', '{"a": "off"}'],
    ['node_modules/a/package.json', '{"scripts":{"test":"a"}}', '{"scripts":{"test":"b"}}'],
    ['third-party/a/__snapshots__/a.snap', 'a', 'b'],
    ['vendor/x/a.go', 'a', 'b() //nolint'],
  ])('%s', (path, before, after) => {
    expect(kinds(entry(path, { before, after }))).toEqual(['dependency-manifest']);
    expect(kinds(entry(path, { before }))).toEqual(['dependency-manifest']);
  });
  test('but for a secret, and a test that moves there', () => {
    const secret = entry('vendor/x/a.py', { after: `k = "ghp_${'a1B2c3D4e5F6'.repeat(3)}"\n` });
    expect(kinds(secret)).toContain('secret');
    const text = 'def test_a():\n    assert f() == 1\n';
    const moved = { from: 'tests/test_a.py', before: text, after: text };
    expect(kinds(entry('vendor/x/test_a.py', moved))).toContain('test-deleted');
  });
});

describe('what a name says', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`;
  test.each([
    ['a file', `docs/${token}.md`],
    ['a folder', `${token}/a.md`],
    ['a name with what is not shown in it', `docs/${token.slice(0, 9)}\u200b${token.slice(9)}.md`],
    ['a secret of another service', `a/glsa_${'a1B2'.repeat(8)}_0f1e2d3c`],
  ])('%s that is called like a secret is refused, and not repeated', (_name, path) => {
    const found = inspectChange(change(entry(path, { after: 'x\n' })));
    const secret = found.find(({ kind }) => kind === 'secret');
    expect(secret?.severity).toBe('refuse');
    expect(JSON.stringify(secret)).not.toMatch(/a1B2a1B2/);
    expect(kinds(entry(path, { before: 'x\n', after: 'y\n' }))).not.toContain('secret');
  });

  test.each([
    ['case', 'src/Index.ts', 'src/index.ts'],
    ['the case of a folder', 'SRC/other.ts', 'src/index.ts'],
    ['letters with one lower case', 'src/ſ.ts', 'src/s.ts'],
    ['normal form', 'docs/cafe\u0301.md', 'docs/caf\u00e9.md'],
    ['width', 'src/\uff49ndex.ts', 'src/index.ts'],
    ['a ligature', 'src/\ufb01x.ts', 'src/fix.ts'],
    ['what is not shown', 'src/in\u200bdex.ts', 'src/index.ts'],
  ])('that differ only in %s read alike', (_name, added, other) => {
    expect(alikeNames([added], ['a.md', other, added])).toEqual([{ path: added, other }]);
    const whole = { ...change(entry(added, { after: 'x\n' })), alike: [{ path: added, other }] };
    expect(inspectChange(whole)).toContainEqual(
      expect.objectContaining({ kind: 'odd-path', path: added, severity: 'risk' }),
    );
  });

  test('that are alike many folders deep are found at once', () => {
    const deep = Array.from({ length: 2_000 }, (_, at) =>
      `${String(at).padStart(40, 'x')}/`.repeat(90),
    );
    const [first = ''] = deep;
    const found: unknown[] = [];
    const took = threadTime(() => {
      const others = [...deep.map(path => `${path}b`), `${first}A`];
      found.push(
        ...alikeNames(
          deep.map(path => `${path}a`),
          others,
        ),
      );
    });
    expect(found).toEqual([{ path: `${first}a`, other: `${first}A` }]);
    expect(took).toBeLessThan(5_000);
  });

  test('that differ otherwise do not', () => {
    expect(alikeNames(['src/a.ts', 'b/a.ts'], ['src/a.ts', 'src/b.ts', 'b/a.ts', 'a'])).toEqual([]);
  });
});
