/** The content of a test file: its cases, its assertions and the values that they use. */

/** How surely it runs: 0 always; 1 under a condition, or with its failure caught; 2 never, or when nothing waits for it. */
export type Reach = 0 | 1 | 2;

/**
 * A part of a test that is compared as a whole: an assertion, a statement, a row of a table. It is
 * compared by its tokens, which exclude comments, layout, messages and the names of cases.
 */
export type TestUnit = {
  line: number;
  /** What an assertion checks ("equal", "throws" …); `null` where the unit is no assertion. */
  check: string | null;
  /** Whether an assertion can't fail, as `expect(true).toBe(true)` or `assert x or True`. */
  vacuous: boolean;
  tokens: string[];
  /** The values among the tokens. */
  literals: string[];
  /** A value that the assertion's name says. */
  implied?: string | undefined;
  reach: Reach;
  /** Whether it checks more than once: in a loop, a table or a function that cases call. */
  repeated: boolean;
};

export type TestCase = {
  name: string;
  line: number;
  /** How many assertions it has. */
  assertions: number;
};

/** A call, attribute or comment that keeps tests from running or from failing. */
export type SkipMark = { line: number; text: string; what: string };

/** What a loop or a table goes through, without layout. */
export type Iterated = { line: number; text: string };

export type TestSuite = {
  cases: TestCase[];
  iterated: Iterated[];
  units: TestUnit[];
  marks: SkipMark[];
  /** Names of what asserts or runs tests that mean something of the repository's own. */
  standIns: (SkipMark & { name: string })[];
  /** Lines that could not be parsed. */
  unparsedLines: number[];
};

/** The prefix of a token that is a value; the skeleton of a unit has `#` instead of such a token. */
const VALUE_MARK = '§';
/** The prefix of a token that names a value, as `Status.Open` or a key of an expected object. */
const NAMED_VALUE_MARK = '¤';

export const valueToken = (text: string): string => VALUE_MARK + text;
export const namedValueToken = (text: string): string => NAMED_VALUE_MARK + text;
const isValue = (token: string): boolean =>
  token.startsWith(VALUE_MARK) || token.startsWith(NAMED_VALUE_MARK);

export const textOf = (unit: TestUnit): string => unit.tokens.join(' ');
export const skeletonOf = ({ check, tokens }: TestUnit): string =>
  `${check ?? ''} ${tokens.map(token => (isValue(token) ? '#' : token)).join(' ')}`;
export const valuesOf = ({ tokens }: TestUnit): string => tokens.filter(isValue).join(' ');

/** The tokens of a unit as they are in the source. */
export const plainTokens = ({ tokens }: TestUnit): string[] =>
  tokens.map(token => (isValue(token) ? token.slice(1) : token));

/** A short excerpt of a unit, for messages. */
export function excerptOf(unit: TestUnit): string {
  const tight = plainTokens(unit)
    .join(' ')
    .replace(/ ?([.()[\]{}]|::) ?/g, '$1')
    .replace(/ ,/g, ',')
    .replace(/\s+/g, ' ');
  return tight.length > 60 ? `${tight.slice(0, 59)}…` : tight;
}
