/** Tests deleted, moved out of the runner's sight, emptied, skipped or weakened. */
import type { Change, TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import { fewerTests } from './count-tests.ts';
import { changedPart, type Span } from './suite/changed-part.ts';
import { type Comparison, compare, type Weakening } from './suite/compare.ts';
import { readSuite } from './suite/read.ts';
import { type Case, type Suite, textOf, type Unit } from './suite/suite.ts';
import { languageOf } from './suite/syntax.ts';
import { isCode, isTestFile, leavesThePattern } from './test-files.ts';

type Compared = { entry: TreeEntry; comparison: Comparison };

/** Of a whole change: what leaves one test file may be found again in another. */
export function inspectTests({ entries }: Change): Finding[] {
  const found: Finding[] = [];
  const compared: Compared[] = [];
  for (const entry of entries) {
    const judged = look(entry);
    if (Array.isArray(judged)) found.push(...judged);
    else if (judged) compared.push({ entry, comparison: judged });
  }
  const elsewhere = arrivals(compared);
  return [...found, ...compared.flatMap(each => verdict(each, elsewhere))];
}

/** Findings where they are certain, else what was compared; `null` for what is no test. */
function look(entry: TreeEntry): Finding[] | Comparison | null {
  const { path, from, status, text, blob, binary } = entry;
  const name = from ?? path;
  if (from !== null && leavesThePattern(from, path))
    return [
      finding('test-deleted', path, `It was a test file (${from}) and is none by its new name.`),
    ];
  const read = isReadAsTests(entry);
  if (!read) return isTestFile(name) && status === 'deleted' ? [deleted(path)] : null;
  const tooLarge = (side: 'before' | 'after') => blob[side] !== null && text[side] === null;
  if (status !== 'deleted' && (tooLarge('before') || (binary && blob.before !== blob.after)))
    return [
      finding(
        'test-weakened',
        path,
        'What it tested before is too large or unreadable, so it can not be compared.',
      ),
    ];
  if (status === 'deleted' && tooLarge('before')) return [deleted(path)];
  const suites = readBoth(entry);
  if (suites === null) {
    const what = status === 'deleted' ? null : fewerTests(entry);
    if (status === 'deleted') return [deleted(path)];
    return what === null ? [] : [finding('test-weakened', path, what)];
  }
  const { before, after } = suites;
  const [unread] = after.unread.filter((_, at) => at >= before.unread.length);
  if (unread !== undefined && blob.before !== null)
    return [
      finding(
        'test-weakened',
        path,
        `Line ${unread} can not be parsed, so what it tests can not be compared.`,
      ),
    ];
  return compare(before, after);
}

/** What was tested before and after; `null` where no parser knows the language. */
function readBoth({ path, from, text }: TreeEntry): { before: Suite; after: Suite } | null {
  const was = text.before ?? '';
  const is = text.after ?? '';
  // A text that is none has nothing in it.
  const read = (name: string, whole: string, span?: Span) =>
    whole === '' ? EMPTY : readSuite(name, whole, span);
  const part = changedPart(was, is);
  const before = read(from ?? path, was, part.before);
  const after = read(path, is, part.after);
  // A piece that does not parse may have been cut out wrongly.
  const whole = before && after && before.unread.length + after.unread.length > 0;
  const both = whole
    ? { before: read(from ?? path, was), after: read(path, is) }
    : { before, after };
  return both.before && both.after && languageOf(path)
    ? { before: both.before, after: both.after }
    : null;
}

const EMPTY: Suite = { cases: [], units: [], marks: [], unread: [] };

const deleted = (path: string): Finding => finding('test-deleted', path, 'A test file is deleted.');

/** Test files, and Rust's tests beside the code. */
function isReadAsTests({ path, from, text }: TreeEntry): boolean {
  const name = from ?? path;
  if (isTestFile(name) || isTestFile(path)) return isCode(name);
  const isRust = languageOf(name) === 'rust';
  return (
    isRust &&
    /#\[\s*(cfg\s*\(\s*(all\s*\(\s*)?test\b|(\w+::)*test\b)/.test(`${text.before}${text.after}`)
  );
}

type Arrivals = { units: Map<string, number>; cases: Map<string, number> };

function arrivals(compared: Compared[]): Arrivals {
  const units = new Map<string, number>();
  const cases = new Map<string, number>();
  for (const { comparison } of compared) {
    for (const unit of comparison.fresh) units.set(keyOf(unit), (units.get(keyOf(unit)) ?? 0) + 1);
    for (const { name } of comparison.freshCases) cases.set(name, (cases.get(name) ?? 0) + 1);
  }
  return { units, cases };
}

const keyOf = (unit: Unit): string => `${unit.reach} ${textOf(unit)}`;

function take(from: Map<string, number>, key: string): boolean {
  const left = from.get(key) ?? 0;
  if (left > 0) from.set(key, left - 1);
  return left > 0;
}

function verdict({ entry, comparison }: Compared, elsewhere: Arrivals): Finding[] {
  const { path, status } = entry;
  const { weakened, lost, lostCases, freshCases } = comparison;
  const missing = lost.filter(({ unit }) => !take(elsewhere.units, keyOf(unit)));
  const gone = lostCases.filter(({ name }) => !take(elsewhere.cases, name));
  if (status === 'deleted')
    return missing.length > 0 || gone.length > 0 || comparison.lost.length === 0
      ? [deleted(path)]
      : [];
  const problems = [...weakened, ...missing.map(({ why }) => why), ...fewerCases(gone, freshCases)];
  return problems.slice(0, SHOWN).map(problem => finding('test-weakened', path, say(problem)));
}

/** More of one file say nothing new. */
const SHOWN = 5;

/** Cases that are gone while nothing they asserted is missed: those that only had to run through. */
function fewerCases(gone: Case[], fresh: Case[]): Weakening[] {
  const silent = gone.filter(({ asserts }) => asserts === 0);
  const fewer = gone.length - fresh.length;
  return silent
    .slice(0, Math.max(0, fewer))
    .map(({ name }) => ({ line: 0, what: `the test case ${name.slice(0, 60)} is gone` }));
}

const say = ({ line, what }: Weakening): string =>
  `${line > 0 ? `Line ${line}: ` : ''}${what.charAt(0).toUpperCase()}${what.slice(1)}.`;
