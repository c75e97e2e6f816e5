/** Changes by which checks accept more: suppressions, loosened checks, rewritten snapshots. */
import { describe, expect, test } from 'vitest';
import { inspectChange } from '../../src/patch/inspect-change.ts';
import { change, entry, kinds } from './change.ts';

describe('a check is suppressed', () => {
  for (const [path, line] of [
    ['src/a.ts', '// eslint-disable-next-line no-console'],
    ['src/a.ts', '/* eslint-disable */'],
    ['src/a.ts', '// @ts-ignore'],
    ['src/a.ts', '// @ts-expect-error later'],
    ['src/a.ts', '// biome-ignore lint/suspicious/noExplicitAny: later'],
    ['src/a.js', '/* istanbul ignore next */'],
    ['src/a.js', '/* v8 ignore start */'],
    ['a.py', 'import os  # noqa: F401'],
    ['a.py', 'x = f()  # type: ignore[attr-defined]'],
    ['a.py', '# pylint: disable=all'],
    ['a.py', 'if x:  # pragma: no cover'],
    ['a.py', 'run(cmd)  # nosec'],
    ['a.go', 'f() //nolint:errcheck'],
    ['a.go', '//lint:ignore SA1000 later'],
    ['a.rs', '#[allow(dead_code)]'],
    ['a.rs', '#![allow(clippy::all)]'],
    ['a.rs', '#[rustfmt::skip]'],
    ['A.java', '@SuppressWarnings("all")'],
    ['a.sh', '# shellcheck disable=SC2086'],
  ] as const)
    test(`${path}: ${line}`, () => {
      const found = inspectChange(change(entry(path, { before: 'x\n', after: `x\n${line}\n` })));
      expect(found.map(({ kind }) => kind)).toContain('check-suppressed');
      expect(found[0]?.reason).toMatch(/^Line 2 suppresses a check/);
      expect(kinds(entry(path, { before: `${line}\nx\n`, after: `y\n${line}\nx\n` }))).toEqual([]);
    });
  test('one that names more is another one', () => {
    const edit = { before: 'x  # noqa: F401\n', after: 'x  # noqa\n' };
    expect(kinds(entry('a.py', edit))).toEqual(['check-suppressed']);
  });
  test('prose about it is none', () => {
    expect(kinds(entry('docs/lint.md', { after: 'Write `// eslint-disable` above it.' }))).toEqual(
      [],
    );
  });
});

describe('a check is loosened', () => {
  for (const [path, before, after] of [
    ['Makefile', 'test:\n\tgo test ./...\n', 'test:\n\tgo test ./... || true\n'],
    ['Makefile', 'test:\n\tgo test ./...\n', 'test:\n\t-go test ./...\n'],
    ['Makefile', 'test:\n\tgo test ./...\n', 'test:\n\tgo test -run TestA ./...\n'],
    ['Makefile', 'test:\n\tgo test ./...\n', 'test:\n\tgo test -short ./...\n'],
    ['scripts/check.sh', 'npm test\n', 'npm test || :\n'],
    ['scripts/check.sh', 'set -e\nnpm test\n', 'set +e\nnpm test\n'],
    ['scripts/check.sh', 'pytest\n', 'pytest -k "not slow"\n'],
    ['scripts/check.sh', 'pytest\n', 'pytest --ignore=tests/a.py\n'],
    ['scripts/check.sh', 'cargo test\n', 'cargo test -- --skip parses\n'],
    ['scripts/check.sh', 'npx jest\n', 'npx jest --passWithNoTests\n'],
    ['scripts/check.sh', 'npx vitest run\n', 'npx vitest run -u\n'],
    ['scripts/check.sh', 'ruff check .\n', 'ruff check . --exit-zero\n'],
    ['scripts/check.sh', 'eslint . --max-warnings 0\n', 'eslint . --max-warnings 50\n'],
    ['.github/workflows/ci.yml', 'run: npm test\n', 'run: npm test\ncontinue-on-error: true\n'],
    ['vitest.config.ts', 'test: {}\n', "test: { exclude: ['test/a.test.ts'] }\n"],
    ['vitest.config.ts', 'lines: 90,\n', 'lines: 80,\n'],
    ['jest.config.js', 'statements: 90\n', '\n'],
    ['jest.config.js', '\n', "testPathIgnorePatterns: ['a']\n"],
    ['pyproject.toml', 'fail_under = 90\n', 'fail_under = 50\n'],
    ['pyproject.toml', 'strict = true\n', 'strict = false\n'],
    ['setup.cfg', '[tool:pytest]\n', '[tool:pytest]\naddopts = -m "not slow"\n'],
    ['tsconfig.json', '"strict": true\n', '"strict": false\n'],
    ['eslint.config.js', "'no-console': 'error'\n", "'no-console': 'off'\n"],
    ['Cargo.toml', 'unsafe_code = "deny"\n', 'unsafe_code = "allow"\n'],
    ['.golangci.yml', 'linters:\n', 'linters:\n  disable: [errcheck]\n'],
    ['codecov.yml', 'target: 90%\n', 'target: 70%\n'],
    ['scripts/check.sh', 'pytest\n', 'PYTHONOPTIMIZE=1 pytest\n'],
    ['scripts/check.sh', 'pytest\n', 'python -O -m pytest\n'],
    ['scripts/check.sh', 'pytest\n', 'pytest --collect-only\n'],
    ['scripts/check.sh', 'pytest\n', 'pytest -p no:python\n'],
    ['scripts/check.sh', 'pytest\n', 'python -m pytest -m "not slow"\n'],
    ['scripts/check.sh', 'go test ./...\n', 'go test -list . ./...\n'],
    ['scripts/check.sh', 'go test ./...\n', 'go test -c ./...\n'],
    ['scripts/check.sh', 'cargo test\n', 'cargo test --no-run\n'],
    ['scripts/check.sh', 'make test\n', 'make -n test\n'],
    ['scripts/check.sh', 'make test\n', 'make -i test\n'],
    ['scripts/check.sh', 'mvn verify\n', 'mvn verify -DskipTests\n'],
    ['scripts/check.sh', 'mvn verify\n', 'mvn verify -Dmaven.test.failure.ignore=true\n'],
    ['scripts/check.sh', 'mvn verify\n', 'mvn -fn verify\n'],
    ['scripts/check.sh', './gradlew check\n', './gradlew check -x test\n'],
    ['scripts/check.sh', 'jest\n', 'jest --listTests\n'],
    ['scripts/check.sh', 'jest\n', 'jest --findRelatedTests src/a.ts\n'],
    ['scripts/check.sh', 'vitest run\n', 'vitest list\n'],
    ['scripts/check.sh', 'vitest run\n', 'vitest run --dangerouslyIgnoreUnhandledErrors\n'],
    ['scripts/check.sh', 'node --test\n', 'node --test --test-name-pattern=x\n'],
    ['scripts/check.sh', 'npm test\n', 'NODE_OPTIONS="--require ./fake.cjs" npm test\n'],
    ['scripts/check.sh', 'npm test\n', '! npm test\n'],
    ['scripts/check.sh', 'npm test\n', "trap 'exit 0' EXIT\n"],
    ['scripts/check.sh', 'npm test\n', 'npm test || return 0\n'],
    ['scripts/check.sh', 'npm test\n', 'npm test || /bin/true\n'],
    ['scripts/check.sh', 'npm test\n', 'npm test; :\n'],
    ['scripts/check.sh', 'set -euo pipefail\nnpm test | tee log\n', 'npm test | tee log\n'],
    ['scripts/check.sh', 'rspec\n', 'rspec --tag ~slow\n'],
    ['scripts/check.sh', 'dotnet test\n', 'dotnet test --filter A\n'],
    ['scripts/check.sh', 'rubocop\n', 'rubocop --fail-level fatal\n'],
    ['scripts/check.sh', 'tsc --noEmit\n', 'tsc --noEmit --noCheck\n'],
    ['scripts/check.sh', 'eslint .\n', 'eslint . --quiet\n'],
    ['scripts/check.sh', 'git tag a\n', 'git tag a && pytest -k "not slow"\n'],
    ['scripts/check.sh', 'npm run typecheck\n', 'npm run typecheck || true\n'],
    ['scripts/check.sh', 'npm test\n', 'npm test \\\n  || true\n'],
    ['scripts/check.sh', 'T=pytest\n$T\n', 'T=pytest\n$T || true\n'],
    ['scripts/check.sh', 'rm a\nnpm test\n', 'rm a || true && npm test || true\n'],
    ['Dockerfile', 'RUN npm test\n', 'RUN npm test || true\n'],
    ['jest.e2e.config.js', 'lines: 90\n', 'lines: 50\n'],
    ['.eslintrc.json', '"max-lines": 10\n', '"max-lines": 50\n'],
    [
      'package.json',
      '{\n"scripts": {\n  "test": "npm run a",\n  "a": "jest"\n}}',
      '{\n"scripts": {\n  "test": "npm run a",\n  "a": "jest || true"\n}}',
    ],
  ] as const)
    test(`${path}: ${after.trim().split('\n').at(-1)}`, () => {
      const found = inspectChange(change(entry(path, { before, after })));
      expect(found.map(({ kind }) => kind)).toContain('check-loosened');
    });
  for (const [path, before, after] of [
    ['scripts/check.sh', 'npm test\n', 'npm test\nnpm run lint\n'],
    ['Makefile', 'test:\n\tgo test ./...\n', 'test:\n\tgo test -race ./...\n'],
    ['codecov.yml', 'target: 70%\n', 'target: 90%\n'],
    ['scripts/check.sh', 'pytest\n', 'python3 -m pytest\n'],
    ['scripts/check.sh', 'x\n', 'python3 -m venv .venv\n'],
    ['scripts/check.sh', 'x\n', 'git commit -m "Release"\n'],
    ['scripts/check.sh', 'x\n', 'git add -A && git push -u origin main\n'],
    ['Makefile', 'x:\n', 'REVISION := $(shell git rev-parse --short HEAD)\n'],
    ['scripts/check.sh', 'x\n', 'rsync --exclude=dist a b\n'],
    ['scripts/check.sh', 'x\n', 'curl -k https://localhost/health\n'],
    ['scripts/check.sh', 'x\n', 'make build && head -n 5 log | sort -u\n'],
    ['scripts/check.sh', 'npm test\n', 'set -eu\nnpm test\n'],
    ['scripts/check.sh', 'go test ./...\n', 'go test -count=1 ./...\n'],
    ['scripts/check.sh', 'x\n', 'npm publish --dry-run\n'],
    ['scripts/check.sh', 'jest\n', 'NODE_OPTIONS=--experimental-vm-modules jest\n'],
    ['scripts/check.sh', 'dotnet test\n', 'dotnet test --no-build\n'],
    ['scripts/check.sh', 'set -e\nnpm test\n', 'set -euo pipefail\nnpm test\n'],
    ['scripts/deploy.sh', 'set -e\n./x\n', 'set -e\n./x -m 3 || true\n'],
    ['Dockerfile', 'FROM a\n', 'FROM a\nHEALTHCHECK --retries=3 CMD ./x || true\n'],
    ['Dockerfile', 'FROM a\n', 'FROM a\nRUN adduser -k /x app || true\n'],
    ['Makefile', 'clean:\n\trm a\n', 'clean:\n\t-rm -rf a\n'],
    [
      'package.json',
      '{\n  "scripts": {\n  }\n}',
      '{\n  "scripts": {\n  "dev": "x || true"\n  }\n}',
    ],
    ['.github/workflows/ci.yml', 'x\n', '- run: docker compose down || true\n'],
    ['.github/workflows/ci.yml', 'x\n', 'if-no-files-found: warn\n'],
    ['.github/workflows/ci.yml', 'timeout-minutes: 10\n', 'timeout-minutes: 20\n'],
    ['webpack.config.js', 'x\n', 'rules: [{ test: /x/, exclude: /node_modules/ }]\n'],
    ['tailwind.config.js', 'maxWidth: 10\n', 'maxWidth: 20\n'],
    ['vitest.config.ts', 'minThreads: 4,\n', 'minThreads: 2,\n'],
    ['jest.config.js', 'testTimeout: 5000,\n', 'testTimeout: 9000,\n'],
    ['pyproject.toml', 'version = "1.3"\nmaintainers = 2\n', 'version = "1.2"\nmaintainers = 1\n'],
  ] as const)
    test(`not by ${path}: ${after.trim().split('\n').at(-1)}`, () => {
      expect(kinds(entry(path, { before, after }))).not.toContain('check-loosened');
    });
});

describe('a snapshot is rewritten', () => {
  const lines = (added: number, removed: number) => ({ added, removed });
  const before = 'exports[`a`] = `1`;\n';
  for (const path of [
    'test/__snapshots__/a.test.ts.snap',
    'tests/__snapshots__/a.ambr',
    'src/snapshots/a.snap',
    'pkg/testdata/a.golden',
  ]) {
    test(`${path}: changed, deleted, renamed away`, () => {
      const changed = entry(path, { before, after: 'exports[`a`] = `2`;\n', lines: lines(1, 1) });
      expect(kinds(changed)).toContain('snapshot-rewritten');
      expect(kinds(entry(path, { before }))).toContain('snapshot-rewritten');
      const away = entry('old.txt', { from: path, before, after: before });
      expect(kinds(away)).toContain('snapshot-rewritten');
    });
    test(`${path}: new, or with new lines only`, () => {
      expect(kinds(entry(path, { after: before }))).toEqual([]);
      const more = entry(path, { before, after: `${before}more\n`, lines: lines(1, 0) });
      expect(kinds(more)).toEqual([]);
    });
  }
});
