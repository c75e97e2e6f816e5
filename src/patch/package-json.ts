/** Finds what a change of `package.json` affects, since not every field is installed or run. */
import { z } from 'zod';
import type { TreeEntry } from '../core/change.ts';
import { type Finding, type FindingKind, finding } from '../core/finding.ts';
import { foldPath } from '../core/fold-path.ts';

/** Scripts that npm runs by itself during an install. */
const INSTALL_SCRIPTS = new Set([
  'preinstall',
  'install',
  'postinstall',
  'preprepare',
  'prepare',
  'postprepare',
  'prepublish',
  'dependencies',
]);

/** Scripts that check the work; weakening one weakens every gate that runs it. */
const CHECK_SCRIPT =
  /^(pre|post)?(test|lint|check|typecheck|type-check|coverage|verify|ci)([:_-]|$)/;

/** Fields that change neither what is installed nor what is run. */
const HARMLESS = new Set(
  'author bin browser bugs contributors description exports files funding homepage imports keywords license main man module private repository sideEffects types typings version'.split(
    ' ',
  ),
);

const FIELD_KINDS: Record<string, FindingKind> = {
  jest: 'test-weakened',
  ava: 'test-weakened',
  mocha: 'test-weakened',
  c8: 'test-weakened',
  nyc: 'test-weakened',
  eslintConfig: 'lint-config',
  eslintIgnore: 'lint-config',
  prettier: 'lint-config',
  stylelint: 'lint-config',
  'lint-staged': 'lint-config',
  husky: 'runs-on-push',
  'simple-git-hooks': 'runs-on-push',
};

const REASONS: Partial<Record<FindingKind, string>> = {
  'install-script': 'Scripts that run by themselves on an install change',
  'test-weakened': 'What the tests or checks run changes',
  'lint-config': 'What the linters accept changes',
  'runs-on-push': 'A git hook changes',
  'dependency-manifest': 'What is installed changes',
};

/** @foreign */
export function inspectPackageJson(entry: TreeEntry): Finding[] {
  const { path, from, blob, text } = entry;
  const was = isManifest(from ?? path);
  const is = isManifest(path);
  if (!was && !is) return [];
  // A manifest that is renamed to another name is removed, and the other way round is a new one.
  const before = was ? fieldsOf(blob.before, text.before) : {};
  const after = is ? fieldsOf(blob.after, text.after) : {};
  if (!before || !after)
    return [finding('dependency-manifest', path, 'It can not be read as a package.json.')];
  const changed = new Map<FindingKind, string[]>();
  const note = (kind: FindingKind, what: string) => {
    const noted = changed.get(kind);
    if (noted) noted.push(what);
    else changed.set(kind, [what]);
  };
  for (const name of changedFields(before, after)) {
    if (name === 'scripts')
      for (const script of changedFields(
        fieldsOrNone(before.scripts),
        fieldsOrNone(after.scripts),
      )) {
        if (INSTALL_SCRIPTS.has(script)) note('install-script', `scripts.${script}`);
        // A new script can't weaken a check that existed before.
        else if (CHECK_SCRIPT.test(script) && script in fieldsOrNone(before.scripts))
          note('test-weakened', `scripts.${script}`);
      }
    else if (FIELD_KINDS[name]) note(FIELD_KINDS[name], name);
    else if (!HARMLESS.has(name)) note('dependency-manifest', name);
  }
  return [...changed].map(([kind, what]) =>
    finding(kind, path, `${REASONS[kind] ?? 'It changes'}: ${what.slice(0, 8).join(', ')}.`),
  );
}

const isManifest = (path: string): boolean => /(^|\/)package\.json$/.test(foldPath(path));

const Fields = z.record(z.string(), z.unknown());
type Fields = z.infer<typeof Fields>;

/** The fields of a manifest: none where the file does not exist, `null` where it can't be parsed. */
function fieldsOf(blob: string | null, text: string | null): Fields | null {
  if (blob === null) return {};
  try {
    return Fields.parse(JSON.parse(text ?? ''));
  } catch {
    return null;
  }
}

const fieldsOrNone = (value: unknown): Fields => Fields.safeParse(value).data ?? {};

const changedFields = (before: Fields, after: Fields): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    name => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
