/** Parses source text into a plain tree without comments, and lists the errors. */
import type { PartialParse, Tree } from '@lezer/common';
import { parser as go } from '@lezer/go';
import { parser as javascript } from '@lezer/javascript';
import type { LRParser } from '@lezer/lr';
import { parser as python } from '@lezer/python';
import { parser as rust } from '@lezer/rust';
import { foldPath } from '../../core/fold-path.ts';

export type Language = 'javascript' | 'python' | 'go' | 'rust';

/** `name` is the grammar's name of the node; a leaf has no children. */
export type SyntaxNode = { name: string; from: number; to: number; children: SyntaxNode[] };

type ParsedSource = {
  language: Language;
  text: string;
  root: SyntaxNode;
  /** Offsets of text that could not be parsed. */
  errors: number[];
};

const PARSERS: Record<Language, LRParser> = {
  javascript: javascript.configure({ dialect: 'ts jsx' }),
  python,
  go,
  rust,
};
/** TypeScript without JSX: `<T>x` is a cast in the one and an element in the other. */
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

/** Deeper nesting counts as an error, because no readable test has it. */
const MAX_DEPTH = 500;

/** The errors after which parsing stops: each costs time, and the text can't be compared anyway. */
const MAX_ERRORS = 200;

export function parse(path: string, language: Language, text: string): ParsedSource {
  const parser = /\.[cm]?ts$/i.test(path) ? TYPESCRIPT : PARSERS[language];
  const errors: number[] = [];
  const tree = parseBounded(parser, text);
  if (tree === null) return { language, text, root: empty(text), errors: [0] };
  const cursor = tree.cursor();
  const read = (depth: number): SyntaxNode => {
    const { name, from, to } = cursor;
    const children: SyntaxNode[] = [];
    if (cursor.type.isError || depth > MAX_DEPTH) errors.push(from);
    else if (cursor.firstChild()) {
      do if (!COMMENT.test(cursor.name)) children.push(read(depth + 1));
      while (cursor.nextSibling());
      cursor.parent();
    }
    return { name, from, to, children };
  };
  return { language, text, root: read(0), errors };
}

const empty = (text: string): SyntaxNode => ({ name: '', from: 0, to: text.length, children: [] });

/**
 * Parses, but stops after too many errors from which the parser had to recover. `null` where the text
 * is nested so deep that the parser, which calls itself for each level, has no stack left.
 */
function parseBounded(parser: LRParser, text: string): Tree | null {
  try {
    return parseUpTo(MAX_ERRORS, parser, text);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function parseUpTo(mostErrors: number, parser: LRParser, text: string): Tree {
  const parsing = parser.startParse(text) as PartialParse & { recovering?: number };
  let recovering = 0;
  for (;;) {
    const tree = parsing.advance();
    if (tree) return tree;
    if (parsing.recovering && ++recovering === mostErrors) parsing.stopAt(parsing.parsedPos);
  }
}

/** The first node with one of these names, at or below `node`, in the order of the text. */
export function findNode(node: SyntaxNode, names: ReadonlySet<string>): SyntaxNode | null {
  if (names.has(node.name)) return node;
  for (const child of node.children) {
    const found = findNode(child, names);
    if (found) return found;
  }
  return null;
}

export const childNamed = (node: SyntaxNode, name: string): SyntaxNode | undefined =>
  node.children.find(each => each.name === name);

/** The nodes of a list, without its brackets and commas. */
export const listItems = (list: SyntaxNode | undefined): SyntaxNode[] =>
  (list?.children ?? []).filter(({ name }) => !/^[^\p{L}_]+$/u.test(name));
