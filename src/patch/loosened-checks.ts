/**
 * Finds commands and settings that make checks accept more: an ignored failure, skipped tests, a
 * lowered threshold. Only files that configure or run checks are searched, not the code itself.
 */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import { foldedFilePattern } from '../core/paths/file-pattern.ts';
import { foldPath } from '../core/paths/fold-path.ts';
import {
  LINT_SETTINGS,
  MAKEFILES,
  MANIFESTS,
  TASK_FILES,
  TEST_SETTINGS,
} from '../core/tool-files.ts';
import { type AddedLine, addedLines } from './added-lines.ts';
import { checkScripts, isManifest } from './package-json.ts';

/** Files that run or configure checks: by their names, as scripts, and of a CI. */
const CONFIGURATION_FILES = [
  foldedFilePattern([
    ...[...MANIFESTS, ...MAKEFILES, ...TASK_FILES, ...TEST_SETTINGS, ...LINT_SETTINGS],
    ...['project.json', 'Procfile', 'Dockerfile*', '*.gradle', '*.kts', '.jestrc*'],
    ...['*.mk', '*.sh', '*.bash', '*.zsh', '*.ps1', '*.bat'],
  ]),
  /\.(github|circleci|buildkite|gitlab|woodpecker)\/|(^|\/)(\.gitlab-ci\.ya?ml|\.travis\.ya?ml|azure-pipelines[^/]*\.ya?ml|jenkinsfile)$/,
];

/** Words in the names of settings that are about checks; others are about builds. */
const ABOUT_CHECKS =
  /(^|[._-])(jest|vitest|vite|mocha|karma|playwright|cypress|wdio|tests?|e2e|lint|checks?|coverage)/;

function isConfiguration(path: string): boolean {
  const folded = foldPath(path);
  if (CONFIGURATION_FILES.some(pattern => pattern.test(folded))) return true;
  const name = folded.slice(folded.lastIndexOf('/') + 1);
  return /\.config\.[cm]?[jt]s$/.test(name) && ABOUT_CHECKS.test(name);
}

const LOOSENING_RULES: [RegExp, string][] = [
  [
    /\|\|\s*((\/usr)?(\/bin\/)?true\b|:(\s|$|["'])|(exit|return)\s+0\b|echo\b|printf\b)|;\s*(true|:|exit 0)\s*["']?,?$|^\s*!\s+(npm|npx|yarn|pnpm|pytest|go\s+test|cargo|make|jest|vitest)\b|\btrap\s+["']?(exit\s+0|true|:)/,
    'ignores a failure',
  ],
  [
    /\bset\s+\+e\b|\bcontinue-on-error\s*:\s*(true|\$)|\ballow_failure\s*:\s*true|\bignore_errors?\s*[:=]\s*true|^\t-(?=\S)|\bignoreFailures\s*=\s*true|\bsoft_fail\s*:\s*true|--no-fail\b|--exit-zero\b|--exit-code[= ]0\b|--no-error-on-unmatched-pattern\b|\bissues-exit-code\s*[:=]\s*0|--fail-never\b|\bfailure\.ignore\b(?!\s*=\s*false)|<testFailureIgnore>\s*true|--dangerouslyIgnoreUnhandledErrors\b|\bmvnw?\s([^|;&]{0,80}\s)?-fn\b|(\bmake|MAKE[)}])\s([^|;&]{0,80}\s)?(-i|--ignore-errors)\b/i,
    'ignores a failure',
  ],
  [
    /--?pass-?[wW]ith-?[nN]o-?[tT]ests\b|--(collect-only|co|setup-plan|setup-only|no-run|list-?[tT]ests)\b|-D(skipTests|skipITs|maven\.test\.skip)\b(?!\s*=\s*false)|\b(rspec|mocha|phpunit|gradlew?|ctest|behave)\s([^|;&]{0,80}\s)?--dry-run\b|(\bmake|MAKE[)}])\s([^|;&]{0,80}\s)?(-n|--dry-run|--just-print)\b|\bgo\s+test\s([^|;&]{0,80}\s)?-(c|list)\b|\bvitest\s+list\b|\bpassWithNoTests\s*:\s*true|\ballowOnly\s*:\s*true/,
    'passes without running tests',
  ],
  [
    /(^|\s|["'=])(--?(test(Path|Name)?(Ignore)?Patterns?|testPathIgnorePatterns|deselect|exclude|ignore(-glob)?|skip|shard|changed|only-?[cC]hanged|onlyFailures|last-failed|lf|bail|grep|fgrep|invert|short)|-k|-m|-run|-skip|-short)([= ]|["',\s]|$)/,
    'narrows which tests or files are checked',
  ],
  [
    /--(test-(only|name-pattern|skip-pattern)|findRelatedTests|changedSince)\b|\bvitest\s+related\b|\bgradlew?\s([^|;&]{0,80}\s)?(-x|--exclude-task)\s|\s-p\s*no:(python|unittest|doctest)\b|\b(rspec|phpunit|dotnet\s+test|ctest|behave|nosetests)\s([^|;&]{0,80}\s)?--?(tag|tags|filter|group|exclude-group|testsuite|example|label-exclude|tests-regex|exclude-regex)\b|\bgolangci-lint\s([^|;&]{0,80}\s)?--new\b/,
    'narrows which tests or files are checked',
  ],
  [
    /\bPYTHONOPTIMIZE=[1-9x]|\bpython[\d.]{0,6}\s(-\w{1,20}\s){0,4}-OO?\b|\bNODE_OPTIONS=[^\n]{0,80}--(require|import|loader|experimental-loader)[= ]["']?\.{0,2}\//,
    'changes what the checks themselves run',
  ],
  [
    /\b(testPathIgnorePatterns|testIgnore|coveragePathIgnorePatterns|modulePathIgnorePatterns|collect_ignore\w*|norecursedirs|ignorePatterns|exclude|omit|exclude_lines|extend-exclude|per-file-ignores|addopts|testpaths|testMatch|testRegex|python_files|python_functions|default-filter|autotests)["']?\s*[:=]/,
    'narrows which tests or files are checked',
  ],
  [
    /(^|\s)(-u|--update-?[sS]napshots?|--snapshot-update|--ci=false)(\s|["',]|$)|INSTA_UPDATE=(always|force)|UPDATE_(SNAPSHOTS?|GOLDEN)=/,
    'rewrites snapshots while it checks',
  ],
  [
    /--no-verify\b|--noCheck\b|--follow-imports[= ]skip\b|--fail-level[= ](fatal|error)\b|\beslint\s([^|;&]{0,80}\s)?(--quiet|--no-config-lookup|--no-eslintrc)\b|\bHUSKY=0\b|\bSKIP=\S|--max-warnings(?!\s*(?:=\s*)?0)\b|--cap-lints\b|(^|\s)-A\s+\S|--allow\s+clippy/,
    'lets what is found pass',
  ],
  [
    /["']?\b(strict|noImplicitAny|strictNullChecks|noUnused\w+|noUnchecked\w+|disallow_untyped_defs|warn_unused_ignores|check_untyped_defs)\b["']?\s*[:=]\s*(false|False)\b|\b(skipLibCheck|ignore_missing_imports|ignore_errors|allowUnreachableCode)\b["']?\s*[:=]\s*(true|True)\b/,
    'asks a type checker for less',
  ],
  [
    /[\w@/-](?<!if-no-files-found)["']?\s*[:=]\s*["']?(off|allow|warn)\b|\bignore\s*=\s*\[|\b(disable|disabled|ignore|allow)\w*["']?\s*[:=]\s*\[/,
    'turns a rule off',
  ],
  [/\bretr(y|ies)\b["']?\s*[:=]\s*[1-9]|--(retries|reruns|flaky)\b/, 'tries failing tests again'],
];

/** A name that is given a number. No name is tried from its middle on. */
const SETTING = /(?<![\w.-])([\w.-]+)["']?(?:\s*[:=]\s*|\s+)["']?(\d+(?:\.\d+)?)/g;
/** Numbers that checks require; a lower one is less strict. */
const THRESHOLD =
  /^(?:.*[._-])?(?:threshold|coverage|under|min|branches|functions|statements|lines|score|rate)(?:[._-]|$)|^(?:target|level)$/;
/** Numbers that checks tolerate; a higher one is less strict. */
const TOLERANCE = /^(?:.*[._-])?(?:max|complexity|warnings)(?:[._-]|$)|^line-length$/;
/** Numbers of the machine. */
const OF_MACHINE =
  /(?:^|[._-])(?:space|size|memory|heap|workers|threads|forks|jobs|procs|parallel)(?:[._-]|$)/;

/** Whether a name is about a check, by its words: `maxWarnings` is `max-warnings`. */
const isAbout = (name: string, about: RegExp): boolean => {
  const words = name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
  return about.test(words) && !OF_MACHINE.test(words);
};

/** @foreign */
export function inspectLoosened(entry: TreeEntry): Finding[] {
  const { path, text } = entry;
  if (text.after === null || !isConfiguration(path)) return [];
  const [before, after] = aboutChecks(path, text.before ?? '', text.after);
  const found = [
    ...loosenedLines(addedLines({ text: { before, after } })),
    ...lostGuards(before, after),
    ...loosenedNumbers(before, after),
  ];
  return found.slice(0, 5).map(reason => finding('check-loosened', path, reason));
}

/** Files that do much beside checking. */
const SCRIPT = /(^|\/)(dockerfile[^/]*|(gnu)?makefile)$|\.(sh|bash|zsh|ps1|bat|mk)$/;
/** What names a check, or how checks run. */
const NAMES_CHECK =
  /(?<![a-z])(?:(?:py|unit|node)?tests?|tox|nox|nose|jest|vitest|mocha|ava|karma|cypress|playwright|biome|prettier|tsc|mypy|pyright|ruff|flake8|bandit|black|rspec|rubocop|rake|phpunit|pest|phpstan|psalm|cargo|clippy|go\s+vet|make|gradlew?|mvnw?|dotnet|swift|xcodebuild|ctest|bats|behave|mix|cover|verify|audit|semgrep|trivy|snyk|gitleaks)(?![a-z])|lint|(?<!health)check|coverage|\b(?:PYTHONOPTIMIZE|NODE_OPTIONS|HUSKY|SKIP)=|--no-verify/i;
/** What holds for the whole of a script, or may be any command. */
const WHOLE_SCRIPT = /\b(?:set|trap)\s|\bpipefail\b|^\s*["']?\$/;

/** Both texts without the lines of scripts and manifests that are about other things; the lines keep their numbers. */
function aboutChecks(path: string, ...texts: [before: string, after: string]): [string, string] {
  const keeps = isManifest(path)
    ? inScripts(new Set(texts.flatMap(text => [...checkScripts(text)])))
    : SCRIPT.test(foldPath(path))
      ? inScript(texts.some(text => NAMES_CHECK.test(text)))
      : () => true;
  const [before, after] = texts.map(text => {
    let goesOn = false;
    return text
      .split('\n')
      .map(line => {
        const isKept = goesOn || keeps(line.slice(0, 2000));
        goesOn = isKept && line.endsWith('\\');
        return isKept ? line : '';
      })
      .join('\n');
  });
  return [before ?? '', after ?? ''];
}

const inScripts = (names: ReadonlySet<string>) => (line: string) =>
  names.has(/^\s*"([^"]+)"\s*:/.exec(line)?.[1] ?? '');

const inScript = (isChecking: boolean) => (line: string) =>
  NAMES_CHECK.test(line) || (isChecking && WHOLE_SCRIPT.test(line));

function loosenedLines(lines: AddedLine[]): string[] {
  return lines.flatMap(({ number, text }) => {
    const line = text.slice(0, 2000);
    const rule = LOOSENING_RULES.find(
      ([pattern]) => pattern.test(line) && pattern.test(withoutOthers(line)),
    );
    return rule ? [`Line ${number} ${rule[1]}: "${text.trim().slice(0, 60)}".`] : [];
  });
}

/** Commands that check nothing, with their own options, up to the next command, and what ignores their failure. */
const OTHER_COMMANDS =
  /(?<![\w./-])(?:git|gh|curl|wget|tar|rsync|e?grep|rg|mkdir|chmod|chown|ln|ls|cp|mv|rm|sed|awk|zip|unzip|sort|date|id|uname|pip3?|apt-get|apt|brew|kubectl|helm|ssh|scp|docker\s{1,4}(?:build|push|pull|tag|login|rm|stop|network|volume|compose\s{1,4}(?:down|stop|rm|logs|ps))|p?kill|which|command\s{1,4}-v)\s(?:(?!["'],|\$\()[^|;&)`])*(?:(?:\|\||;)\s{0,4}(?:true|:|echo\s[^|;&)`]*)(?=["'\s]|$))?/g;

/** A line as far as it can be about checks: `-m` of git and of Python choose no tests. */
const withoutOthers = (line: string): string =>
  line
    .replace(OTHER_COMMANDS, ' ')
    .replace(/\b(python[\d.]{0,6}\s{1,4})-m\s/g, '$1')
    .replace(/(^|[;&]\s{0,4})set\s{1,4}-[a-z]+/, '$1');

/** What makes a script end at the first failure, where it stands less often than before. */
function lostGuards(before: string, after: string): string[] {
  const guards = /\bset\s+-[a-z]*e|\bpipefail\b|\berrexit\b/g;
  const [was, is] = [before, after].map(text => text.match(guards)?.length ?? 0);
  return after !== '' && (is ?? 0) < (was ?? 0) ? ['It no longer ends at the first failure.'] : [];
}

/** Thresholds that were lowered or removed, and tolerances that were raised or removed. */
function loosenedNumbers(before: string, after: string): string[] {
  const [previous, current] = [numbersIn(before), numbersIn(after)];
  const compare = (about: RegExp, worse: (was: number, is: number) => boolean, verb: string) =>
    [...previous].flatMap(([name, was]) => {
      if (!isAbout(name, about)) return [];
      const is = current.get(name) ?? [];
      if (is.length < was.length) return [`"${name}" is no longer set (it was ${was.join(', ')}).`];
      const at = was.findIndex((number, index) => worse(number, is[index] ?? number));
      return at < 0 ? [] : [`"${name}" is ${verb}: ${was[at]} became ${is[at]}.`];
    });
  return [
    ...compare(THRESHOLD, (was, is) => is < was, 'lowered'),
    ...compare(TOLERANCE, (was, is) => is > was, 'raised'),
  ];
}

function numbersIn(text: string): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const [, given = '', number] of text.matchAll(SETTING)) {
    const name = given.replace(/^-+/, '');
    const known = found.get(name);
    if (known) known.push(Number(number));
    else found.set(name, [Number(number)]);
  }
  return found;
}
