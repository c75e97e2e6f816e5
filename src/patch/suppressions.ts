/** Finds comments and attributes that suppress a linter, a type checker or coverage. */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import { foldPath } from '../core/paths/fold-path.ts';

type Rule = { files: RegExp; pattern: RegExp };

const RULES: Rule[] = [
  {
    files: /\.([cm]?[jt]sx?|vue|svelte|astro|css|scss|html)$/,
    pattern:
      /\b(eslint-disable(-next-line|-line)?|oxlint-disable\S*|tslint:disable\S*|stylelint-disable\S*|prettier-ignore|biome-ignore\S*|deno-lint-ignore\S*)|@ts-(ignore|nocheck|expect-error)|\b(istanbul|c8|v8|node:coverage) (ignore|disable)|\bdeno-coverage-ignore\S*/g,
  },
  {
    files: /\.pyi?$/,
    pattern:
      /#\s*(noqa|type:\s*ignore|pyright:\s*(ignore|basic)|mypy:\s*(ignore-errors|disable-error-code|allow-\S+)|pylint:\s*(disable|skip-file)|ruff:\s*noqa|nosec|flake8:\s*noqa|fmt:\s*(off|skip)|pragma:\s*no\s*(cover|branch)|isort:\s*skip\S*)|@(typing\.)?no_type_check\b/gi,
  },
  {
    files: /\.go$/,
    pattern: /\/\/\s*(nolint\b|lint:(ignore|file-ignore)|coverage:ignore)|#nosec\b/g,
  },
  {
    files: /\.rs$/,
    pattern:
      /#!?\[\s*(allow|expect)\s*\(|#!?\[\s*cfg_attr\s*\([^\]]{0,200}\b(allow|expect)\s*\(|#!?\[\s*(rustfmt::skip|rustfmt_skip|coverage\s*\(\s*off\s*\)|clippy::\w+)|\bgrcov-excl-|\btarpaulin_include/g,
  },
  {
    files: /\.(rb|java|kt|scala|php|swift|cs|c|cc|cpp|h|hpp|sh|ya?ml|tf|sql)$/,
    pattern:
      /\b(rubocop:disable|NOSONAR|NOLINT\w*|noinspection|swiftlint:disable\S*|ktlint-disable|phpcs:(ignore|disable)|phpstan-ignore\S*|psalm-suppress|shellcheck disable|yamllint disable|tfsec:ignore|checkov:skip|scalastyle:off|codeql\[|semgrep:ignore|nosemgrep)|@SuppressWarnings\b|@Suppress\b|#pragma warning disable/g,
  },
];

/** @foreign */
export function inspectSuppressions({ path, text }: TreeEntry): Finding[] {
  const folded = foldPath(path);
  const rule = RULES.find(({ files }) => files.test(folded));
  if (!rule || text.after === null) return [];
  const left = new Map<string, number>();
  for (const { what } of directives(text.before ?? '', rule))
    left.set(what, (left.get(what) ?? 0) + 1);
  const added = directives(text.after, rule).filter(({ what }) => {
    const count = left.get(what) ?? 0;
    left.set(what, count - 1);
    return count <= 0;
  });
  const [first] = added;
  if (!first) return [];
  const more = added.length > 1 ? `, and ${added.length - 1} more like it` : '';
  return [
    finding(
      'check-suppressed',
      path,
      `Line ${first.line} suppresses a check ("${first.what}")${more}.`,
    ),
  ];
}

/** Each directive with the rules that it names, so that one with more rules counts as new. */
function directives(text: string, { pattern }: Rule): { line: number; what: string }[] {
  if (text.search(pattern) < 0) return [];
  return text.split('\n').flatMap((line, at) =>
    [...line.matchAll(pattern)].map(({ index }) => ({
      line: at + 1,
      what: line.slice(index).trim().slice(0, 60),
    })),
  );
}
