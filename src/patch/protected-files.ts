/**
 * Finds files that deserve protection by their path, such as workflows, policies and lockfiles. Paths
 * are folded before they are compared, so that no other spelling of a path is missed.
 */

import { type Finding, type FindingKind, finding } from '../core/finding.ts';
import { foldedFilePattern } from '../core/paths/file-pattern.ts';
import { foldPath } from '../core/paths/fold-path.ts';
import {
  LINT_SETTINGS,
  LOCKFILES,
  MANIFESTS,
  MORE_MANIFESTS,
  OTHER_MANIFESTS,
  REGISTRIES,
  RUNTIMES,
  TASK_FILES,
  TEST_SETTINGS,
} from '../core/tool-files.ts';
import { isVendored } from './vendored.ts';

/** Of a rule all but the last are compared with the folded path. */
type Rule = {
  kind: FindingKind;
  matches: RegExp;
  reason: string;
  unless?: RegExp;
  unlessWritten?: RegExp;
};

const RULES: Rule[] = [
  {
    kind: 'runs-on-push',
    matches:
      /^\.(github|forgejo|gitea)\/(workflows|actions)(\/|$)|^\.(gitlab\/ci|azure\/pipelines|zuul\.d|github\/mergify\.ya?ml)(\/|$)|^zuul\.d\/|(^|\/)action\.ya?ml$|(^|\/)\.(husky|git-?hooks|circleci|buildkite|woodpecker|semaphore|tekton|teamcity|harness|azure-?pipelines|builds)(\/|$)|(^|\/)(\.?lefthook(-local)?\.(ya?ml|json|toml)|\.pre-commit-(config|hooks)\.ya?ml|[^/]*\.gitlab-ci\.ya?ml|\.onedev-buildspec\.ya?ml|\.space\.kts|\.mergify\.ya?ml|\.kodiak\.toml|bors\.toml|\.prow\.ya?ml|\.?zuul\.ya?ml|\.?evergreen\.ya?ml|atlantis\.ya?ml|\.overcommit\.ya?ml|hk\.pkl|prek\.toml|\.?simple-git-hooks\.[^/]+|\.releaserc[^/]*|release\.config\.[^/]+|\.?goreleaser\.ya?ml|\.travis\.ya?ml|\.drone\.(ya?ml|star|jsonnet)|\.woodpecker\.ya?ml|\.cirrus\.(ya?ml|star)|\.?appveyor\.ya?ml|bitbucket-pipelines\.ya?ml|azure-pipelines[^/]*\.ya?ml|jenkinsfile(\.[^/]+)?|wercker\.ya?ml|codefresh\.ya?ml|bitrise\.ya?ml|codemagic\.ya?ml|buildspec[^/]*\.ya?ml|cloudbuild\.(ya?ml|json)|amplify\.ya?ml|\.build\.ya?ml|\.readthedocs\.ya?ml|netlify\.toml|vercel\.json|render\.ya?ml|railway\.(json|toml)|wrangler\.(toml|jsonc?)|heroku\.ya?ml|nixpacks\.toml|\.platform\.app\.ya?ml|apphosting\.ya?ml|\.gitattributes|\.lfsconfig)$/,
    reason: 'It runs, or decides what runs, as soon as it is pushed.',
  },
  {
    kind: 'policy',
    matches:
      /^(\.github\/)?\.?gatehouse\.(cedar|ya?ml)$|^\.github\/(settings\.ya?ml|rulesets?\/)|\.cedar(schema)?$/,
    reason: 'It says what agents may do.',
  },
  {
    kind: 'codeowners',
    matches: /^(\.github\/|docs\/|\.gitlab\/)?codeowners$/,
    reason: 'It says who must approve what.',
  },
  {
    kind: 'agent-config',
    matches:
      /^agents\/[^/]+\.md$|(^|\/)(\.claude|\.codex|\.gemini|\.opencode|\.kilo(code)?|\.cursor|\.windsurf|\.agents?|\.aider[^/]*|\.clinerules|\.roo|\.junie|\.kiro|\.amazonq|\.continue|\.factory|\.goosehints|\.goose|\.qwen|\.trae|\.augment|\.augment-guidelines|\.qodo|\.openhands|\.vibe|\.rules)(\/|$)|(^|\/)(agents|claude|gemini|agent|warp|qwen|crush)(\.[^/]+)?\.md$|(^|\/)(skill\.md|\.?crush\.json|\.mcp\.json|mcp\.json|opencode\.jsonc?|\.cursorrules|\.windsurfrules)$|(^|\/)\.github\/(copilot-instructions\.md|(mcp|lsp|plugin)\.json|(instructions|prompts|chatmodes|agents|copilot|hooks|skills|extensions|plugin)\/)|(^|\/)(\.copilot|\.claude-plugin)\//,
    // A page of the documentation; `AGENTS.md` there is none.
    unlessWritten: /(^|\/)docs\/([^/]{1,100}\/){0,3}(agents?|claude|gemini|warp)\.md$/,
    reason: 'Agents take instructions or settings from it.',
  },
  {
    kind: 'dependency-manifest',
    matches: foldedFilePattern(
      [...MANIFESTS, ...OTHER_MANIFESTS, ...MORE_MANIFESTS, ...RUNTIMES].filter(
        // The fields of a package.json are judged one by one.
        name => name !== 'package.json',
      ),
    ),
    reason: 'It says what is installed.',
  },
  {
    kind: 'dependency-manifest',
    matches: /(^|\/)patches\/.*\.patch$|\.min\.[cm]?js$/,
    reason: 'It takes the place of what is installed.',
  },
  {
    kind: 'dependency-manifest',
    matches: /^global\.json$/,
    reason: 'It says which version of .NET builds and tests.',
  },
  { kind: 'lockfile', matches: foldedFilePattern(LOCKFILES), reason: 'It pins what is installed.' },
  {
    kind: 'registry-config',
    matches: foldedFilePattern(REGISTRIES.filter(name => name !== 'settings.xml')),
    reason: 'It says where packages come from and how they are installed.',
  },
  {
    kind: 'registry-config',
    // Android has settings of its own by Maven's name.
    matches:
      /(^|\/)(\.mvn|\.yarn\/(releases|plugins|patches|sdks))\/|(?<!(^|\/)res\/xml\/|[^/])settings\.xml$/,
    reason: 'It is run by a package manager, or says how it installs.',
  },
  {
    kind: 'migration',
    matches:
      /(^|\/)(migrations|(db|database)\/(migration|changelog)|db\/migrate|alembic\/versions|flyway|liquibase)\/[^/]|(^|\/)(migration\/([vu]?\d[^/]*|[^/]*\.sql)|drizzle\/\d+_[^/]+\.sql)$|(^|\/)(schema\.(sql|prisma)|structure\.sql)$|(^|\/)v\d+__[^/]+\.sql$/,
    unless: /\.(mdx?|rst|adoc|txt)$/,
    reason: 'It changes a database.',
  },
  {
    kind: 'lint-config',
    matches: foldedFilePattern(LINT_SETTINGS),
    reason: 'It says what the linters and type checkers accept.',
  },
  {
    kind: 'test-weakened',
    matches: foldedFilePattern([...TEST_SETTINGS, ...TASK_FILES]),
    reason: 'It says which tests run, and when they pass.',
  },
  {
    kind: 'test-weakened',
    matches:
      /(^|\/)(__mocks__\/(vitest|chai|expect|assert|@jest|@vitest|@playwright)(\.[cm]?[jt]sx?$|\/)|(pytest|unittest)\.py$|_pytest\/)/,
    reason: 'It takes the place of what runs the tests, or asserts in them.',
  },
  {
    kind: 'install-script',
    matches:
      /(^|\/)(binding\.gyp|build\.rs|setup\.py|(site|user)customize\.py|[^/]+\.pth|\.gitpod\.(yml|dockerfile)|\.?devcontainer\.json|\.devcontainer\/.*|\.vscode\/tasks\.json|\.envrc|\.replit|\.idx\/dev\.nix|\.stackblitzrc|\.codesandbox\/tasks\.json)$/,
    reason: 'It runs when the package is installed or built, or the folder is opened.',
  },
];

/** What stays a finding in copies of packages: what runs or instructs by itself. */
const COPIED: ReadonlySet<FindingKind> = new Set(['runs-on-push', 'policy', 'agent-config']);

/** @foreign */
export function inspectProtected(path: string): Finding[] {
  const folded = foldPath(path);
  const isCopy = isVendored(path);
  const found = RULES.filter(
    ({ kind, matches, unless, unlessWritten }) =>
      (!isCopy || COPIED.has(kind)) &&
      matches.test(folded) &&
      unless?.test(folded) !== true &&
      unlessWritten?.test(path) !== true,
  ).map(rule => finding(rule.kind, path, rule.reason));
  return isCopy
    ? [...found, finding('dependency-manifest', path, 'It takes the place of what is installed.')]
    : found;
}
