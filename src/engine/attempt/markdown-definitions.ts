/**
 * Definitions of links and footnotes in Markdown. GitHub shows none where it stands: a link's is seen by
 * its link, a footnote's at the end of the page. What nothing refers to is seen nowhere.
 */
import { marksOf, quotesIn } from './markdown-containers.ts';
import { endOfLine, type MarkdownSpan, nextLine, without } from './markdown-spans.ts';

const NOTE = /\[(\^[^\][]+)\]:/g;
/** Its label, its target and its title each may stand on a line of its own. */
const LINK =
  /^\[((?:[^\][\\]|\\[\s\S]){1,999})\]:[ \t]*(?:(?:\r\n?|\n)[ \t>]*)?(?:<(?:[^<>\\\r\n]|\\[^\r\n])*>|[^ \t\r\n<][^ \t\r\n]*)(?:(?:[ \t]+(?:(?:\r\n?|\n)[ \t>]*)?|(?:\r\n?|\n)[ \t>]*)(?:"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|\((?:[^()\\]|\\[\s\S])*\)))?[ \t]*(?=[\r\n]|$)/;
const LABEL = /\[([^\][]{1,999})\]/g;
/** No line of a paragraph: a heading, a rule, what underlines a heading, the name of an alert. */
const BLOCK = /^(?:#{1,6}(?:[ \t]|$)|=+[ \t]*$|[-*_][-*_ \t]*$|\[!\w{1,20}\][ \t]*$)/;
const INDENTED = /(?: {4}|\t *)$/;

type Definition = MarkdownSpan & { label: string };

/** Is told each line of a text in order, but for those of code and comments. */
export function createDefinitions(text: string) {
  const links: Definition[] = [];
  const notes: Definition[] = [];
  /** The labels that footnotes begin with. */
  const names: MarkdownSpan[] = [];
  let endOfLink = 0;
  let endOfNotes = 0;
  /** Whether a paragraph begins; within one, nothing is the definition of a link. */
  let isFirst = true;
  let quotes = 0;

  function blank(): void {
    isFirst = true;
    quotes = 0;
  }

  /** Whether the line may begin a paragraph. `paragraph`: its end. `isInDoubt`: one may begin at any line, as in HTML, or after code whose end can't be told. */
  function read(line: MarkdownSpan, paragraph: number, isInDoubt: boolean): boolean {
    const whole = text.slice(line.from, line.to);
    const marks = marksOf(whole);
    for (const { index, 0: name, 1: label = '' } of marks.matchAll(NOTE))
      readNote({ from: line.from + index, to: line.from + index + name.length }, label);
    const before = quotes;
    quotes = quotesIn(marks);
    if (quotes !== before || /[^ \t>]/.test(marks)) isFirst = true;
    // What stands right after a definition is of its paragraph.
    const begins = isFirst && (endOfLink === 0 || line.from > nextLine(text, endOfLink));
    if (line.from < endOfLink) return begins;
    const from = line.from + marks.length;
    const link = isFirst || isInDoubt ? LINK.exec(text.slice(from, paragraph)) : null;
    if (link) {
      const [found, label = ''] = link;
      endOfLink = from + found.length;
      links.push({ from, to: endOfLink, label: nameOf(label) });
      isFirst = true;
      return begins;
    }
    const rest = whole.slice(marks.length);
    isFirst = rest === '' || BLOCK.test(rest) || (isFirst && INDENTED.test(marks));
    return begins;
  }

  function readNote(name: MarkdownSpan, label: string): void {
    // One in another ends with that, so that no line is read twice.
    if (name.from >= endOfNotes) endOfNotes = endOfNote(text, name.from);
    notes.push({ from: name.from, to: endOfNotes, label: nameOf(label) });
    names.push(name);
  }

  /** Those that nothing refers to which people see, and of several with one label all but the first. */
  function unused(comments: readonly MarkdownSpan[]): MarkdownSpan[] {
    if (links.length + notes.length === 0) return [];
    const labels = labelsIn(without(text, [...comments, ...links, ...names]).text);
    const unusedNotes = unusedOf(notes, labels);
    const left = without(text, [...comments, ...links, ...names, ...unusedNotes]).text;
    const seen = unusedNotes.length > 0 ? labelsIn(left) : labels;
    return [...unusedNotes, ...unusedOf(links, seen)];
  }

  return { blank, read, unused };
}

const nameOf = (label: string): string => label.trim().replaceAll(/\s+/g, ' ').toLowerCase();

function unusedOf(definitions: readonly Definition[], labels: ReadonlySet<string>): Definition[] {
  const first = new Map(definitions.toReversed().map(one => [one.label, one]));
  return definitions.filter(one => !labels.has(one.label) || first.get(one.label) !== one);
}

const labelsIn = (text: string): Set<string> =>
  new Set([...text.matchAll(LABEL)].map(([, label = '']) => nameOf(label)));

/** Of its paragraph, and of those after it that are indented. Another footnote that is not ends it. */
function endOfNote(text: string, from: number): number {
  let end = endOfLine(text, from);
  let isParagraph = true;
  for (let next = nextLine(text, end); next < text.length; ) {
    const to = endOfLine(text, next);
    const line = text.slice(next, to);
    next = nextLine(text, to);
    if (/^[ \t]*$/.test(line)) {
      isParagraph = false;
      continue;
    }
    const isInside = /^(?: {4}|\t)/.test(line);
    if (!isInside && (!isParagraph || marksOf(line).includes('[^'))) break;
    isParagraph = true;
    end = to;
  }
  return end;
}
