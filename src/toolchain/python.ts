/** Detects how a Python project is installed, linted and tested: with uv, Poetry, PDM, Pipenv, or pip in a venv. */
import { parse } from 'smol-toml';
import { z } from 'zod';
import { baseName, folderOf, nameMatches } from '../core/paths/file-name.ts';
import { MAKEFILES, MANIFESTS, REQUIREMENTS } from '../core/tool-files.ts';
import { isAside, isPythonTest, OTHER_TOOLS } from './known-files.ts';
import { type DetectedCommand, type DetectedLanguage, firstOf, type Project } from './project.ts';

const Texts = z
  .array(z.unknown())
  .catch([])
  .transform(list => list.filter(each => typeof each === 'string'));
const TomlTable = z.record(z.string(), z.unknown()).catch({});

/** The parts of pyproject.toml that are used; a part with an unexpected type is treated as missing. */
const Pyproject = z.looseObject({
  'build-system': z.unknown().optional(),
  project: z
    .looseObject({ dependencies: Texts, 'optional-dependencies': TomlTable })
    .optional()
    .catch(undefined),
  'dependency-groups': TomlTable,
  tool: TomlTable,
});
type Pyproject = z.infer<typeof Pyproject>;

/** Names of extras and groups with the packages that tests need. */
const FOR_TESTS = ['test', 'tests', 'testing', 'dev'];
const PYTHON = '.venv/bin/python';

export function detectPython(project: Project): DetectedLanguage | null {
  const manifest = firstOf(project, [
    ...['uv.lock', 'poetry.lock', 'pdm.lock', 'Pipfile', 'pyproject.toml', 'setup.py', 'setup.cfg'],
    ...REQUIREMENTS,
  ]);
  const tests = project.below.filter(isPythonTest);
  if (manifest === null && (tests.length === 0 || isOtherwiseBuilt(project))) return null;
  const pyproject = readPyproject(project.text('pyproject.toml'));
  const runner = testRunner(project, tests);
  if (project.has('uv.lock') || 'uv' in pyproject.tool) {
    const locked = project.has('uv.lock');
    const install = [
      'uv',
      'sync',
      ...(locked ? ['--locked'] : []),
      // The members of a workspace have dependencies of their own.
      ...('workspace' in TomlTable.parse(pyproject.tool.uv) ? ['--all-packages'] : []),
      ...groupsOf(pyproject, '--group'),
      ...extrasOf(pyproject, '--extra'),
    ];
    const because = locked ? 'uv.lock is there' : 'pyproject.toml has [tool.uv]';
    return managed(project, { install, because, run: ['uv', 'run', '--no-sync'] }, runner);
  }
  if (project.has('poetry.lock') || 'poetry' in pyproject.tool) {
    const because = project.has('poetry.lock')
      ? 'poetry.lock is there'
      : 'pyproject.toml has [tool.poetry]';
    const install = [
      ...['poetry', 'install', '--no-interaction'],
      ...optionalOfPoetry(pyproject).flatMap(name => ['--with', name]),
      ...extrasOf(pyproject, '--extras'),
    ];
    return managed(project, { install, because, run: ['poetry', 'run'] }, runner);
  }
  if (project.has('pdm.lock') || 'pdm' in pyproject.tool) {
    const locked = project.has('pdm.lock');
    const install = ['pdm', locked ? 'sync' : 'install', ...extrasOf(pyproject, '--group')];
    const because = locked ? 'pdm.lock is there' : 'pyproject.toml has [tool.pdm]';
    return managed(project, { install, because, run: ['pdm', 'run'] }, runner);
  }
  if (project.has('Pipfile')) {
    const locked = project.has('Pipfile.lock');
    const install = ['pipenv', locked ? 'sync' : 'install', '--dev'];
    const because = `${locked ? 'Pipfile.lock' : 'Pipfile'} is there`;
    const language = managed(project, { install, because, run: ['pipenv', 'run'] }, runner);
    return { ...language, manifests: [...language.manifests, 'Pipfile'] };
  }
  return withPip(project, pyproject, manifest, runner);
}

/** Python tests beside what another manifest builds, here or in a folder below, are no Python project. */
const isOtherwiseBuilt = ({ has, below }: Project): boolean =>
  MAKEFILES.some(has) ||
  below.some(path => nameMatches(path, [...MANIFESTS, ...OTHER_TOOLS]) && !isAside(folderOf(path)));

function readPyproject(text: string): Pyproject {
  try {
    return Pyproject.parse(parse(text));
  } catch {
    return Pyproject.parse({});
  }
}

function extrasOf({ project, tool }: Pyproject, option: string): string[] {
  const ofPoetry = TomlTable.parse(TomlTable.parse(tool.poetry).extras);
  const extras = { ...ofPoetry, ...project?.['optional-dependencies'] };
  return FOR_TESTS.filter(name => name in extras).flatMap(name => [option, name]);
}

/** uv installs `dev` by itself. A group of another name is for tests where pytest is in it. */
const groupsOf = ({ 'dependency-groups': groups }: Pyproject, option: string): string[] =>
  Object.keys(groups)
    .filter(name => name !== 'dev' && (FOR_TESTS.includes(name) || hasPytest(groups[name])))
    .flatMap(name => [option, name]);

const hasPytest = (group: unknown): boolean =>
  Texts.parse(group).some(each => /^pytest(?![\w-])/.test(each));

/** Poetry installs its groups by itself, but for optional ones. */
const optionalOfPoetry = ({ tool }: Pyproject): string[] => {
  const groups = TomlTable.parse(TomlTable.parse(tool.poetry).group);
  return FOR_TESTS.filter(name => TomlTable.parse(groups[name]).optional === true);
};

type Runner = { module: keyof typeof RUN_BY; because: string };

/** `null` where the project has no tests. */
function testRunner(project: Project, tests: string[]): Runner | null {
  const configured = firstOf(project, ['pytest.ini', '.pytest.ini', 'conftest.py']);
  if (configured !== null) return { module: 'pytest', because: `${configured} is there` };
  const settings: [string, RegExp][] = [
    ['pyproject.toml', /^\[tool\.pytest\b/m],
    ['setup.cfg', /^\[tool:pytest\]/m],
    ['tox.ini', /^\[pytest\]/m],
  ];
  const set = settings.find(([name, pattern]) => pattern.test(project.text(name)));
  if (set !== undefined) return { module: 'pytest', because: `${set[0]} configures pytest` };
  const [first] = tests;
  const asks = ['pyproject.toml', 'Pipfile', ...REQUIREMENTS].find(name =>
    /\bpytest\b/.test(project.text(name)),
  );
  if (asks !== undefined && first !== undefined)
    return { module: 'pytest', because: `${asks} asks for pytest` };
  const ofDjango = first ?? project.below.find(path => baseName(path) === 'tests.py');
  if (project.has('manage.py') && ofDjango !== undefined)
    return { module: 'django', because: `manage.py and ${ofDjango} are there` };
  if (first === undefined) return null;
  const plain = tests.find(path => !/^[ \t]*(import|from)\s+unittest\b/m.test(project.text(path)));
  return plain === undefined
    ? { module: unittestFor(tests), because: `${first} is there, and uses unittest` }
    : { module: 'pytest', because: `${plain} is there` };
}

const unittestFor = (tests: readonly string[]) =>
  tests.every(path => nameMatches(path, ['*_test.py']) && !nameMatches(path, ['test*.py']))
    ? 'unittestBehind'
    : 'unittest';

function managed(
  project: Project,
  by: { install: string[]; because: string; run: string[] },
  runner: Runner | null,
): DetectedLanguage {
  const { install, because, run } = by;
  const commands: DetectedCommand[] = [{ name: 'install', argv: install, because }];
  if (hasRuff(project)) commands.push(ruff([...run, 'python']));
  if (runner) commands.push(testWith(runner, [...run, 'python']));
  return { language: 'Python', ecosystem: 'pypi', manifests: manifestsOf(project), commands };
}

/** pip, pytest and ruff read pyproject.toml wherever it is. */
const manifestsOf = (project: Project): string[] =>
  ['pyproject.toml'].filter(name => project.has(name));

function withPip(
  project: Project,
  pyproject: Pyproject,
  manifest: string | null,
  runner: Runner | null,
): DetectedLanguage {
  const packages = pipArguments(project, pyproject);
  // What a manifest names may stand in a part that is not installed. A version that is wanted holds.
  const installed = (name: string) =>
    listed(project, name) || packages.some(each => each.startsWith(name));
  if (runner?.module === 'pytest' && !installed('pytest')) packages.push('pytest');
  if (hasRuff(project) && !installed('ruff')) packages.push('ruff');
  const commands: DetectedCommand[] = [];
  const python = packages.length > 0 ? PYTHON : 'python3';
  if (packages.length > 0)
    commands.push({
      name: 'install',
      argv: ['sh', '-c', INTO_ENVIRONMENT, 'sh', ...packages],
      because: manifest === null ? 'its tests need pytest' : `${manifest} is there`,
    });
  if (hasRuff(project)) commands.push(ruff([python]));
  if (runner) commands.push(testWith(runner, [python]));
  return { language: 'Python', ecosystem: 'pypi', manifests: manifestsOf(project), commands };
}

/** The packages are arguments: no text of the repository becomes part of the script. */
const INTO_ENVIRONMENT = 'python3 -m venv .venv && .venv/bin/python -m pip install "$@"';

function pipArguments(project: Project, pyproject: Pyproject): string[] {
  const lists = REQUIREMENTS.filter(name => project.has(name)).flatMap(name => ['-r', name]);
  const groups = [
    ...FOR_TESTS.flatMap(name => Texts.parse(pyproject['dependency-groups'][name])),
    ...ofHatch(pyproject),
    ...ofTox(project.text('tox.ini')),
  ];
  if (pyproject['build-system'] !== undefined || project.has('setup.py')) {
    const extras = FOR_TESTS.filter(
      name =>
        (pyproject.project && name in pyproject.project['optional-dependencies']) ||
        extrasOfSetup(project.text('setup.cfg')).includes(name),
    );
    return [...lists, '-e', extras.length > 0 ? `.[${extras.join(',')}]` : '.', ...safe(groups)];
  }
  // Without a build system only the project's dependencies can be installed, not the project.
  const optional = FOR_TESTS.flatMap(name =>
    Texts.parse(pyproject.project?.['optional-dependencies'][name]),
  );
  return [...lists, ...safe([...(pyproject.project?.dependencies ?? []), ...optional, ...groups])];
}

/** What Hatch puts into the environments that tests run in. */
const ofHatch = ({ tool }: Pyproject): string[] => {
  const environments = TomlTable.parse(TomlTable.parse(tool.hatch).envs);
  return ['default', 'hatch-test', ...FOR_TESTS].flatMap(name => {
    const { dependencies, 'extra-dependencies': more } = TomlTable.parse(environments[name]);
    return [...Texts.parse(dependencies), ...Texts.parse(more)];
  });
};

/** What tox installs for its tests: a line each, without those for one environment, and without lists. */
const ofTox = (text: string): string[] =>
  valuesIn(text, 'testenv', 'deps').filter(line =>
    /^[A-Za-z0-9][\w.-]*\s*(?:\[|[<>=!~]|$)/.test(line),
  );

/** The names of the extras in setup.cfg. */
const extrasOfSetup = (text: string): string[] =>
  linesOfSection(text, 'options.extras_require').flatMap(
    line => /^([\w-]+)\s*=/.exec(line)?.[1] ?? [],
  );

/** The lines of a section of an INI file, without comments. */
function linesOfSection(text: string, section: string): string[] {
  const lines = text.split('\n').map(line => line.replace(/(?:^|\s)[#;].*$/, '').trimEnd());
  const start = lines.indexOf(`[${section}]`);
  const rest = start < 0 ? [] : lines.slice(start + 1);
  const end = rest.findIndex(line => line.startsWith('['));
  return end < 0 ? rest : rest.slice(0, end);
}

/** A value that may go on in indented lines, as one list. */
function valuesIn(text: string, section: string, key: string): string[] {
  const lines = linesOfSection(text, section);
  const start = lines.findIndex(line => new RegExp(`^${key}\\s*=`).test(line));
  if (start < 0) return [];
  const end = lines.findIndex((line, at) => at > start && /^\S/.test(line));
  const [first = '', ...more] = lines.slice(start, end < 0 ? lines.length : end);
  return [first.slice(first.indexOf('=') + 1), ...more].map(line => line.trim()).filter(Boolean);
}

/** The requirements that can't be taken for an option of pip, at most forty. */
const safe = (requirements: string[]): string[] =>
  requirements.filter(each => /^[A-Za-z0-9][^\p{Cc}]{0,300}$/u.test(each)).slice(0, 40);

const hasRuff = (project: Project): boolean =>
  firstOf(project, ['ruff.toml', '.ruff.toml']) !== null ||
  /^\[tool\.ruff\b/m.test(project.text('pyproject.toml'));

/** Whether a list of requirements has the package, or one that brings it along. All lists are installed. */
const listed = (project: Project, name: string): boolean =>
  REQUIREMENTS.some(list =>
    project
      .text(list)
      .split('\n')
      .some(line => line.trimStart().toLowerCase().startsWith(name)),
  );

const ruff = (python: string[]): DetectedCommand => ({
  name: 'lint',
  argv: [...python, '-m', 'ruff', 'check', '.'],
  because: 'ruff is configured',
});

const RUN_BY = {
  pytest: ['-m', 'pytest'],
  unittest: ['-m', 'unittest', 'discover', '-v'],
  // By itself it looks for names that begin with `test`.
  unittestBehind: ['-m', 'unittest', 'discover', '-v', '-p', '*_test.py'],
  django: ['manage.py', 'test', '--no-input'],
} as const;

const testWith = ({ module, because }: Runner, python: string[]): DetectedCommand => ({
  name: 'test',
  argv: [...python, ...RUN_BY[module]],
  because,
});
