/** How surely statements run, by what stands before them. */
import type { NodeText, TestDialect } from './dialect.ts';
import type { Reach } from './suite.ts';
import type { SyntaxNode } from './syntax.ts';

export const lessSure = (a: Reach, b: Reach): Reach => (a > b ? a : b);

/**
 * How surely the statements after a node run: it may leave the block around it, or always does. What a
 * node may do is judged once, however deep it is.
 */
export function reachesIn(dialect: TestDialect, source: NodeText): (node: SyntaxNode) => Reach {
  const known = new Map<SyntaxNode, boolean>();
  const mayLeave = (node: SyntaxNode): boolean => {
    const found = known.get(node) ?? judge(node);
    known.set(node, found);
    return found;
  };
  const judge = (node: SyntaxNode): boolean => {
    if (dialect.functions.has(node.name)) return false;
    if (dialect.exits.has(node.name)) return true;
    // A block that fails the test before it leaves can't hide other assertions.
    const fails = node.children.some(
      each =>
        dialect.assertionOf(each, source) ||
        each.children.some(it => dialect.assertionOf(it, source)),
    );
    if (fails && dialect.blocks.has(node.name)) return false;
    return node.children.some(mayLeave);
  };
  return node => {
    if (dialect.exits.has(node.name)) return 2;
    const only = node.children.length <= 2 ? node.children[0] : undefined;
    if (only && dialect.exits.has(only.name)) return 2;
    return mayLeave(node) ? 1 : 0;
  };
}
