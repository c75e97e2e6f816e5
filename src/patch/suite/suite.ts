/** What a test file checks: its cases, its assertions and the values they rest on. */

/** How surely an assertion is reached: always; under a condition, or with its failure caught; never. */
export type Reach = 0 | 1 | 2;

/**
 * A piece of a test that holds together: an assertion, a statement, a row of a table. Compared by its
 * tokens; comments, layout, messages and the names of cases are not among them.
 */
export type Unit = {
  line: number;
  /** What an assertion asks ("equal", "throws" …); `null` for what is no assertion. */
  check: string | null;
  /** It asks nothing: `expect(true).toBe(true)`, `assert x or True`. */
  vacuous: boolean;
  tokens: string[];
  /** The values among the tokens. */
  literals: string[];
  reach: Reach;
  /** It stands in a loop, a table or a function that cases call: it checks more than once. */
  many: boolean;
};

export type Case = {
  name: string;
  line: number /** How many assertions stand in it. */;
  asserts: number;
};

/** Something that keeps tests from running or from failing. */
export type Mark = { line: number; text: string; what: string };

export type Suite = {
  cases: Case[];
  units: Unit[];
  marks: Mark[];
  /** Lines that the parser could not make sense of. */
  unread: number[];
};

/** A token that is a value; the skeleton of a unit has `#` in its place. */
const VALUE = '§';
/** A token that names a value (`Status.Open`, a key of an expected object). */
const NAMED = '¤';

export const value = (text: string): string => VALUE + text;
export const named = (text: string): string => NAMED + text;
const isPinned = (token: string): boolean => token.startsWith(VALUE) || token.startsWith(NAMED);

export const textOf = (unit: Unit): string => unit.tokens.join(' ');
export const skeletonOf = ({ check, tokens }: Unit): string =>
  `${check ?? ''} ${tokens.map(token => (isPinned(token) ? '#' : token)).join(' ')}`;
export const pinnedOf = ({ tokens }: Unit): string => tokens.filter(isPinned).join(' ');

/** Its tokens as they are written. */
export const plainTokens = ({ tokens }: Unit): string[] =>
  tokens.map(token => (isPinned(token) ? token.slice(1) : token));

/** A unit as people recognise it, cut short. */
export function shown(unit: Unit): string {
  const tight = plainTokens(unit)
    .join(' ')
    .replace(/ ?([.()[\]{}]|::) ?/g, '$1')
    .replace(/ ,/g, ',')
    .replace(/\s+/g, ' ');
  return tight.length > 60 ? `${tight.slice(0, 59)}…` : tight;
}
