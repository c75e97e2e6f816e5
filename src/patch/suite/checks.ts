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
  return STRICTER[before]?.test(check) ?? false;
}

/** For each check, those that ask for the same and for more. */
const STRICTER: Readonly<Record<string, RegExp>> = {
  truthy: /^(?:[<>]=?|in|matches|instance|throws this|toBe[A-Z]\w*)$/,
  throws: /^throws this$/,
  '>=': /^>$/,
  '<=': /^<$/,
  called: /^called \w+/,
  'called with': /^called once with$/,
  'called times': /^called once with$/,
  differs: /^error this$/,
  some: /^every$/,
};

/** Words by which a value is looked at less closely: one of many is enough, order, case or the rest don't matter. */
export const LOOSE_WORDS: ReadonlySet<string> = new Set([
  ...['any', 'some', 'anything', 'ANY', 'race'],
  ...['objectContaining', 'arrayContaining', 'stringContaining', 'stringMatching'],
  ...['sorted', 'toSorted', 'set', 'frozenset', 'Set'],
  ...['lower', 'casefold', 'toLowerCase', 'ToLower', 'to_lowercase', 'to_ascii_lowercase'],
  ...['strip', 'trim', 'TrimSpace', 'len', 'rel', 'abs', 'rel_tol', 'abs_tol'],
]);
