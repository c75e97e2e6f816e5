/** What a language's grammar calls the things that matter in a test. */
import type { Node } from './syntax.ts';

export type TestDialect = {
  /** Nodes whose content is no part of what is checked: imports, types. */
  quiet: ReadonlySet<string>;
  /** Nodes that hold together, so that their values belong to each other. */
  units: ReadonlySet<string>;
  /** Nodes with statements; what follows a return in them is not reached. */
  blocks: ReadonlySet<string>;
  /** Nodes of values, each a token. */
  literals: ReadonlySet<string>;
  functions: ReadonlySet<string>;
  /** Comments that keep a file from being built, where there are such. */
  unbuilt: RegExp | null;
  /** Statements that leave a block. */
  exits: ReadonlySet<string>;
  /** Whether the content of this node runs more than once: a loop, the rows of a table. */
  isLoop(node: Node, source: SourceText): boolean;
  /** Whether the content of this node may not run, or may fail unseen. */
  isGuard(node: Node, source: SourceText): boolean;
  caseOf(node: Node, source: SourceText): CaseNode | null;
  assertionOf(node: Node, source: SourceText): AssertionNode | null;
  /** What keeps tests from running here. */
  markOf(node: Node, source: SourceText): string | null;
  /** The name of a function that cases may call; `null` where it is none, or runs by itself. */
  nameOf(node: Node, source: SourceText): string | null;
  /** Nodes in here that say something to people only: messages, names of rows, logs. */
  messagesOf(node: Node, source: SourceText): Node[];
};

/** `of` gives a node's text. */
export type SourceText = { of(node: Node | undefined): string };

export type CaseNode = {
  name: string;
  /** The name where it is a value, and what else says nothing of what is checked. */
  quiet: Node[];
  /** Runs once for each row of a table. */
  table?: boolean;
};

export type AssertionNode = {
  check: string;
  /** Its nodes; messages are left out. */
  parts: Node[];
  quiet: Node[];
  /** What stands inside and is looked at by itself. */
  within?: Node[];
  vacuous?: boolean;
};
