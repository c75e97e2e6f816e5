/** The dialect for tests in Python: pytest and unittest. */
import { negated } from './checks.ts';
import type { AssertionNode, CaseNode, NodeText, TestDialect } from './dialect.ts';
import { childNamed, listItems, type SyntaxNode } from './syntax.ts';

export const python: TestDialect = {
  ignored: new Set(['ImportStatement', 'TypeDef']),
  units: new Set([
    'AssignStatement',
    'ExpressionStatement',
    'ReturnStatement',
    'TupleExpression',
    'ArrayExpression',
    'Decorator',
  ]),
  blocks: new Set(['Body']),
  isLoop: (node, source) =>
    /^(For|While)Statement$/.test(node.name) ||
    (node.name === 'DecoratedStatement' && TABLE.test(source.of(node))),
  literals: new Set(['String', 'ContinuedString', 'Number', 'Boolean', 'None', 'FormatString']),
  functions: new Set(['FunctionDefinition', 'LambdaExpression', 'ClassDefinition']),
  exits: new Set(['ReturnStatement', 'ContinueStatement']),
  buildConstraint: null,
  isGuard(node, source) {
    if (/^(IfStatement|ConditionalExpression|MatchStatement)$/.test(node.name)) return true;
    const text = source.of(node);
    if (node.name === 'WithStatement') return /^with\s+(?=\S)[^:\n]*\bsuppress\(/.test(text);
    return node.name === 'TryStatement' && handlesSilently(node, source);
  },
  caseOf(node, source): CaseNode | null {
    if (node.name !== 'FunctionDefinition') return null;
    const name = source.of(childNamed(node, 'VariableName'));
    return /^test/.test(name) ? { name, ignored: docstring(node) } : null;
  },
  assertionOf,
  skipMarkOf: markOf,
  nameOf(node, source) {
    const name = source.of(childNamed(node, 'VariableName'));
    if (node.name === 'ClassDefinition') return isCollected(node, name, source) ? null : name;
    if (node.name !== 'FunctionDefinition') return null;
    return /^(setUp|tearDown|setup|teardown)|^pytest_/.test(name) ? null : name;
  },
  messagesOf(node, source) {
    if (node.name === 'FunctionDefinition' || node.name === 'ClassDefinition')
      return docstring(node);
    if (node.name !== 'CallExpression') return [];
    const [callee, list] = [source.of(node.children[0]), childNamed(node, 'ArgList')];
    if (/^(print|log\w*\.\w+|self\.subTest)$/.test(callee)) return list ? [list] : [];
    // `ids=[…]` and `id="…"` are the names of parametrized rows.
    const parts = list?.children ?? [];
    return parts.filter(
      (_, at) => /^ids?$/.test(source.of(parts[at - 2])) && source.of(parts[at - 1]) === '=',
    );
  },
};

/** Whether pytest or unittest takes a class for its tests, as far as the class itself tells. */
function isCollected(node: SyntaxNode, name: string, source: NodeText): boolean {
  const bases = listItems(childNamed(node, 'ArgList')).map(each => source.of(each));
  if (bases.some(base => base !== 'object')) return true;
  const isMade = childNamed(node, 'Body')?.children.some(
    each => source.of(childNamed(each, 'VariableName')) === '__init__',
  );
  return /^Test/.test(name) && !isMade;
}

const TABLE = /^(?:\s*@[^\n]*\n)*?\s*@(pytest\.mark\.parametrize|parameterized|given)/;

/** The docstring of a function or class. */
function docstring(node: SyntaxNode): SyntaxNode[] {
  const first = childNamed(node, 'Body')?.children.find(each => each.name !== ':');
  const [text] = first?.name === 'ExpressionStatement' ? first.children : [];
  return text?.name === 'String' ? [text] : [];
}

const SKIPS =
  /^@?(pytest\.)?(mark\.)?(skip|skipif|xfail|importorskip)\b|^@?unittest\.(skip\w*|expectedFailure)\b|^self\.skipTest\b|^@?(skip|skipIf|skipUnless|expectedFailure)\b/;

function markOf(node: SyntaxNode, source: NodeText): string | null {
  if (node.name === 'Decorator' || node.name === 'CallExpression') {
    const text = source.of(node.name === 'Decorator' ? node : node.children[0]);
    const head = text.slice(0, 200);
    if (SKIPS.test(head)) return 'keeps tests from running';
    if (/^@?(pytest\.mark\.)?(flaky|rerun)\b/.test(head)) return 'tries failing tests again';
  }
  if (node.name === 'AssignStatement') {
    const text = source.of(node);
    if (/^(__test__\s*=\s*False|collect_ignore(_glob)?\s*\+?=)/.test(text))
      return 'keeps tests from running';
    if (/^pytestmark\s*=[\s\S]*\b(skip|xfail)/.test(text)) return 'keeps tests from running';
  }
  return node.name === 'RaiseStatement' && /\bSkipTest\b/.test(source.of(node))
    ? 'keeps tests from running'
    : null;
}

function handlesSilently(node: SyntaxNode, source: NodeText): boolean {
  const text = source.of(node);
  const at = text.search(/^[ \t]*except\b/m);
  return at >= 0 && !/\b(raise|assert|fail|assert\w*)\b/.test(text.slice(at));
}

function assertionOf(node: SyntaxNode, source: NodeText): AssertionNode | null {
  if (node.name === 'AssertStatement') {
    const comma = node.children.findIndex(each => each.name === ',');
    const beforeMessage = comma < 0 ? node.children : node.children.slice(0, comma);
    const [, expression] = beforeMessage;
    return {
      check: expression ? expressionCheck(expression, source) : 'truthy',
      parts: beforeMessage,
      ignored: [],
      // A tuple is always true.
      vacuous: expression?.name === 'TupleExpression',
    };
  }
  if (node.name === 'WithStatement') {
    const body = childNamed(node, 'Body');
    const head = source.of(node).slice(0, (body?.from ?? node.to) - node.from);
    if (!/\b(pytest\.(raises|warns)|assert(Raises|Warns|Logs)\w*)\s*\(/.test(head)) return null;
    return {
      check: throwing(head),
      parts: node.children.filter(each => each !== body),
      ignored: [],
      nested: body ? [body] : [],
      expectsFailure: /\(\s*(AssertionError|BaseException|Exception)\b/.test(head),
    };
  }
  if (node.name !== 'CallExpression') return null;
  const callee = source.of(node.children[0]);
  const args = listItems(childNamed(node, 'ArgList'));
  if (/^(pytest|self)\.fail$/.test(callee)) return { check: 'fail', parts: [], ignored: [] };
  const name = /(?:^|\.)(assert\w*|raises)$/.exec(callee)?.[1];
  if (!name) return null;
  const method = ALIASES[name] ?? name;
  return {
    check: methodCheck(method, args, source),
    parts: node.children,
    ignored: messageOf(method, args),
    implied: IMPLIED[method],
  };
}

function messageOf(method: string, args: SyntaxNode[]): SyntaxNode[] {
  const compared = /^assert(True|False|IsNone|IsNotNone)$/.test(method) ? 1 : 2;
  const last = args.length > compared ? args.at(-1) : undefined;
  return last && /String$/.test(last.name) ? [last] : [];
}

function methodCheck(method: string, args: SyntaxNode[], source: NodeText): string {
  if (/^(assertRaises|assertWarns|raises)/.test(method))
    return throwing(args.map(each => source.of(each)).join(', '));
  const [first] = args;
  if (method === 'assertEqual' && /\.call_count$/.test(source.of(first))) return 'called times';
  if (/^assert(Is|IsNone|\w*Equal)$/.test(method) && !/Not|Almost|Count/.test(method))
    return 'equal';
  if (method === 'assertTrue') return first ? expressionCheck(first, source) : 'truthy';
  if (method === 'assertFalse') return first ? negated(expressionCheck(first, source)) : 'falsy';
  return METHODS[method] ?? method;
}

/** Names that Python 3.12 no longer has. */
const ALIASES: Record<string, string> = {
  assert_: 'assertTrue',
  assertEquals: 'assertEqual',
  assertNotEquals: 'assertNotEqual',
  assertAlmostEquals: 'assertAlmostEqual',
  assertNotAlmostEquals: 'assertNotAlmostEqual',
  assertItemsEqual: 'assertCountEqual',
  assertRegexpMatches: 'assertRegex',
  assertNotRegexpMatches: 'assertNotRegex',
  assertRaisesRegexp: 'assertRaisesRegex',
};

/** The check of each assertion method, by the operator that asserts the same. */
const METHODS: Record<string, string> = {
  assertIn: 'in',
  assertNotIn: 'not in',
  assertIsNot: 'differs',
  assertIsNotNone: 'differs',
  assertNotEqual: 'differs',
  assertGreater: '>',
  assertGreaterEqual: '>=',
  assertLess: '<',
  assertLessEqual: '<=',
  assertAlmostEqual: 'near',
  assertIsInstance: 'instance',
  assertNotIsInstance: 'not instance',
  assertRegex: 'matches',
  assertNotRegex: 'not matches',
  assert_called: 'called',
  assert_called_once: 'called times',
  assert_called_with: 'called with',
  assert_called_once_with: 'called once with',
  assert_not_called: 'not called',
};

/** Values that a method has by its name. */
const IMPLIED: Record<string, string> = {
  assertIsNone: 'None',
  assertIsNotNone: 'None',
  assert_called_once: '1',
};

/** The check for an expected error; a broad class is no more than any error. */
function throwing(head: string): string {
  return /\b(Exception|BaseException)\b/.test(head) ? 'throws' : 'throws this';
}

function expressionCheck(node: SyntaxNode, source: NodeText): string {
  const text = source.of(node);
  if (/\bapprox\(|isclose\(/.test(text)) return 'near';
  const [first, second] = node.children;
  if (node.name === 'ParenthesizedExpression' && second) return expressionCheck(second, source);
  if (node.name === 'UnaryExpression' && second) return negated(expressionCheck(second, source));
  if (node.name !== 'BinaryExpression') return callCheck(node, source);
  const operator = source.of(second);
  const not = source.of(node.children[2]) === 'not';
  if (/^type\([^()]{1,100}\) (?:==|is) /.test(text)) return 'instance';
  if (/\.call_count$/.test(source.of(first)) && operator === '==') return 'called times';
  if (operator === '==' || operator === 'is') return not ? 'differs' : 'equal';
  if (operator === '!=') return 'differs';
  if (operator === 'not') return 'not in';
  if (operator === 'or') return 'either';
  if (operator === 'and' && first) return expressionCheck(first, source);
  return operator;
}

/** The check of a call or a member, such as `isinstance(a, b)` or `mock.called`. */
function callCheck(node: SyntaxNode, source: NodeText): string {
  if (node.name === 'MemberExpression')
    return /\.called$/.test(source.of(node)) ? 'called' : 'truthy';
  if (node.name !== 'CallExpression') return 'truthy';
  const callee = source.of(node.children[0]);
  if (callee === 'isinstance') return 'instance';
  return /^(?:re\.(?:search|match|fullmatch)|\w+\.fullmatch)$/.test(callee) ? 'matches' : 'truthy';
}
