/** A test file's syntax → what it checks. */
import { CASE } from '../count-tests.ts';
import { isTestFile } from '../test-files.ts';
import type { Span } from './changed-part.ts';
import type { SourceText, TestDialect } from './dialect.ts';
import { go } from './go.ts';
import { javascript } from './javascript.ts';
import { lineCounter } from './lines.ts';
import { python } from './python.ts';
import { rust } from './rust.ts';
import { type Case, named, type Reach, type Suite, type Unit, value } from './suite.ts';
import { type Language, languageOf, type Node, parse } from './syntax.ts';

const DIALECTS: Record<Language, TestDialect> = { javascript, python, go, rust };

type Scope = {
  unit: Unit | null;
  reach: Reach;
  many: boolean;
  /** The function that holds it and that something must call. */
  helper: string | null;
  /** The cases around it, the outermost first. */
  cases: Case[];
};

/** `null`: no parser is at hand for this language. */
export function readSuite(path: string, whole: string, span?: Span): Suite | null {
  const language = languageOf(path);
  if (language === null) return null;
  const { from, to } = span ?? { from: 0, to: whole.length };
  const text = whole.slice(from, to);
  const { root, errors } = parse(path, language, text);
  const dialect = DIALECTS[language];
  const source: SourceText = { of: node => (node ? text.slice(node.from, node.to) : '') };
  const lines = lineCounter(whole);
  const lineAt = (offset: number) => lines(from + offset);
  const suite: Suite = { cases: [], units: [], marks: [], unread: errors.map(lineAt) };
  const quiet = new Set<Node>();
  const helpers: { unit: Unit; name: string }[] = [];

  const open = (node: Node, scope: Scope, check: string | null): Unit => ({
    line: lineAt(node.from),
    check,
    vacuous: false,
    tokens: [],
    literals: [],
    // Outside of cases and of what they call, it is asked once, by loading the file.
    reach:
      check !== null && scope.cases.length === 0 && scope.helper === null
        ? worse(scope.reach, 1)
        : scope.reach,
    many: scope.many || scope.helper !== null,
  });

  const close = (unit: Unit, scope: Scope) => {
    if (unit.check === null && unit.literals.length === 0) return;
    suite.units.push(unit);
    if (unit.check !== null && !unit.vacuous) for (const each of scope.cases) each.asserts += 1;
    if (scope.helper !== null) helpers.push({ unit, name: scope.helper });
  };

  function visit(node: Node, scope: Scope): void {
    if (quiet.has(node) || dialect.quiet.has(node.name)) return;
    const what = dialect.markOf(node, source);
    if (what) suite.marks.push({ line: lineAt(node.from), text: oneLine(source.of(node)), what });
    for (const message of dialect.messagesOf(node, source)) quiet.add(message);
    // Inside an assertion everything is part of it.
    if (scope.unit?.check == null) {
      const asserted = dialect.assertionOf(node, source);
      if (asserted) {
        const unit = open(node, scope, asserted.check);
        for (const each of asserted.quiet) quiet.add(each);
        for (const part of asserted.parts) visit(part, { ...scope, unit });
        unit.vacuous = (asserted.vacuous ?? false) || isVacuous(unit);
        close(unit, scope);
        for (const inner of asserted.within ?? []) visit(inner, scope);
        return;
      }
    }
    if (node.children.length === 0 || dialect.literals.has(node.name)) {
      token(node, scope);
      if (node.children.length === 0) return;
    }
    enter(node, scope);
  }

  function enter(node: Node, scope: Scope): void {
    let inner = scope;
    const found = dialect.caseOf(node, source);
    if (found) {
      const opened = { name: found.name, line: lineAt(node.from), asserts: 0 };
      suite.cases.push(opened);
      for (const each of found.quiet) quiet.add(each);
      inner = {
        ...inner,
        cases: [...inner.cases, opened],
        helper: null,
        many: inner.many || (found.table ?? false),
      };
    }
    if (inner.unit?.check == null) {
      const name = inner.cases.length > 0 ? null : dialect.nameOf(node, source);
      if (name !== null) inner = { ...inner, helper: name };
      if (dialect.isLoop(node, source)) inner = { ...inner, many: true };
      if (dialect.isGuard(node, source)) inner = { ...inner, reach: worse(inner.reach, 1) };
    }
    if (inner.unit?.check == null && dialect.units.has(node.name)) {
      const unit = open(node, inner, null);
      visitAll(node, { ...inner, unit });
      close(unit, inner);
    } else visitAll(node, inner);
  }

  function visitAll(node: Node, scope: Scope): void {
    let { reach } = scope;
    const isBlock = dialect.blocks.has(node.name);
    for (const each of node.children) {
      visit(each, reach === scope.reach ? scope : { ...scope, reach });
      if (isBlock) reach = worse(reach, leaves(each, dialect, source));
    }
  }

  function token(node: Node, { unit }: Scope): void {
    const text = source.of(node);
    if (unit === null || text === ';') return;
    // What ends a list may have a comma before it or not.
    if (/^[)\]}]$/.test(text) && unit.tokens.at(-1) === ',') unit.tokens.pop();
    if (dialect.literals.has(node.name) || CONSTANT.test(text)) literal(unit, node, text);
    else if (isMember(unit, text)) {
      unit.tokens.push(named(text));
      unit.literals.push(text);
    } else unit.tokens.push(isKey(node, unit) ? named(text) : text);
  }

  function literal(unit: Unit, node: Node, text: string): void {
    let plain = node.children.length > 0 ? withoutParts(node, text) : unquoted(text);
    if (/^\d/.test(plain)) {
      plain = plain.replaceAll('_', '');
      // A sign belongs to its number where nothing stands before it.
      const { tokens } = unit;
      if (tokens.at(-1) === '-' && !/[\p{L}\p{N}_)\]]$/u.test(tokens.at(-2) ?? '(')) {
        tokens.pop();
        plain = `-${plain}`;
      }
    }
    unit.tokens.push(value(plain));
    unit.literals.push(plain);
  }

  for (const part of parts(language, path, root, source))
    visit(part, { unit: null, reach: 0, many: false, helper: null, cases: [] });
  for (const match of text.matchAll(dialect.unbuilt ?? /$^/g))
    suite.marks.push({
      line: lineAt(match.index),
      text: match[0],
      what: 'keeps the file from being built',
    });
  // A function that only stands there runs nothing. Without cases the file is one of helpers.
  if (helpers.length > 0 && CASE.test(whole))
    for (const { unit, name } of helpers) if (!isMentioned(whole, name)) unit.reach = 2;
  return suite;
}

/** Whether a name stands anywhere but where it is declared. */
const isMentioned = (text: string, name: string): boolean =>
  name !== '' &&
  (text.match(new RegExp(`(?<![\\w$])${RegExp.escape(name)}(?![\\w$])`, 'g'))?.length ?? 0) > 1;

/** Rust keeps tests beside the code they test: what is no test is left out there. */
function parts(language: Language, path: string, root: Node, source: SourceText): Node[] {
  if (language !== 'rust' || isTestFile(path)) return [root];
  const test = /^#\[\s*(cfg\s*\((all\(\s*)?test\b|(\w+::)*test\b|rstest|test_case)/;
  return root.children.filter(node => node.name === 'AttributeItem' && test.test(source.of(node)));
}

const CONSTANT = /^(true|false|True|False|null|None|undefined|NaN)$/;

const worse = (a: Reach, b: Reach): Reach => (a > b ? a : b);

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 200);

/** How what follows this statement is reached: it may leave the block, or always does. */
function leaves(node: Node, dialect: TestDialect, source: SourceText): Reach {
  if (dialect.exits.has(node.name)) return 2;
  const only = node.children.length <= 2 ? node.children[0] : undefined;
  if (only && dialect.exits.has(only.name)) return 2;
  return mayLeave(node, dialect, source) ? 1 : 0;
}

function mayLeave(node: Node, dialect: TestDialect, source: SourceText): boolean {
  if (dialect.functions.has(node.name)) return false;
  if (dialect.exits.has(node.name)) return true;
  // What fails before it leaves hides nothing.
  const fails = node.children.some(
    each =>
      dialect.assertionOf(each, source) ||
      each.children.some(it => dialect.assertionOf(it, source)),
  );
  if (fails && dialect.blocks.has(node.name)) return false;
  return node.children.some(each => mayLeave(each, dialect, source));
}

/** The key of an object that is expected. */
const isKey = (node: Node, { check }: Unit): boolean =>
  check !== null && node.name === 'PropertyDefinition';

/** `Status.Open`, which is as good as a value. Rust's grammar leaves `::` out within macros. */
function isMember({ check, tokens }: Unit, text: string): boolean {
  if (check === null || !/^[A-Z]/.test(text)) return false;
  const joined = /^(\.|::)$/.test(tokens.at(-1) ?? '');
  const before = tokens.at(joined ? -2 : -1)?.replace(/^¤/, '') ?? '';
  return /^[A-Z]/.test(before);
}

/** The text of a string with parts to be filled in, without these. */
function withoutParts(node: Node, text: string): string {
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

/** Nothing but values, or the same on both sides, or an alternative that always holds. */
function isVacuous({ tokens, check }: Unit): boolean {
  if (check === 'fail' || check === null) return false;
  const text = tokens.join(' ');
  if (/(\|\||\bor) §(true|True|1)\b|§(true|True|1) (\|\||or)\b/.test(text)) return true;
  if (/(&&|\band) §(false|False|0)\b/.test(text)) return true;
  const inner = tokens.filter(token => !WORDS.has(token));
  const names = inner.filter(token => /^[\p{L}_$]/u.test(token));
  if (names.length === 0 && check !== 'throws' && check !== 'snapshot') return true;
  return isSameTwice(tokens);
}

/** What an assertion is made of in itself. */
const WORDS = new Set(
  'expect assert assert_eq assert_ne require self t toBe toEqual toStrictEqual toBeTruthy toBeDefined not to be true ok equal strictEqual deepEqual assertEqual assertTrue assertIs is eq Equal True debug_assert if'.split(
    ' ',
  ),
);

function isSameTwice(tokens: string[]): boolean {
  const text = tokens.join(' ');
  const same =
    /^expect \( (.+) \) \. to(?:Be|Equal|StrictEqual) \( \1 \)$/.exec(text) ??
    /^assert (.+) (?:==|is) \1$/.exec(text) ??
    /^(?:self \. )?assert(?:_eq !|\w*) \( (?:t )?(.+) \1 \)$/.exec(text) ??
    /^(?:assert|require) \. \w+ \( (?:t )?(.+) \1 \)$/.exec(text) ??
    /^if (.+) != \1$/.exec(text);
  return same !== null;
}
