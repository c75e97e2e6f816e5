/** The dialect for tests in Rust: the standard macros, rstest, proptest and insta. */
import { negated } from './checks.ts';
import type { AssertionNode, CaseNode, NodeText, TestDialect } from './dialect.ts';
import { childNamed, type SyntaxNode } from './syntax.ts';

export const rust: TestDialect = {
  ignored: new Set(['UseDeclaration', 'ParamList', 'TypeParamList', 'TypeArgList']),
  units: new Set([
    'LetDeclaration',
    'ExpressionStatement',
    'TupleExpression',
    'ArrayExpression',
    'FieldInitializer',
    'Attribute',
    'MacroInvocation',
    'ConstItem',
  ]),
  blocks: new Set(['Block']),
  isLoop: node => /^(For|While|Loop)Expression$/.test(node.name),
  literals: new Set(['String', 'RawString', 'Integer', 'Float', 'Char', 'Boolean']),
  functions: new Set(['FunctionItem', 'ClosureExpression']),
  exits: new Set(['ReturnExpression', 'ContinueExpression']),
  buildConstraint: null,
  isGuard: (node, source) =>
    /^(IfExpression|MatchExpression)$/.test(node.name) ||
    (node.name === 'CallExpression' && /catch_unwind$/.test(source.of(node.children[0]))),
  caseOf(node, source): CaseNode | null {
    const item = childNamed(node, 'FunctionItem');
    if (node.name !== 'AttributeItem' || !item) return null;
    const attributes = node.children
      .filter(each => each.name === 'Attribute')
      .map(each => source.of(each));
    if (!attributes.some(text => TEST.test(text))) return null;
    return {
      name: source.of(childNamed(item, 'BoundIdentifier')),
      ignored: [],
      table: attributes.some(text => /^#?\[(case|values|rstest|test_case)\b/.test(text)),
    };
  },
  assertionOf,
  skipMarkOf(node, source) {
    if (node.name === 'InnerAttribute')
      return /^#!\[\s*cfg\s*\((?!\s*test\s*\))/.test(source.of(node))
        ? 'keeps the file from being built'
        : null;
    if (node.name !== 'Attribute') return null;
    const text = source.of(node);
    if (/^#?\[\s*(ignore|cfg_attr\([^)]{0,200}\bignore)/.test(text))
      return 'keeps tests from running';
    if (/^#?\[\s*cfg\s*\(/.test(text) && !/^#?\[\s*cfg\s*\(\s*test\s*\)/.test(text))
      return 'keeps tests from running';
    return /^#?\[\s*should_panic\s*\]/.test(text) ? 'passes on any panic' : null;
  },
  nameOf: (node, source) =>
    node.name === 'FunctionItem' ||
    (node.name === 'LetDeclaration' && childNamed(node, 'ClosureExpression'))
      ? source.of(childNamed(node, 'BoundIdentifier'))
      : null,
  messagesOf(node, source) {
    if (node.name !== 'MacroInvocation') return [];
    const name = macroName(node, source);
    const list = childNamed(node, 'ParenthesizedTokens');
    return list && /^(e?println|print|dbg|log::\w+|info|debug|warn|trace)$/.test(name)
      ? [list]
      : [];
  },
};

const TEST = /^#?\[\s*((\w+::)*test\b|rstest|test_case|quickcheck|wasm_bindgen_test)/;

const macroName = (node: SyntaxNode, source: NodeText): string =>
  source.of(node).split('!', 1)[0]?.trim() ?? '';

function assertionOf(node: SyntaxNode, source: NodeText): AssertionNode | null {
  if (node.name === 'Attribute' && /^#?\[\s*should_panic\b/.test(source.of(node)))
    return {
      check: /expected/.test(source.of(node)) ? 'throws this' : 'throws',
      parts: node.children,
      ignored: [],
    };
  if (node.name !== 'MacroInvocation') return null;
  const name = macroName(node, source);
  const kind = /^(?:\w+::)*((?:debug_|prop_)?assert\w*|panic|unreachable)$/.exec(name)?.[1];
  if (!kind) return null;
  if (kind === 'panic' || kind === 'unreachable') return { check: 'fail', parts: [], ignored: [] };
  const list = node.children.find(each => /Tokens$/.test(each.name));
  const inner = (list?.children ?? []).slice(1, -1);
  const compared = /_(eq|ne|matches|snapshot)$/.test(kind) || /snapshot/.test(kind) ? 2 : 1;
  const quiet = afterComma(inner, compared);
  const first = inner.filter(each => !quiet.includes(each));
  return {
    check: checkOf(kind, first, source),
    parts: node.children,
    ignored: /snapshot/.test(kind) ? [] : quiet,
    implied: /^(?:prop_)?assert$/.test(kind) ? impliedBy(first, source) : undefined,
  };
}

/** The tokens after the first `count` arguments, which are the message. */
function afterComma(tokens: SyntaxNode[], count: number): SyntaxNode[] {
  let seen = 0;
  const at = tokens.findIndex(each => each.name === ',' && ++seen === count);
  return at < 0 ? [] : tokens.slice(at);
}

function checkOf(kind: string, compared: SyntaxNode[], source: NodeText): string {
  if (/snapshot/.test(kind)) return 'snapshot';
  if (kind === 'assert_eq' || kind === 'prop_assert_eq') {
    const text = compared.map(each => source.of(each)).join('');
    const truth = /^(true|false),|,(true|false)$/.exec(text);
    if (!truth) return 'equal';
    return (truth[1] ?? truth[2]) === 'true' ? 'truthy' : 'falsy';
  }
  if (/^(?:prop_)?assert_ne$/.test(kind)) return 'differs';
  if (kind === 'assert_matches') return 'matches';
  if (kind !== 'assert' && kind !== 'prop_assert') return kind;
  const words = compared.map(each => source.of(each));
  if (words.includes('||')) return 'either';
  if (words[0] === 'matches') return 'matches';
  const operator = compared.find(each => each.name === 'CompareOp');
  const check = operator ? (OPERATORS[source.of(operator)] ?? source.of(operator)) : 'truthy';
  if (words.at(-2) === 'is_empty') return words[0] === '!' ? 'differs' : 'equal';
  return words[0] === '!' ? negated(check) : check;
}

const OPERATORS: Record<string, string> = { '==': 'equal', '!=': 'differs' };

/** What a condition says without writing it. */
function impliedBy(condition: SyntaxNode[], source: NodeText): string {
  if (source.of(condition.at(-2)) === 'is_empty') return '0';
  return String(source.of(condition[0]) !== '!');
}
