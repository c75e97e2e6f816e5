/** Which files detection looks for, which of them it reads, and which folders it does not look into. */
import { baseName, nameMatches } from '../core/file-name.ts';

/** Files that make a folder a project of its own. */
export const MANIFESTS: readonly string[] = [
  ...['package.json', 'pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt', 'Pipfile'],
  ...['go.work', 'go.mod', 'Cargo.toml', 'pom.xml', 'build.gradle', 'build.gradle.kts'],
  ...['settings.gradle', 'settings.gradle.kts'],
  ...['Gemfile', 'gems.rb', 'composer.json', 'deno.json', 'deno.jsonc'],
];

export const MAKEFILES: readonly string[] = ['GNUmakefile', 'makefile', 'Makefile'];

/** Lists of packages for pip, the project's own first. */
export const REQUIREMENTS: readonly string[] = [
  ...['requirements.txt', 'requirements-dev.txt', 'requirements_dev.txt', 'dev-requirements.txt'],
  ...['requirements-test.txt', 'requirements_test.txt', 'test-requirements.txt'],
  ...['requirements/dev.txt', 'requirements/test.txt', 'requirements/tests.txt'],
];

/** Bytes of one file. Larger manifests are nobody's, and of a lockfile the beginning is enough. */
export const LARGEST_READ = 1_000_000;

/** Files whose text decides something. */
const READ: readonly string[] = [
  ...[
    'package.json',
    'yarn.lock',
    '.yarnrc.yml',
    'pyproject.toml',
    'setup.cfg',
    'tox.ini',
    'Pipfile',
  ],
  ...[
    ...REQUIREMENTS,
    'Cargo.toml',
    'Gemfile',
    'gems.rb',
    'Rakefile',
    'composer.json',
    ...MAKEFILES,
  ],
  ...['deno.json', 'deno.jsonc'],
];

/** Files that decide something by being there. */
const NOTICED: readonly string[] = [
  ...['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'],
  ...['bun.lock', 'bun.lockb', 'uv.lock', 'poetry.lock', 'pdm.lock', 'Pipfile.lock'],
  ...['pytest.ini', '.pytest.ini', 'manage.py'],
  ...['conftest.py', 'ruff.toml', '.ruff.toml', '.flake8', 'go.sum', 'modules.txt'],
  ...['Cargo.lock', 'mvnw', 'gradlew', 'AndroidManifest.xml'],
  ...[
    'Gemfile.lock',
    'gems.locked',
    'config/application.rb',
    '.rspec',
    '.rubocop.yml',
    'composer.lock',
    'phpunit.xml',
  ],
  ...['phpunit.xml.dist', 'phpunit.dist.xml', 'yarn-*.cjs'],
  ...['deno.lock', 'clippy.toml', '.clippy.toml', 'rustfmt.toml', '.rustfmt.toml'],
  ...['.golangci.yml', '.golangci.yaml', '.golangci.toml', '.golangci.json'],
  ...['.yamllint', '.yamllint.yaml', '.yamllint.yml', '.kube-linter.yaml', '.kube-linter.yml'],
  ...['Chart.yaml', 'kustomization.yaml', 'kustomization.yml', 'Kustomization'],
];

export const JVM_TESTS: readonly string[] = [
  ...['*Test.java', '*Tests.java', 'Test*.java', '*TestCase.java', '*Test.kt', '*Tests.kt'],
  ...['*Spec.kt', '*Test.groovy', '*Spec.groovy', '*Test.scala', '*Spec.scala', '*Suite.scala'],
];

/** Files by which other tools build and test: people name their commands in the configuration. */
export const OTHER_TOOLS: readonly string[] = [
  ...['justfile', 'Justfile', '.justfile', 'Taskfile.yml', 'Taskfile.yaml', 'noxfile.py'],
  ...['Taskfile.dist.yml', 'Taskfile.dist.yaml', 'mise.toml', '.mise.toml', 'Earthfile'],
  ...['nx.json', 'lerna.json', 'rush.json', 'pixi.toml', 'Makefile.am', 'Makefile.PL', 'Build.PL'],
  ...['configure.ac', 'SConstruct', 'xmake.lua', 'premake5.lua', 'pants.toml', 'BUCK'],
  ...['CMakeLists.txt', 'meson.build', 'MODULE.bazel', 'WORKSPACE', 'WORKSPACE.bazel'],
  ...['build.xml', 'build.zig', 'build.mill', 'build.sc', 'project.pbxproj', 'Podfile'],
  ...['*.sln', '*.slnx', '*.csproj', '*.fsproj', '*.vbproj', 'mix.exs', 'rebar.config'],
  ...['build.sbt', 'Package.swift', 'pubspec.yaml', '*.cabal', 'stack.yaml', 'dune-project'],
  ...['*.opam', 'project.clj', 'deps.edn', 'shadow-cljs.edn', 'bb.edn', 'environment.yml'],
  ...['environment.yaml', 'Project.toml', 'DESCRIPTION', 'cpanfile', '*.gemspec', '*.rockspec'],
  ...['gleam.toml', 'shard.yml', '*.nimble', 'dub.json', 'dub.sdl', 'elm.json', 'spago.yaml'],
  ...['foundry.toml', 'hardhat.config.ts', 'hardhat.config.js', 'Move.toml', 'main.tf'],
];

/** Files with tests, by the custom of their language. */
export const TESTS: readonly string[] = [
  ...['test_*.py', '*_test.py', '*_test.go', '*_spec.rb', '*_test.rb', 'test_*.rb', '*Test.php'],
  ...['tests.py', ...JVM_TESTS],
  ...['ts', 'tsx', 'mts', 'js', 'mjs', 'cjs', 'jsx'].flatMap(ending => [
    ...[`*.test.${ending}`, `*_test.${ending}`, `*.spec.${ending}`],
  ]),
  '*.bats',
];

/** Every name that detection looks for; each may hold one `*`, which stands for any characters. */
export const KNOWN_FILES: readonly string[] = [
  ...new Set([...MANIFESTS, ...READ, ...NOTICED, ...OTHER_TOOLS, ...TESTS].map(baseName)),
];

export const isPythonTest = (path: string): boolean =>
  nameMatches(path, ['test_*.py', '*_test.py']);

/** Dependencies, samples and test data: what stands there is not the project. */
const ASIDE = new Set([
  ...['node_modules', 'vendor', 'third_party', 'bower_components', 'target', 'build', 'dist'],
  ...['example', 'examples', 'sample', 'samples', 'demo', 'demos', 'fixture', 'fixtures'],
  ...['testdata', 'test', 'tests', '__tests__', 'e2e', 'spec', 'docs', 'doc', 'website'],
]);

export const isAside = (folder: string): boolean =>
  folder.split('/').some(part => part.startsWith('.') || ASIDE.has(part));

/** Members of a workspace whose manifests are read, and test files that are looked into. */
const MOST_READ = { manifests: 50, tests: 20 };

/** The paths whose texts `detectIn` wants for this folder. */
export function textsOf(directory: string, paths: readonly string[]): string[] {
  const prefix = directory === '' ? '' : `${directory}/`;
  const known = new Set(paths);
  const inside = paths.filter(path => path.startsWith(prefix));
  const members = inside.filter(
    path => path.endsWith('/package.json') && !isAside(path.slice(prefix.length, -13)),
  );
  return [
    ...READ.map(name => `${prefix}${name}`).filter(path => known.has(path)),
    ...members.slice(0, MOST_READ.manifests),
    ...inside.filter(isPythonTest).slice(0, MOST_READ.tests),
  ].filter((path, at, all) => all.indexOf(path) === at);
}
