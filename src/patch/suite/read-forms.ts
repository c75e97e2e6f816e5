/**
 * Reads a test file in a language for which Gatehouse has no parser, by the forms of its frameworks:
 * statements that assert, with their values, cases and skips.
 */
import {
  ASSERTIONS,
  CASE_NAME,
  CASES,
  COMPARES,
  FALSY,
  LOOSE,
  NO_VALUES,
  OPPOSITE,
  ROWS,
  SKIPS,
  TRUTHY,
  VACUOUS,
} from '../test-forms.ts';
import { type TestSuite, type TestUnit, valueToken } from './suite.ts';
import { withoutComments } from './without-comments.ts';

/** A statement goes on at most for so many lines. */
const MOST_LINES = 40;
/** What a line without an assertion has to have to say a value. */
const VALUED = /["'\d:]|\b(?:true|false|nil|null|None)\b/;

/** @foreign */
export function readForms(path: string, whole: string): TestSuite {
  const lines = withoutComments(path, whole).split('\n');
  const suite: TestSuite = {
    cases: [],
    iterated: [],
    units: [],
    marks: [],
    standIns: [],
    unparsedLines: [],
  };
  lines.forEach((line, at) => {
    if (!/\S/.test(line)) return;
    const name = `${line.trim()} ${lines[at + 1]?.trim() ?? ''}`.slice(0, 200);
    for (const _ of line.matchAll(CASES)) suite.cases.push({ name, line: at + 1, assertions: 0 });
    const [skip] = line.match(SKIPS) ?? [];
    if (skip !== undefined)
      suite.marks.push({
        line: at + 1,
        text: skip.trim(),
        what: 'skips tests, runs only some or hides their failure',
      });
  });
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const isAsserting = /\S/.test(line) && asserts(line);
    const end = isAsserting ? statementEnd(lines, at) : at + 1;
    if (isAsserting || VALUED.test(line))
      suite.units.push(...unitsOf(lines.slice(at, end).join('\n'), at + 1));
    at = end;
  }
  return suite;
}

const asserts = (line: string): boolean => line.search(ASSERTIONS) >= 0 || line.search(ROWS) >= 0;

/** The line behind a statement: it goes on while a bracket is open, or the next line is called on it. */
function statementEnd(lines: readonly string[], from: number): number {
  let open = 0;
  for (let at = from; at < Math.min(lines.length, from + MOST_LINES); at += 1) {
    const line = lines[at] ?? '';
    open += count(line, /[([]/g) - count(line, /[)\]]/g);
    const next = lines[at + 1] ?? '';
    // Another assertion is one by itself, as where a case is around both.
    if (/^\s*(?:\?\.|->|\.)/.test(next)) continue;
    if (open <= 0 || asserts(next)) return at + 1;
  }
  return Math.min(lines.length, from + MOST_LINES);
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** One unit for each assertion of a statement, else one for its values. */
function unitsOf(statement: string, line: number): TestUnit[] {
  const text = statement.replace(CASE_NAME, ' ');
  const asserted = text.match(ASSERTIONS) ?? [];
  const tokens = text.match(TOKEN) ?? [];
  const literals = tokens.filter(isValue).map(plain);
  const isAsserting = asserted.length > 0 || statement.search(ROWS) >= 0;
  const unit: TestUnit = {
    line,
    check: isAsserting ? checkOf(text, literals) : null,
    vacuous: VACUOUS.test(text),
    tokens: tokens.map(token => (isValue(token) ? valueToken(plain(token)) : token)),
    literals,
    implied: impliedBy(text),
    reach: 0,
    repeated: false,
  };
  if (!isAsserting) {
    const isOther = NO_VALUES.test(text) || statement.search(SKIPS) >= 0;
    return literals.length > 0 && !isOther ? [unit] : [];
  }
  // What stands in one statement is compared together: its values once, its assertions one by one.
  const more = asserted.slice(1).map(word => ({ ...unit, literals: [], tokens: [word.trim()] }));
  return [unit, ...more];
}

const TOKEN =
  /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(?<=[(,]\s?)\/(?:[^/\\\n]|\\.)+\/|(?<![\w.])-?\d[\w.]*|(?<![\w:]):[a-z_]\w*|(?<=[(,=]\s?)\.[a-z]\w*\b(?!\()|[\p{L}_$][\p{L}\d_$]*|[^\s]/gu;

const isValue = (token: string): boolean =>
  /^(?:["'][\s\S]|\/.|-?\d|[:.][a-z_]|\w*(?:Error|Exception)$|(?:true|false|nil|null|None)$)/.test(
    token,
  );

const plain = (token: string): string =>
  /^["']/.test(token) ? token.slice(1, -1) : token.replace(/(?<=\d)(?:[lLfFdDuUmM]|\.0)$/, '');

function checkOf(text: string, literals: readonly string[]): string {
  if (LOOSE.test(text)) return 'loose';
  const truth = literals.length === 1 && /^(?:true|false)$/.test(literals[0] ?? '');
  if (!truth && (!TRUTHY.test(text) || COMPARES.test(text))) return 'equal';
  const isFalse = FALSY.test(text) || (truth && literals[0] === 'false');
  return isFalse === OPPOSITE.test(text) ? 'truthy' : 'falsy';
}

/** A value that the name of an assertion says. */
function impliedBy(text: string): string | undefined {
  const [said = ''] = /true|false|nil|null|empty/i.exec(text.replace(/"[^"\n]*"/g, '')) ?? [];
  return { true: 'true', false: 'false', nil: 'nil', null: 'null', empty: '0' }[said.toLowerCase()];
}
