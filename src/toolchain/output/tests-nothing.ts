/** What a command that a script runner names can say of tests before it runs: `exit 0` and `eslint .` run none. */
import { readArgv, readShellLine, type ShellReading } from '../../core/shell/read-line.ts';

/** `elsewhere`: another script, which the runner names in turn. */
export type Tests = 'none' | 'elsewhere' | 'perhaps';

const LONGEST = 500;

/** @foreign */
export const testsOfLine = (line: string): Tests =>
  line.length > LONGEST ? 'perhaps' : testsOf(readShellLine(line));

/** @foreign */
export const testsOfArgv = (argv: readonly string[]): Tests => testsOf(readArgv(argv));

function testsOf(reading: ShellReading): Tests {
  if (!reading.ok) return 'perhaps';
  const all = reading.parts.map(part => (part.kind === 'write' ? 'none' : inCommand(part.argv)));
  if (all.includes('perhaps')) return 'perhaps';
  return all.includes('elsewhere') ? 'elsewhere' : 'none';
}

/** Programs that only say something, look at code or make files of it. */
const NO_TEST = new Set(
  `: true false exit echo printf env sleep cd ls cat test [ mkdir rm cp mv
  eslint tsc vue-tsc prettier standard semistandard ts-standard xo biome oxlint jshint jslint tslint
  stylelint svelte-check htmlhint markdownlint markdownlint-cli2 remark textlint cspell knip depcheck
  publint attw dprint commitlint lint-staged pyright mypy ruff flake8 black isort pylint bandit
  pre-commit shellcheck shfmt yamllint actionlint hadolint ansible-lint tflint rubocop standardrb reek
  brakeman golangci-lint staticcheck gofmt gofumpt revive phpstan psalm phpcs php-cs-fixer pint ktlint
  detekt compileall py_compile buf spectral redocly rimraf webpack rollup tsup esbuild swc`.split(
    /\s+/,
  ),
);

/** Of programs that test as well: what they are told to do instead. */
const NO_TEST_IN: Readonly<Record<string, readonly string[]>> = {
  cargo: ['build', 'check', 'clippy', 'fmt', 'doc'],
  go: ['build', 'vet', 'fmt', 'mod', 'generate'],
  deno: ['check', 'lint', 'fmt', 'cache'],
  dart: ['analyze', 'format'],
  flutter: ['analyze', 'format', 'build'],
  mix: ['compile', 'format', 'credo', 'dialyzer'],
  terraform: ['fmt', 'validate', 'init', 'plan'],
  dotnet: ['build', 'restore', 'format'],
  composer: ['validate', 'audit'],
  next: ['lint', 'build'],
  ng: ['lint', 'build'],
  nest: ['build'],
  vite: ['build'],
  nuxi: ['typecheck', 'build'],
  astro: ['check', 'build'],
  npm: ['audit', 'ls', 'install', 'ci', 'pack'],
  pnpm: ['audit', 'ls', 'install', 'lint', 'build'],
  yarn: ['audit', 'install', 'lint', 'build'],
};

/** Programs that run the one that their words name, behind options without a value. */
const RUNS: Readonly<Record<string, readonly string[]>> = {
  npx: [],
  bunx: [],
  pnpx: [],
  'cross-env': [],
  npm: ['exec', 'x'],
  pnpm: ['exec', 'dlx'],
  yarn: ['exec', 'dlx'],
  uv: ['run'],
  uvx: [],
  poetry: ['run'],
  pdm: ['run'],
  pipenv: ['run'],
  hatch: ['run'],
  bundle: ['exec'],
  python: ['-m'],
  python3: ['-m'],
};

/** Runners of scripts, which name each of them. */
const SCRIPT_RUNNERS = new Set(['npm', 'pnpm', 'yarn', 'bun', 'composer']);
/** What makes them silent. */
const SILENT = /^(?:-s|--silent|-q|--quiet|--loglevel.*|--reporter.*)$/;

function inCommand(argv: readonly string[]): Tests {
  const [named = '', ...words] = argv;
  const program = named.slice(named.lastIndexOf('/') + 1);
  if (NO_TEST.has(program)) return 'none';
  const at = words.findIndex(word => !/^(?:--?[\w-]+|[A-Za-z_]\w{0,100}=.*)$/.test(word));
  const first = program.startsWith('python') ? (words[0] ?? '') : (words[at] ?? '');
  if (Object.hasOwn(NO_TEST_IN, program) && NO_TEST_IN[program]?.includes(first)) return 'none';
  const verbs = Object.hasOwn(RUNS, program) ? RUNS[program] : undefined;
  if (verbs?.length === 0 && at >= 0) return inCommand(words.slice(at));
  if (verbs?.includes(first)) return inCommand(words.slice(words.indexOf(first) + 1));
  const isRunner =
    (SCRIPT_RUNNERS.has(program) || (program === 'deno' && first === 'task')) &&
    !words.some(word => SILENT.test(word));
  return isRunner ? 'elsewhere' : 'perhaps';
}
