/**
 * Whether one unit can replace another one. What a unit says is counted once, and each comparison is
 * charged: a file may be written so that thousands of units are each compared with thousands of others.
 */
import { ANY_OF_MANY, asksForAsMuch, LESS_CLOSELY } from './checks.ts';
import { plainTokens, type TestUnit, valuesOf } from './suite.ts';

/** What comparing the units of one change may still cost, in words that are looked at; comparing lowers it. */
export type ComparingBudget = { left: number };

/** About a third of a second. A change that replaces a thousand assertions by others of the same kind needs most of it. */
export const comparingBudget = (): ComparingBudget => ({ left: 3_500_000 });

type Counts = ReadonlyMap<string, number>;

/** All that a unit says, by its tokens or by the name of its assertion. */
export const saidBy = (unit: TestUnit): string[] => [
  ...plainTokens(unit),
  ...(unit.implied === undefined ? [] : [unit.implied]),
];

const countsOf = keptFor(({ tokens }) => counted(tokens));
const saidCounts = keptFor(unit => counted(saidBy(unit)));
const literalCounts = keptFor(({ literals }) => counted(literals));
const valueTexts = keptFor(valuesOf);
const looseWords = keptFor(({ tokens }) =>
  tokens.filter(token => ANY_OF_MANY.has(token) || LESS_CLOSELY.has(token)),
);
const compared = keptFor(({ literals, implied, tokens }) =>
  literals.length > 0 ? literals.join(' ') : (implied ?? (tokens.includes('nil') ? 'nil' : '')),
);

/** Whether other values are in it, where all else is the same. */
export function hasOtherValues(other: TestUnit, unit: TestUnit, budget: ComparingBudget): boolean {
  budget.left -= 1;
  return valueTexts(other) !== valueTexts(unit);
}

/** Whether `other` contains all values of `unit`. */
export const containsValues = (other: TestUnit, unit: TestUnit, budget: ComparingBudget): boolean =>
  containsAll(saidCounts(other), literalCounts(unit), budget);

/** Whether `other` has no value that `unit` does not have. */
export function hasNoOtherLiteral(
  other: TestUnit,
  unit: TestUnit,
  budget: ComparingBudget,
): boolean {
  const known = literalCounts(unit);
  return other.literals.every(literal => {
    budget.left -= 1;
    return known.has(literal);
  });
}

export function isAsStrong(other: TestUnit, unit: TestUnit, budget: ComparingBudget): boolean {
  budget.left -= 1;
  if (other.check === null || unit.check === null) return false;
  // In a table the row may decide whether a condition is met.
  if (other.reach > unit.reach && !(other.repeated && other.reach === 1)) return false;
  return (
    asksForAsMuch(other.check, unit.check) &&
    !isLooser(other, unit, budget) &&
    !isOpposite(other, unit)
  );
}

/** Whether it asks for what the other one excluded. */
const isOpposite = (other: TestUnit, unit: TestUnit): boolean =>
  unit.check === 'differs' && other.check === 'equal' && compared(other) === compared(unit);

/** Whether it looks less closely at what it checks. */
function isLooser(other: TestUnit, unit: TestUnit, budget: ComparingBudget): boolean {
  const loose = looseWords(other);
  if (loose.length === 0) return false;
  budget.left -= loose.length;
  const added = loose.filter(token => !countsOf(unit).has(token));
  if (added.some(token => LESS_CLOSELY.has(token))) return true;
  return (
    added.some(token => ANY_OF_MANY.has(token)) &&
    !containsAll(countsOf(other), countsOf(unit), budget)
  );
}

function containsAll(all: Counts, some: Counts, budget: ComparingBudget): boolean {
  budget.left -= 1;
  for (const [word, count] of some) {
    budget.left -= 1;
    if ((all.get(word) ?? 0) < count) return false;
  }
  return true;
}

function counted(words: readonly string[]): Counts {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Each unit is compared with many others. */
function keptFor<T>(of: (unit: TestUnit) => T): (unit: TestUnit) => T {
  const kept = new WeakMap<TestUnit, T>();
  return unit => {
    const known = kept.get(unit);
    if (known !== undefined) return known;
    const found = of(unit);
    kept.set(unit, found);
    return found;
  };
}
