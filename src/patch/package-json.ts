/** Finds what a change of `package.json` affects, since not every field is installed or run. */
import { z } from 'zod';
import { jsonExcess } from '../core/bounds/json-excess.ts';
import type { TreeEntry } from '../core/change.ts';
import { type Finding, type FindingKind, finding } from '../core/finding.ts';
import { foldPath } from '../core/paths/fold-path.ts';
import { type CallingCommands, CHECKS, calledBy, changedCommands } from './called-scripts.ts';

/** Scripts that run by themselves when the package is installed, packed, published or gets a version. */
const RUN_BY_THEMSELVES = new Set([
  ...['preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare', 'prepublish'],
  ...['dependencies', 'prepack', 'postpack', 'prepublishOnly', 'publish', 'postpublish'],
  ...['preversion', 'version', 'postversion', 'preuninstall', 'uninstall', 'postuninstall'],
  'pnpm:devPreinstall',
]);

/** Fields that change neither what is installed nor what is run. */
const HARMLESS = new Set(
  'author browser bugs contributors description exports files funding homepage keywords license main man module private repository sideEffects types typings version'.split(
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
  'install-script': 'Scripts that run by themselves change',
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
    if (name === 'scripts') {
      const scripts = [scriptsOf(before, before), scriptsOf(after, before)] as const;
      for (const each of installScripts(...scripts)) note('install-script', `scripts.${each}`);
      for (const each of changedCommands(...scripts, script => CHECKS.test(script)))
        if (!RUN_BY_THEMSELVES.has(each)) note('test-weakened', `scripts.${each}`);
    } else if (name === 'imports') {
      // The nearest manifest counts, so a new one maps what a folder above it did.
      const isNew = blob.before === null;
      const imports = [fieldsOrNone(before.imports), fieldsOrNone(after.imports)] as const;
      for (const each of isNew ? Object.keys(imports[1]) : remapped(...imports))
        note('test-weakened', `imports.${each}`);
    } else if (FIELD_KINDS[name]) note(FIELD_KINDS[name], name);
    else if (!HARMLESS.has(name)) note('dependency-manifest', name);
  }
  return [...changed].map(([kind, what]) =>
    finding(kind, path, `${REASONS[kind] ?? 'It changes'}: ${what.slice(0, 8).join(', ')}.`),
  );
}

/** The scripts that checks run. @foreign */
export function checkScripts(text: string): ReadonlySet<string> {
  const fields = fieldsOf('', text) ?? {};
  const scripts = scriptsOf(fields, fields);
  return calledBy(
    scripts,
    [...scripts.texts.keys()].filter(name => CHECKS.test(name)),
  );
}

export const isManifest = (path: string): boolean => /(^|\/)package\.json$/.test(foldPath(path));

const Fields = z.record(z.string(), z.unknown());
type Fields = z.infer<typeof Fields>;

/** The fields of a manifest: none where the file does not exist, `null` where it can't be parsed, or written again. */
function fieldsOf(blob: string | null, text: string | null): Fields | null {
  if (blob === null) return {};
  const json = (text ?? '').replace(/^\ufeff/, '');
  if (jsonExcess(json, {}) !== null) return null;
  try {
    return Fields.parse(JSON.parse(json));
  } catch {
    return null;
  }
}

const fieldsOrNone = (value: unknown): Fields => Fields.safeParse(value).data ?? {};

/** Scripts with the hooks in front of and behind them, and what their texts name; `*` is of those of before. */
function scriptsOf(manifest: Fields, before: Fields): CallingCommands {
  const texts = new Map(
    Object.entries(fieldsOrNone(manifest.scripts)).map(([name, text]) => [name, String(text)]),
  );
  const earlier = Object.keys(fieldsOrNone(before.scripts)).slice(0, MOST_SCRIPTS);
  const meant = (word: string): string[] => {
    if (texts.has(word)) return [word];
    const star = word.indexOf('*');
    return star > 0 ? earlier.filter(name => name.startsWith(word.slice(0, star))) : [];
  };
  return {
    texts,
    calls(name) {
      const words = new Set(
        (texts.get(name) ?? '').slice(0, LONGEST_SCRIPT).split(/[\s"'`;&|()=,]+/),
      );
      const called = [...words].flatMap(word => [
        word,
        word.replace(/^(?:npm|pnpm|yarn|bun):/, ''),
      ]);
      return [`pre${name}`, `post${name}`, ...called].flatMap(meant);
    },
  };
}

/** What a script names beyond this, what a pattern means beyond those, and more patterns, are not followed. */
const LONGEST_SCRIPT = 5_000;
const MOST_SCRIPTS = 100;
const MOST_PATTERNS = 100;

/** Scripts of an install that changed, and changed ones that these call. */
function installScripts(before: CallingCommands, after: CallingCommands): string[] {
  const own = [...new Set([...before.texts.keys(), ...after.texts.keys()])]
    .filter(name => RUN_BY_THEMSELVES.has(name))
    .filter(name => before.texts.get(name) !== after.texts.get(name));
  const called = changedCommands(before, after, name => RUN_BY_THEMSELVES.has(name));
  return [...new Set([...own, ...called])];
}

/** Names of `imports` that are there no more or mean another file, also because a new one goes first. */
function remapped(before: Fields, after: Fields): string[] {
  const patterns = Object.keys(before)
    .filter(name => name.includes('*'))
    .slice(0, MOST_PATTERNS);
  const takes = (name: string) => patterns.some(each => name.startsWith(each.replace(/\*.*/, '')));
  return changedFields(before, after).filter(name => name in before || takes(name));
}

const changedFields = (before: Fields, after: Fields): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    name => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
