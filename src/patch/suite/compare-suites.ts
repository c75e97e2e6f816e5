/**
 * Compares the tests of a file before and after a change. Every assertion, row and value must remain
 * or be replaced by one that is at least as strict; additions by themselves are no concern.
 */
import {
  type ComparingBudget,
  containsValues,
  hasNoOtherLiteral,
  hasOtherValues,
  isAsStrong,
  saidBy,
} from './as-strong.ts';
import { narrowed } from './iterated.ts';
import {
  excerptOf,
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

/** `budget`: of the whole change, which is the less for the next file. */
export function compareSuites(
  before: TestSuite,
  after: TestSuite,
  budget: ComparingBudget,
): Comparison {
  const { gone, added, kept, weakened } = matchUnits(before, after);
  const marks = newMarks(before, after).map(({ line, what, text }) => ({
    line,
    what: `"${text.slice(0, 60)}" ${what}`,
  }));
  const fewer = narrowed(before.iterated, after.iterated).map(({ line, text }) => ({
    line,
    what: `"${text.slice(0, 60)}" goes through fewer cases than before`,
  }));
  const { removed, changed } = findUnreplaced(gone, { added, kept }, budget);
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
function findUnreplaced(
  gone: TestUnit[],
  { added, kept }: { added: TestUnit[]; kept: TestUnit[] },
  budget: ComparingBudget,
) {
  const removed: Comparison['removed'] = [];
  const changed: Weakening[] = [];
  const uncompared: Comparison['removed'] = [];
  const unused = new Set(added);
  const values = new Set(added.flatMap(saidBy));
  const repeated = [...added, ...kept].filter(unit => unit.repeated);
  const bySkeleton = Map.groupBy(added, skeletonOf);
  for (const unit of gone) {
    if (budget.left <= 0) {
      uncompared.push(isGone(unit, 'is gone, with too many others to compare each'));
      continue;
    }
    const candidates = bySkeleton.get(skeletonOf(unit)) ?? [];
    const replacement = hasValues(unit)
      ? candidates.find(each => hasOtherValues(each, unit, budget) && unused.has(each))
      : undefined;
    if (replacement) {
      unused.delete(replacement);
      changed.push({
        line: replacement.line,
        what: `"${excerptOf(unit)}" became "${excerptOf(replacement)}": ${unit.check === null ? 'a value that tests use' : 'what is expected'} changed`,
      });
      continue;
    }
    const reason = missingFrom(unit, { unused, values, repeated }, budget);
    if (reason !== null) removed.push(isGone(unit, reason));
  }
  return { removed: [...uncompared, ...removed], changed };
}

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
function missingFrom(
  unit: TestUnit,
  { unused, values, repeated }: Replacements,
  budget: ComparingBudget,
): string | null {
  const missing = unit.literals.find(
    literal => !values.has(literal) && (unit.check !== null || !TRIVIAL.test(literal)),
  );
  const all = [...unused];
  const holdsValues = (each: TestUnit) => containsValues(each, unit, budget);
  if (unit.check === null)
    return missing === undefined || all.some(holdsValues)
      ? null
      : `is gone, and with it the value ${quoted(missing)}`;
  const stronger = all.filter(each => isAsStrong(each, unit, budget));
  const one =
    stronger.find(each => !each.repeated && holdsValues(each)) ??
    stronger.find(each => each.repeated) ??
    stronger.find(each => hasNoOtherLiteral(each, unit, budget)) ??
    stronger[0];
  if (one && (holdsValues(one) || missing === undefined)) {
    if (!one.repeated) unused.delete(one);
    return null;
  }
  // The unit may have become a row of a table, or a call of a function that asserts.
  const row = all.find(
    each => each.check === null && each.literals.length > 0 && holdsValues(each),
  );
  const isRow =
    row && unit.literals.length > 0 && repeated.some(each => isAsStrong(each, unit, budget));
  if (isRow) {
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
