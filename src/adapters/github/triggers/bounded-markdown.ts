/**
 * The blocks, containers and code spans of a comment, found by micromark within a bound of work. It is a
 * count of what is done, so that a text is read or not read alike on every machine.
 */
import { parse, postprocess, preprocess } from 'micromark';
import { gfmTable } from 'micromark-extension-gfm-table';

export type MarkdownEvents = ReturnType<typeof postprocess>;
type Event = MarkdownEvents[number];

/**
 * Inline Markdown but for code spans, and headings by underlines, don't decide whether a line is plain
 * text, and reading them takes micromark quadratic time on hostile text.
 */
const NOT_READ = [
  ...['attention', 'labelStartImage', 'labelStartLink', 'labelEnd', 'autolink', 'htmlText'],
  ...['characterEscape', 'characterReference', 'hardBreakEscape', 'setextUnderline'],
];
const EXTENSIONS = [gfmTable(), { disable: { null: NOT_READ } }];

/** Deeper marks of quotes and lists at the start of a line: each level costs time on every line. */
const DEEP = /^((?:[ \t]*(?:[>*+-]|\d{1,9}[.)])){32})((?:[ \t]*(?:[>*+-]|\d{1,9}[.)]))+)/gm;
const LINE = /[^\r\n]*(?:\r\n|\n|\r|$)/g;

/**
 * In microseconds, about, of a slow machine. The longest comments that people write take a third of it,
 * but for some with a thousand items of nested lists, which take two thirds.
 */
const MOST_WORK = 300_000;
const LINE_WORK = 20;
const EVENT_WORK = 5;
const CELL_WORK = 25;
const DEFINITION_WORK = 80;

/** Null of a text that takes more work than is done. */
export function boundedEvents(text: string): MarkdownEvents | null {
  // Blanks in place of the marks keep every offset.
  const shallow = text.replace(DEEP, (_, kept, deeper) => kept + ' '.repeat(deeper.length));
  const parser = parse({ extensions: EXTENSIONS });
  for (const field of ['text', 'string'] as const)
    parser.constructs[field] = withoutUnread(parser.constructs[field]);
  const document = parser.document();
  const chunksOf = preprocess();
  let work = 0;
  let depth = 0;
  for (const [line] of shallow.matchAll(LINE)) {
    const before = document.events.length;
    const isLast = line === '';
    document.write(chunksOf(line, undefined, isLast));
    const added = document.events.slice(before);
    work += workOf(line, { added, depth, all: document.events.length });
    if (work > MOST_WORK) return null;
    if (isLast) break;
    depth += added.reduce((sum, event) => sum + levels(event), 0);
  }
  return postprocess(document.events);
}

type Constructs = ReturnType<typeof parse>['constructs']['text'];

/**
 * The inline Markdown that is read. At the characters of what is disabled micromark would part words all the
 * same, and put them together again in quadratic time.
 */
function withoutUnread(constructs: Constructs): Constructs {
  return Object.fromEntries(
    Object.entries(constructs).filter(([, of]) =>
      [of].flat().some(construct => construct && !NOT_READ.includes(construct.name ?? '')),
    ),
  );
}

/**
 * Where containers end, micromark may copy all events so far, which takes longer the more they are; behind a
 * line that goes on with a container without its marks, it looks through all of them.
 */
function workOf(
  line: string,
  { added, depth, all }: { added: Event[]; depth: number; all: number },
): number {
  const ends = added.some(event => levels(event) < 0);
  const isLazy = depth > 0 && added.length === 2 && line.trim() !== '';
  return (
    LINE_WORK +
    depth +
    EVENT_WORK * added.length +
    CELL_WORK * (line.split('|').length - 1) +
    DEFINITION_WORK * (line.split(']:').length - 1) +
    (ends ? all ** 2 / 200_000 : 0) +
    (isLazy ? all / 40 : 0)
  );
}

const levels = ([way, { type }]: Event): number =>
  type === 'blockQuote' || type === 'listOrdered' || type === 'listUnordered'
    ? way === 'enter'
      ? 1
      : -1
    : 0;
