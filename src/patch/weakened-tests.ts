/** Finds tests that were deleted, renamed so that no runner collects them, skipped or weakened. */
import type { Change, TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import { countCases } from './count-tests.ts';
import { type ComparingBudget, comparingBudget } from './suite/as-strong.ts';
import { changedPart, type TextSpan } from './suite/changed-part.ts';
import { type Comparison, compareSuites, type Weakening } from './suite/compare-suites.ts';
import { type ParsingBudget, parsingBudget } from './suite/parse-bounded.ts';
import { readForms } from './suite/read-forms.ts';
import { readSuite } from './suite/read-suite.ts';
import { replacedImports } from './suite/replaced-imports.ts';
import { buildsOtherwise } from './suite/rust-builds.ts';
import { type TestCase, type TestSuite, type TestUnit, textOf } from './suite/suite.ts';
import { languageOf } from './suite/syntax.ts';
import { isCode, isCollected, isNoLongerCollected, isTestFile } from './test-files.ts';
import { isVendored } from './vendored.ts';

type ComparedEntry = { entry: TreeEntry; comparison: Comparison };

/** What the change may cost. */
type InspectionBudget = { parsing: ParsingBudget; comparing: ComparingBudget };
const createBudget = (): InspectionBudget => ({
  parsing: parsingBudget(),
  comparing: comparingBudget(),
});

/** Compares the whole change at once, because a test may move from one file to another. @foreign */
export function inspectTests({ entries }: Change, budget = createBudget()): Finding[] {
  const found: Finding[] = [];
  const compared: ComparedEntry[] = [];
  for (const entry of entries) {
    const result = compareEntry(entry, budget);
    if (Array.isArray(result)) found.push(...result);
    else if (result) compared.push({ entry, comparison: result });
  }
  const additions = collectAdditions(compared);
  return [...found, ...compared.flatMap(each => judgeEntry(each, additions))];
}

/** Findings that are certain from this file alone, else the comparison; `null` where it has no tests. */
function compareEntry(entry: TreeEntry, budget: InspectionBudget): Finding[] | Comparison | null {
  const { path, from, status, text, blob, binary } = entry;
  const name = from ?? path;
  if (isVendored(name)) return null;
  if (from !== null && isNoLongerCollected(from, path))
    return [
      finding('test-deleted', path, `It was a test file (${from}) and is none by its new name.`),
    ];
  const read = hasComparableTests(entry);
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
  const suites = readSuites(entry, budget.parsing);
  if (suites === 'unread')
    return [status === 'deleted' ? deleted(path) : finding('test-weakened', path, UNREAD)];
  const { before, after } = suites;
  if (status === 'deleted' && !isParsed(before)) return [deleted(path)];
  // What a framework without known forms tests is not seen.
  const isKnown =
    languageOf(path) !== null || before.cases.length > 0 || before.units.some(isAssertion);
  if (status === 'deleted' && !isKnown && isCollected(path) !== false) return [deleted(path)];
  const [unread] = after.unparsedLines.filter((_, at) => at >= before.unparsedLines.length);
  if (unread !== undefined && blob.before !== null)
    return [
      finding(
        'test-weakened',
        path,
        `Line ${unread} can not be parsed, so what it tests can not be compared.`,
      ),
    ];
  const language = languageOf(path);
  const replaced = language ? replacedImports(text.before ?? '', text.after ?? '', language) : [];
  const now = withStandIns(after, text.before);
  return compareSuites(
    withStandIns(before, text.before),
    { ...now, marks: [...now.marks, ...replaced] },
    budget.comparing,
  );
}

const isAssertion = ({ check }: TestUnit): boolean => check !== null;

type Suites = { before: TestSuite; after: TestSuite };

/** `unread` where parsing was given up. */
function readSuites({ path, from, text }: TreeEntry, budget: ParsingBudget): Suites | 'unread' {
  const was = text.before ?? '';
  const is = text.after ?? '';
  // A file that does not exist has no tests.
  const read = (name: string, whole: string, span: TextSpan) =>
    whole === '' ? EMPTY_SUITE : readSuite({ path: name, whole, span, budget });
  // Where Gatehouse has no parser, the forms of frameworks tell.
  if (!languageOf(from ?? path) || !languageOf(path))
    return { before: readForms(from ?? path, was), after: readForms(path, is) };
  const readBoth = (part: { before: TextSpan; after: TextSpan }) => {
    const before = read(from ?? path, was, part.before);
    const after = read(path, is, part.after);
    return before === 'unread' || after === 'unread' ? 'unread' : { before, after };
  };
  const part = changedPart(was, is);
  const suites = readBoth(part);
  const isRead = suites !== 'unread' && isParsed(suites.before) && isParsed(suites.after);
  if (isRead || (isWhole(part.before, was) && isWhole(part.after, is))) return suites;
  // A part that can't be parsed may have been cut out wrongly, so the whole files are read.
  return readBoth({ before: { from: 0, to: was.length }, after: { from: 0, to: is.length } });
}

const isParsed = ({ unparsedLines }: TestSuite): boolean => unparsedLines.length === 0;

const isWhole = ({ from, to }: TextSpan, text: string): boolean => from === 0 && to === text.length;

const UNREAD =
  'It is nested too deep, has too many errors or takes too long to be read, so what it tests is not known.';

const EMPTY_SUITE: TestSuite = {
  cases: [],
  iterated: [],
  units: [],
  marks: [],
  standIns: [],
  unparsedLines: [],
};

/** The suite with what stands in for names that the tests used before the change. */
const withStandIns = (suite: TestSuite, before: string | null): TestSuite => ({
  ...suite,
  marks: [...suite.marks, ...suite.standIns.filter(({ name }) => isCalled(before ?? '', name))],
});

const isCalled = (text: string, name: string): boolean =>
  new RegExp(`(?<![\\w$.])${name}\\s{0,9}[.(]`).test(text);

const deleted = (path: string): Finding => finding('test-deleted', path, 'A test file is deleted.');

/** Whether it is a test file in code, or a Rust file with tests beside the code. */
function hasComparableTests({ path, from, text }: TreeEntry): boolean {
  const name = from ?? path;
  if (isTestFile(name) || isTestFile(path)) return isCode(name);
  const isRust = languageOf(name) === 'rust';
  return (
    isRust &&
    (buildsOtherwise(text.after ?? '') ||
      /#\[\s*(cfg\s*\(\s*(all\s*\(\s*)?test\b|(\w+::)*test\b)/.test(`${text.before}${text.after}`))
  );
}

type Additions = { units: Map<string, number>; cases: Map<string, number> };

function collectAdditions(compared: ComparedEntry[]): Additions {
  const units = new Map<string, number>();
  const cases = new Map<string, number>();
  for (const { entry, comparison } of compared) {
    for (const unit of comparison.added) units.set(keyOf(unit), (units.get(keyOf(unit)) ?? 0) + 1);
    // A case in a file that no runner takes replaces none.
    if (isCollected(entry.path) === false) continue;
    for (const { name } of comparison.addedCases) cases.set(name, (cases.get(name) ?? 0) + 1);
  }
  return { units, cases };
}

const keyOf = (unit: TestUnit): string => `${unit.reach} ${unit.check} ${textOf(unit)}`;

function takeOne(from: Map<string, number>, key: string): boolean {
  const left = from.get(key) ?? 0;
  if (left > 0) from.set(key, left - 1);
  return left > 0;
}

function judgeEntry({ entry, comparison }: ComparedEntry, additions: Additions): Finding[] {
  const { path, status } = entry;
  const { weakened, removed, addedCases } = comparison;
  const missing = removed.filter(({ unit }) => !takeOne(additions.units, keyOf(unit)));
  const goneCases = comparison.removedCases.filter(({ name }) => !takeOne(additions.cases, name));
  if (status === 'deleted') {
    // What helpers and data are deleted, some test must have stopped using.
    const isTest = comparison.removedCases.length > 0;
    const tested = missing.some(({ unit }) => isTest || unit.check !== null);
    return tested || goneCases.length > 0 ? [deleted(path)] : [];
  }
  const [first] = goneCases;
  const emptied =
    first && addedCases.length === 0 && countCases(path, entry.text.after ?? '') === 0
      ? [{ line: 0, what: `no test is left here, so nothing runs ${first.name.slice(0, 60)}` }]
      : [];
  const problems = [
    ...emptied,
    ...weakened,
    ...missing.map(({ weakening }) => weakening),
    ...removedCases(goneCases, addedCases),
  ];
  return problems
    .slice(0, MAX_PROBLEMS)
    .map(problem => finding('test-weakened', path, toSentence(problem)));
}

/** The most findings for one file. */
const MAX_PROBLEMS = 5;

/** Removed cases without assertions, which only had to run, as far as no new cases replace them. */
function removedCases(gone: TestCase[], added: TestCase[]): Weakening[] {
  const withoutAssertions = gone.filter(({ assertions }) => assertions === 0);
  const fewer = gone.length - added.length;
  return withoutAssertions
    .slice(0, Math.max(0, fewer))
    .map(({ name }) => ({ line: 0, what: `the test case ${name.slice(0, 60)} is gone` }));
}

const toSentence = ({ line, what }: Weakening): string =>
  `${line > 0 ? `Line ${line}: ` : ''}${what.charAt(0).toUpperCase()}${what.slice(1)}.`;
