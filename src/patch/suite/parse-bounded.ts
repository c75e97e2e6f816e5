/**
 * Parses within bounds. For each token the parser copies and compares its stacks, and it may read far
 * ahead, so that a text which is nested deep or has long lines could keep it busy for minutes.
 */
import type { Input, PartialParse, Tree } from '@lezer/common';
import type { LRParser } from '@lezer/lr';

/** What the texts of one change may still cost, in entries of stacks; parsing lowers it. */
export type ParsingBudget = { left: number };

/** A change of the most text that is allowed needs half of it; all of it is about ten seconds. */
export const parsingBudget = (): ParsingBudget => ({ left: 2_000_000_000 });

/** The deepest stack. Readable code needs up to 250 entries, three for each symbol. */
const MOST_ENTRIES = 1_500;

/** What one text may cost. Readable code costs up to 70 for each character. */
const mostFor = (text: string): number => 1_000_000 + 200 * text.length;

/** What it costs to read a character. */
const CHARACTER_COST = 8;

/** The steps in which the parser recovers from errors, of which each error takes about five. */
const MOST_RECOVERING = 200;
/** What such a step costs beside its stacks, because it searches the grammar. */
const RECOVERING_COST = 100_000;

/** What the parser has, beside what it declares. */
type ParserState = { recovering: number; stacks: { stack: unknown[] }[] };

/** `null` where the text costs too much, is nested too deep or has too many errors. */
export function parseBounded(parser: LRParser, text: string, budget: ParsingBudget): Tree | null {
  const input = countedInput(text);
  const parsing = parser.startParse(input) as PartialParse & ParserState;
  let inStacks = 0;
  let recovering = 0;
  const cost = () => inStacks + CHARACTER_COST * input.characters();
  const costWithErrors = () => cost() + recovering * RECOVERING_COST;
  let tree: Tree | null = null;
  while (tree === null && recovering < MOST_RECOVERING) {
    if (cost() > mostFor(text) || costWithErrors() > budget.left) break;
    tree = parsing.advance();
    const depths = parsing.stacks.map(({ stack }) => stack.length);
    inStacks += depths.reduce((sum, depth) => sum + depth, 0);
    if (Math.max(...depths) > MOST_ENTRIES) break;
    if (parsing.recovering > 0) recovering += 1;
  }
  budget.left -= costWithErrors();
  return tree;
}

/** The characters that the parser asks for at once, so that it is known how many it reads. */
const CHUNK = 256;

/** The text, and how many of its characters were read, one that was read again included. */
function countedInput(text: string): Input & { characters(): number } {
  let read = 0;
  return {
    length: text.length,
    lineChunks: false,
    chunk(from) {
      read += CHUNK;
      return text.slice(from, from + CHUNK);
    },
    read: (from, to) => text.slice(from, to),
    characters: () => read,
  };
}
