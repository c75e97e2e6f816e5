/** Which files detection looks for, which of them it reads, and which folders it does not look into. */
import { baseName, nameMatches } from '../core/paths/file-name.ts';
import {
  LOCKFILES,
  MAKEFILES,
  MANIFESTS,
  OTHER_MANIFESTS,
  REQUIREMENTS,
  SOLUTIONS,
  SOURCE_LISTS,
  TASK_FILES,
} from '../core/tool-files.ts';

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
  ...[...LOCKFILES, 'pnpm-workspace.yaml', 'yarn-*.cjs'],
  ...['pytest.ini', '.pytest.ini', 'manage.py'],
  ...['conftest.py', 'ruff.toml', '.ruff.toml', '.flake8'],
  ...['mvnw', 'gradlew', 'AndroidManifest.xml'],
  ...['config/application.rb', '.rspec', '.rubocop.yml'],
  ...['phpunit.xml', 'phpunit.xml.dist', 'phpunit.dist.xml'],
  ...['clippy.toml', '.clippy.toml', 'rustfmt.toml', '.rustfmt.toml'],
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
  ...[...OTHER_MANIFESTS, ...TASK_FILES, ...SOLUTIONS, ...SOURCE_LISTS, 'mise.toml', '.mise.toml'],
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
