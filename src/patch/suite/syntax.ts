/** Source text → a plain tree of what was written: comments left out, errors counted. */

import type { PartialParse, Tree } from '@lezer/common';
import { parser as go } from '@lezer/go';
import { parser as javascript } from '@lezer/javascript';
import type { LRParser } from '@lezer/lr';
import { parser as python } from '@lezer/python';
import { parser as rust } from '@lezer/rust';
import { foldPath } from '../../core/fold-path.ts';

export type Language = 'javascript' | 'python' | 'go' | 'rust';

/** `name` is the grammar's name for it; a leaf has no children. */
export type Node = { name: string; from: number; to: number; children: Node[] };

export type Syntax = {
  language: Language;
  text: string;
  root: Node;
  /** Where the parser could not make sense of the text. */
  errors: number[];
};

const PARSERS: Record<Language, LRParser> = {
  javascript: javascript.configure({ dialect: 'ts jsx' }),
  python,
  go,
  rust,
};
/** `<T>x` is a cast in TypeScript and an element in JSX: no dialect reads both. */
const TYPESCRIPT = javascript.configure({ dialect: 'ts' });

const LANGUAGES: [RegExp, Language][] = [
  [/\.[cm]?[jt]sx?$/, 'javascript'],
  [/\.pyi?$/, 'python'],
  [/\.go$/, 'go'],
  [/\.rs$/, 'rust'],
];

export const languageOf = (path: string): Language | null =>
  LANGUAGES.find(([pattern]) => pattern.test(foldPath(path)))?.[1] ?? null;

const COMMENT = /^(Line|Block)?Comment$/;

/** Nesting beyond this is no test that anyone reads; it is counted as an error. */
const DEEPEST = 500;

/** Places in error after which a text is given up: each costs time, and it can't be compared. */
const MOST_ERRORS = 200;

export function parse(path: string, language: Language, text: string): Syntax {
  const parser = /\.[cm]?ts$/i.test(path) ? TYPESCRIPT : PARSERS[language];
  const errors: number[] = [];
  const cursor = parseWithin(parser, text).cursor();
  const read = (depth: number): Node => {
    const { name, from, to } = cursor;
    const children: Node[] = [];
    if (cursor.type.isError || depth > DEEPEST) errors.push(from);
    else if (cursor.firstChild()) {
      do if (!COMMENT.test(cursor.name)) children.push(read(depth + 1));
      while (cursor.nextSibling());
      cursor.parent();
    }
    return { name, from, to, children };
  };
  return { language, text, root: read(0), errors };
}

/** Stops where the parser only recovers from one error after another. */
function parseWithin(parser: LRParser, text: string): Tree {
  const parsing = parser.startParse(text) as PartialParse & { recovering?: number };
  let recovering = 0;
  for (;;) {
    const tree = parsing.advance();
    if (tree) return tree;
    if (parsing.recovering && ++recovering === MOST_ERRORS) parsing.stopAt(parsing.parsedPos);
  }
}

/** The first node of one of these names, from the top, in the order of the text. */
export function find(node: Node, names: ReadonlySet<string>): Node | null {
  if (names.has(node.name)) return node;
  for (const child of node.children) {
    const found = find(child, names);
    if (found) return found;
  }
  return null;
}

export const child = (node: Node, name: string): Node | undefined =>
  node.children.find(each => each.name === name);

/** The nodes of a list without its brackets and commas. */
export const items = (list: Node | undefined): Node[] =>
  (list?.children ?? []).filter(({ name }) => !/^[^\p{L}_]+$/u.test(name));
