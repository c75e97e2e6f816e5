/** Tests in Go: the testing package, testify, gomega. */
import type { AssertionNode, SourceText, TestDialect } from './dialect.ts';
import { child, find, items, type Node } from './syntax.ts';

const CALLS = new Set(['CallExpr']);

export const go: TestDialect = {
  quiet: new Set(['ImportDecl', 'PackageClause', 'StructBody', 'Parameters']),
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
  unbuilt: /^\/\/\s*(go:build|\+build)\b.*/gm,
  isGuard(node, source) {
    if (/^(IfStatement|SwitchStatement|TypeSwitchStatement|SelectStatement)$/.test(node.name))
      return true;
    // A deferred recover catches what failed in the function around it.
    return (
      node.name === 'Block' &&
      node.children.some(each => each.name === 'DeferStatement' && swallows(each, source))
    );
  },
  caseOf(node, source) {
    if (node.name === 'FunctionDecl') {
      const name = source.of(child(node, 'DefName'));
      return /^(Test|Benchmark|Fuzz|Example)(?![a-z])/.test(name) ? { name, quiet: [] } : null;
    }
    if (
      node.name !== 'CallExpr' ||
      !/^\w+\.(Run|It|Describe|Context)$|^(It|Describe|Context|When)$/.test(
        source.of(node.children[0]),
      )
    )
      return null;
    const [name] = items(child(node, 'Arguments'));
    return name ? { name: source.of(name), quiet: name.name === 'String' ? [name] : [] } : null;
  },
  assertionOf,
  markOf(node, source) {
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
      ? source.of(child(node, 'DefName') ?? child(node, 'FieldName'))
      : null,
  messagesOf(node, source) {
    if (node.name === 'Element') {
      const key = source.of(child(node, 'Key'));
      const text = node.children.at(-1);
      return /^(name|desc|description|title|label|scenario|msg)$/i.test(key) &&
        text?.name === 'String'
        ? [text]
        : [];
    }
    if (node.name !== 'CallExpr') return [];
    const list = child(node, 'Arguments');
    return list &&
      (isFailure(node, source) ||
        /^(\w+\.Logf?|fmt\.(Print\w*|Fprint\w*)|log\.\w+)$/.test(source.of(node.children[0])))
      ? [list]
      : [];
  },
};

const swallows = (node: Node, source: SourceText): boolean => {
  const text = source.of(node);
  return /\brecover\(\)/.test(text) && !/\.(Error|Fatal|Fail)\w*\(|\bpanic\(/.test(text);
};

/** `t.Errorf(…)`: the test fails where this is reached. */
const isFailure = (node: Node, source: SourceText): boolean =>
  node.name === 'CallExpr' &&
  /^\w+\.(Error|Errorf|Fatal|Fatalf|Fail|FailNow)$|^panic$/.test(source.of(node.children[0])) &&
  !/^(log|fmt|errors)\./.test(source.of(node.children[0]));

function assertionOf(node: Node, source: SourceText): AssertionNode | null {
  if (node.name === 'IfStatement') {
    const body = child(node, 'Block');
    if (!body || !failsIn(body, source)) return null;
    const at = node.children.indexOf(body);
    const parts = node.children.slice(0, at);
    const condition = parts.at(-1);
    return {
      check: condition ? conditionCheck(condition, source) : 'fail',
      parts,
      quiet: [],
      within: node.children
        .slice(at + 1)
        .flatMap(each => (each.name === 'Block' ? each.children : [each])),
      vacuous: /&&\s*false\b|\bfalse\s*&&/.test(source.of(condition)),
    };
  }
  if (node.name !== 'CallExpr') return null;
  if (isFailure(node, source)) return { check: 'fail', parts: [], quiet: [] };
  const callee = source.of(node.children[0]);
  const args = items(child(node, 'Arguments'));
  const testify = /^(assert|require|is)\.(\w+?)f?$/.exec(callee)?.[2];
  if (testify)
    return { check: testifyCheck(testify), parts: node.children, quiet: messages(testify, args) };
  // gomega: `Expect(x).To(Equal(y))`.
  const gomega = /^(?:\w+\.)?(?:Expect|Eventually|Consistently|Ω)\([\s\S]*\)\.(\w+)$/.exec(
    callee,
  )?.[1];
  if (!gomega) return null;
  const matcher = args[0] ? find(args[0], CALLS) : null;
  const name = source.of(matcher?.children[0]);
  const not = /Not/.test(gomega) ? 'not ' : '';
  return {
    check: not || !/^(Equal|BeNil|HaveLen|BeEquivalentTo)$/.test(name) ? not + name : 'equal',
    parts: node.children,
    quiet: [],
  };
}

/** Whether the block itself fails the test, not a condition inside it. */
const failsIn = (body: Node, source: SourceText): boolean =>
  body.children.some(
    each =>
      each.name === 'ExprStatement' && each.children[0] && isFailure(each.children[0], source),
  );

const testifyCheck = (name: string): string =>
  /^(Equal|EqualValues|Exactly|Nil|NoError|Len|Empty|True|False|JSONEq|Zero)$/.test(name)
    ? 'equal'
    : name;

/** What follows the arguments that are compared. */
function messages(name: string, args: Node[]): Node[] {
  const alone =
    /^(Nil|NotNil|NoError|Error|True|False|Empty|NotEmpty|Zero|NotZero|Panics|NotPanics)$/.test(
      name,
    );
  return args.slice(alone ? 2 : 3).filter(each => each.name === 'String');
}

/** The test fails where the condition holds: `!=` asks for equality. */
function conditionCheck(given: Node, source: SourceText): string {
  const text = source.of(given);
  const node = operation(given);
  if (node.name === 'ParenthesizedExpr' && node.children[1])
    return conditionCheck(node.children[1], source);
  if (node.name === 'BinaryExp') {
    const operator = source.of(node.children[1]);
    if (operator === '&&') return 'either';
    if (operator === '||' && node.children[0]) return conditionCheck(node.children[0], source);
    return operator === '!=' ? 'equal' : operator === '==' ? 'differs' : operator;
  }
  return /\b(DeepEqual|Equal|EqualFold|Diff)\(/.test(text) ? 'equal' : 'truthy';
}

/** The grammar reads `a != b.c` as a member of `a != b`: what is compared stands first. */
function operation(node: Node): Node {
  let at = node;
  while (/^(SelectorExpr|CallExpr|IndexExpr)$/.test(at.name) && at.children[0]) at = at.children[0];
  return /^(BinaryExp|UnaryExp)$/.test(at.name) ? at : node;
}
