/** Reads a test file: which cases and assertions it has, and which values they use. */
import { isTestFile } from '../test-files.ts';
import { TEST_CASE } from '../test-forms.ts';
import type { TextSpan } from './changed-part.ts';
import type { NodeText, TestDialect } from './dialect.ts';
import { go } from './go.ts';
import { hiddenTests } from './hidden-tests.ts';
import { iteratedBy } from './iterated.ts';
import { javascript } from './javascript.ts';
import { lineCounter } from './line-counter.ts';
import type { ParsingBudget } from './parse-bounded.ts';
import { python } from './python.ts';
import { lessSure, reachesIn } from './reach.ts';
import { rust } from './rust.ts';
import { moduleFiles, otherBuilds } from './rust-builds.ts';
import { ENDS, overrideOf, standInsOf } from './stand-ins.ts';
import {
  namedValueToken,
  type Reach,
  type SkipMark,
  type TestCase,
  type TestSuite,
  type TestUnit,
  valueToken,
} from './suite.ts';
import { type Language, languageOf, parse, type SyntaxNode } from './syntax.ts';
import { isUnrun } from './unrun.ts';
import { isVacuous } from './vacuous.ts';

const DIALECTS: Record<Language, TestDialect> = { javascript, python, go, rust };

type Scope = {
  unit: TestUnit | null;
  reach: Reach;
  many: boolean;
  /** The name of the function around it, which some case must call. */
  helper: string | null;
  /** The names of all functions around it. */
  functions: readonly string[];
  /** The cases around it, the outermost first. */
  cases: TestCase[];
};

/** A text of the change or a part of it. `budget` is what the texts of the change may still cost. */
type TestSource = { path: string; whole: string; span: TextSpan; budget: ParsingBudget };

/** `unread` where parsing was given up. */
export function readSuite({ path, whole, span, budget }: TestSource): TestSuite | 'unread' {
  const known = languageOf(path);
  if (known === null) throw new Error(`There is no parser for ${path}`);
  const language: Language = known;
  const { from, to } = span;
  const text = whole.slice(from, to);
  const parsed = parse({ path, language, text, budget });
  if (parsed === null) return 'unread';
  const { root, errors } = parsed;
  const dialect = DIALECTS[language];
  const source: NodeText = { of: node => (node ? text.slice(node.from, node.to) : ''), text };
  const lines = lineCounter(whole);
  const lineAt = (offset: number) => lines(from + offset);
  const reachAfter = reachesIn(dialect, source);
  const suite: TestSuite = {
    cases: language === 'rust' && !isTestFile(path) ? moduleFiles(whole) : [],
    iterated: [],
    units: [],
    marks: marksOf(language, whole),
    standIns: [],
    unparsedLines: errors.map(lineAt),
  };
  const standInsAt = (node: SyntaxNode) => standInsOf(language, node, source);
  const hasCases = TEST_CASE.test(whole);
  const overrideAt = (node: SyntaxNode) => {
    const what = overrideOf(language, node, source);
    return what === ENDS && !hasCases ? null : what;
  };
  const isUnrunAt = (node: SyntaxNode) => isUnrun(language, node, source);
  const quiet = new Set<SyntaxNode>();
  /** Parts of cases: the function that is a case is called by the runner. */
  const ofCases = new Set<SyntaxNode>();
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
    for (const name of scope.functions) helpers.push({ unit, name });
  };

  function visit(node: SyntaxNode, scope: Scope): void {
    if (quiet.has(node)) return;
    for (const each of standInsAt(node))
      suite.standIns.push({ ...each, line: lineAt(node.from), what: 'is what tests use now' });
    if (dialect.ignored.has(node.name)) return;
    const what = dialect.skipMarkOf(node, source) ?? overrideAt(node);
    if (what) suite.marks.push({ line: lineAt(node.from), text: oneLine(source.of(node)), what });
    for (const message of dialect.messagesOf(node, source)) quiet.add(message);
    // Everything inside an assertion is part of the assertion.
    if (scope.unit?.check == null) {
      const asserted = dialect.assertionOf(node, source);
      if (asserted) {
        const unit = open(node, scope, asserted.check);
        for (const each of asserted.ignored) quiet.add(each);
        for (const part of asserted.parts) visit(part, { ...scope, unit });
        unit.implied = asserted.implied;
        unit.vacuous = (asserted.vacuous ?? false) || isVacuous(unit);
        close(unit, scope);
        const reach = asserted.expectsFailure ? lessSure(scope.reach, 1) : scope.reach;
        for (const inner of asserted.nested ?? []) visit(inner, { ...scope, reach });
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
    const over = iteratedBy(language, node, source);
    if (over !== null) suite.iterated.push({ line: lineAt(node.from), text: over });
    const found = dialect.caseOf(node, source);
    if (found) {
      const opened = { name: found.name, line: lineAt(node.from), assertions: 0 };
      suite.cases.push(opened);
      for (const each of found.ignored) quiet.add(each);
      for (const each of node.children) ofCases.add(each);
      inner = {
        ...inner,
        cases: [...inner.cases, opened],
        // A case within a function is there once that is called; one within a case with that.
        helper: inner.cases.length === 0 ? inner.helper : null,
        many: inner.many || (found.table ?? false),
      };
    }
    if (inner.unit?.check == null) {
      const name = found || ofCases.has(node) ? null : dialect.nameOf(node, source);
      if (name !== null)
        inner = {
          ...inner,
          helper: inner.cases.length > 0 ? null : name,
          functions: [...inner.functions, name],
        };
      if (dialect.isLoop(node, source)) inner = { ...inner, many: true };
      if (dialect.isGuard(node, source)) inner = { ...inner, reach: lessSure(inner.reach, 1) };
      if (isUnrunAt(node)) inner = { ...inner, reach: 2 };
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
    if (dialect.literals.has(node.name) || isConstant(node, text)) literal(unit, node, text);
    else if (isNamedValue(unit, text)) {
      unit.tokens.push(namedValueToken(text));
      unit.literals.push(text);
    } else unit.tokens.push(isKey(node, unit) ? namedValueToken(text) : text);
  }

  function literal(unit: TestUnit, node: SyntaxNode, text: string): void {
    let plain = node.children.length > 0 ? withoutInterpolations(node, text) : unquoted(text);
    // `"%s"`, `"{}"` and `f"{a}"` say the same.
    if (language === 'python')
      plain = plain.replace(/%[sdr]\b|\{\w{0,50}\}/g, '{}').replace(/^f(["'])([\s\S]*)\1$/, '$2');
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
    visit(part, { unit: null, reach: 0, many: false, helper: null, functions: [], cases: [] });
  for (const match of text.matchAll(dialect.buildConstraint ?? /$^/g))
    suite.marks.push({
      line: lineAt(match.index),
      text: match[0],
      what: 'keeps the file from being built',
    });
  // A helper that nothing calls never runs. A file without cases is a file of helpers for others.
  if (helpers.length > 0 && hasCases) {
    const times = mentions(whole);
    for (const { unit, name } of helpers) if ((times.get(name) ?? 0) < 2) unit.reach = 2;
  }
  return suite;
}

function marksOf(language: Language, whole: string): SkipMark[] {
  if (language === 'python') return hiddenTests(whole);
  return language === 'rust' ? otherBuilds(whole) : [];
}

/** How often each name occurs; one that occurs once is only declared. */
function mentions(text: string): Map<string, number> {
  const times = new Map<string, number>();
  for (const [name] of text.matchAll(/[\p{L}\p{N}_$]+/gu))
    times.set(name, (times.get(name) ?? 0) + 1);
  return times;
}

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

/** A method of Go may be called so too. */
const isConstant = ({ name }: SyntaxNode, text: string): boolean =>
  name !== 'FieldName' && CONSTANT.test(text);

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

const QUOTES = ['"""', "'''", '"', "'", '`'];

/** What stands between quotes, with each quote in it as it is meant. There is one for every word of a suite. */
function unquoted(text: string): string {
  const from = text.startsWith('u') ? 1 : 0;
  if (!QUOTES.includes(text.charAt(from))) return text;
  const isAround = (quote: string) =>
    text.length >= from + 2 * quote.length && text.startsWith(quote, from) && text.endsWith(quote);
  const around = QUOTES.find(isAround)?.length ?? 0;
  const inside = around > 0 ? text.slice(from + around, -around) : text;
  return inside.includes('\\') ? inside.replace(/\\(["'`])/g, '$1') : inside;
}
