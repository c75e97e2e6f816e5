/** What loops and tables of cases go through, so that one that goes through fewer cases is noticed. */
import type { NodeText } from './dialect.ts';
import type { Iterated } from './suite.ts';
import { childNamed, type Language, listItems, type SyntaxNode } from './syntax.ts';

/** What a node goes through; `null` where it is no loop, or goes through what is written in it. */
export function iteratedBy(language: Language, node: SyntaxNode, source: NodeText): string | null {
  const over = BY_LANGUAGE[language](node, source);
  if (!over || !CHECKS.test(source.of(node))) return null;
  const text = source.of(over).slice(0, LONGEST).replace(/\s+/g, '');
  return /^[\p{L}_$(]/u.test(text) ? text : null;
}

/** What is gone through for other reasons is no concern. */
const CHECKS = /assert|expect|require|should|raises|parametrize|\bt\.|\b(?:it|test|describe)\b/;

/** A longer expression is compared by its beginning. */
const LONGEST = 300;

type IteratedNode = (node: SyntaxNode, source: NodeText) => SyntaxNode | undefined;

const after = (node: SyntaxNode | undefined, word: string): SyntaxNode | undefined => {
  const at = node?.children.findIndex(({ name }) => name === word) ?? -1;
  return at < 0 ? undefined : node?.children[at + 1];
};

const BY_LANGUAGE: Record<Language, IteratedNode> = {
  javascript(node, source) {
    if (node.name === 'ForStatement') return after(childNamed(node, 'ForOfSpec'), 'of');
    if (node.name !== 'CallExpression') return;
    const [callee] = node.children;
    if (callee?.name !== 'MemberExpression') return;
    const method = source.of(callee.children.at(-1));
    const [on] = callee.children;
    if (/^(?:forEach|map)$/.test(method)) return on;
    const isTable = /^(?:each|for)$/.test(method) && /^(?:it|test|describe)\b/.test(source.of(on));
    return isTable ? listItems(childNamed(node, 'ArgList'))[0] : undefined;
  },
  python(node, source) {
    if (node.name === 'ForStatement') return after(node, 'in');
    if (node.name !== 'Decorator' || !/^@pytest\.mark\.parametrize\b/.test(source.of(node))) return;
    return listItems(childNamed(node, 'ArgList'))[1];
  },
  go: node => after(childNamed(node, 'RangeClause'), 'range'),
  rust: node => (node.name === 'ForExpression' ? after(node, 'in') : undefined),
};

/** Loops and tables that went through all of something and now go through a part of it. */
export function narrowed(before: Iterated[], is: Iterated[]): Iterated[] {
  const left = new Set(is.map(({ text }) => text));
  const gone = new Set(before.map(({ text }) => text).filter(text => !left.has(text)));
  const known = new Set(before.map(({ text }) => text));
  return is
    .filter(({ text }) => !known.has(text) && NARROWS.test(text))
    .filter(({ text }) => namesIn(text).some(name => gone.has(name)));
}

/** What takes a part of something. */
const NARROWS =
  /\.(?:slice|filter|splice|take|take_while|skip|skip_while|step_by|find|head)\(|\[[^\]]{0,50}(?::|\.\.)[^\]]{0,50}\]|\bislice\(|\bfilter\(|\bsample\(|if[^\p{L}\d_]/u;

/** The names in an expression, such as `a.rows`, each with and without what is called on it. */
function namesIn(text: string): string[] {
  const names = text.match(/[\p{L}_$][\p{L}\d_$.]*(?:\(\))?/gu) ?? [];
  return names.flatMap(name => {
    const parts = name.split('.');
    return parts.slice(0, 5).map((_, at) => parts.slice(0, at + 1).join('.'));
  });
}
