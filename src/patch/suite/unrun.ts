/**
 * Code of a test that is written down and never run, or whose failure nobody waits for: a loop over
 * nothing, a function that nothing can call, a thread or a promise that is left alone.
 */
import type { NodeText } from './dialect.ts';
import { childNamed, type Language, listItems, type SyntaxNode } from './syntax.ts';

type IsUnrun = (node: SyntaxNode, source: NodeText) => boolean;

/** Whether the node's content is such code. */
export const isUnrun = (language: Language, node: SyntaxNode, source: NodeText): boolean =>
  BY_LANGUAGE[language](node, source);

/** Functions that run another one when the test may be over. */
const LATER =
  /^(?:(?:window|globalThis|global)\.)?(?:setTimeout|setInterval|setImmediate|queueMicrotask|requestAnimationFrame|requestIdleCallback|process\.nextTick)$/;
/** Names of functions by which code that runs later tells that it is through. */
const TELLS = /(?<!\.)\b(?:done|resolve\w*|next|cb|callback)\b/;

const FUNCTION = /^(?:ArrowFunction|FunctionExpression)$/;

const javascript: IsUnrun = (node, source) => {
  switch (node.name) {
    case 'ExpressionStatement':
      return isLeftAlone(node.children[0], source);
    case 'CallExpression':
      return isCallOfUnrun(node, source);
    case 'FunctionExpression':
      return childNamed(node, 'Star') !== undefined;
    case 'LabeledStatement':
      return childNamed(node, 'Block') !== undefined;
    case 'ForStatement': {
      const list = childNamed(childNamed(node, 'ForOfSpec') ?? node, 'ArrayExpression');
      return list !== undefined && listItems(list).length === 0;
    }
    case 'WhileStatement':
      return /^\(\s*(?:false|0|null)\s*\)$/.test(source.of(node.children[1]));
    case 'TryStatement':
      return /\breturn\b/.test(source.of(childNamed(node, 'FinallyClause')));
    default:
      return false;
  }
};

function isCallOfUnrun(node: SyntaxNode, source: NodeText): boolean {
  const [callee, list] = [node.children[0], childNamed(node, 'ArgList')];
  if (callee?.name === 'VariableName') return isLater(node, source);
  if (callee?.name !== 'MemberExpression') return false;
  const [on, method] = [callee.children[0], source.of(callee.children.at(-1))];
  const [given] = listItems(list);
  if (method === 'forEach' && given && childNamed(given, 'async')) return true;
  if (method === 'catch' && given && FUNCTION.test(given.name))
    return !/\b(?:throw|expect|assert|fail|reject|done)\b/.test(source.of(given));
  if (on?.name === 'ArrayExpression') return listItems(on).length === 0;
  return isLater(node, source);
}

const isLater = (node: SyntaxNode, source: NodeText): boolean =>
  LATER.test(source.of(node.children[0])) && !TELLS.test(source.of(node));

/** Whether a statement is a function that is not called, or a promise that is not awaited. */
function isLeftAlone(given: SyntaxNode | undefined, source: NodeText): boolean {
  const node = given?.name === 'UnaryExpression' ? given.children[1] : given;
  const inner = node?.name === 'ParenthesizedExpression' ? node.children[1] : node;
  if (!node || !inner) return false;
  if (FUNCTION.test(inner.name)) return true;
  const callee = node.children[0];
  const isPromise =
    (node.name === 'NewExpression' && source.of(node.children[1]) === 'Promise') ||
    (node.name === 'CallExpression' && callee !== undefined && isOfPromise(callee, source));
  return isPromise && !TELLS.test(source.of(node));
}

function isOfPromise(callee: SyntaxNode, source: NodeText): boolean {
  if (callee.name === 'ParenthesizedExpression')
    return (
      callee.children[1] !== undefined && childNamed(callee.children[1], 'async') !== undefined
    );
  // Cypress waits for what its commands are given.
  return (
    callee.name === 'MemberExpression' &&
    /^(?:then|catch|finally)$/.test(source.of(callee.children.at(-1))) &&
    !/^cy\b/.test(source.of(callee))
  );
}

/** Functions that are started as threads, by name; their failures end no test. */
const threads = new WeakMap<NodeText, ReadonlySet<string>>();

function threadsOf(source: NodeText): ReadonlySet<string> {
  const known = threads.get(source);
  if (known) return known;
  const started = /(?:\btarget\s*=\s*|\bTimer\([^,()\n]{0,100},\s*|_new_thread\(\s*)(\w+)/g;
  const found = new Set([...source.text.matchAll(started)].map(([, name = '']) => name));
  threads.set(source, found);
  return found;
}

const python: IsUnrun = (node, source) => {
  switch (node.name) {
    case 'ForStatement':
      return /^(?:async\s+)?for\s[^\n:]{0,200}\bin\s+(?:\[\s*\]|\(\s*\)|\{\s*\}|range\(\s*0\s*\)|""|'')\s*:/.test(
        source.of(node),
      );
    case 'WhileStatement':
      return /^while\s+\(?(?:False|0|None)\)?\s*:/.test(source.of(node));
    case 'ExpressionStatement':
      return node.children[0]?.name === 'LambdaExpression';
    case 'FunctionDefinition':
      return threadsOf(source).has(source.of(childNamed(node, 'VariableName')));
    case 'DecoratedStatement':
      return isNoCase(node, source);
    case 'TryStatement': {
      const at = node.children.findIndex(({ name }) => name === 'finally');
      return at >= 0 && /\b(?:return|break|continue)\b/.test(source.of(node.children[at + 1]));
    }
    default:
      return false;
  }
};

/** Whether a function is called like a test and is decorated as something else. */
function isNoCase(node: SyntaxNode, source: NodeText): boolean {
  const item = childNamed(node, 'FunctionDefinition');
  return (
    /^test/.test(source.of(item && childNamed(item, 'VariableName'))) &&
    node.children.some(
      each =>
        each.name === 'Decorator' &&
        /^@(?:pytest\w*\.)?fixture\b|^@(?:functools\.)?(?:cached_)?property\b/.test(
          source.of(each),
        ),
    )
  );
}

/** How a goroutine tells that it is through. */
const SIGNALS = /\.Done\(\)|<-|\bclose\(/;

const go: IsUnrun = (node, source) => {
  switch (node.name) {
    case 'GoStatement':
      return !SIGNALS.test(source.of(node));
    case 'CallExpr':
      return source.of(node.children[0]) === 'time.AfterFunc' && !SIGNALS.test(source.of(node));
    case 'Assignment':
      return (
        source.of(node.children[0]) === '_' && childNamed(node, 'FunctionLiteral') !== undefined
      );
    case 'ForStatement':
      return /^for\s+(?:false\b|(?:\w+\s*:?=\s*)?range\s+(?:0\b|\[\]\w+\{\}))/.test(
        source.of(node),
      );
    default:
      return false;
  }
};

const rust: IsUnrun = (node, source) => {
  switch (node.name) {
    case 'ExpressionStatement':
      return node.children[0] !== undefined && isLazy(node.children[0], source);
    case 'LetDeclaration':
      return (
        childNamed(node, '_') !== undefined && node.children.some(each => isLazy(each, source))
      );
    case 'WhileExpression':
      return /^while\s+false\b/.test(source.of(node));
    case 'ForExpression':
      return /^for\s[^{\n]{0,100}\sin\s+(?:\[\s*\]|(\d{1,9})\.\.\1\b)/.test(source.of(node));
    default:
      return false;
  }
};

/** A closure that is not called, a future that is not awaited, or a thread that is not joined. */
const isLazy = (node: SyntaxNode, source: NodeText): boolean =>
  /^(?:ClosureExpression|AsyncBlock)$/.test(node.name) ||
  (node.name === 'CallExpression' && /(?:^|::)spawn$/.test(source.of(node.children[0])));

const BY_LANGUAGE: Record<Language, IsUnrun> = { javascript, python, go, rust };
