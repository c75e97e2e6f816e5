/** Parses source text into a plain tree without comments, and lists the errors. */
import { parser as go } from '@lezer/go';
import { parser as javascript } from '@lezer/javascript';
import type { LRParser } from '@lezer/lr';
import { parser as python } from '@lezer/python';
import { parser as rust } from '@lezer/rust';
import { foldPath } from '../../core/paths/fold-path.ts';
import { type ParsingBudget, parseBounded } from './parse-bounded.ts';

export type Language = 'javascript' | 'python' | 'go' | 'rust';

/** `name` is the grammar's name of the node; a leaf has no children. */
export type SyntaxNode = { name: string; from: number; to: number; children: SyntaxNode[] };

type ParsedSource = {
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

export function languageOf(path: string): Language | null {
  const folded = foldPath(path);
  return LANGUAGES.find(([pattern]) => pattern.test(folded))?.[1] ?? null;
}

const COMMENT = /^(Line|Block)?Comment$/;

/** Deeper nesting counts as an error, because no readable test has it. */
const MAX_DEPTH = 500;

/** What is parsed, as the language of its path. `budget` is what the texts of the change may still cost. */
type TextToParse = { path: string; language: Language; text: string; budget: ParsingBudget };

/** `null` where parsing was given up. */
export function parse({ path, language, text, budget }: TextToParse): ParsedSource | null {
  const parser = /\.[cm]?ts$/i.test(path) ? TYPESCRIPT : PARSERS[language];
  const errors: number[] = [];
  const tree = parseBounded(parser, language === 'python' ? withoutBareYields(text) : text, budget);
  if (tree === null) return null;
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
  return { root: read(0), errors };
}

/** The grammar takes no `yield` without a value, which fixtures have; the text stays as long as it is. */
const withoutBareYields = (text: string): string =>
  text.replace(/\byield(?=[ \t]*(?:[\r\n#)]|$))/g, '_____');

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
