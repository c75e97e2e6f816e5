/**
 * The dialect for tests in JavaScript and TypeScript: vitest, jest, mocha, node:test and playwright,
 * with chai and node:assert.
 */
import { negated } from './checks.ts';
import type { AssertionNode, CaseNode, NodeText, TestDialect } from './dialect.ts';
import { checkOf, conditionCheck, impliedBy, truthOf } from './javascript-checks.ts';
import { childNamed, findNode, listItems, type SyntaxNode } from './syntax.ts';

const FUNCTIONS = new Set([
  'ArrowFunction',
  'FunctionExpression',
  'FunctionDeclaration',
  'MethodDeclaration',
]);
const CATCH = new Set(['CatchClause']);

export const javascript: TestDialect = {
  ignored: new Set([
    'ImportDeclaration',
    'TypeAnnotation',
    'TypeAliasDeclaration',
    'InterfaceDeclaration',
    'TypeArgList',
    'TypeParamList',
  ]),
  units: new Set([
    'VariableDeclaration',
    'ExpressionStatement',
    'ReturnStatement',
    'Property',
    'ArrayExpression',
  ]),
  blocks: new Set(['Block']),
  isLoop: (node, source) =>
    /^(For|While|Do)Statement$/.test(node.name) ||
    (node.name === 'CallExpression' &&
      /\.(forEach|map|every|each|for)$/.test(
        source.of(node.children[0]?.children.at(-1)).replace(/^/, '.'),
      )),
  literals: new Set([
    'String',
    'Number',
    'BooleanLiteral',
    'null',
    'RegExp',
    'TemplateString',
    'JSXText',
    'JSXAttributeValue',
  ]),
  functions: FUNCTIONS,
  exits: new Set(['ReturnStatement', 'ContinueStatement']),
  buildConstraint: null,
  isGuard(node, source) {
    if (/^(IfStatement|ConditionalExpression|CatchClause|SwitchStatement)$/.test(node.name))
      return true;
    if (node.name === 'TryStatement') return catchesSilently(node, source);
    // One of them is enough.
    if (node.name === 'CallExpression')
      return /^Promise\.(?:any|race)$/.test(source.of(node.children[0]));
    return (
      node.name === 'BinaryExpression' &&
      /^(&&|\|\||\?\?)$/.test(source.of(childNamed(node, 'LogicOp')))
    );
  },
  caseOf,
  assertionOf,
  skipMarkOf: markOf,
  nameOf(node, source) {
    if (node.name === 'FunctionDeclaration')
      return source.of(childNamed(node, 'VariableDefinition'));
    if (node.name !== 'VariableDeclaration') return null;
    return node.children.some(each => FUNCTIONS.has(each.name))
      ? source.of(childNamed(node, 'VariableDefinition'))
      : null;
  },
  messagesOf(node, source) {
    if (node.name === 'Property') {
      const key = source.of(node.children[0]).replace(/^["']|["']$/g, '');
      const text = node.children.at(-1);
      return ROW_NAME.test(key) && text && /^(String|TemplateString)$/.test(text.name)
        ? [text]
        : [];
    }
    if (node.name !== 'CallExpression') return [];
    const [callee, list] = [source.of(node.children[0]), childNamed(node, 'ArgList')];
    if (/^(console\.\w+|require|(vi|jest)\.\w*[mM]ock)$/.test(callee)) return list ? [list] : [];
    const [first] = listItems(list);
    return /^(describe|suite|context)\b/.test(callee) && first?.name === 'String' ? [first] : [];
  },
};

const ROW_NAME = /^(name|title|desc|description|label|scenario|message|msg|testName)$/i;

const CASE_FUNCTION = /^(it|test|specify|scenario|Deno\.test|fit|xit|ftest|xtest)\b/;

/** The case of a call such as `test(…)`, `test.skip(…)` or `test.each([…])(…)`. */
function caseOf(node: SyntaxNode, source: NodeText): CaseNode | null {
  if (node.name !== 'CallExpression') return null;
  const [callee] = node.children;
  const called = source.of(callee);
  if (!callee || !CASE_FUNCTION.test(called)) return null;
  const [name, ...rest] = listItems(childNamed(node, 'ArgList'));
  // The inner call `test.each([…])` is the table of the case around it, not a case.
  if (
    !name ||
    rest.length === 0 ||
    !rest.some(each => FUNCTIONS.has(each.name) || each.name === 'VariableName')
  )
    return null;
  return { name: source.of(name), ignored: [name], table: /\.(each|for)\b/.test(called) };
}

const SKIPS =
  /\b(it|test|describe|context|suite|specify)(\.\w+)*?\.(skip|only|todo|fixme|fails|failing|skipIf|runIf)$|^(xit|xtest|xdescribe|xcontext|fit|ftest|fdescribe|pending)$|^(t|this|ctx|context)\.(skip|todo)$/;

function markOf(node: SyntaxNode, source: NodeText): string | null {
  if (node.name === 'CallExpression') {
    const callee = source.of(node.children[0]);
    if (callee.length < 200 && SKIPS.test(callee)) return 'keeps tests from running';
    if (/\b(retryTimes|retries)$/.test(callee)) return 'tries failing tests again';
  }
  if (node.name === 'Property') {
    const [key, ...rest] = node.children;
    const name = source.of(key);
    const given = source.of(rest.at(-1));
    if (/^(skip|only|todo)$/.test(name) && given !== 'false') return 'keeps tests from running';
    if (/^(retry|retries)$/.test(name) && /^[1-9]/.test(given)) return 'tries failing tests again';
  }
  return null;
}

function catchesSilently(node: SyntaxNode, source: NodeText): boolean {
  const handler = findNode(node, CATCH);
  return handler !== null && !/\b(throw|expect|assert|fail|reject)\b/.test(source.of(handler));
}

/** Words of a chain without meaning for the check. */
const FILLER =
  /^(to|be|been|is|that|which|and|has|have|with|at|of|same|but|does|still|also|should)$/;

function assertionOf(node: SyntaxNode, source: NodeText): AssertionNode | null {
  const chain = chainOf(node, source);
  if (chain === null) return null;
  const { root, words, args, subject } = chain;
  if (root === 'expect' || root === 'should' || words.includes('should')) {
    const matcher = words.filter(
      word => !FILLER.test(word) && word !== 'resolves' && word !== 'rejects',
    );
    if (root === 'expect' && /^(assertions|hasAssertions)$/.test(matcher[0] ?? ''))
      return { check: 'count', parts: node.children, ignored: [] };
    if (matcher[0] === 'soft' || matcher[0] === 'poll') matcher.shift();
    if (/^(fail|unreachable)$/.test(matcher[0] ?? ''))
      return { check: 'fail', parts: [], ignored: [] };
    const awaited = !words.some(
      word => word === 'resolves' || word === 'rejects' || word === 'eventually',
    );
    const truth = truthOf(matcher, args, source);
    const condition = subject && truth !== null ? conditionCheck(subject, source) : 'truthy';
    // What a condition is compared with is no value, only which way it has to be.
    if (condition !== 'truthy')
      return {
        check: truth ? condition : negated(condition),
        parts: node.children,
        ignored: [...args.filter(each => each !== subject), ...namedTruth(node)],
      };
    return {
      check: checkOf(matcher, args, source),
      parts: node.children,
      ignored: [],
      implied: impliedBy(matcher),
      // A promise that is not awaited fails unnoticed; where it is awaited, that is the node around.
      vacuous: matcher.length === 0 || (!awaited && !chain.awaited),
    };
  }
  if (root === 'assert' || root === 't') {
    const known =
      /^(equal|strictEqual|deepEqual|deepStrictEqual|ok|is|true|false|throws|rejects|not\w*|doesNot\w+|match|like|regex|fail|same|is[A-Z]\w*|include\w*|instanceOf|lengthOf|exists|property|snapshot)$/;
    const matcher = words.length === 0 ? ['ok'] : words;
    const last = matcher.at(-1) ?? '';
    const isKnown = known.test(last) || /[eE]qual/.test(last);
    if (root === 't' && (words.length === 0 || !isKnown)) return null;
    if (matcher[0] === 'strict') matcher.shift();
    const message = messageOf(matcher.join('.'), args);
    return {
      check: checkOf(matcher, args, source),
      parts: node.children,
      ignored: message ? [message] : [],
    };
  }
  if (root === 'fail') return { check: 'fail', parts: [], ignored: [] };
  return null;
}

/** The message of an assertion: the argument after those that are compared. */
function messageOf(matcher: string, args: SyntaxNode[]): SyntaxNode | undefined {
  const compared = /^(ok|true|false|isTrue|isFalse|isNull|isOk|exists|truthy|falsy)$/.test(matcher)
    ? 1
    : 2;
  const last = args.length > compared ? args.at(-1) : undefined;
  return last && /^(String|TemplateString)$/.test(last.name) ? last : undefined;
}

/** `true` in `expect(a > 1).to.be.true`. */
const namedTruth = ({ name, children }: SyntaxNode): SyntaxNode[] =>
  name === 'MemberExpression' ? children.slice(-1) : [];

type Chain = {
  root: string;
  words: string[];
  /** Of the last call. */
  args: SyntaxNode[];
  /** What `expect` is given. */
  subject?: SyntaxNode | undefined;
  awaited: boolean;
};

/** Splits a chain: `await expect(a).not.toBe(b)` is the root expect, words [not, toBe], args [b]. */
function chainOf(node: SyntaxNode, source: NodeText): Chain | null {
  let at: SyntaxNode | undefined = node;
  const awaited = /^(AwaitExpression|ReturnStatement|ArrowFunction)$/.test(node.name);
  if (awaited) at = node.name === 'ArrowFunction' ? node.children.at(-1) : node.children[1];
  const words: string[] = [];
  let args: SyntaxNode[] | null = null;
  let subject: SyntaxNode | undefined;
  while (at) {
    if (at.name === 'CallExpression') {
      const given = listItems(childNamed(at, 'ArgList'));
      args ??= given;
      [subject] = given;
      at = at.children[0];
    } else if (at.name === 'MemberExpression') {
      const word = source.of(at.children.at(-1));
      words.unshift(word);
      // supertest and cypress: `request.get('/').expect(200)`, `cy.get('a').should('exist')`.
      if (words.length === 1 && args && /^(expect|should)$/.test(word))
        return { root: 'should', words: [word], args, awaited: true };
      at = at.children[0];
    } else break;
  }
  if (at?.name !== 'VariableName' || (words.length === 0 && args === null)) return null;
  const root = source.of(at);
  // `assert` or `t.x` without a call is no assertion.
  return args === null && root !== 'expect'
    ? null
    : { root, words, args: args ?? [], subject, awaited };
}
