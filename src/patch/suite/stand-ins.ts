/** What takes the place of a test's assertions or runner: a function of the same name, another module, another method. */
import type { NodeText } from './dialect.ts';
import { childNamed, type Language, listItems, type SyntaxNode } from './syntax.ts';

/** A name that means something of the repository's own. It is a finding where the name meant something else before. */
export type StandIn = { name: string; text: string };

/** The names that a node makes stand for something else. */
export function standInsOf(language: Language, node: SyntaxNode, source: NodeText): StandIn[] {
  if (language === 'go') return node.name === 'ImportDecl' ? goImports(source.of(node)) : [];
  if (language !== 'javascript') return [];
  switch (node.name) {
    case 'ImportDeclaration':
      return javascriptImports(node, source);
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return own(source.of(childNamed(node, 'VariableDefinition')));
    case 'ParamList':
      return given(node, source);
    case 'VariableDeclaration':
      return [...required(source.of(node).slice(0, 1000)), ...declared(node, source)];
    case 'AssignmentExpression':
      return node.children.some(isWritten) ? own(source.of(node.children[0])) : [];
    default:
      return [];
  }
}

const NAMES: ReadonlySet<string> = new Set(
  'expect assert should test it describe suite specify'.split(' '),
);

const own = (name: string): StandIn[] =>
  NAMES.has(name) ? [{ name, text: `${name} as declared here` }] : [];

/** Whether it is written down there, and not taken from a library. */
const isWritten = ({ name }: SyntaxNode): boolean =>
  /^(?:ArrowFunction|FunctionExpression|ObjectExpression|ClassExpression)$/.test(name);

function declared(node: SyntaxNode, source: NodeText): StandIn[] {
  const { children } = node;
  return children.flatMap((each, at) => {
    if (each.name !== 'VariableDefinition') return [];
    const equals = children.findIndex(({ name }, index) => index > at && name === 'Equals');
    const value = equals < 0 ? undefined : children[equals + 1];
    return value && isWritten(value) ? own(source.of(each)) : [];
  });
}

/** Parameters that are something of the test's own where the runner gives nothing. */
const given = ({ children }: SyntaxNode, source: NodeText): StandIn[] =>
  children.flatMap((each, at) =>
    each.name === 'VariableDefinition' && children[at + 1]?.name === 'Equals'
      ? own(source.of(each))
      : [],
  );

/** A module of the repository: by a path, or by one of the usual signs for it. */
const OWN_MODULE = /^(?:\.{0,2}\/|[#~]|@\/)/;

const from = (name: string, module: string): StandIn[] =>
  NAMES.has(name) && OWN_MODULE.test(module) ? [{ name, text: `${name} from ${module}` }] : [];

function required(text: string): StandIn[] {
  const [, names = '', module = ''] =
    /^(?:const|let|var)\s([^=]{1,300})=\s{0,9}(?:await\s{1,9})?(?:import|require)\(\s{0,9}["'`]([^"'`]{1,300})/.exec(
      text,
    ) ?? [];
  return names.split(/[^\w$]+/).flatMap(name => from(name, module));
}

function javascriptImports(node: SyntaxNode, source: NodeText): StandIn[] {
  const module = source.of(childNamed(node, 'String')).slice(1, -1);
  const parts = [...node.children, ...(childNamed(node, 'ImportGroup')?.children ?? [])];
  return parts.flatMap((each, at) => {
    if (each.name !== 'VariableDefinition') return [];
    const name = source.of(each);
    const imported = parts[at - 1]?.name === 'as' ? source.of(parts[at - 2]) : name;
    const isOther =
      /^(?:expect|assert)$/.test(name) &&
      !/^(?:expect|assert|default|strict|ok|\*)$/.test(imported);
    return isOther ? [{ name, text: `${imported} as ${name}` }] : from(name, module);
  });
}

/** Go's libraries of assertions; another package of that name is somebody's own. */
const GO_LIBRARIES =
  /^(?:github\.com\/(?:stretchr\/testify|matryer\/is|alecthomas|shoenig|carlmjohnson|zeebo|peterldowns|go-openapi\/testify)|gotest\.tools|go\.uber\.org)\b/;

const goImports = (text: string): StandIn[] =>
  [...text.matchAll(/(?:\b(\w+)\s+)?"([^"\n]{1,300})"/g)].flatMap(([, given, module = '']) => {
    const name = given ?? module.slice(module.lastIndexOf('/') + 1);
    return /^(?:assert|require)$/.test(name) && !GO_LIBRARIES.test(module)
      ? [{ name, text: `${name} from ${module}` }]
      : [];
  });

const REPLACES = 'replaces what asserts';
/** Of a program beside the tests it is no concern. */
export const ENDS = 'ends before the tests are through';
const REMOVES = 'keeps tests from running';

/** How a node changes what assertions do, or ends the tests; `null` where it does neither. */
export const overrideOf = (language: Language, node: SyntaxNode, source: NodeText): string | null =>
  OVERRIDES[language](node, source);

const ASSERTS =
  /^(?:(?:globalThis|global|window|chai)\.)*(?:expect|assert|Assertion)(?:\.prototype)?$/;
const MATCHERS =
  /^to(?:Be|Equal|StrictEqual|Throw|ThrowError|Match|MatchObject|MatchSnapshot|MatchInlineSnapshot|Contain|ContainEqual|HaveLength|HaveProperty|BeTruthy|BeFalsy|BeNull|BeUndefined|BeDefined|BeNaN|BeCloseTo|BeInstanceOf|Be(?:Greater|Less)Than(?:OrEqual)?|HaveBeenCalled\w*|HaveReturned\w*)$/;
const LIBRARY =
  /^["'`](?:(?:node:)?assert(?:\/strict)?|chai|expect|vitest|@jest\/globals|@vitest\/expect|@playwright\/test)["'`]$/;

function javascript(node: SyntaxNode, source: NodeText): string | null {
  if (node.name === 'AssignmentExpression') {
    const [left] = node.children;
    return left?.name === 'MemberExpression' && ASSERTS.test(source.of(left.children[0]))
      ? REPLACES
      : null;
  }
  if (node.name !== 'CallExpression') return null;
  const callee = source.of(node.children[0]);
  if (callee.length > 100) return null;
  const [first, ...rest] = listItems(childNamed(node, 'ArgList'));
  if (callee === 'process.exit')
    return rest.length === 0 && /^0?$/.test(source.of(first)) ? ENDS : null;
  if (!first) return null;
  if (/\boverwrite(?:Method|Property|ChainableMethod)$/.test(callee)) return REPLACES;
  if (/(?:\.doMock|\.mock|\.module|\.mockModule)$/.test(callee))
    return LIBRARY.test(source.of(first)) ? REPLACES : null;
  if (
    /^(?:\w+\.)*(?:spyOn|stub|replace|method|assign|defineProperty|defineProperties|setPrototypeOf)$/.test(
      callee,
    )
  )
    return ASSERTS.test(source.of(first)) ? REPLACES : null;
  const isExtended = callee === 'expect.extend' && first.name === 'ObjectExpression';
  return isExtended && first.children.some(each => MATCHERS.test(source.of(each.children[0])))
    ? REPLACES
    : null;
}

/** Methods of unittest's test case. */
const METHODS =
  /^(?:assert(?:_|True|False|Is|IsNot|IsNone|IsNotNone|In|NotIn|Raises|RaisesRegex|Regex|NotRegex|Greater|GreaterEqual|Less|LessEqual|AlmostEqual|NotAlmostEqual|IsInstance|NotIsInstance|CountEqual|(?:Not|List|Dict|Set|Tuple|Sequence|MultiLine)?Equal)|fail)$/;

function python(node: SyntaxNode, source: NodeText): string | null {
  if (node.name === 'FunctionDefinition') {
    const name = source.of(childNamed(node, 'VariableName'));
    if (METHODS.test(name)) return REPLACES;
    return /^test/.test(name) && isGenerator(node, source) ? REMOVES : null;
  }
  const [first] = node.children;
  if (node.name === 'AssignStatement')
    return /^(?:[\w.]{0,100}\bTestCase\.(?:assert|fail)\w*|pytest\.(?:raises|fail|approx))$/.test(
      source.of(first).slice(0, 200),
    )
      ? REPLACES
      : null;
  if (node.name === 'DeleteStatement')
    return /\bglobals\(\)\s*\[|\bTest\w*\.test/.test(source.of(node)) ? REMOVES : null;
  if (node.name !== 'CallExpression') return null;
  const callee = source.of(first);
  if (/^(?:os\._exit|pytest\.exit)$/.test(callee)) return ENDS;
  const given = source.of(childNamed(node, 'ArgList')).slice(0, 500);
  if (/^(?:delattr|globals\(\)\.pop)$/.test(callee))
    return /["']test/i.test(given) ? REMOVES : null;
  return /(?:^|\.)(?:patch|patch\.object|setattr)$/.test(callee) &&
    /\bTestCase\.(?:assert|fail)|["'](?:assert[A-Z]\w*|raises)["']/.test(given)
    ? REPLACES
    : null;
}

/** Whether a function that is called like a test only makes values; fixtures do. */
const isGenerator = (node: SyntaxNode, source: NodeText): boolean =>
  /^[ \t]+(?:\w+ *= *)?yield\b/m.test(source.of(node)) &&
  !/\n[ \t]+(?:async )?def /.test(source.of(node)) &&
  !/@[\w.]*fixture\b[^\n]*\n[ \t]*$/.test(
    source.text.slice(Math.max(0, node.from - 200), node.from),
  );

const go = (node: SyntaxNode, source: NodeText): string | null =>
  node.name === 'FunctionDecl' &&
  source.of(childNamed(node, 'DefName')) === 'TestMain' &&
  !/\.Run\(/.test(source.of(node))
    ? REMOVES
    : null;

function rust(node: SyntaxNode, source: NodeText): string | null {
  if (node.name === 'MacroDefinition')
    return /^(?:(?:debug_)?assert(?:_eq|_ne|_matches)?|panic|unreachable)$/.test(
      source.of(childNamed(node, 'Identifier')),
    )
      ? REPLACES
      : null;
  return node.name === 'CallExpression' &&
    /(?:^|::)process::exit$/.test(source.of(node.children[0])) &&
    /^\(\s*0\s*\)$/.test(source.of(childNamed(node, 'ArgList')))
    ? ENDS
    : null;
}

const OVERRIDES: Record<Language, (node: SyntaxNode, source: NodeText) => string | null> = {
  javascript,
  python,
  go,
  rust,
};
