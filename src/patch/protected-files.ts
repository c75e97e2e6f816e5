/**
 * Finds files that deserve protection by their path, such as workflows, policies and lockfiles. Paths
 * are folded before they are compared, so that no other spelling of a path is missed.
 */

import { type Finding, type FindingKind, finding } from '../core/finding.ts';
import { foldPath } from '../core/fold-path.ts';

type Rule = { kind: FindingKind; matches: RegExp; reason: string };

const RULES: Rule[] = [
  {
    kind: 'runs-on-push',
    matches:
      /^\.github\/(workflows|actions)(\/|$)|(^|\/)action\.ya?ml$|(^|\/)\.(husky|githooks|circleci|buildkite|woodpecker|semaphore|tekton|teamcity|harness|azure-?pipelines|builds)(\/|$)|(^|\/)(\.?lefthook(-local)?\.(ya?ml|json|toml)|\.pre-commit-(config|hooks)\.ya?ml|\.gitlab-ci\.ya?ml|\.travis\.ya?ml|\.drone\.(ya?ml|star|jsonnet)|\.woodpecker\.ya?ml|\.cirrus\.(ya?ml|star)|\.?appveyor\.ya?ml|bitbucket-pipelines\.ya?ml|azure-pipelines[^/]*\.ya?ml|jenkinsfile(\.[^/]+)?|wercker\.ya?ml|codefresh\.ya?ml|bitrise\.ya?ml|codemagic\.ya?ml|buildspec[^/]*\.ya?ml|cloudbuild\.(ya?ml|json)|amplify\.ya?ml|\.build\.ya?ml|\.readthedocs\.ya?ml|netlify\.toml|vercel\.json|render\.ya?ml|\.gitattributes|\.lfsconfig)$/,
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
      /^agents\/[^/]+\.md$|(^|\/)(\.claude|\.codex|\.gemini|\.opencode|\.kilo(code)?|\.cursor|\.windsurf|\.agents?|\.aider[^/]*)(\/|$)|(^|\/)(agents|claude|gemini|agent)(\.[^/]+)?\.md$|(^|\/)(skill\.md|\.mcp\.json|mcp\.json|opencode\.jsonc?|\.cursorrules|\.windsurfrules|\.clinerules)$|(^|\/)\.github\/(copilot-instructions\.md|(mcp|lsp|plugin)\.json|(instructions|prompts|chatmodes|agents|copilot|hooks|skills|extensions|plugin)\/)|(^|\/)(\.copilot|\.claude-plugin)\//,
    reason: 'Agents take instructions or settings from it.',
  },
  {
    kind: 'dependency-manifest',
    matches:
      /(^|\/)(pnpm-workspace\.yaml|bower\.json|deno\.jsonc?|jsr\.json|pyproject\.toml|setup\.(py|cfg)|requirements[^/]*\.(txt|in)|constraints[^/]*\.txt|pipfile|environment\.ya?ml|go\.(mod|work)|cargo\.toml|gemfile|[^/]+\.gemspec|composer\.json|pom\.xml|build\.gradle(\.kts)?|settings\.gradle(\.kts)?|libs\.versions\.toml|packages\.config|directory\.packages\.props|[^/]+\.(cs|fs|vb)proj|mix\.exs|pubspec\.yaml|package\.swift|podfile|cartfile|conanfile\.(py|txt)|vcpkg\.json|flake\.nix|build\.sbt|\.gitmodules)$/,
    reason: 'It says what is installed.',
  },
  {
    kind: 'lockfile',
    matches:
      /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock|poetry\.lock|uv\.lock|pdm\.lock|pipfile\.lock|go\.(sum|work\.sum)|cargo\.lock|gemfile\.lock|composer\.lock|gradle\.lockfile|packages\.lock\.json|mix\.lock|pubspec\.lock|package\.resolved|podfile\.lock|flake\.lock)$/,
    reason: 'It pins what is installed.',
  },
  {
    kind: 'registry-config',
    matches:
      /(^|\/)(\.npmrc|\.pnpmrc|\.yarnrc(\.yml)?|\.pnpmfile\.c?js|bunfig\.toml|pip\.conf|pip\.ini|\.pypirc|uv\.toml|nuget\.config|settings\.xml|\.bundle\/config|\.cargo\/config(\.toml)?|gradle-wrapper\.(properties|jar)|\.mvn\/)|^\.yarn\/(releases|plugins)\//,
    reason: 'It says where packages come from and how they are installed.',
  },
  {
    kind: 'migration',
    matches:
      /(^|\/)(migrations?|db\/migrate|alembic\/versions|flyway|liquibase)\/[^/]|(^|\/)(schema\.(sql|prisma)|structure\.sql)$|(^|\/)v\d+__[^/]+\.sql$/,
    reason: 'It changes a database.',
  },
  {
    kind: 'lint-config',
    matches:
      /(^|\/)(\.eslintrc[^/]*|eslint\.config\.[cm]?[jt]s|\.eslintignore|biome\.jsonc?|\.oxlintrc\.json|\.prettierrc[^/]*|\.prettierignore|prettier\.config\.[cm]?[jt]s|\.stylelintrc[^/]*|tslint\.json|tsconfig[^/]*\.json|\.?ruff\.toml|\.flake8|\.pylintrc|pylintrc|mypy\.ini|\.mypy\.ini|pyrightconfig\.json|tox\.ini|\.golangci\.(ya?ml|toml|json)|\.?clippy\.toml|\.?rustfmt\.toml|\.rubocop[^/]*\.yml|\.editorconfig|\.clang-(tidy|format)|\.semgrepignore|sonar-project\.properties|\.?codecov\.ya?ml|\.nycrc[^/]*|\.coveragerc)$/,
    reason: 'It says what the linters and type checkers accept.',
  },
  {
    kind: 'test-weakened',
    matches:
      /(^|\/)((jest|vitest|karma|playwright|cypress|ava|wdio)\.config\.[cm]?[jt]s(on)?|vitest\.workspace\.[jt]s|\.mocharc[^/]*|\.taprc|pytest\.ini|conftest\.py|noxfile\.py|\.rspec|phpunit\.xml(\.dist)?|nextest\.toml)$/,
    reason: 'It says which tests run, and when they pass.',
  },
  {
    kind: 'install-script',
    matches: /(^|\/)(binding\.gyp|build\.rs|setup\.py)$/,
    reason: 'It runs when the package is installed or built.',
  },
];

/** @foreign */
export function inspectProtected(path: string): Finding[] {
  const folded = foldPath(path);
  return RULES.filter(rule => rule.matches.test(folded)).map(rule =>
    finding(rule.kind, path, rule.reason),
  );
}
