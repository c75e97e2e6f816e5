/**
 * Compares the tests of a file before and after a change. Every assertion, row and value must remain
 * or be replaced by one that is at least as strict; additions by themselves are no concern.
 */
import { ANY_OF_MANY, asksForAsMuch, LESS_CLOSELY } from './checks.ts';
import { narrowed } from './iterated.ts';
import {
  excerptOf,
  plainTokens,
  type SkipMark,
  skeletonOf,
  type TestCase,
  type TestSuite,
  type TestUnit,
  textOf,
  valuesOf,
} from './suite.ts';

/** `line` is a line of the text after the change; 0 for something that only existed before. */
export type Weakening = { line: number; what: string };

export type Comparison = {
  /** Weakenings that are certain from this file alone. */
  weakened: Weakening[];
  /** Units without a replacement in this file; another file of the change may contain them. */
  removed: { unit: TestUnit; weakening: Weakening }[];
  removedCases: TestCase[];
  /** Units that are new in this file; another file may have lost them. */
  added: TestUnit[];
  addedCases: TestCase[];
};

export function compareSuites(before: TestSuite, after: TestSuite): Comparison {
  const { gone, added, kept, weakened } = matchUnits(before, after);
  const marks = newMarks(before, after).map(({ line, what, text }) => ({
    line,
    what: `"${text.slice(0, 60)}" ${what}`,
  }));
  const fewer = narrowed(before.iterated, after.iterated).map(({ line, text }) => ({
    line,
    what: `"${text.slice(0, 60)}" goes through fewer cases than before`,
  }));
  const { removed, changed } = findUnreplaced(gone, added, kept);
  const removedCases = without(before.cases, after.cases, ({ name }) => name);
  const addedCases = without(after.cases, before.cases, ({ name }) => name);
  return {
    weakened: [...marks, ...fewer, ...weakened, ...changed],
    removed,
    removedCases,
    added,
    addedCases,
  };
}

/** The skip marks that the change adds. */
const newMarks = (before: TestSuite | null, after: TestSuite): SkipMark[] =>
  without(after.marks, before?.marks ?? [], ({ what, text }) => `${what} ${text}`);

/** The items of `all` that occur more often there than in `others`. */
function without<T>(all: T[], others: T[], key: (item: T) => string): T[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(key(other), (left.get(key(other)) ?? 0) + 1);
  return all.filter(item => {
    const count = left.get(key(item)) ?? 0;
    left.set(key(item), count - 1);
    return count <= 0;
  });
}

/** Matches units that are the same on both sides; one that is reached less surely is weakened. */
function matchUnits(before: TestSuite, after: TestSuite) {
  const byText = new Map<string, TestUnit[]>();
  for (const unit of after.units) {
    const key = keyOf(unit);
    const same = byText.get(key);
    if (same) same.push(unit);
    else byText.set(key, [unit]);
  }
  for (const units of byText.values()) units.sort((a, b) => b.reach - a.reach);
  const gone: TestUnit[] = [];
  const kept: TestUnit[] = [];
  const weakened: Weakening[] = [];
  // Units that are reached surely added first, so that each is matched with one as sure.
  for (const unit of before.units.toSorted((a, b) => a.reach - b.reach)) {
    const found = byText.get(keyOf(unit))?.pop();
    if (found) kept.push(found);
    if (!found) gone.push(unit);
    else if (unit.check !== null && found.reach > unit.reach)
      weakened.push({
        line: found.line,
        what: `"${excerptOf(found)}" ${found.reach === 1 ? 'now runs only under a condition, or its failure is caught' : 'is no longer reached, or nothing waits for it'}`,
      });
  }
  // A vacuous assertion can't replace another one.
  const added = [...byText.values()]
    .flat()
    .filter(unit => !unit.vacuous)
    .sort((a, b) => a.line - b.line);
  gone.sort((a, b) => a.line - b.line);
  return { gone, added, kept, weakened };
}

const keyOf = (unit: TestUnit): string => `${unit.check ?? ''} ${textOf(unit)}`;

/** Finds the units for which no added unit is a replacement, and those whose values changed. */
function findUnreplaced(gone: TestUnit[], added: TestUnit[], kept: TestUnit[]) {
  const removed: Comparison['removed'] = [];
  const changed: Weakening[] = [];
  if (gone.length * (added.length + kept.length) > MOST_PAIRS)
    return {
      removed: gone.map(unit => isGone(unit, 'is gone, with too many others to compare each')),
      changed,
    };
  const unused = new Set(added);
  const values = new Set(added.flatMap(saidBy));
  const repeated = [...added, ...kept].filter(unit => unit.repeated);
  const bySkeleton = Map.groupBy(added, skeletonOf);
  for (const unit of gone) {
    const candidates = bySkeleton.get(skeletonOf(unit)) ?? [];
    const replacement = hasValues(unit)
      ? candidates.find(each => unused.has(each) && valuesOf(each) !== valuesOf(unit))
      : undefined;
    if (replacement) {
      unused.delete(replacement);
      changed.push({
        line: replacement.line,
        what: `"${excerptOf(unit)}" became "${excerptOf(replacement)}": ${unit.check === null ? 'a value that tests use' : 'what is expected'} changed`,
      });
      continue;
    }
    const reason = missingFrom(unit, { unused, values, repeated });
    if (reason !== null) removed.push(isGone(unit, reason));
  }
  return { removed, changed };
}

/** Of so many, each with each: more would take seconds. */
const MOST_PAIRS = 4_000_000;

const isGone = (unit: TestUnit, reason: string): Comparison['removed'][number] => ({
  unit,
  weakening: { line: 0, what: `what was in line ${unit.line}, "${excerptOf(unit)}", ${reason}` },
});

const hasValues = (unit: TestUnit): boolean => valuesOf(unit) !== '';

type Replacements = {
  /** Added units that replace no other unit yet. */
  unused: Set<TestUnit>;
  /** All tokens of added units. */
  values: ReadonlySet<string>;
  /** Assertions, new or kept, that run for every row of a table or every caller. */
  repeated: TestUnit[];
};

/** Says what is missing where `unit` is gone; `null` where something at least as strict replaces it. */
function missingFrom(unit: TestUnit, { unused, values, repeated }: Replacements): string | null {
  const missing = unit.literals.find(
    literal => !values.has(literal) && (unit.check !== null || !TRIVIAL.test(literal)),
  );
  const all = [...unused];
  if (unit.check === null)
    return missing === undefined || all.some(each => containsValues(each, unit))
      ? null
      : `is gone, and with it the value ${quoted(missing)}`;
  const stronger = all.filter(each => isAsStrong(each, unit));
  const one =
    stronger.find(each => containsValues(each, unit) && !each.repeated) ??
    stronger.find(each => each.repeated) ??
    stronger.find(each => each.literals.every(literal => unit.literals.includes(literal))) ??
    stronger[0];
  if (one && (containsValues(one, unit) || missing === undefined)) {
    if (!one.repeated) unused.delete(one);
    return null;
  }
  // The unit may have become a row of a table, or a call of a function that asserts.
  const row = all.find(
    each => each.check === null && each.literals.length > 0 && containsValues(each, unit),
  );
  if (row && unit.literals.length > 0 && repeated.some(each => isAsStrong(each, unit))) {
    unused.delete(row);
    return null;
  }
  return one && missing !== undefined
    ? `is gone, and with it the value ${quoted(missing)}`
    : 'is gone, or is less strict now';
}

const quoted = (literal: string): string => `"${literal.slice(0, 40)}"`;

/** Values that occur everywhere, such as a loop's start or a flag. */
const TRIVIAL = /^(-?[01]|true|false|True|False|null|nil|None|undefined|)$/;

/** All that a unit says, by its tokens or by the name of its assertion. */
const saidBy = (unit: TestUnit): string[] => [
  ...plainTokens(unit),
  ...(unit.implied === undefined ? [] : [unit.implied]),
];

/** Whether `other` contains all values of `unit`. */
function containsValues(other: TestUnit, unit: TestUnit): boolean {
  return containsAll(saidBy(other), unit.literals);
}

function isAsStrong(other: TestUnit, unit: TestUnit): boolean {
  if (other.check === null || unit.check === null) return false;
  // In a table the row may decide whether a condition is met.
  if (other.reach > unit.reach && !(other.repeated && other.reach === 1)) return false;
  return (
    asksForAsMuch(other.check, unit.check) && !isLooser(other, unit) && !isOpposite(other, unit)
  );
}

/** Whether it asks for what the other one excluded. */
const isOpposite = (other: TestUnit, unit: TestUnit): boolean =>
  unit.check === 'differs' && other.check === 'equal' && comparedWith(other) === comparedWith(unit);

const comparedWith = ({ literals, implied, tokens }: TestUnit): string =>
  literals.length > 0 ? literals.join(' ') : (implied ?? (tokens.includes('nil') ? 'nil' : ''));

/** Whether it looks less closely at what it checks. */
function isLooser(other: TestUnit, unit: TestUnit): boolean {
  const added = looseWordsOf(other).filter(token => !unit.tokens.includes(token));
  if (added.some(token => LESS_CLOSELY.has(token))) return true;
  return added.some(token => ANY_OF_MANY.has(token)) && !containsAll(other.tokens, unit.tokens);
}

/** Each unit is compared with many others. */
const LOOSE_WORDS = new WeakMap<TestUnit, string[]>();

function looseWordsOf(unit: TestUnit): string[] {
  const known = LOOSE_WORDS.get(unit);
  if (known) return known;
  const words = unit.tokens.filter(token => ANY_OF_MANY.has(token) || LESS_CLOSELY.has(token));
  LOOSE_WORDS.set(unit, words);
  return words;
}

function containsAll(all: readonly string[], some: readonly string[]): boolean {
  const left = [...all];
  return some.every(each => {
    const at = left.indexOf(each);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}
