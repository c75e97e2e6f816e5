/** Go, Rust and Java: one manifest, one program, and commands that are the same everywhere. */
import { nameMatches } from '../core/paths/file-name.ts';
import { JVM_TESTS } from './known-files.ts';
import { type DetectedCommand, type DetectedLanguage, firstOf, type Project } from './project.ts';

const GOLANGCI = ['.golangci.yml', '.golangci.yaml', '.golangci.toml', '.golangci.json'];

/** `./...` in the root of a workspace means none of its modules. */
const OF_WORKSPACE = "go list -m -f '{{.Dir}}/...' | xargs -d '\\n'";

export function detectGo(project: Project): DetectedLanguage | null {
  const manifest = firstOf(project, ['go.work', 'go.mod']);
  if (manifest === null) return null;
  const tests = project.below.find(path => nameMatches(path, ['*_test.go']));
  const golangci = firstOf(project, GOLANGCI);
  // A module that brings its dependencies along downloads none.
  const vendored = project.below.includes('vendor/modules.txt');
  const go = (name: 'install' | 'lint' | 'test', because: string, ...argv: string[]) => ({
    name,
    argv: ['go', ...argv],
    because,
  });
  const all = (name: 'lint' | 'test', because: string, command: 'vet' | 'test') =>
    manifest === 'go.mod'
      ? go(name, because, command, './...')
      : { name, argv: ['sh', '-c', `${OF_WORKSPACE} go ${command}`], because };
  return {
    language: 'Go',
    ecosystem: 'go',
    manifests: [],
    commands: [
      ...(vendored ? [] : [go('install', `${manifest} is there`, 'mod', 'download')]),
      golangci === null
        ? all('lint', `${manifest} is there`, 'vet')
        : { name: 'lint', argv: ['golangci-lint', 'run'], because: `${golangci} is there` },
      ...(tests ? [all('test', `${tests} is there`, 'test')] : []),
    ],
  };
}

export function detectRust(project: Project): DetectedLanguage | null {
  if (!project.has('Cargo.toml')) return null;
  const locked = project.has('Cargo.lock') || project.above('Cargo.lock') !== null;
  const workspace = /^\[workspace\b/m.test(project.text('Cargo.toml'));
  return {
    language: 'Rust',
    ecosystem: 'cargo',
    manifests: ['Cargo.toml'],
    commands: [
      {
        name: 'install',
        argv: ['cargo', 'fetch', ...(locked ? ['--locked'] : [])],
        because: locked ? 'Cargo.lock is there' : 'Cargo.toml is there',
      },
      ...lintOfRust(project, workspace),
      {
        name: 'test',
        argv: ['cargo', 'test', ...(workspace ? ['--workspace'] : [])],
        because: 'Cargo.toml is there',
      },
    ],
  };
}

/** Only what the repository configures: Clippy reads from its own files which lints count, pedantic ones too. */
function lintOfRust(project: Project, workspace: boolean): DetectedCommand[] {
  const format = firstOf(project, ['rustfmt.toml', '.rustfmt.toml']);
  const clippy = /^\[(?:workspace\.)?lints\.clippy\b/m.test(project.text('Cargo.toml'))
    ? 'Cargo.toml configures Clippy'
    : presenceOf(firstOf(project, ['clippy.toml', '.clippy.toml']));
  const formatted = ['cargo', 'fmt', ...(workspace ? ['--all'] : []), '--check'];
  const checked = [
    ...['cargo', 'clippy', ...(workspace ? ['--workspace'] : []), '--all-targets'],
    // A warning alone would leave the exit code at 0, which is all that is judged.
    ...['--', '-D', 'warnings'],
  ];
  if (format !== null && clippy !== null) {
    const both = `${formatted.join(' ')} && ${checked.join(' ')}`;
    return [
      { name: 'lint', argv: ['sh', '-c', both], because: `${format} is there, and ${clippy}` },
    ];
  }
  if (clippy !== null) return [{ name: 'lint', argv: checked, because: clippy }];
  return format === null ? [] : [{ name: 'lint', argv: formatted, because: `${format} is there` }];
}

const presenceOf = (file: string | null): string | null => file && `${file} is there`;

/**
 * Maven and Gradle load the runner of the tests only when there is a test to run, so the install runs
 * the tests once. Only compiling them has to succeed: how they end is for the test command to say.
 */
const LOADS_ALL = {
  maven: ['test', '-Dmaven.test.failure.ignore=true'],
  gradle: (gradle: string, { compiles, test }: GradleTasks) =>
    `${gradle} --no-daemon ${compiles} && { ${gradle} --no-daemon ${test} || true; }`,
};

/** What must succeed before the tests are loaded, and what runs them. */
type GradleTasks = { compiles: string; test: string };

/**
 * Only the plugins of the JVM have `testClasses`. Those of Android and of several platforms name what
 * compiles by variants, so there the project only has to be configured.
 */
function gradleTasks(project: Project): GradleTasks {
  if (project.below.some(path => path.includes('src/commonTest/')))
    return { compiles: 'help', test: 'allTests' };
  const android = project.below.some(path => path.endsWith('AndroidManifest.xml'));
  return { compiles: android ? 'help' : 'testClasses', test: 'test' };
}

/** Where the wrapper is, as seen from the folder: its own, or that of a folder above. */
function wrapperOf(project: Project, wrapper: string): string | null {
  if (project.has(wrapper)) return `./${wrapper}`;
  const up = project.above(wrapper);
  return up === null ? null : `${up}${wrapper}`;
}

export function detectJava(project: Project): DetectedLanguage | null {
  const gradle = firstOf(project, [
    'build.gradle',
    'build.gradle.kts',
    'settings.gradle',
    'settings.gradle.kts',
  ]);
  const manifest = project.has('pom.xml') ? 'pom.xml' : gradle;
  if (manifest === null) return null;
  const tests = project.below.find(path => nameMatches(path, JVM_TESTS));
  const isMaven = manifest === 'pom.xml';
  const wrapper = isMaven ? 'mvnw' : 'gradlew';
  const program = isMaven ? 'mvn' : 'gradle';
  const brought = wrapperOf(project, wrapper);
  const tool = brought ?? program;
  const tasks = gradleTasks(project);
  const start = [tool, ...(isMaven ? ['--batch-mode', '--no-transfer-progress'] : ['--no-daemon'])];
  const because = brought
    ? `${manifest} and ${brought.replace(/^\.\//, '')} are there`
    : `${manifest} is there`;
  return {
    language: 'Java',
    ecosystem: 'maven',
    manifests: [],
    commands: [
      {
        name: 'install',
        argv: isMaven
          ? [...start, ...LOADS_ALL.maven]
          : ['sh', '-c', LOADS_ALL.gradle(tool, tasks)],
        because,
      },
      ...(tests
        ? [
            {
              name: 'test' as const,
              argv: [...start, '--offline', isMaven ? 'test' : tasks.test],
              because: `${tests} is there`,
            },
          ]
        : []),
    ],
  };
}
