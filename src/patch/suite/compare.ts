/**
 * What a test file checked before and no longer does. Every assertion, row and value that was there
 * must be there still, or be replaced by something that asks no less; what is new is no concern.
 */
import {
  type Case,
  type Mark,
  pinnedOf,
  plainTokens,
  type Suite,
  shown,
  skeletonOf,
  textOf,
  type Unit,
} from './suite.ts';

/** `line`: of the text after the change; 0 where what is meant is only in the one before. */
export type Weakening = { line: number; what: string };

export type Comparison = {
  /** What is certain from this file alone. */
  weakened: Weakening[];
  /** Gone from here; elsewhere in the change it may be found again. */
  lost: { unit: Unit; why: Weakening }[];
  lostCases: Case[];
  /** New here: it may be what another file lost. */
  fresh: Unit[];
  freshCases: Case[];
};

export function compare(before: Suite, after: Suite): Comparison {
  const { gone, come, kept, weakened } = matched(before, after);
  const marks = newMarks(before, after).map(({ line, what, text }) => ({
    line,
    what: `"${text.slice(0, 60)}" ${what}`,
  }));
  const { lost, changed } = unreplaced(gone, come, kept);
  const lostCases = without(before.cases, after.cases, ({ name }) => name);
  const freshCases = without(after.cases, before.cases, ({ name }) => name);
  return {
    weakened: [...marks, ...weakened, ...changed],
    lost,
    lostCases,
    fresh: come,
    freshCases,
  };
}

/** Marks that a file has now and had not before. */
export const newMarks = (before: Suite | null, after: Suite): Mark[] =>
  without(after.marks, before?.marks ?? [], ({ what, text }) => `${what} ${text}`);

/** Those of `all` that `others` do not have as often. */
function without<T>(all: T[], others: T[], key: (item: T) => string): T[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(key(other), (left.get(key(other)) ?? 0) + 1);
  return all.filter(item => {
    const count = left.get(key(item)) ?? 0;
    left.set(key(item), count - 1);
    return count <= 0;
  });
}

/** Units that are the same on both sides go; one that is reached less surely now is weakened. */
function matched(before: Suite, after: Suite) {
  const byText = new Map<string, Unit[]>();
  for (const unit of after.units) {
    const key = keyOf(unit);
    const same = byText.get(key);
    if (same) same.push(unit);
    else byText.set(key, [unit]);
  }
  for (const units of byText.values()) units.sort((a, b) => b.reach - a.reach);
  const gone: Unit[] = [];
  const kept: Unit[] = [];
  const weakened: Weakening[] = [];
  // The surest first, so that each finds one that is as sure.
  for (const unit of before.units.toSorted((a, b) => a.reach - b.reach)) {
    const found = byText.get(keyOf(unit))?.pop();
    if (found) kept.push(found);
    if (!found) gone.push(unit);
    else if (unit.check !== null && found.reach > unit.reach)
      weakened.push({
        line: found.line,
        what: `"${shown(found)}" ${found.reach === 1 ? 'runs only under a condition now, or its failure is caught' : 'is not reached any more'}`,
      });
  }
  // What asks nothing replaces nothing.
  const come = [...byText.values()]
    .flat()
    .filter(unit => !unit.vacuous)
    .sort((a, b) => a.line - b.line);
  gone.sort((a, b) => a.line - b.line);
  return { gone, come, kept, weakened };
}

const keyOf = (unit: Unit): string => `${unit.check ?? ''} ${textOf(unit)}`;

function unreplaced(gone: Unit[], come: Unit[], kept: Unit[]) {
  const lost: Comparison['lost'] = [];
  const changed: Weakening[] = [];
  const free = new Set(come);
  const values = new Set(come.flatMap(plainTokens));
  const repeated = [...come, ...kept].filter(unit => unit.many);
  const bySkeleton = new Map<string, Unit[]>();
  for (const unit of come) {
    const key = skeletonOf(unit);
    bySkeleton.set(key, [...(bySkeleton.get(key) ?? []), unit]);
  }
  for (const unit of gone) {
    const twins = bySkeleton.get(skeletonOf(unit)) ?? [];
    const twin = hasPins(unit)
      ? twins.find(each => free.has(each) && pinnedOf(each) !== pinnedOf(unit))
      : undefined;
    if (twin) {
      free.delete(twin);
      changed.push({
        line: twin.line,
        what: `"${shown(unit)}" became "${shown(twin)}": ${unit.check === null ? 'a value that tests rest on' : 'what is expected'} changed`,
      });
      continue;
    }
    const why = replaced(unit, { free, values, repeated });
    if (why !== null)
      lost.push({
        unit,
        why: { line: 0, what: `what stood in line ${unit.line}, "${shown(unit)}", ${why}` },
      });
  }
  return { lost, changed };
}

const hasPins = (unit: Unit): boolean => pinnedOf(unit) !== '';

type New = {
  /** Units that replace nothing yet. */
  free: Set<Unit>;
  /** Everything that is written in new units. */
  values: ReadonlySet<string>;
  /** Assertions, new or not, that are asked of every row or by every caller. */
  repeated: Unit[];
};

/** `null` where something asks no less than `unit` did; else what is missing. */
function replaced(unit: Unit, { free, values, repeated }: New): string | null {
  const missing = unit.literals.find(
    literal => !values.has(literal) && (unit.check !== null || !TRIVIAL.test(literal)),
  );
  const all = [...free];
  if (unit.check === null)
    return missing === undefined || all.some(each => holds(each, unit))
      ? null
      : `is gone, and with it the value ${quoted(missing)}`;
  const stronger = all.filter(each => isAsStrong(each, unit));
  const one =
    stronger.find(each => holds(each, unit) && !each.many) ??
    stronger.find(each => each.many) ??
    stronger.find(each => each.literals.every(literal => unit.literals.includes(literal))) ??
    stronger[0];
  if (one && (holds(one, unit) || missing === undefined)) {
    if (!one.many) free.delete(one);
    return null;
  }
  // Into a row of a table, or a call of a function that asserts.
  const row = all.find(
    each => each.check === null && each.literals.length > 0 && holds(each, unit),
  );
  if (row && unit.literals.length > 0 && repeated.some(each => isAsStrong(each, unit))) {
    free.delete(row);
    return null;
  }
  return one && missing !== undefined
    ? `is gone, and with it the value ${quoted(missing)}`
    : 'is gone, or asks less now';
}

const quoted = (literal: string): string => `"${literal.slice(0, 40)}"`;

/** Values that say little by themselves: a loop's start, a flag. */
const TRIVIAL = /^(-?[01]|true|false|True|False|null|nil|None|undefined|)$/;

/** Whether all values of `unit` are written in `other`. */
function holds(other: Unit, unit: Unit): boolean {
  const left = plainTokens(other);
  return unit.literals.every(literal => {
    const at = left.indexOf(literal);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function isAsStrong(other: Unit, unit: Unit): boolean {
  if (other.check === null || unit.check === null) return false;
  // In a table the row says which condition holds.
  if (other.reach > unit.reach && !(other.many && other.reach === 1)) return false;
  if (other.check === unit.check || other.check === 'equal') return true;
  if (unit.check === 'truthy') return COMPARES.test(other.check);
  return unit.check === 'throws' && other.check === 'throws this';
}

/** Whatever compares asks more than that there is something. */
const COMPARES = /^([<>]=?|in|matches|throws this)$/;
