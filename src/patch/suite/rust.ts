/** Tests in Rust: the standard macros, rstest, proptest, insta. */
import type { AssertionNode, CaseNode, SourceText, TestDialect } from './dialect.ts';
import { child, type Node } from './syntax.ts';

export const rust: TestDialect = {
  quiet: new Set(['UseDeclaration', 'ParamList', 'TypeParamList', 'TypeArgList']),
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
  unbuilt: null,
  isGuard: (node, source) =>
    /^(IfExpression|MatchExpression)$/.test(node.name) ||
    (node.name === 'CallExpression' && /catch_unwind$/.test(source.of(node.children[0]))),
  caseOf(node, source): CaseNode | null {
    const item = child(node, 'FunctionItem');
    if (node.name !== 'AttributeItem' || !item) return null;
    const attributes = node.children
      .filter(each => each.name === 'Attribute')
      .map(each => source.of(each));
    if (!attributes.some(text => TEST.test(text))) return null;
    return {
      name: source.of(child(item, 'BoundIdentifier')),
      quiet: [],
      table: attributes.some(text => /^#?\[(case|values|rstest|test_case)\b/.test(text)),
    };
  },
  assertionOf,
  markOf(node, source) {
    if (node.name !== 'Attribute') return null;
    const text = source.of(node);
    if (/^#?\[\s*(ignore|cfg_attr\([^)]{0,200}\bignore)/.test(text))
      return 'keeps tests from running';
    if (/^#?\[\s*cfg\s*\(/.test(text) && !/^#?\[\s*cfg\s*\(\s*test\s*\)/.test(text))
      return 'keeps tests from running';
    return /^#?\[\s*should_panic\s*\]/.test(text) ? 'passes on any panic' : null;
  },
  nameOf: (node, source) =>
    node.name === 'FunctionItem' ? source.of(child(node, 'BoundIdentifier')) : null,
  messagesOf(node, source) {
    if (node.name !== 'MacroInvocation') return [];
    const name = macroName(node, source);
    const list = child(node, 'ParenthesizedTokens');
    return list && /^(e?println|print|dbg|log::\w+|info|debug|warn|trace)$/.test(name)
      ? [list]
      : [];
  },
};

const TEST = /^#?\[\s*((\w+::)*test\b|rstest|test_case|quickcheck|wasm_bindgen_test)/;

const macroName = (node: Node, source: SourceText): string =>
  source.of(node).split('!', 1)[0]?.trim() ?? '';

function assertionOf(node: Node, source: SourceText): AssertionNode | null {
  if (node.name === 'Attribute' && /^#?\[\s*should_panic\b/.test(source.of(node)))
    return {
      check: /expected/.test(source.of(node)) ? 'throws this' : 'throws',
      parts: node.children,
      quiet: [],
    };
  if (node.name !== 'MacroInvocation') return null;
  const name = macroName(node, source);
  const kind = /^(?:\w+::)*((?:debug_|prop_)?assert\w*|panic|unreachable)$/.exec(name)?.[1];
  if (!kind) return null;
  if (kind === 'panic' || kind === 'unreachable') return { check: 'fail', parts: [], quiet: [] };
  const list = node.children.find(each => /Tokens$/.test(each.name));
  const inner = (list?.children ?? []).slice(1, -1);
  const asked = /_(eq|ne|matches|snapshot)$/.test(kind) || /snapshot/.test(kind) ? 2 : 1;
  const quiet = afterComma(inner, asked);
  const first = inner.filter(each => !quiet.includes(each));
  return {
    check: checkOf(kind, first, source),
    parts: node.children,
    quiet: /snapshot/.test(kind) ? [] : quiet,
  };
}

/** What stands after the first `count` arguments: the message. */
function afterComma(tokens: Node[], count: number): Node[] {
  let seen = 0;
  const at = tokens.findIndex(each => each.name === ',' && ++seen === count);
  return at < 0 ? [] : tokens.slice(at);
}

function checkOf(kind: string, asked: Node[], source: SourceText): string {
  if (/snapshot/.test(kind)) return 'snapshot';
  if (kind === 'assert_eq' || kind === 'prop_assert_eq') return 'equal';
  if (kind !== 'assert' && kind !== 'prop_assert') return kind;
  const words = asked.map(each => source.of(each));
  if (words.includes('||')) return 'either';
  if (words[0] === 'matches') return 'matches';
  const operator = asked.find(each => each.name === 'CompareOp');
  if (operator) return source.of(operator) === '==' ? 'equal' : source.of(operator);
  return words[0] === '!' ? 'falsy' : 'truthy';
}
