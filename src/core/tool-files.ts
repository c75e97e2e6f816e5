/**
 * Files by which tools decide what is installed, built, tested and accepted. Detection, the key of an
 * install and the patch gate all take their lists from here, so that what one of them knows is known to
 * all. A `*` stands for any characters but `/`; a pattern with a `/` is the end of a path.
 */

/** Files that make a folder a project of a language that Gatehouse installs and tests. */
export const MANIFESTS: readonly string[] = [
  ...['package.json', 'pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt', 'Pipfile'],
  ...['go.work', 'go.mod', 'Cargo.toml', 'pom.xml', 'build.gradle', 'build.gradle.kts'],
  ...['settings.gradle', 'settings.gradle.kts'],
  ...['Gemfile', 'gems.rb', 'composer.json', 'deno.json', 'deno.jsonc'],
];

/** Lists of packages for pip that the tests of a project may need, its own first. */
export const REQUIREMENTS: readonly string[] = [
  ...['requirements.txt', 'requirements-dev.txt', 'requirements_dev.txt', 'dev-requirements.txt'],
  ...['requirements-test.txt', 'requirements_test.txt', 'test-requirements.txt'],
  ...['requirements/dev.txt', 'requirements/test.txt', 'requirements/tests.txt'],
];

/** Manifests of tools whose commands people name in the configuration. */
export const OTHER_MANIFESTS: readonly string[] = [
  ...['mix.exs', 'rebar.config', 'build.sbt', 'build.mill', 'build.sc', 'Package.swift', 'Podfile'],
  ...['pubspec.yaml', 'stack.yaml', 'dune-project', '*.opam', 'project.clj', 'deps.edn', 'bb.edn'],
  ...['shadow-cljs.edn', 'environment.yml', 'environment.yaml', 'pixi.toml', 'Project.toml'],
  ...['DESCRIPTION', 'cpanfile', '*.gemspec', '*.rockspec', 'gleam.toml', 'shard.yml', '*.nimble'],
  ...['dub.json', 'dub.sdl', 'elm.json', 'spago.yaml', 'foundry.toml', 'Move.toml', 'MODULE.bazel'],
  ...[
    'WORKSPACE',
    'WORKSPACE.bazel',
    '*.csproj',
    '*.fsproj',
    '*.vbproj',
    'lerna.json',
    'rush.json',
  ],
];

/** What else says what is installed: for parts of a project, or for whole machines. */
export const MORE_MANIFESTS: readonly string[] = [
  ...['requirements*.txt', 'requirements*.in', '*requirements.txt', '*requirements.in'],
  ...[
    'requirements/*.txt',
    'requirements/*.in',
    'constraints*.txt',
    'pylock.toml',
    'pylock.*.toml',
  ],
  ...[
    'package.yaml',
    'package.json5',
    'pnpm-workspace.yaml',
    'bower.json',
    'jsr.json',
    'import_map.json',
    '*.versions.toml',
  ],
  ...['Directory.Packages.props', 'Directory.Build.props', 'Directory.Build.targets'],
  ...[
    'packages.config',
    'paket.dependencies',
    'dotnet-tools.json',
    'conanfile.py',
    'conanfile.txt',
  ],
  ...[
    'vcpkg.json',
    'Cartfile',
    'Brewfile',
    'flake.nix',
    'shell.nix',
    'default.nix',
    'cabal.project',
  ],
  ...[
    'build.zig.zon',
    '*.gradle',
    '*.gradle.kts',
    '.gitmodules',
    'renovate.json',
    'renovate.json5',
  ],
  ...['devbox.json', 'devenv.nix', 'replit.nix', 'aqua.yaml', '.prototools', 'Chart.yaml'],
  ...['.renovaterc', '.renovaterc.json', '.github/dependabot.yml', '.github/dependabot.yaml'],
];

/** Files that say which versions of a language and of its tools are installed. */
export const RUNTIMES: readonly string[] = [
  ...[
    '.nvmrc',
    '.node-version',
    '.python-version',
    '.ruby-version',
    '.go-version',
    '.java-version',
  ],
  ...['.php-version', '.swift-version', '.bazelversion', '.sdkmanrc', '.tool-versions'],
  ...['mise.toml', '.mise.toml', 'mise.*.toml', '.mise.*.toml', 'mise/config.toml'],
  ...['rust-toolchain', 'rust-toolchain.toml'],
];

/** Lockfiles of npm's ecosystem, which name its registries too. */
export const NPM_LOCKFILES: readonly string[] = [
  ...['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock'],
];

export const LOCKFILES: readonly string[] = [
  ...[...NPM_LOCKFILES, 'bun.lockb', '.pnp.cjs', '.pnp.loader.mjs', 'deno.lock'],
  ...['poetry.lock', 'uv.lock', 'pdm.lock', 'Pipfile.lock', 'pixi.lock', 'conda-lock.yml'],
  ...['go.sum', 'go.work.sum', 'vendor/modules.txt', 'Cargo.lock', 'Gemfile.lock', 'gems.locked'],
  ...['composer.lock', 'gradle.lockfile', 'verification-metadata.xml', 'packages.lock.json'],
  ...['paket.lock', 'mix.lock', 'rebar.lock', 'pubspec.lock', 'Package.resolved', 'Podfile.lock'],
  ...['Cartfile.resolved', 'conan.lock', 'flake.lock', 'MODULE.bazel.lock', 'Manifest.toml'],
  ...['shard.lock', 'stack.yaml.lock', 'renv.lock', 'mise.lock', 'cabal.project.freeze'],
  ...['requirements.lock', 'requirements-dev.lock', '.terraform.lock.hcl'],
  ...['buildscript-gradle.lockfile', 'Chart.lock', 'devbox.lock', 'devenv.lock'],
];

/** Settings of package managers: from where, how, and by which of their versions. */
export const REGISTRIES: readonly string[] = [
  ...[
    '.npmrc',
    '.pnpmrc',
    '.yarnrc',
    '.yarnrc.yml',
    '.pnpmfile.cjs',
    '.pnpmfile.js',
    'bunfig.toml',
  ],
  ...['pip.conf', 'pip.ini', '.pypirc', '.condarc', 'uv.toml', 'poetry.toml', 'pdm.toml'],
  ...['.corepack.env', '.terraformrc', 'nuget.config', 'settings.xml', '.bundle/config', '.gemrc'],
  ...['.cargo/config', '.cargo/config.toml', 'gradle.properties'],
  ...['gradle-wrapper.properties', 'gradle-wrapper.jar', 'maven-wrapper.properties'],
  ...['maven-wrapper.jar', 'gradlew', 'gradlew.bat', 'mvnw', 'mvnw.cmd'],
];

export const MAKEFILES: readonly string[] = ['GNUmakefile', 'makefile', 'Makefile'];

/** Files by which other tools name what is run. */
export const TASK_FILES: readonly string[] = [
  ...['justfile', 'Justfile', '.justfile', 'Taskfile.yml', 'Taskfile.yaml', 'noxfile.py'],
  ...['Taskfile.dist.yml', 'Taskfile.dist.yaml', 'Earthfile', 'nx.json', 'pants.toml'],
  ...['GNUmakefile', 'Makefile.PL', 'Build.PL', 'SConstruct', 'build.xml'],
  ...['hardhat.config.ts', 'hardhat.config.js', 'dagger.json'],
];

/** Solutions of .NET: the projects that are built and tested together. */
export const SOLUTIONS: readonly string[] = ['*.sln', '*.slnx'];

/** Files that list the sources to build; nearly each new source changes them. */
export const SOURCE_LISTS: readonly string[] = [
  ...['Makefile.am', 'configure.ac', 'xmake.lua', 'premake5.lua', 'BUCK', 'CMakeLists.txt'],
  ...['meson.build', 'build.zig', 'project.pbxproj', '*.cabal', 'main.tf'],
];

/** Settings of test runners, and what they load before the tests. */
export const TEST_SETTINGS: readonly string[] = [
  ...['pytest.ini', '.pytest.ini', 'pytest.toml', '.pytest.toml', 'conftest.py', 'tox.ini'],
  ...['tox.toml', '.rspec', 'spec_helper.rb', 'rails_helper.rb', 'test_helper.rb', 'Rakefile'],
  ...['phpunit.xml', 'phpunit.xml.dist', 'phpunit.dist.xml', 'phpspec.yml', 'behat.yml'],
  ...['jest.config.*', 'jest.setup.*', 'jest-setup.*', 'jest.preset.*', 'setupTests.*'],
  ...['vitest.config.*', 'vitest.workspace.*', 'vitest.setup.*', 'vite.config.*', 'karma.conf.*'],
  ...['karma.config.*', 'playwright.config.*', 'playwright-ct.config.*', 'cypress.config.*'],
  ...['cypress.json', 'ava.config.*', 'wdio.conf.*', 'wdio.config.*', '.mocharc*', 'mocha.opts'],
  ...['.taprc', 'web-test-runner.config.*', 'babel.config.*', '.babelrc*', '.swcrc', 'turbo.json'],
  ...['turbo.jsonc', 'nextest.toml', 'tarpaulin.toml', '.testing.toml', 'angular.json'],
  ...['jest.*.config.*', 'vitest.*.config.*', 'playwright.*.config.*', 'cypress.*.config.*'],
  ...['hatch.toml', '.bazelrc', '*.xctestplan'],
  ...[
    'junit-platform.properties',
    'testng.xml',
    '*.runsettings',
    'xunit.runner.json',
    'test_helper.exs',
  ],
];

/** Settings of linters, type checkers and of what counts as covered. */
export const LINT_SETTINGS: readonly string[] = [
  ...['.eslintrc*', 'eslint.config.*', '.eslintignore', 'biome.json', 'biome.jsonc', 'knip.json'],
  ...['.oxlintrc.json', '.prettierrc*', '.prettierignore', 'prettier.config.*', '.stylelintrc*'],
  ...['stylelint.config.*', '.stylelintignore', 'tslint.json', 'tsconfig*.json', 'jsconfig.json'],
  ...[
    'lint-staged.config.*',
    '.lintstagedrc*',
    '.commitlintrc*',
    'commitlint.config.*',
    'dprint.json',
  ],
  ...['ruff.toml', '.ruff.toml', '.flake8', '.pylintrc', 'pylintrc', 'mypy.ini', '.mypy.ini'],
  ...['pyrightconfig.json', 'ty.toml', '.bandit', 'bandit.yaml', '.golangci.yml', '.golangci.yaml'],
  ...['.golangci.toml', '.golangci.json', 'staticcheck.conf', 'clippy.toml', '.clippy.toml'],
  ...[
    'rustfmt.toml',
    '.rustfmt.toml',
    'deny.toml',
    '.rubocop*.yml',
    '.standard.yml',
    '.editorconfig',
  ],
  ...['.clang-tidy', '.clang-format', 'phpstan.neon', 'phpstan.neon.dist', 'phpstan.dist.neon'],
  ...[
    'psalm.xml',
    'psalm.xml.dist',
    'phpcs.xml',
    'phpcs.xml.dist',
    '.php-cs-fixer*.php',
    'detekt.yml',
  ],
  ...['checkstyle.xml', '.scalafmt.conf', '.swiftlint.yml', '.credo.exs', '.shellcheckrc'],
  ...['.hadolint.yaml', '.hadolint.yml', '.markdownlint*', '.luacheckrc', '.sqlfluff', '.yamllint'],
  ...['.yamllint.yaml', '.yamllint.yml', '.kube-linter.yaml', '.kube-linter.yml', '.semgrepignore'],
  ...['.gitleaks.toml', '.trivyignore', '.snyk', 'sonar-project.properties', 'codecov.yml'],
  ...['codecov.yaml', '.codecov.yml', '.codecov.yaml', '.nycrc*', '.c8rc*', '.coveragerc'],
];
