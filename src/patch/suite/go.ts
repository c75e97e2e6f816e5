/** The dialect for tests in Go: the testing package, testify and gomega. */
import { negated } from './checks.ts';
import type { AssertionNode, NodeText, TestDialect } from './dialect.ts';
import { childNamed, findNode, listItems, type SyntaxNode } from './syntax.ts';

const CALLS = new Set(['CallExpr']);

export const go: TestDialect = {
  ignored: new Set(['ImportDecl', 'PackageClause', 'StructBody', 'Parameters']),
  units: new Set([
    'VarDecl',
    'VarSpec',
    'ConstSpec',
    'Assignment',
    'ExprStatement',
    'ReturnStatement',
    'LiteralValue',
  ]),
  blocks: new Set(['Block']),
  isLoop: node => node.name === 'ForStatement',
  literals: new Set(['String', 'Number', 'Rune', 'Bool']),
  functions: new Set(['FunctionDecl', 'FunctionLiteral', 'MethodDecl']),
  exits: new Set(['ReturnStatement', 'ContinueStatement', 'GotoStatement']),
  buildConstraint: /^\/\/\s*(go:build|\+build)\b.*/gm,
  isGuard(node, source) {
    if (/^(IfStatement|SwitchStatement|TypeSwitchStatement|SelectStatement)$/.test(node.name))
      return true;
    // A deferred recover catches failures of the function around it.
    return (
      node.name === 'Block' &&
      node.children.some(each => each.name === 'DeferStatement' && recoversSilently(each, source))
    );
  },
  caseOf(node, source) {
    if (node.name === 'FunctionDecl') {
      const name = source.of(childNamed(node, 'DefName'));
      return /^(Test|Benchmark|Fuzz|Example)(?![a-z])/.test(name) ? { name, ignored: [] } : null;
    }
    if (
      node.name !== 'CallExpr' ||
      !/^\w+\.(Run|It|Describe|Context)$|^(It|Describe|Context|When)$/.test(
        source.of(node.children[0]),
      )
    )
      return null;
    const [name] = listItems(childNamed(node, 'Arguments'));
    return name ? { name: source.of(name), ignored: name.name === 'String' ? [name] : [] } : null;
  },
  assertionOf,
  skipMarkOf(node, source) {
    if (node.name !== 'CallExpr') return null;
    const callee = source.of(node.children[0]);
    return /^(\w+\.(Skip|Skipf|SkipNow)|testing\.Short|[FPX](It|Describe|Context)|Skip)$/.test(
      callee,
    ) || /^os\.Exit\(0\)$/.test(source.of(node))
      ? 'keeps tests from running'
      : null;
  },
  nameOf: (node, source) =>
    node.name === 'FunctionDecl' || node.name === 'MethodDecl'
      ? source.of(childNamed(node, 'DefName') ?? childNamed(node, 'FieldName'))
      : null,
  messagesOf(node, source) {
    if (node.name === 'Element') {
      const key = source.of(childNamed(node, 'Key'));
      const text = node.children.at(-1);
      return /^(name|desc|description|title|label|scenario|msg)$/i.test(key) &&
        text?.name === 'String'
        ? [text]
        : [];
    }
    if (node.name !== 'CallExpr') return [];
    const list = childNamed(node, 'Arguments');
    return list &&
      (isFailure(node, source) ||
        /^(\w+\.Logf?|fmt\.(Print\w*|Fprint\w*)|log\.\w+)$/.test(source.of(node.children[0])))
      ? [list]
      : [];
  },
};

const recoversSilently = (node: SyntaxNode, source: NodeText): boolean => {
  const text = source.of(node);
  return /\brecover\(\)/.test(text) && !/\.(Error|Fatal|Fail)\w*\(|\bpanic\(/.test(text);
};

/** Whether the test fails where this call, such as `t.Errorf(…)`, is reached. */
const isFailure = (node: SyntaxNode, source: NodeText): boolean =>
  node.name === 'CallExpr' &&
  /^\w+\.(Error|Errorf|Fatal|Fatalf|Fail|FailNow)$|^panic$/.test(source.of(node.children[0])) &&
  !/^(log|fmt|errors|assert|require|is)\./.test(source.of(node.children[0]));

function assertionOf(node: SyntaxNode, source: NodeText): AssertionNode | null {
  if (node.name === 'IfStatement') {
    const body = childNamed(node, 'Block');
    if (!body || !failsDirectly(body, source)) return null;
    const at = node.children.indexOf(body);
    const parts = node.children.slice(0, at);
    const condition = parts.at(-1);
    return {
      check: condition ? conditionCheck(condition, source) : 'fail',
      parts,
      ignored: [],
      nested: node.children
        .slice(at + 1)
        .flatMap(each => (each.name === 'Block' ? each.children : [each])),
      vacuous: /&&\s*false\b|\bfalse\s*&&/.test(source.of(condition)),
    };
  }
  if (node.name !== 'CallExpr') return null;
  if (isFailure(node, source)) return { check: 'fail', parts: [], ignored: [] };
  const callee = source.of(node.children[0]);
  const args = listItems(childNamed(node, 'Arguments'));
  const testify = /^(assert|require|is)\.(\w+?)f?$/.exec(callee)?.[2];
  if (testify)
    return {
      check: testifyCheck(testify, args[1], source),
      parts: node.children,
      ignored: messages(testify, args),
      implied: IMPLIED.get(testify),
    };
  // gomega asserts by chains such as `Expect(x).To(Equal(y))`.
  const gomega = /^(?:\w+\.)?(?:Expect|Eventually|Consistently|Ω)\([\s\S]*\)\.(\w+)$/.exec(
    callee,
  )?.[1];
  if (!gomega) return null;
  const matcher = args[0] ? findNode(args[0], CALLS) : null;
  const name = source.of(matcher?.children[0]);
  const not = /Not/.test(gomega) ? 'not ' : '';
  return {
    check: not || !/^(Equal|BeNil|HaveLen|BeEquivalentTo)$/.test(name) ? not + name : 'equal',
    parts: node.children,
    ignored: [],
  };
}

/** Whether the block itself fails the test, not a condition inside it. */
const failsDirectly = (body: SyntaxNode, source: NodeText): boolean =>
  body.children.some(
    each =>
      each.name === 'ExprStatement' && each.children[0] && isFailure(each.children[0], source),
  );

function testifyCheck(name: string, given: SyntaxNode | undefined, source: NodeText): string {
  if (given && name === 'True') return trueCheck(given, source);
  if (given && name === 'False') return conditionCheck(given, source);
  const truth = /^(?:Equal|Exactly)$/.test(name) ? source.of(given) : '';
  if (/^(?:true|false)$/.test(truth)) return truth === 'true' ? 'truthy' : 'falsy';
  return EQUAL.test(name) ? 'equal' : (TESTIFY.get(name) ?? name);
}

/** The check of a condition that has to be true. */
function trueCheck(given: SyntaxNode, source: NodeText): string {
  const [first, operator] = operation(given).children;
  if (first && source.of(operator) === '&&') return trueCheck(first, source);
  return source.of(operator) === '||' ? 'either' : negated(conditionCheck(given, source));
}

const EQUAL = /^(Equal|Exactly|Nil|NoError|Len|Empty|JSONEq|YAMLEq|Zero|EqualError|ErrorIs|Same)$/;

/** The checks of testify by the names that all languages share. */
const TESTIFY: ReadonlyMap<string, string> = new Map(
  Object.entries({
    NotEqual: 'differs',
    NotNil: 'differs',
    NotEmpty: 'differs',
    Error: 'differs',
    ErrorAs: 'error this',
    ErrorContains: 'error this',
    Greater: '>',
    GreaterOrEqual: '>=',
    Less: '<',
    LessOrEqual: '<=',
    Contains: 'in',
    NotContains: 'not in',
    Regexp: 'matches',
  }),
);

/** Values that an assertion has by its name. */
const IMPLIED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    True: 'true',
    False: 'false',
    Empty: '0',
    Zero: '0',
    Nil: 'nil',
    NoError: 'nil',
    NotNil: 'nil',
    Error: 'nil',
  }),
);

/** The message arguments, which follow the arguments that are compared. */
function messages(name: string, args: SyntaxNode[]): SyntaxNode[] {
  const alone =
    /^(Nil|NotNil|NoError|Error|True|False|Empty|NotEmpty|Zero|NotZero|Panics|NotPanics)$/.test(
      name,
    );
  return args.slice(alone ? 2 : 3).filter(each => each.name === 'String');
}

/** The check of a condition under which the test fails: `!=` checks for equality. */
function conditionCheck(given: SyntaxNode, source: NodeText): string {
  const text = source.of(given);
  const node = operation(given);
  if (node.name === 'ParenthesizedExpr' && node.children[1])
    return conditionCheck(node.children[1], source);
  if (node.name === 'BinaryExp') {
    const operator = source.of(node.children[1]);
    if (operator === '&&') return 'either';
    if (operator === '||' && node.children[0]) return conditionCheck(node.children[0], source);
    return operator === '!=' || operator === '==' ? OPERATORS[operator] : negated(operator);
  }
  const check = /\b(?:DeepEqual|Equal|EqualFold|Diff)\(|^!?errors\.Is\(/.test(text)
    ? 'equal'
    : /\b(?:strings|slices|bytes)\.Contains\(/.test(text)
      ? 'in'
      : 'truthy';
  return /^\s*!/.test(text) || /\bDiff\(/.test(text) ? check : negated(check);
}

const OPERATORS = { '!=': 'equal', '==': 'differs' } as const;

/** The comparison in a node; the grammar reads `a != b.c` as a member of `a != b`. */
function operation(node: SyntaxNode): SyntaxNode {
  let at = node;
  while (/^(SelectorExpr|CallExpr|IndexExpr)$/.test(at.name) && at.children[0]) at = at.children[0];
  return /^(BinaryExp|UnaryExp)$/.test(at.name) ? at : node;
}
