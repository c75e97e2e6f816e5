/** Reads a test file: which cases and assertions it has, and which values they use. */
import { TEST_CASE } from '../count-tests.ts';
import { isTestFile } from '../test-files.ts';
import type { TextSpan } from './changed-part.ts';
import type { NodeText, TestDialect } from './dialect.ts';
import { go } from './go.ts';
import { javascript } from './javascript.ts';
import { lineCounter } from './line-counter.ts';
import type { ParsingBudget } from './parse-bounded.ts';
import { python } from './python.ts';
import { lessSure, reachesIn } from './reach.ts';
import { rust } from './rust.ts';
import {
  namedValueToken,
  type Reach,
  type TestCase,
  type TestSuite,
  type TestUnit,
  valueToken,
} from './suite.ts';
import { type Language, languageOf, parse, type SyntaxNode } from './syntax.ts';

const DIALECTS: Record<Language, TestDialect> = { javascript, python, go, rust };

type Scope = {
  unit: TestUnit | null;
  reach: Reach;
  many: boolean;
  /** The name of the function around it, which some case must call. */
  helper: string | null;
  /** The cases around it, the outermost first. */
  cases: TestCase[];
};

/** A text of the change or a part of it. `budget` is what the texts of the change may still cost. */
type TestSource = { path: string; whole: string; span: TextSpan; budget: ParsingBudget };

/** `null` where there is no parser for the language, `unread` where parsing was given up. */
export function readSuite({ path, whole, span, budget }: TestSource): TestSuite | 'unread' | null {
  const language = languageOf(path);
  if (language === null) return null;
  const { from, to } = span;
  const text = whole.slice(from, to);
  const parsed = parse({ path, language, text, budget });
  if (parsed === null) return 'unread';
  const { root, errors } = parsed;
  const dialect = DIALECTS[language];
  const source: NodeText = { of: node => (node ? text.slice(node.from, node.to) : '') };
  const lines = lineCounter(whole);
  const lineAt = (offset: number) => lines(from + offset);
  const reachAfter = reachesIn(dialect, source);
  const suite: TestSuite = { cases: [], units: [], marks: [], unparsedLines: errors.map(lineAt) };
  const quiet = new Set<SyntaxNode>();
  const helpers: { unit: TestUnit; name: string }[] = [];

  const open = (node: SyntaxNode, scope: Scope, check: string | null): TestUnit => ({
    line: lineAt(node.from),
    check,
    vacuous: false,
    tokens: [],
    literals: [],
    // Outside of cases and helpers it runs only when the file is loaded.
    reach:
      check !== null && scope.cases.length === 0 && scope.helper === null
        ? lessSure(scope.reach, 1)
        : scope.reach,
    repeated: scope.many || scope.helper !== null,
  });

  const close = (unit: TestUnit, scope: Scope) => {
    if (unit.check === null && unit.literals.length === 0) return;
    suite.units.push(unit);
    if (unit.check !== null && !unit.vacuous) for (const each of scope.cases) each.assertions += 1;
    if (scope.helper !== null) helpers.push({ unit, name: scope.helper });
  };

  function visit(node: SyntaxNode, scope: Scope): void {
    if (quiet.has(node) || dialect.ignored.has(node.name)) return;
    const what = dialect.skipMarkOf(node, source);
    if (what) suite.marks.push({ line: lineAt(node.from), text: oneLine(source.of(node)), what });
    for (const message of dialect.messagesOf(node, source)) quiet.add(message);
    // Everything inside an assertion is part of the assertion.
    if (scope.unit?.check == null) {
      const asserted = dialect.assertionOf(node, source);
      if (asserted) {
        const unit = open(node, scope, asserted.check);
        for (const each of asserted.ignored) quiet.add(each);
        for (const part of asserted.parts) visit(part, { ...scope, unit });
        unit.vacuous = (asserted.vacuous ?? false) || isVacuous(unit);
        close(unit, scope);
        for (const inner of asserted.nested ?? []) visit(inner, scope);
        return;
      }
    }
    if (node.children.length === 0 || dialect.literals.has(node.name)) {
      token(node, scope);
      if (node.children.length === 0) return;
    }
    enter(node, scope);
  }

  function enter(node: SyntaxNode, scope: Scope): void {
    let inner = scope;
    const found = dialect.caseOf(node, source);
    if (found) {
      const opened = { name: found.name, line: lineAt(node.from), assertions: 0 };
      suite.cases.push(opened);
      for (const each of found.ignored) quiet.add(each);
      inner = {
        ...inner,
        cases: [...inner.cases, opened],
        // A case within a function is there once that is called; one within a case with that.
        helper: inner.cases.length === 0 ? inner.helper : null,
        many: inner.many || (found.table ?? false),
      };
    }
    if (inner.unit?.check == null) {
      const name = inner.cases.length > 0 ? null : dialect.nameOf(node, source);
      if (name !== null) inner = { ...inner, helper: name };
      if (dialect.isLoop(node, source)) inner = { ...inner, many: true };
      if (dialect.isGuard(node, source)) inner = { ...inner, reach: lessSure(inner.reach, 1) };
    }
    if (inner.unit?.check == null && dialect.units.has(node.name)) {
      const unit = open(node, inner, null);
      visitAll(node, { ...inner, unit });
      close(unit, inner);
    } else visitAll(node, inner);
  }

  function visitAll(node: SyntaxNode, scope: Scope): void {
    let { reach } = scope;
    const isBlock = dialect.blocks.has(node.name);
    for (const each of node.children) {
      visit(each, reach === scope.reach ? scope : { ...scope, reach });
      if (isBlock) reach = lessSure(reach, reachAfter(each));
    }
  }

  function token(node: SyntaxNode, { unit }: Scope): void {
    const text = source.of(node);
    if (unit === null || text === ';') return;
    // A trailing comma before the end of a list makes no difference.
    if (/^[)\]}]$/.test(text) && unit.tokens.at(-1) === ',') unit.tokens.pop();
    if (dialect.literals.has(node.name) || CONSTANT.test(text)) literal(unit, node, text);
    else if (isNamedValue(unit, text)) {
      unit.tokens.push(namedValueToken(text));
      unit.literals.push(text);
    } else unit.tokens.push(isKey(node, unit) ? namedValueToken(text) : text);
  }

  function literal(unit: TestUnit, node: SyntaxNode, text: string): void {
    let plain = node.children.length > 0 ? withoutInterpolations(node, text) : unquoted(text);
    if (/^\d/.test(plain)) {
      plain = plain.replaceAll('_', '');
      // A minus is a number's sign where it follows no operand.
      const { tokens } = unit;
      if (tokens.at(-1) === '-' && !/[\p{L}\p{N}_)\]]$/u.test(tokens.at(-2) ?? '(')) {
        tokens.pop();
        plain = `-${plain}`;
      }
    }
    unit.tokens.push(valueToken(plain));
    unit.literals.push(plain);
  }

  for (const part of testNodes(language, path, root, source))
    visit(part, { unit: null, reach: 0, many: false, helper: null, cases: [] });
  for (const match of text.matchAll(dialect.buildConstraint ?? /$^/g))
    suite.marks.push({
      line: lineAt(match.index),
      text: match[0],
      what: 'keeps the file from being built',
    });
  // A helper that nothing calls never runs. A file without cases is a file of helpers for others.
  if (helpers.length > 0 && TEST_CASE.test(whole))
    for (const { unit, name } of helpers) if (!isMentioned(whole, name)) unit.reach = 2;
  return suite;
}

/** Whether a name occurs more than once, that is, other than where it is declared. */
const isMentioned = (text: string, name: string): boolean =>
  name !== '' &&
  (text.match(new RegExp(`(?<![\\w$])${RegExp.escape(name)}(?![\\w$])`, 'g'))?.length ?? 0) > 1;

/** The nodes with tests; in Rust tests are beside the code, which is left out. */
function testNodes(
  language: Language,
  path: string,
  root: SyntaxNode,
  source: NodeText,
): SyntaxNode[] {
  if (language !== 'rust' || isTestFile(path)) return [root];
  const test = /^#\[\s*(cfg\s*\((all\(\s*)?test\b|(\w+::)*test\b|rstest|test_case)/;
  return root.children.filter(node => node.name === 'AttributeItem' && test.test(source.of(node)));
}

const CONSTANT = /^(true|false|True|False|null|None|undefined|NaN)$/;

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 200);

/** Whether the node is a key of an expected object. */
const isKey = (node: SyntaxNode, { check }: TestUnit): boolean =>
  check !== null && node.name === 'PropertyDefinition';

/** Whether a name such as `Status.Open` is a value. Rust's grammar omits `::` inside macros. */
function isNamedValue({ check, tokens }: TestUnit, text: string): boolean {
  if (check === null || !/^[A-Z]/.test(text)) return false;
  const joined = /^(\.|::)$/.test(tokens.at(-1) ?? '');
  const before = tokens.at(joined ? -2 : -1)?.replace(/^¤/, '') ?? '';
  return /^[A-Z]/.test(before);
}

/** The text of a string with `{}` for each interpolated part. */
function withoutInterpolations(node: SyntaxNode, text: string): string {
  let result = '';
  let from = node.from;
  for (const part of node.children) {
    result += `${text.slice(from - node.from, part.from - node.from)}{}`;
    from = part.to;
  }
  return result + text.slice(from - node.from);
}

const unquoted = (text: string): string =>
  /^["'`]/.test(text)
    ? text.replace(/^("""|'''|["'`])([\s\S]*)\1$/, '$2').replace(/\\(["'`])/g, '$1')
    : text;

/** Whether an assertion has only values, the same on both sides, or an alternative that is true. */
function isVacuous({ tokens, check }: TestUnit): boolean {
  if (check === 'fail' || check === null) return false;
  const text = tokens.join(' ');
  if (/(\|\||\bor) §(true|True|1)\b|§(true|True|1) (\|\||or)\b/.test(text)) return true;
  if (/(&&|\band) §(false|False|0)\b/.test(text)) return true;
  const inner = tokens.filter(token => !ASSERTION_WORDS.has(token));
  const names = inner.filter(token => /^[\p{L}_$]/u.test(token));
  if (names.length === 0 && check !== 'throws' && check !== 'snapshot') return true;
  return isSameTwice(tokens);
}

/** Tokens that are part of the assertion itself, not of what it checks. */
const ASSERTION_WORDS = new Set(
  'expect assert assert_eq assert_ne require self t toBe toEqual toStrictEqual toBeTruthy toBeDefined not to be true ok equal strictEqual deepEqual assertEqual assertTrue assertIs is eq Equal True debug_assert if'.split(
    ' ',
  ),
);

function isSameTwice(tokens: string[]): boolean {
  const [first = '', second] = tokens;
  if (first === 'expect' && second === '(' && tokens.at(-1) === ')')
    return isTwice(tokens.slice(2, -1), /^\) \. to(?:Be|Equal|StrictEqual) \($/, 4);
  if (first === 'if') return isTwice(tokens.slice(1), /^!=$/, 1);
  const open = tokens.indexOf('(');
  const call = tokens.slice(0, open).join(' ');
  if (open > 0 && tokens.at(-1) === ')' && CALLS.test(call)) {
    const given = tokens.slice(open + 1, -1);
    if (isTwice(given) || (given[0] === 't' && isTwice(given.slice(1)))) return true;
  }
  return first === 'assert' && isTwice(tokens.slice(1), /^(?:==|is)$/, 1);
}

/** Functions of assertions that compare what they are given. */
const CALLS = /^(?:self \. )?assert(?:_eq !|\w*)$|^(?:assert|require) \. \w+$/;

/** The same tokens before and after some in the middle; in the middle of two there is one place to look. */
function isTwice(tokens: string[], between: RegExp = /^$/, count = 0): boolean {
  const half = (tokens.length - count) / 2;
  if (half < 1 || !Number.isInteger(half)) return false;
  if (!between.test(tokens.slice(half, half + count).join(' '))) return false;
  return tokens.slice(0, half).every((token, at) => token === tokens[half + count + at]);
}
