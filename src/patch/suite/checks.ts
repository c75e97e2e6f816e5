/** What assertions check, by names that all languages and libraries share, and which of them ask for more. */

/** What a check asks for where it is negated. */
export function negated(check: string): string {
  if (EQUALITY.test(check)) return 'differs';
  return OPPOSITES.get(check) ?? (check.startsWith('not ') ? check.slice(4) : `not ${check}`);
}

const PAIRS = [
  ['differs', 'equal'],
  ['truthy', 'falsy'],
  ['>', '<='],
  ['>=', '<'],
] as const;
const OPPOSITES: ReadonlyMap<string, string> = new Map(
  PAIRS.flatMap(([one, other]) => [
    [one, other],
    [other, one],
  ]),
);

/** Equality, which is stricter than all other checks; only `toStrictEqual` and its like ask for more. */
const EQUALITY = /^(?:equal|same|strictly equal)$/;

/** Whether a check asks for at least what another one did. */
export function asksForAsMuch(check: string, before: string): boolean {
  if (check === before) return true;
  if (before === 'strictly equal') return check === 'same';
  if (EQUALITY.test(check)) return true;
  return STRICTER.get(before)?.test(check) ?? false;
}

/** For each check, those that ask for the same and for more. */
const STRICTER: ReadonlyMap<string, RegExp> = new Map(
  Object.entries({
    truthy: /^(?:[<>]=?|in|matches|instance|throws this|toBe[A-Z]\w*)$/,
    throws: /^throws this$/,
    '>=': /^>$/,
    '<=': /^<$/,
    called: /^called \w+/,
    'called with': /^called once with$/,
    'called times': /^called once with$/,
    differs: /^error this$/,
    some: /^every$/,
  }),
);

/** Words that stand for any of many values: beside all that was there before they are one more. */
export const ANY_OF_MANY: ReadonlySet<string> = new Set([
  ...['any', 'some', 'anything', 'ANY', 'race'],
  ...['objectContaining', 'arrayContaining', 'stringContaining', 'stringMatching'],
]);

/** Words by which a value is looked at less closely: its order, its case or the rest of it don't matter. */
export const LESS_CLOSELY: ReadonlySet<string> = new Set([
  ...['sorted', 'toSorted', 'set', 'frozenset', 'Set'],
  ...['lower', 'casefold', 'toLowerCase', 'ToLower', 'to_lowercase', 'to_ascii_lowercase'],
  ...['strip', 'trim', 'TrimSpace', 'len', 'rel', 'abs', 'rel_tol', 'abs_tol'],
]);
