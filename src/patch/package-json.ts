/** What a change of `package.json` means: not every edit of it changes what is installed or run. */
import { z } from 'zod';
import type { TreeEntry } from '../core/change.ts';
import { type Finding, type FindingKind, finding } from '../core/finding.ts';
import { foldPath } from '../core/fold-path.ts';

/** npm runs these by itself when it installs. */
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

/** A script that judges the work: weakening it weakens every gate that runs it. */
const JUDGING_SCRIPT =
  /^(pre|post)?(test|lint|check|typecheck|type-check|coverage|verify|ci)([:_-]|$)/;

/** Fields that change neither what is installed nor what is run. */
const HARMLESS = new Set(
  'author bin browser bugs contributors description exports files funding homepage imports keywords license main man module private repository sideEffects types typings version'.split(
    ' ',
  ),
);

const FIELD: Record<string, FindingKind> = {
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

const REASON: Partial<Record<FindingKind, string>> = {
  'install-script': 'Scripts that run by themselves on an install change',
  'test-weakened': 'What the tests or checks run changes',
  'lint-config': 'What the linters accept changes',
  'runs-on-push': 'A git hook changes',
  'dependency-manifest': 'What is installed changes',
};

export function inspectPackageJson(entry: TreeEntry): Finding[] {
  const { path, from, blob, text } = entry;
  const was = isManifest(from ?? path);
  const is = isManifest(path);
  if (!was && !is) return [];
  // A manifest that is renamed away is gone, and one that is renamed into place is new.
  const before = was ? fieldsOf(blob.before, text.before) : {};
  const after = is ? fieldsOf(blob.after, text.after) : {};
  if (!before || !after)
    return [finding('dependency-manifest', path, 'It can not be read as a package.json.')];
  const changed = new Map<FindingKind, string[]>();
  const note = (kind: FindingKind, what: string) =>
    changed.set(kind, [...(changed.get(kind) ?? []), what]);
  for (const name of differing(before, after)) {
    if (name === 'scripts')
      for (const script of differing(fieldsOrNone(before.scripts), fieldsOrNone(after.scripts))) {
        if (INSTALL_SCRIPTS.has(script)) note('install-script', `scripts.${script}`);
        // A new script can't weaken what ran before it was there.
        else if (JUDGING_SCRIPT.test(script) && script in fieldsOrNone(before.scripts))
          note('test-weakened', `scripts.${script}`);
      }
    else if (FIELD[name]) note(FIELD[name], name);
    else if (!HARMLESS.has(name)) note('dependency-manifest', name);
  }
  return [...changed].map(([kind, what]) =>
    finding(kind, path, `${REASON[kind] ?? 'It changes'}: ${what.slice(0, 8).join(', ')}.`),
  );
}

const isManifest = (path: string): boolean => /(^|\/)package\.json$/.test(foldPath(path));

const Fields = z.record(z.string(), z.unknown());
type Fields = z.infer<typeof Fields>;

/** No fields where there is no file; `null` where there is one that can't be read. */
function fieldsOf(blob: string | null, text: string | null): Fields | null {
  if (blob === null) return {};
  try {
    return Fields.parse(JSON.parse(text ?? ''));
  } catch {
    return null;
  }
}

const fieldsOrNone = (value: unknown): Fields => Fields.safeParse(value).data ?? {};

const differing = (before: Fields, after: Fields): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    name => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
