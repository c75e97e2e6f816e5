/** The interface by which each language names the syntax nodes that matter in a test. */
import type { SyntaxNode } from './syntax.ts';

export type TestDialect = {
  /** Nodes that are no part of what is checked, such as imports and types. */
  ignored: ReadonlySet<string>;
  /** Nodes that are compared as one unit, so that their values belong together. */
  units: ReadonlySet<string>;
  /** Nodes that contain statements, where a statement after a return is not reached. */
  blocks: ReadonlySet<string>;
  /** Nodes that are values; each becomes one token. */
  literals: ReadonlySet<string>;
  functions: ReadonlySet<string>;
  /** Comments that keep a file from being built, where the language has any. */
  buildConstraint: RegExp | null;
  /** Statements that leave a block. */
  exits: ReadonlySet<string>;
  /** Whether the node's content runs more than once, as in a loop or for rows of a table. */
  isLoop(node: SyntaxNode, source: NodeText): boolean;
  /** Whether the node's content may not run, or its failure may be caught. */
  isGuard(node: SyntaxNode, source: NodeText): boolean;
  caseOf(node: SyntaxNode, source: NodeText): CaseNode | null;
  assertionOf(node: SyntaxNode, source: NodeText): AssertionNode | null;
  /** How the node keeps tests from running; `null` where it does not. */
  skipMarkOf(node: SyntaxNode, source: NodeText): string | null;
  /** The name of a function that cases may call; `null` for other nodes and for hooks. */
  nameOf(node: SyntaxNode, source: NodeText): string | null;
  /** Nodes below that are only for people: messages, names of rows, logs. */
  messagesOf(node: SyntaxNode, source: NodeText): SyntaxNode[];
};

/** `of` returns a node's text, `text` is all that is parsed. */
export type NodeText = { of(node: SyntaxNode | undefined): string; text: string };

export type CaseNode = {
  name: string;
  /** Nodes that are no part of what is checked, such as the case's name. */
  ignored: SyntaxNode[];
  /** Whether the case runs once for each row of a table. */
  table?: boolean;
};

export type AssertionNode = {
  check: string;
  /** The nodes of the assertion. */
  parts: SyntaxNode[];
  ignored: SyntaxNode[];
  /** Nodes inside the assertion that are read by themselves. */
  nested?: SyntaxNode[];
  /** Whether a failure of these is what it asks for. */
  expectsFailure?: boolean;
  /** A value that is part of the assertion's name, as in `toBeNull()`. */
  implied?: string | undefined;
  vacuous?: boolean;
};
