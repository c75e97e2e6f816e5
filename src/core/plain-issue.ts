/** What a schema says against a value that a person wrote, in plain words: what it must be, and what it is. */
import type { z } from 'zod';

/** For `parse` and `safeParse`. Messages that a schema has itself go before. `undefined`: zod's own words. */
export const plainIssue: z.core.$ZodErrorMap = issue => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `is missing: it must be ${kindNamed(issue.expected)}`
        : `must be ${kindNamed(issue.expected)}, and is ${kindOf(issue.input)}${hint(issue.expected, issue.input)}`;
    case 'invalid_union': {
      const forms = issue.errors.flatMap(([first]) =>
        first?.code === 'invalid_type' && first.path.length === 0 ? [first.expected] : [],
      );
      if (issue.input === undefined && forms.length > 0)
        return `is missing: it must be ${[...new Set(forms.map(kindNamed))].join(' or ')}`;
      if (forms.length < 2) return undefined;
      return `must be ${[...new Set(forms.map(kindNamed))].join(' or ')}, and is ${kindOf(issue.input)}${forms.includes('string') ? hint('string', issue.input) : ''}`;
    }
    case 'invalid_value':
      return `must be ${issue.values.map(value => JSON.stringify(value)).join(' or ')}`;
    case 'invalid_key':
      return `has a name that is not allowed here: it ${issue.issues[0]?.message ?? 'is another'}`;
    case 'too_small':
      return bound(issue, issue.minimum, issue.inclusive === false ? 'more than' : 'at least');
    case 'too_big':
      return bound(issue, issue.maximum, issue.inclusive === false ? 'less than' : 'at most');
    default:
      return undefined;
  }
};

const KINDS: ReadonlyMap<string, string> = new Map([
  ['string', 'a text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'keys with values'],
  ['record', 'keys with values'],
  ['null', 'empty'],
]);

const kindNamed = (kind: string): string => KINDS.get(kind) ?? kind;

function kindOf(input: unknown): string {
  if (input === null) return 'empty';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'number' && !Number.isFinite(input)) return 'none that can be counted with';
  return typeof input === 'boolean' ? String(input) : kindNamed(typeof input);
}

/** What was probably meant, as it would have to be written. */
function hint(expected: string, input: unknown): string {
  if (expected === 'int' && Number.isFinite(input)) return ' with a fraction';
  // YAML and JSON take what looks like a number for one.
  if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean'))
    return ': put it in quotes';
  if (typeof input !== 'string') return '';
  if (expected === 'boolean') return wordHint(SWITCHES.get(input.toLowerCase()));
  if (expected === 'number' || expected === 'int') return `: ${numberHint(input)}`;
  if (expected !== 'array') return '';
  return /^[\w./@-]{1,60}$/.test(input) ? `: write [${input}]` : ': put it in [ ]';
}

const wordHint = (word: string | undefined): string =>
  word === undefined ? '' : `: write ${word}`;

/** YAML 1.1 took the words for these, and quotes make a text of each. */
const SWITCHES: ReadonlyMap<string, string> = new Map([
  ...['true', 'yes', 'on', 'y', '1'].map(word => [word, 'true'] as const),
  ...['false', 'no', 'off', 'n', '0'].map(word => [word, 'false'] as const),
]);

/** A number in quotes, with a sign of money, or with what parts its digits. */
function numberHint(text: string): string {
  const digits = text.replaceAll(/[\s_,'$]/g, '');
  return /^\d{1,15}(?:\.\d{1,9})?$/.test(digits) ? `write ${digits}` : 'write digits alone';
}

const ITEMS: ReadonlyMap<string, { one: string; many: string }> = new Map([
  ['string', { one: 'character', many: 'characters' }],
  ['array', { one: 'entry', many: 'entries' }],
]);

function bound({ origin }: { origin: string }, limit: number | bigint, most: string): string {
  const items = ITEMS.get(origin);
  return items === undefined
    ? `must be ${most} ${limit}`
    : `must have ${most} ${limit} ${limit === 1 ? items.one : items.many}`;
}
