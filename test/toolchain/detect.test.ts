/** What is found in repositories as they are: which commands, why, and where. */
import { describe, expect, it } from 'vitest';
import { detectIn, notesOn } from '../../src/toolchain/detect.ts';
import { threadTime } from '../thread-time.ts';
import { chosen, commandsOf, detected, type Files } from './project.ts';

const manifest = (more: object = {}) =>
  JSON.stringify({ scripts: { lint: 'eslint .', test: 'vitest run' }, ...more });
const venv = (packages: string) =>
  `sh -c python3 -m venv .venv && .venv/bin/python -m pip install "$@" sh ${packages}`;
/** The same as one word of a script. */
const quotedVenv = (packages: string) =>
  `sh -c 'python3 -m venv .venv && .venv/bin/python -m pip install "$@"' sh ${packages}`;
/** Of a Deno that has neither tasks nor tests. */
const DENO = { install: 'deno install', lint: 'deno lint' };

const CASES: [string, Files, Record<string, string>][] = [
  [
    'npm with a lockfile',
    { 'package.json': manifest(), 'package-lock.json': '{}' },
    { install: 'npm ci', lint: 'npm run lint', test: 'npm test' },
  ],
  [
    'npm with a shrinkwrap',
    { 'package.json': manifest(), 'npm-shrinkwrap.json': '{}' },
    { install: 'npm ci', lint: 'npm run lint', test: 'npm test' },
  ],
  [
    'npm without a lockfile',
    { 'package.json': manifest() },
    { install: 'npm install', lint: 'npm run lint', test: 'npm test' },
  ],
  [
    'a manifest with a byte order mark',
    { 'package.json': `\uFEFF${manifest()}` },
    { install: 'npm install', lint: 'npm run lint', test: 'npm test' },
  ],
  ['a manifest that is none', { 'package.json': '{' }, {}],
  ['scripts that are none', { 'package.json': '{"scripts":[1]}' }, { install: 'npm install' }],
  [
    'scripts of which one is no text',
    { 'package.json': '{"scripts":{"test":"mocha","lint":{}}}' },
    { install: 'npm install', test: 'npm test' },
  ],
  [
    'pnpm by its lockfile',
    { 'package.json': manifest(), 'pnpm-lock.yaml': '' },
    { install: 'pnpm install --frozen-lockfile', lint: 'pnpm run lint', test: 'pnpm test' },
  ],
  [
    'pnpm by packageManager, before any lockfile',
    { 'package.json': manifest({ packageManager: 'pnpm@9.1.0+sha512.ab' }) },
    { install: 'pnpm install', lint: 'pnpm run lint', test: 'pnpm test' },
  ],
  [
    'packageManager against the lockfile of another',
    { 'package.json': manifest({ packageManager: 'npm@11.0.0' }), 'yarn.lock': '' },
    { install: 'npm install', lint: 'npm run lint', test: 'npm test' },
  ],
  [
    'a workspace of pnpm that is tested by its members',
    {
      'package.json': '{}',
      'pnpm-lock.yaml': '',
      'pnpm-workspace.yaml': 'packages: [packages/*]',
      'packages/a/package.json': '{}',
      'packages/b/package.json': '{"scripts":{"test":"vitest run"}}',
    },
    {
      install: 'pnpm install --frozen-lockfile',
      test: 'pnpm --recursive --if-present run test',
    },
  ],
  [
    'a workspace of npm that is tested by its members',
    {
      'package.json': '{"workspaces":["packages/*"]}',
      'package-lock.json': '{}',
      'packages/b/package.json': '{"scripts":{"test":"vitest run"}}',
    },
    { install: 'npm ci', test: 'npm test --workspaces --if-present' },
  ],
  [
    'a workspace in which nobody tests',
    {
      'package.json': '{"workspaces":["packages/*"]}',
      'packages/b/package.json': '{"scripts":{"test":"echo none"}}',
      'node_modules/c/package.json': '{"scripts":{"test":"mocha"}}',
    },
    { install: 'npm install' },
  ],
  [
    'a workspace of Yarn 1, of which not each member tests',
    {
      'package.json': '{"workspaces":{"packages":["packages/*","!packages/old","tools"]}}',
      'yarn.lock': '# yarn lockfile v1\n',
      'packages/a/package.json': '{"scripts":{"test":"jest"}}',
      'packages/a/template/package.json': '{"scripts":{"test":"jest"}}',
      'packages/b/package.json': '{}',
      'packages/old/package.json': '{"scripts":{"test":"jest"}}',
      'tools/package.json': '{"scripts":{"test":"npm run unit","unit":"jest"}}',
    },
    {
      install: 'yarn install --frozen-lockfile',
      test: 'sh -c for member; do yarn --cwd "$member" run test || exit; done sh ./packages/a ./tools',
    },
  ],
  [
    'a manager that `devEngines` names',
    {
      'package.json': manifest({
        devEngines: { packageManager: [{ name: 'pnpm', version: '^9' }] },
      }),
      'package-lock.json': '{}',
    },
    { install: 'pnpm install', lint: 'pnpm run lint', test: 'pnpm test' },
  ],
  [
    'a manager that is not known',
    { 'package.json': manifest({ packageManager: 'vlt@1.0.0' }) },
    { install: 'npm install', lint: 'npm run lint', test: 'npm test' },
  ],
  [
    'yarn 1',
    { 'package.json': manifest(), 'yarn.lock': '# yarn lockfile v1\n' },
    { install: 'yarn install --frozen-lockfile', lint: 'yarn run lint', test: 'yarn test' },
  ],
  [
    'yarn berry by its lockfile',
    { 'package.json': manifest(), 'yarn.lock': '__metadata:\n  version: 8\n' },
    { install: 'yarn install --immutable', lint: 'yarn run lint', test: 'yarn test' },
  ],
  [
    'yarn berry that the repository brings along',
    {
      'package.json': manifest({ packageManager: 'yarn@4.5.0' }),
      'yarn.lock': '__metadata:\n',
      '.yarnrc.yml': 'nodeLinker: node-modules\nyarnPath: .yarn/releases/yarn-4.5.0.cjs\n',
      '.yarn/releases/yarn-4.5.0.cjs': '',
    },
    {
      install: 'node .yarn/releases/yarn-4.5.0.cjs install --immutable',
      lint: 'node .yarn/releases/yarn-4.5.0.cjs run lint',
      test: 'node .yarn/releases/yarn-4.5.0.cjs test',
    },
  ],
  [
    'bun',
    { 'package.json': manifest(), 'bun.lock': '{}' },
    { install: 'bun install --frozen-lockfile', lint: 'bun run lint', test: 'bun run test' },
  ],
  [
    'bun without a script, with tests',
    { 'package.json': '{}', 'bun.lockb': '', 'src/a.spec.ts': '' },
    { install: 'bun install --frozen-lockfile', test: 'bun test' },
  ],
  [
    'Python with nothing but a test',
    { 'calc.py': '', 'test_calc.py': 'from calc import add\ndef test_add(): ...\n' },
    { install: venv('pytest'), test: '.venv/bin/python -m pytest' },
  ],
  ['Python tests beside .NET', { 'A.sln': '', 'a.csproj': '', 'tools/test_a.py': '' }, {}],
  [
    'uv with a group of any name in which pytest is',
    {
      'pyproject.toml':
        '[project]\nname = "a"\n[dependency-groups]\nunit = ["pytest>=8"]\ndocs = ["pytest-sphinx"]\n',
      'uv.lock': '',
      'tests/test_a.py': '',
    },
    {
      install: 'uv sync --locked --group unit',
      test: 'uv run --no-sync python -m pytest',
    },
  ],
  [
    'Poetry with extras of its own',
    {
      'pyproject.toml': '[tool.poetry]\nname = "a"\n[tool.poetry.extras]\ntest = ["pytest"]\n',
      'poetry.lock': '',
      'tests/test_a.py': '',
    },
    {
      install: 'poetry install --no-interaction --extras test',
      test: 'poetry run python -m pytest',
    },
  ],
  [
    'Python with a manifest that can not be installed',
    {
      'calc.py': '',
      'test_calc.py': 'def test_add(): ...\n',
      'pyproject.toml': '[project]\nname = "calc"\nversion = "1"\ndependencies = ["attrs>=23"]\n',
    },
    { install: venv('attrs>=23 pytest'), test: '.venv/bin/python -m pytest' },
  ],
  [
    'Python with unittest, whose files end in _test',
    { 'a/one_test.py': 'import unittest\n', 'a/two_test.py': 'import unittest\n' },
    { test: 'python3 -m unittest discover -v -p *_test.py' },
  ],
  [
    'Python with unittest, whose files begin or end so',
    { 'a/one_test.py': 'import unittest\n', 'a/test_two.py': 'import unittest\n' },
    { test: 'python3 -m unittest discover -v' },
  ],
  [
    'Python with unittest, which needs nothing',
    { 'pyproject.toml': '', 'tests/test_a.py': 'import unittest\n' },
    { test: 'python3 -m unittest discover -v' },
  ],
  [
    'pip with lists of requirements',
    { 'requirements.txt': 'flask\n', 'requirements-dev.txt': 'pytest\n', 'tests/test_a.py': '' },
    {
      install: venv('-r requirements.txt -r requirements-dev.txt'),
      test: '.venv/bin/python -m pytest',
    },
  ],
  [
    'pip with a build system and extras',
    {
      'pyproject.toml':
        '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "a"\n[project.optional-dependencies]\ntest = ["pytest"]\ndocs = ["sphinx"]\n[tool.ruff]\nline-length = 100\n',
      'tests/test_a.py': '',
    },
    {
      install: venv('-e .[test] pytest ruff'),
      lint: '.venv/bin/python -m ruff check .',
      test: '.venv/bin/python -m pytest',
    },
  ],
  [
    'pip with groups of dependencies',
    {
      'pyproject.toml':
        '[project]\nname = "a"\n[dependency-groups]\ndev = ["pytest>=8", {include-group = "x"}, "-r evil"]\n',
      'test_a.py': '',
    },
    { install: venv('pytest>=8'), test: '.venv/bin/python -m pytest' },
  ],
  [
    'setup.py',
    { 'setup.py': '', 'conftest.py': '' },
    { install: venv('-e . pytest'), test: '.venv/bin/python -m pytest' },
  ],
  [
    'uv',
    {
      'uv.lock': '',
      'pyproject.toml':
        '[project]\nname = "a"\n[dependency-groups]\ntest = ["pytest"]\n[tool.pytest.ini_options]\n',
    },
    { install: 'uv sync --locked --group test', test: 'uv run --no-sync python -m pytest' },
  ],
  [
    'poetry',
    { 'poetry.lock': '', 'pyproject.toml': '[tool.poetry]\nname = "a"\n', 'tests/a_test.py': '' },
    { install: 'poetry install --no-interaction', test: 'poetry run python -m pytest' },
  ],
  [
    'poetry with groups of which one is optional',
    {
      'poetry.lock': '',
      'pyproject.toml':
        '[tool.poetry.group.dev.dependencies]\n[tool.poetry.group.test]\noptional = true\n[tool.poetry.group.test.dependencies]\npytest = "*"\n',
      'tests/test_a.py': '',
    },
    {
      install: 'poetry install --no-interaction --with test',
      test: 'poetry run python -m pytest',
    },
  ],
  [
    'PDM',
    { 'pdm.lock': '', 'pyproject.toml': '[project]\nname = "a"\n', 'tests/test_a.py': '' },
    { install: 'pdm sync', test: 'pdm run python -m pytest' },
  ],
  [
    'Pipenv',
    { Pipfile: '[dev-packages]\npytest = "*"\n', 'Pipfile.lock': '{}', 'tests/test_a.py': '' },
    { install: 'pipenv sync --dev', test: 'pipenv run python -m pytest' },
  ],
  [
    'Python that names pytest only where it is not installed from',
    {
      'pyproject.toml':
        '[build-system]\nrequires = ["hatchling"]\n[tool.hatch.envs.default]\ndependencies = ["pytest", "ruff"]\n[tool.ruff]\n',
      'tests/test_a.py': '',
    },
    {
      install: venv('-e . pytest ruff'),
      lint: '.venv/bin/python -m ruff check .',
      test: '.venv/bin/python -m pytest',
    },
  ],
  [
    'Django',
    { 'manage.py': '', 'requirements.txt': 'django\n', 'shop/tests.py': '' },
    {
      install: venv('-r requirements.txt'),
      test: '.venv/bin/python manage.py test --no-input',
    },
  ],
  [
    'Django that is tested by pytest',
    { 'manage.py': '', 'requirements.txt': 'pytest-django\n', 'shop/test_a.py': '' },
    { install: venv('-r requirements.txt'), test: '.venv/bin/python -m pytest' },
  ],
  [
    'PDM without a lockfile',
    { 'pyproject.toml': '[project]\nname = "a"\n[tool.pdm]\n', 'tests/test_a.py': '' },
    { install: 'pdm install', test: 'pdm run python -m pytest' },
  ],
  [
    'a workspace of uv',
    { 'uv.lock': '', 'pyproject.toml': '[tool.uv.workspace]\n', 'b/tests/test_a.py': '' },
    { install: 'uv sync --locked --all-packages', test: 'uv run --no-sync python -m pytest' },
  ],
  [
    'Hatch, with what its environments need',
    {
      'pyproject.toml':
        '[build-system]\n[project]\nname = "a"\n[tool.hatch.envs.default]\ndependencies = ["respx>=0.2"]\n[tool.hatch.envs.hatch-test]\nextra-dependencies = ["-e x", "anyio"]\n',
      'tests/test_a.py': '',
    },
    { install: venv('-e . respx>=0.2 anyio pytest'), test: '.venv/bin/python -m pytest' },
  ],
  [
    'tox, with what it installs, and extras of setup.cfg',
    {
      'setup.py': '',
      'setup.cfg':
        '[options.extras_require]\ntest =\n    mock\ndocs = sphinx\n[metadata]\ndev = 1\n',
      'tox.ini':
        '[tox]\n[testenv]\ndeps =\n    # all\n    pytest>=8\n    py27: old\n    -r more.txt\n    freezegun[x] ; python_version > "3"\ncommands = pytest\n',
      'tests/test_a.py': '',
    },
    { install: venv('-e .[test] pytest>=8 freezegun[x]'), test: '.venv/bin/python -m pytest' },
  ],
  ['Python whose packages conda installs', { 'environment.yml': '', 'tests/test_a.py': '' }, {}],
  ['a manifest of Python that is broken', { 'pyproject.toml': '[[[' }, {}],
  [
    'Go',
    { 'go.mod': 'module a\n', 'a_test.go': '' },
    { install: 'go mod download', lint: 'go vet ./...', test: 'go test ./...' },
  ],
  [
    'a workspace of Go',
    { 'go.work': '', 'a/go.mod': '', 'b/go.mod': '', 'b/b_test.go': '' },
    {
      install: 'go mod download',
      lint: "sh -c go list -m -f '{{.Dir}}/...' | xargs -d '\\n' go vet",
      test: "sh -c go list -m -f '{{.Dir}}/...' | xargs -d '\\n' go test",
    },
  ],
  [
    'Go without tests, and with its dependencies',
    { 'go.mod': 'module a\n', 'vendor/modules.txt': '' },
    { lint: 'go vet ./...' },
  ],
  [
    'Rust',
    { 'Cargo.toml': '[package]\n', 'Cargo.lock': '' },
    { install: 'cargo fetch --locked', test: 'cargo test' },
  ],
  [
    'a workspace of Rust without a lockfile',
    { 'Cargo.toml': '[workspace]\n', 'a/Cargo.toml': '[package]\n' },
    { install: 'cargo fetch', test: 'cargo test --workspace' },
  ],
  [
    'Rust that configures Clippy, pedantic lints as well',
    { 'Cargo.toml': '[package]\n[lints.clippy]\npedantic = "warn"\n' },
    {
      install: 'cargo fetch',
      lint: 'cargo clippy --all-targets -- -D warnings',
      test: 'cargo test',
    },
  ],
  [
    'a workspace of Rust that configures its format and Clippy',
    {
      'Cargo.toml': '[workspace]\n[workspace.lints.clippy]\nall = "deny"\n',
      '.rustfmt.toml': '',
    },
    {
      install: 'cargo fetch',
      lint: 'sh -c cargo fmt --all --check && cargo clippy --workspace --all-targets -- -D warnings',
      test: 'cargo test --workspace',
    },
  ],
  [
    'Rust that configures its format, before a Makefile',
    { 'Cargo.toml': '', 'rustfmt.toml': '', Makefile: 'lint:\n\tcargo clippy\n' },
    { install: 'cargo fetch', lint: 'cargo fmt --check', test: 'cargo test' },
  ],
  [
    'Rust with thresholds for Clippy',
    { 'Cargo.toml': '', 'clippy.toml': '' },
    {
      install: 'cargo fetch',
      lint: 'cargo clippy --all-targets -- -D warnings',
      test: 'cargo test',
    },
  ],
  [
    'Go with golangci-lint',
    { 'go.mod': 'module a\n', '.golangci.yml': 'version: "2"\n', 'a_test.go': '' },
    { install: 'go mod download', lint: 'golangci-lint run', test: 'go test ./...' },
  ],
  [
    'Deno with tasks and a lockfile',
    { 'deno.json': '{"tasks":{"test":"deno test -A","lint":{"command":"x"}}}', 'deno.lock': '{}' },
    { install: 'deno install --frozen', lint: 'deno task lint', test: 'deno task test' },
  ],
  [
    'Deno without tasks, with comments and tests',
    { 'deno.jsonc': '{\n  // "tasks"\n  "tasks": {}\n}', 'a_test.ts': '' },
    { install: 'deno install', lint: 'deno lint', test: 'deno test --allow-all --no-prompt' },
  ],
  [
    'Deno with comments between its tasks, and trailing commas',
    { 'deno.json': '{ /* tasks */ "tasks": { "test": "deno test", }, // all\n}' },
    { install: 'deno install', lint: 'deno lint', test: 'deno task test' },
  ],
  ['a manifest of Deno with a comment', { 'deno.jsonc': '// none yet\n' }, DENO],
  ['tasks of Deno that are none', { 'deno.json': '{"tasks":[1]}' }, DENO],
  ['a task of Deno that is inherited', { 'deno.json': '{"tasks":{"__proto__":{"test":1}}}' }, DENO],
  [
    'a Helm chart at the root, with its dependencies',
    { 'Chart.yaml': '', 'charts/db/Chart.yaml': '' },
    { lint: 'helm lint .' },
  ],
  [
    'Helm charts in folders, samples left out',
    {
      'deploy/api/Chart.yaml': '',
      'deploy/api/charts/db/Chart.yaml': '',
      'deploy/web/Chart.yaml': '',
      'examples/Chart.yaml': '',
      '--debug/Chart.yaml': '',
      'deploy/$(id)/Chart.yaml': '',
    },
    { lint: 'helm lint deploy/api deploy/web' },
  ],
  ['YAML alone', { '.yamllint': '', 'a.yaml': '' }, { lint: 'yamllint .' }],
  [
    'Kubernetes manifests with a linter of their own, before that of YAML',
    { '.kube-linter.yaml': '', '.yamllint.yml': '' },
    { lint: 'kube-linter lint --config .kube-linter.yaml .' },
  ],
  [
    'Kubernetes manifests that kustomize joins, samples left out',
    {
      'deploy/kustomization.yaml': '',
      'examples/kustomization.yaml': '',
      '$(id)/Kustomization': '',
    },
    { lint: 'kubectl kustomize deploy' },
  ],
  [
    'several of them, of which only people can say which counts',
    { 'base/kustomization.yaml': '', 'overlays/web/kustomization.yml': '' },
    {},
  ],
  [
    'a language that names no lint, beside a chart',
    { 'Cargo.toml': '', 'deploy/Chart.yaml': '' },
    { install: 'cargo fetch', test: 'cargo test', lint: 'helm lint deploy' },
  ],
  [
    'a language with a lint, beside a chart',
    { 'package.json': manifest(), 'chart/Chart.yaml': '', '.yamllint': '' },
    { install: 'npm install', lint: 'npm run lint', test: 'npm test' },
  ],
  [
    'Maven',
    { 'pom.xml': '', 'src/test/java/ATest.java': '' },
    {
      install: 'mvn --batch-mode --no-transfer-progress test -Dmaven.test.failure.ignore=true',
      test: 'mvn --batch-mode --no-transfer-progress --offline test',
    },
  ],
  ...['TestSum.java', 'SumTestCase.java', 'SumSpec.scala'].map(
    (test): [string, Files, Record<string, string>] => [
      `Maven with tests such as ${test}`,
      { 'pom.xml': '', [`src/test/${test}`]: '' },
      {
        install: 'mvn --batch-mode --no-transfer-progress test -Dmaven.test.failure.ignore=true',
        test: 'mvn --batch-mode --no-transfer-progress --offline test',
      },
    ],
  ),
  [
    'Gradle with a wrapper',
    { 'build.gradle.kts': '', gradlew: '', 'src/test/kotlin/ATest.kt': '' },
    {
      install: 'sh -c ./gradlew --no-daemon testClasses && { ./gradlew --no-daemon test || true; }',
      test: './gradlew --no-daemon --offline test',
    },
  ],
  [
    'Gradle for Android, whose plugin compiles by variants',
    {
      'settings.gradle': '',
      gradlew: '',
      'app/src/main/AndroidManifest.xml': '',
      'app/src/test/java/ATest.java': '',
    },
    {
      install: 'sh -c ./gradlew --no-daemon help && { ./gradlew --no-daemon test || true; }',
      test: './gradlew --no-daemon --offline test',
    },
  ],
  [
    'Gradle for several platforms',
    { 'build.gradle.kts': '', 'src/commonTest/kotlin/ATest.kt': '' },
    {
      install: 'sh -c gradle --no-daemon help && { gradle --no-daemon allTests || true; }',
      test: 'gradle --no-daemon --offline allTests',
    },
  ],
  [
    'Ruby with files of the newer names',
    { 'gems.rb': '', 'gems.locked': '', 'spec/a_spec.rb': '' },
    { install: 'bundle install', test: 'bundle exec rspec' },
  ],
  [
    'Ruby with tests that no Rakefile names',
    { Gemfile: "gem 'sinatra'\n", 'test/app_test.rb': '', 'test/test_helper.rb': '' },
    {
      install: 'bundle install',
      test: 'bundle exec ruby -Ilib -Itest -e Dir["./test/**/{*_test,test_*}.rb"].reject { _1.end_with?("/test_helper.rb") }.each { require _1 }',
    },
  ],
  [
    'Ruby with a helper of tests and no test',
    { Gemfile: '', 'test/test_helper.rb': '' },
    { install: 'bundle install' },
  ],
  [
    'Ruby with RSpec',
    { Gemfile: "gem 'rubocop'\n", 'Gemfile.lock': '', '.rubocop.yml': '', 'spec/a_spec.rb': '' },
    { install: 'bundle install', lint: 'bundle exec rubocop', test: 'bundle exec rspec' },
  ],
  [
    'Ruby with a task',
    { Gemfile: '', Rakefile: 'Rake::TestTask.new(:test)\n' },
    { install: 'bundle install', test: 'bundle exec rake test' },
  ],
  [
    'Rails',
    { Gemfile: '', 'config/application.rb': '', 'test/models/sum_test.rb': '' },
    { install: 'bundle install', test: 'bundle exec rails test' },
  ],
  [
    'PHP with Pest',
    { 'composer.json': '{"require-dev":{"pestphp/pest":"^4"},"scripts":[]}', 'phpunit.xml': '' },
    { install: 'composer install --no-interaction --no-progress', test: 'vendor/bin/pest' },
  ],
  [
    'PHP with a script',
    { 'composer.json': '{"scripts":{"test":"phpunit","lint":["phpcs"]}}' },
    {
      install: 'composer install --no-interaction --no-progress',
      lint: 'composer run-script lint',
      test: 'composer run-script test',
    },
  ],
  [
    'PHP with PHPUnit alone',
    { 'composer.json': '{}', 'phpunit.xml.dist': '' },
    {
      install: 'composer install --no-interaction --no-progress',
      test: 'vendor/bin/phpunit',
    },
  ],
  [
    'PHP with PHPUnit that nothing configures',
    { 'composer.json': '{"require-dev":{"phpunit/phpunit":"^11"}}', 'tests/Unit/ATest.php': '' },
    {
      install: 'composer install --no-interaction --no-progress',
      test: 'vendor/bin/phpunit tests',
    },
  ],
  [
    "PHP with Symfony's bridge",
    {
      'composer.json': '{"require-dev":{"symfony/phpunit-bridge":"^7"}}',
      'phpunit.xml.dist': '',
      'tests/ATest.php': '',
    },
    {
      install:
        'sh -c composer install --no-interaction --no-progress && vendor/bin/simple-phpunit install',
      test: 'vendor/bin/simple-phpunit',
    },
  ],
  [
    'Make with rules of several targets, on Windows too',
    { Makefile: 'build test lint &: src.c \\\r\n  b.c\r\n\tcc\r\n' },
    { lint: 'make lint', test: 'make test' },
  ],
  [
    'Make alone',
    { Makefile: '.PHONY: test\nCC := gcc\nlint:\n\tcc\ncheck: lint\n\t./run\n' },
    { lint: 'make lint', test: 'make check' },
  ],
  ...[
    'all:\n\tcc\ntest := 1\n',
    'test:\nall: a\n\tcc\n',
    'test: # none yet\n\t@echo "no tests"\n\t-@true\n',
    'build test: ; @echo none\n',
    'test: export A = 1\ntest: CC ?= gcc\n',
    'test:\n$(OBJ): a\n\tcc\n',
    'test::\n\t# make it\n%.o: %.c\n\tcc\n',
    'define HELP\ntest: all\n\tcc\nendef\n',
    '.PHONY: test\n',
  ].map((text): [string, Files, Record<string, string>] => [
    `a Makefile that tests nothing: ${JSON.stringify(text)}`,
    { Makefile: text },
    {},
  ]),
  [
    'Make beside a language that names no lint',
    { 'Cargo.toml': '', Makefile: 'lint: \n\tcargo clippy\ntest:\n\tcargo nextest\n' },
    { install: 'cargo fetch', test: 'cargo test', lint: 'make lint' },
  ],
  [
    'two languages, of which one has tests',
    { 'package.json': '{}', 'go.mod': '', 'a_test.go': '' },
    { install: 'go mod download', lint: 'go vet ./...', test: 'go test ./...' },
  ],
  ['nothing', { 'README.md': '' }, {}],
];

describe('the commands of a repository', () => {
  it.each(CASES)('%s', (_, files, commands) => {
    expect(commandsOf(files)).toEqual(commands);
  });

  it('say which linters are left aside, and why', () => {
    const notes = (files: Files) => notesOn(undefined, chosen(files), detected(files));
    expect(notes({ 'package.json': manifest(), 'chart/Chart.yaml': '' })).toEqual([
      '`helm lint chart` is not run (chart/Chart.yaml is there), because lint is `npm run lint`: `commands.lint` in the configuration can name one command for both.',
    ]);
    expect(notes({ 'Chart.yaml': '', '.yamllint': '' })).toEqual([
      '`yamllint .` is not run (.yamllint is there), because lint is `helm lint .`: `commands.lint` in the configuration can name one command for both.',
    ]);
    expect(notes({ '.yamllint': '' })).toEqual([]);
  });

  it('say which other tools and folders there are, where nothing is tested', () => {
    const notes = (files: Files) => notesOn(undefined, chosen(files), detected(files));
    expect(notes({ 'App.sln': '', justfile: '', 'src/App.csproj': '' })).toEqual([
      'No commands are known for App.sln, justfile: "commands" in the configuration can name them.',
    ]);
    expect(notes({ 'package.json': manifest(), justfile: '', 'api/go.mod': '' })).toEqual([]);
    expect(notes({ 'package.json': '{}', 'api/go.mod': '' })).toEqual([
      'No test was found in the root. Other folders have a manifest (api): "directory" in the configuration can name one of them.',
    ]);
  });

  it.each<[Files, string[]]>([
    [
      { 'package.json': '{"scripts":{"test:unit":"mocha","test-ci":"echo none","tested":"x"}}' },
      [
        'No script is called "test", but there are test:unit: "commands" in the configuration can name one.',
      ],
    ],
    [
      { 'package.json': '{"devDependencies":{"vitest":"4"}}', 'src/a.spec.ts': '' },
      [
        'src/a.spec.ts is there, but no file says how tests are run: "commands" in the configuration can name it.',
      ],
    ],
    ...[
      ['server/mix.exs', 'examples/a/mix.exs', 'server/apps/a/mix.exs'],
      ['src/App/App.csproj', 'test/App.Tests/App.Tests.csproj'],
      ['App.xcodeproj/project.pbxproj'],
      ['Makefile'],
      ['yarn.lock'],
      ['Taskfile.dist.yml'],
      ['nx.json'],
    ].map((paths): [Files, string[]] => [
      Object.fromEntries(paths.map(path => [path, ''])),
      [`No commands are known for ${paths[0]}: "commands" in the configuration can name them.`],
    ]),
    [
      { 'tox.ini': '[testenv]\n' },
      ['No commands are known for tox.ini: "commands" in the configuration can name them.'],
    ],
    [{ 'tox.ini': '[flake8]\n' }, []],
  ])('are never missing in silence: %j', (files, notes) => {
    expect(notesOn(undefined, chosen(files), detected(files))).toEqual(notes);
  });

  it('name a manager that is not known', () => {
    const files = { 'package.json': manifest({ packageManager: 'vlt@1.0.0' }) };
    expect(detected(files).commands[0]?.because).toBe(
      'package.json is there, without a lockfile; `packageManager` in package.json names vlt@1.0.0, which is not known',
    );
  });

  it('come with their reason, the registries and what was left aside', () => {
    expect(detected({ 'package.json': '{}', 'go.mod': '', 'a_test.go': '' })).toMatchObject({
      commands: [
        { name: 'install', because: 'go.mod is there' },
        { name: 'lint', because: 'go.mod is there' },
        { name: 'test', because: 'a_test.go is there' },
      ],
      ecosystems: ['npm', 'go'],
      unused: ['Node'],
    });
    expect(
      detected({ 'package.json': manifest(), 'yarn.lock': '', 'package-lock.json': '' }).commands[0]
        ?.because,
    ).toBe('yarn.lock is there, beside package-lock.json');
  });
});

describe('what an install built is built again before the tests', () => {
  const scripts = (more: Record<string, string>, rest: object = {}): Files => ({
    'package.json': JSON.stringify({ scripts: { test: 'mocha', ...more }, ...rest }),
  });

  it.each<[string, Files, string]>([
    ['tsc', scripts({ prepare: 'tsc -p .' }), 'npm run prepare && npm test'],
    [
      'a script that builds',
      scripts({ prepare: 'npm run build', build: 'rollup -c' }),
      'npm run prepare && npm test',
    ],
    [
      'a script of another name',
      scripts({ prepare: 'npm run make-it', 'make-it': 'tsup src' }),
      'npm run prepare && npm test',
    ],
    [
      'hooks and a build',
      scripts({ prepare: 'husky && pnpm build' }, { packageManager: 'pnpm@9' }),
      'pnpm run prepare && pnpm test',
    ],
    [
      'what runs after an install as well',
      scripts({ postinstall: 'gulp css', prepare: 'tsc' }),
      'npm run postinstall && npm run prepare && npm test',
    ],
    [
      'the packages of a workspace',
      {
        'package.json': '{"workspaces":["packages/*"],"scripts":{"prepare":"turbo run build"}}',
        'packages/a/package.json': '{"scripts":{"test":"vitest run"}}',
      },
      'npm run prepare && npm test --workspaces --if-present',
    ],
  ])('%s', (_, files, test) => {
    expect(commandsOf(files).test).toBe(`sh -c ${test}`);
    expect(detected(files).commands.at(-1)?.because).toMatch(
      /, and ".*prepare" for what it tests$/,
    );
  });

  it.each<[string, Files, string]>([
    ['hooks alone', scripts({ prepare: 'husky' }), 'npm test'],
    ['hooks of git', scripts({ prepare: 'git config core.hooksPath .githooks' }), 'npm test'],
    ['nothing', scripts({}), 'npm test'],
    ['a build that the tests begin with', scripts({ prepare: 'tsc', pretest: 'tsc' }), 'npm test'],
    ['a build in the tests', scripts({ prepare: 'tsc', test: 'tsc && mocha' }), 'npm test'],
    [
      'what a later Yarn does not run',
      scripts({ prepare: 'tsc' }, { packageManager: 'yarn@4.5.0' }),
      'yarn test',
    ],
  ])('but not %s', (_, files, test) => {
    expect(commandsOf(files).test).toBe(test);
  });
});

describe('several languages', () => {
  it.each<[string, Files, Record<string, string>, string[]]>([
    [
      'Rails and a script of Node',
      {
        'package.json': manifest(),
        'package-lock.json': '{}',
        Gemfile: "gem 'rubocop'\n",
        '.rubocop.yml': '',
        'config/application.rb': '',
        'test/models/user_test.rb': '',
      },
      {
        install: 'npm ci && bundle install',
        lint: 'npm run lint && bundle exec rubocop',
        test: 'npm test && bundle exec rails test',
      },
      [],
    ],
    [
      'Laravel and a script of Node, without a linter',
      {
        'package.json': '{"scripts":{"test":"vitest run"}}',
        'composer.json': '{"require-dev":{"phpunit/phpunit":"^11"}}',
        'phpunit.xml': '',
      },
      {
        install: 'npm install && composer install --no-interaction --no-progress',
        test: 'npm test && vendor/bin/phpunit',
      },
      [],
    ],
    [
      'Django and a script of Node',
      {
        'package.json': '{"scripts":{"test":"jest"}}',
        'manage.py': '',
        'requirements.txt': 'django\n',
        'shop/tests.py': '',
      },
      {
        install: `npm install && ${quotedVenv('-r requirements.txt')}`,
        test: 'npm test && .venv/bin/python manage.py test --no-input',
      },
      [],
    ],
    [
      'Go, Java and Node',
      {
        'package.json': '{"scripts":{"test":"jest"}}',
        'go.mod': '',
        'a_test.go': '',
        'pom.xml': '',
        'src/test/java/ATest.java': '',
      },
      {
        install:
          'npm install && go mod download && mvn --batch-mode --no-transfer-progress test -Dmaven.test.failure.ignore=true',
        lint: 'go vet ./...',
        test: 'npm test && go test ./... && mvn --batch-mode --no-transfer-progress --offline test',
      },
      [],
    ],
    [
      'Node beside an extension in Rust',
      { 'package.json': manifest(), 'Cargo.toml': '' },
      { install: 'npm install', lint: 'npm run lint', test: 'npm test' },
      [
        'Rust is there as well, and is neither installed nor tested: "commands" in the configuration can name commands that do.',
      ],
    ],
    [
      'Node whose tests are those of Deno',
      { 'package.json': manifest(), 'deno.json': '{}', 'a.test.ts': '' },
      { install: 'npm install', lint: 'npm run lint', test: 'npm test' },
      [
        'Deno is there as well, and is neither installed nor tested: "commands" in the configuration can name commands that do.',
      ],
    ],
    [
      'Ruby beside a manifest of Node that tests nothing',
      { 'package.json': '{}', Gemfile: '', 'spec/a_spec.rb': '' },
      { install: 'bundle install', test: 'bundle exec rspec' },
      [
        'Node is there as well, and is neither installed nor tested: "commands" in the configuration can name commands that do.',
      ],
    ],
  ])('%s', (_, files, commands, notes) => {
    const found = detected(files).commands.map(({ name, argv }) => {
      const [shell, option, script] = argv;
      return [
        name,
        shell === 'sh' && option === '-c' && argv.length === 3 ? script : argv.join(' '),
      ];
    });
    expect(Object.fromEntries(found)).toEqual(commands);
    expect(notesOn(undefined, chosen(files), detected(files))).toEqual(notes);
  });

  it('are told with the reasons of each', () => {
    const files = { 'package.json': manifest(), Gemfile: '', 'spec/a_spec.rb': '' };
    const { commands, ecosystems } = detected(files);
    expect(ecosystems).toEqual(['npm', 'rubygems']);
    expect(commands.at(-1)?.because).toBe(
      'package.json has the script "test", and spec/a_spec.rb is there',
    );
  });
});

describe('a manifest that its tool refuses', () => {
  const notes = (files: Files) => notesOn(undefined, chosen(files), detected(files));
  const unread = (path: string, language: string, problem = 'has a fault in its syntax') =>
    `${path} ${problem}, so no command of ${language} is used.`;

  it.each<[string, string, string, Files]>([
    ['package.json', 'Node', '{\n[', { 'package-lock.json': '{}', 'a.test.js': '' }],
    ['package.json', 'Node', '', {}],
    ['package.json', 'Node', '<<<<<<< HEAD\n{}', { 'yarn.lock': '' }],
    ['composer.json', 'PHP', '{"scripts":{},}', { 'phpunit.xml': '' }],
    ['Cargo.toml', 'Rust', '[package\nname = "a"', { 'Cargo.lock': '', 'clippy.toml': '' }],
    ['Cargo.toml', 'Rust', 'name = "a"\nname = "b"', {}],
    ['pyproject.toml', 'Python', '[project\n', { 'requirements.txt': 'x', 'conftest.py': '' }],
    ['pyproject.toml', 'Python', 'a = {', { 'uv.lock': '' }],
    ['pyproject.toml', 'Python', 'a = {', { 'poetry.lock': '' }],
    ['Pipfile', 'Python', '[packages', { 'Pipfile.lock': '{}', 'test_a.py': '' }],
    ['deno.json', 'Deno', '{', { 'a_test.ts': '' }],
    ['deno.jsonc', 'Deno', '['.repeat(200_000), {}],
  ])('%s of %s: %j', (name, language, text, more) => {
    const files = { ...more, [name]: text };
    expect(commandsOf(files)).toEqual({});
    expect(notes(files)).toContain(unread(name, language));
  });

  it.each([
    ['package.json', 'Node', '[]'],
    ['composer.json', 'PHP', '"a"'],
    ['deno.json', 'Deno', 'null'],
  ])('%s of %s, which is no object: %s', (name, language, text) => {
    expect(commandsOf({ [name]: text })).toEqual({});
    expect(notes({ [name]: text })).toEqual([unread(name, language, 'holds no JSON object')]);
  });

  it.each([
    ['package.json', 'Node', (rest: string) => `{"a":"${rest}"}`],
    ['composer.json', 'PHP', (rest: string) => `{"a":"${rest}"}`],
    ['Cargo.toml', 'Rust', (rest: string) => `a = "${rest}"`],
    ['pyproject.toml', 'Python', (rest: string) => `a = "${rest}"`],
  ])('%s of %s, which is too large, is not called faulty', (name, language, textWith) => {
    const problem = 'is larger than 1,000,000 bytes, which is the most that is read';
    const files = { [name]: textWith('x'.repeat(1_000_000)) };
    expect(commandsOf(files)).toEqual({});
    expect(notes(files)).toEqual([unread(name, language, problem)]);
    const most = textWith('x'.repeat(1_000_000 - textWith('').length));
    expect(detected({ [name]: most }).faults).toEqual([]);
  });

  it('is not read by the tools that are used', () => {
    const files = { 'uv.lock': '', 'pyproject.toml': '', Pipfile: '[', 'test_a.py': '' };
    expect(commandsOf(files).install).toBe('uv sync --locked');
    expect(notes(files)).toEqual([]);
  });

  it('leaves the other languages and the Makefile, and names the folder', () => {
    const files = { 'package.json': '{', 'go.mod': '', 'a_test.go': '', Makefile: 'lint:\n\tx\n' };
    expect(commandsOf(files)).toEqual({
      install: 'go mod download',
      lint: 'go vet ./...',
      test: 'go test ./...',
    });
    expect(detected(files)).toMatchObject({ ecosystems: ['go'], unused: [] });
    expect(commandsOf({ 'package.json': '{', Makefile: 'test:\n\tx\n' })).toEqual({
      test: 'make test',
    });
    expect(detected({ 'web/package.json': '{' }, 'web').faults).toMatchObject([
      { path: 'web/package.json' },
    ]);
  });

  it('keeps the root that holds it', () => {
    const files = { 'package.json': '{', 'api/go.mod': '' };
    expect(chosen(files)).toEqual({ directory: '', candidates: ['api'] });
    expect(notes(files)).toEqual([
      unread('package.json', 'Node'),
      'No test was found in the root. Other folders have a manifest (api): "directory" in the configuration can name one of them.',
    ]);
  });
});

describe('a script that only says something is no test', () => {
  it.each([
    'echo "Error: no test specified" && exit 1',
    "echo 'no tests yet'",
    'echo no tests; exit 0',
    'exit 0',
    'true',
    ':',
    '  ',
    'echo',
    'echo "a" && echo "b" || true',
    'echo "no tests" >&2 && exit 1',
    "printf 'none' 1>&2; /bin/true",
    'node -e "process.exit(0)"',
    'echo none > /dev/null',
  ])('%j', script => {
    expect(commandsOf({ 'package.json': JSON.stringify({ scripts: { test: script } }) })).toEqual({
      install: 'npm install',
    });
  });

  it.each([
    'echo start && node --test',
    'echo "$(node --test)"',
    'echo a > b',
    'true && mocha',
    'trueish',
    'exit-code-tests',
    'node --test || exit 1',
    'node -e "process.exit(require(`./test`))"',
    'npm run unit',
    `echo ${'"a" '.repeat(400)}`,
  ])('but %j is one', script => {
    const files = { 'package.json': JSON.stringify({ scripts: { test: script } }) };
    expect(commandsOf(files).test).toBe('npm test');
  });

  it('wherever it stands', () => {
    const tested = (files: Files) => commandsOf(files).test;
    const scripts = { test: 'npm run unit', unit: 'yarn again', again: 'echo none' };
    expect(tested({ 'package.json': JSON.stringify({ scripts }) })).toBeUndefined();
    const circle = { test: 'npm run test' };
    expect(tested({ 'package.json': JSON.stringify({ scripts: circle }) })).toBe('npm test');
    for (const test of ['echo none', [], ['@putenv'].slice(1), ['echo a', 'exit 0'], null])
      expect(tested({ 'composer.json': JSON.stringify({ scripts: { test } }) })).toBeUndefined();
    for (const test of ['echo none', { command: 'true' }, {}, null])
      expect(tested({ 'deno.json': JSON.stringify({ tasks: { test } }) })).toBeUndefined();
    const tasks = { test: { dependencies: ['unit'] } };
    expect(tested({ 'deno.json': JSON.stringify({ tasks }) })).toBe('deno task test');
  });

  it('is known in linear time', () => {
    const script = `${'echo a && '.repeat(90)}x`;
    const files = { 'package.json': JSON.stringify({ scripts: { test: script } }) };
    expect(commandsOf(files).test).toBe('npm test');
    expect(threadTime(() => commandsOf(files))).toBeLessThan(500);
  });
  it('are told of in linear time, however many folders have a file', () => {
    const files = (count: number) => {
      const paths = Array.from({ length: count }, (_, at) => `d${at}/Makefile`);
      return { paths, texts: new Map() };
    };
    const [few, many] = [files(10_000), files(40_000)];
    expect(detectIn('', few).otherTools).toHaveLength(10_000);
    const once = Math.max(
      20,
      threadTime(() => detectIn('', few)),
    );
    expect(threadTime(() => detectIn('', many)) / once).toBeLessThan(9);
  });
});

describe('the folder', () => {
  it.each<[string, Files, string | null, string[]]>([
    ['is the root where anything is found', { 'package.json': '{}', 'a/go.mod': '' }, '', ['a']],
    [
      'is the only one with a manifest',
      { 'README.md': '', 'app/package.json': '{}', 'app/lib/package.json': '{}' },
      'app',
      ['app'],
    ],
    [
      'may lie deeper',
      { 'services/api/go.mod': '', 'docs/package.json': '{}' },
      'services/api',
      ['services/api'],
    ],
    [
      'is none where there are several',
      { 'backend/pyproject.toml': '', 'frontend/package.json': '{}' },
      null,
      ['backend', 'frontend'],
    ],
    [
      'is none where a backend in Python and a frontend lie beside each other',
      {
        'backend/uv.lock': '',
        'backend/pyproject.toml': '',
        'backend/app/tests/test_a.py': '',
        'frontend/package.json': '{}',
      },
      null,
      ['backend', 'frontend'],
    ],
    [
      'is the only manifest of Python, with the tests below it',
      { 'service/pyproject.toml': '', 'service/tests/test_a.py': '' },
      'service',
      ['service'],
    ],
    ['is none where there is no manifest', { 'README.md': '' }, null, []],
    [
      'is never a dependency, a sample or test data',
      { 'examples/a/package.json': '{}', 'test/fixtures/b/go.mod': '', '.github/x/setup.py': '' },
      null,
      [],
    ],
    [
      'is not the root where only a linter of YAML is configured',
      { '.yamllint': '', 'a/go.mod': '' },
      'a',
      ['a'],
    ],
    ['is the root where there are charts alone', { 'deploy/Chart.yaml': '' }, '', []],
    [
      'is the whole of a Gradle build, not one of its parts',
      { 'android/settings.gradle': '', 'android/app/build.gradle': '' },
      'android',
      ['android'],
    ],
    [
      'is the root where a Makefile tests',
      { Makefile: 'test:\n\t./run\n', 'a/go.mod': '' },
      '',
      [],
    ],
    [
      'is not the root where a Makefile does not',
      { Makefile: 'all:\n', 'a/go.mod': '' },
      'a',
      ['a'],
    ],
  ])('%s', (_, files, directory, candidates) => {
    expect(chosen(files)).toEqual({ directory, candidates });
  });

  it('has its commands, by a lockfile above it where it has none', () => {
    const files = { 'pnpm-lock.yaml': '', 'packages/a/package.json': manifest() };
    expect(commandsOf(files, 'packages/a')).toEqual({
      install: 'pnpm install --frozen-lockfile',
      lint: 'pnpm run lint',
      test: 'pnpm test',
    });
    expect(commandsOf(files, 'packages')).toEqual({});
  });

  it('has its commands, by a wrapper above it where it has none', () => {
    const files = { mvnw: '', 'a/b/pom.xml': '', 'a/b/src/ATest.java': '' };
    expect(commandsOf(files, 'a/b').test).toBe(
      '../../mvnw --batch-mode --no-transfer-progress --offline test',
    );
  });
});
