/**
 * What GitHub does not show of Markdown: HTML comments, definitions of links and footnotes that nothing
 * refers to, and what follows the language of a fence. What stands in code is shown. Where it is not
 * certain that a text is code, it is treated as text that is none.
 */
import { createIndentedFence } from './indented-fence.ts';
import { isLeft, leftAfter, marksOf } from './markdown-containers.ts';
import { createDefinitions } from './markdown-definitions.ts';
import { endOfHtml, opensHtml, opensHtmlWithin } from './markdown-html.ts';
import { endOfLine, type MarkdownSpan, nextLine, without } from './markdown-spans.ts';

/** A fence that no list or quote can hold, because it is not indented. What stands beside it is not shown. */
const FENCE = /^(`{3,}|~{3,})[^`<]*$/;
/** What a fence begins with: after the language, no word of its line is shown. */
const LANGUAGE = /^(?:`{3,}(?=[^`]*$)|~{3,}(?!~))[ \t]*[^ \t]+[ \t]+(?=[^ \t])/;
const BLANK = /^[ \t]*$/;
/** A line that may begin with HTML, also of a paragraph, and behind the marks of lists, quotes and footnotes. */
const HTML = /^(?:[ \t>*+\-#|]|\d{1,9}[.)]|\[\^[^\]]{1,100}\]:)*</;
/** The same within a comment. */
const HTML_INSIDE = /[\r\n](?:[ \t>*+\-#|]|\d{1,9}[.)]|\[\^[^\]]{1,100}\]:)*</;
/** What ends HTML with its line, so that no later line ends a comment that begins in it. */
const HTML_END = /--!?>|\?>|\]\]>|<![a-z]|<\/(?:script|style|pre|textarea)>/i;
/** How HTML ends a comment; one that nobody ends hides all that follows. */
const CLOSE = /--!?>/g;
const PARAGRAPH_END = /(?:\r\n|\n|\r(?!\n))[ \t]*(?=[\r\n]|$)/g;
/** What may begin code, HTML, or a text that is no code though it looks like it: an image's, a definition's. */
const MARK = /`+|<|!\[|\]:/g;
/** What holds code-like text as it is, over blank lines as well. */
const RAW =
  /<(?:[?!]|\/?(?:script|style|pre|textarea|xmp|title|iframe|noembed|noframes|plaintext)\b)/iy;
const COMMENT = '<!--';

/** How many comments and definitions were taken out; the words of a fence are not among them. @foreign */
export function shownMarkdown(text: string): { text: string; comments: number } {
  const comments: MarkdownSpan[] = [];
  /** What follows the language of a fence: names and settings, most often. */
  const words: MarkdownSpan[] = [];
  const definitions = createDefinitions(text);
  const indented = createIndentedFence();
  const closing = createFinder(text, CLOSE);
  const blank = createFinder(text, PARAGRAPH_END);
  const mark = createFinder(text, MARK);
  /** Whether code can be told from other text, to the end of the text and to that of the paragraph. */
  let isSure = true;
  /** Whether there is HTML that blank lines may not end. */
  let isRaw = false;
  let isPlain = true;
  /** Whether the paragraph may have tags; then code in it can't be told. */
  let isHtml = false;
  /** Whether it may be a block of HTML, where a comment has to end. */
  let isHtmlBlock = false;
  /** Whether a line stands after what holds that block. */
  let leavesHtml = leftAfter('');
  let htmlEnd: RegExp | undefined;
  for (let start = 0; start < text.length; ) {
    let end = endOfLine(text, start);
    const line = text.slice(start, end);
    const marks = marksOf(line);
    const rest = line.slice(marks.length);
    const fence = isSure && indented.isSure() && !isHtml ? FENCE.exec(line)?.[1] : undefined;
    if (fence !== undefined || BLANK.test(line)) {
      words.push(...wordsOf(rest, end));
      start = fence === undefined ? nextLine(text, end) : afterFence(text, end, fence);
      isHtml = false;
      isHtmlBlock = false;
      isPlain = true;
      definitions.blank();
      continue;
    }
    if (isHtmlBlock && leavesHtml(line)) {
      isHtmlBlock = false;
      definitions.blank();
    }
    const wasHtmlBlock = isHtmlBlock;
    const span = { from: start, to: end };
    if (indented.read(marks, rest, wasHtmlBlock)) definitions.blank();
    else {
      if (!wasHtmlBlock) words.push(...wordsOf(rest, end));
      const isInDoubt = wasHtmlBlock || !indented.isSure();
      const begins = definitions.read(span, blank(start)?.index ?? text.length, isInDoubt);
      isHtmlBlock ||= opensHtml(rest, begins);
    }
    if (!wasHtmlBlock) {
      leavesHtml = leftAfter(marks);
      htmlEnd = endOfHtml(rest);
    }
    isHtml ||= HTML.test(line);
    let begin = start;
    /** The end of a comment that began HTML, which ends with the line. */
    let closed = -1;
    for (let from = start; from < end; ) {
      const found = mark(from);
      if (!found || found.index >= end) break;
      const { index } = found;
      from = index + found[0].length;
      const isComment = text.startsWith(COMMENT, index);
      if (!isComment) {
        const mayBeCode =
          isSure && indented.isSure() && isPlain && !isHtml && text[index - 1] !== '\\';
        const over = found[0][0] === '`' && mayBeCode ? endOfCode(text, from, end, found[0]) : -1;
        if (over < 0) isPlain = false;
        else from = over;
        RAW.lastIndex = index;
        if (RAW.test(text)) {
          isRaw = true;
          isSure = false;
        }
        continue;
      }
      // `<!-->` and `<!--->` are whole comments.
      const close = closing(index + 2);
      let to = close ? close.index + close[0].length : text.length;
      const paragraph = blank(index)?.index ?? text.length;
      // Within a paragraph that raw HTML can't hold, what does not end there is no comment.
      if (!isHtmlBlock && !isRaw && (close === null || to > paragraph)) {
        isPlain = false;
        continue;
      }
      const isBlock = !wasHtmlBlock && index === start + marks.length;
      const endsEarlier =
        to > end &&
        (isHtmlBlock || isRaw) &&
        ((to > paragraph && !isBlock) ||
          HTML_END.test(text.slice(begin, index)) ||
          isLeft(marks, text.slice(index, to)));
      // HTML that ends before a comment in it does hides all that follows.
      if (endsEarlier) to = text.length;
      if (isBlock && close?.[0] === '-->') closed = to;
      // Markdown goes on with HTML after the other mark, over blank lines.
      isRaw ||= close?.[0] === '--!>';
      comments.push({ from: index, to });
      from = to;
      if (to <= end) continue;
      indented.skip();
      isHtml ||= HTML_INSIDE.test(text.slice(index, to));
      isHtmlBlock ||= opensHtmlWithin(text.slice(index, to));
      begin = close?.index ?? to;
      // A line in it may be one of code, which ends no comment.
      isSure &&= /^ {0,3}$/.test(text.slice(start, index));
      end = endOfLine(text, to);
    }
    if (closed >= 0 && !isRaw) {
      isHtml &&= text.slice(closed, end).includes('<');
      isHtmlBlock = false;
      definitions.blank();
    }
    if (isHtmlBlock && htmlEnd?.test(text.slice(start, end))) {
      isHtmlBlock = false;
      definitions.blank();
    }
    start = nextLine(text, end);
  }
  const unused = definitions.unused([...comments, ...words]);
  const { taken } = without(text, [...comments, ...unused]);
  return { text: without(text, [...comments, ...words, ...unused]).text, comments: taken };
}

/** What follows the language of a fence, on a line that ends there. */
function wordsOf(rest: string, end: number): MarkdownSpan[] {
  const language = LANGUAGE.exec(rest)?.[0];
  return language ? [{ from: end - rest.length + language.length, to: end }] : [];
}

/** Finds a pattern from some place of the text on. Places may only grow, so that no part is read twice. */
function createFinder(text: string, pattern: RegExp): (from: number) => RegExpExecArray | null {
  let last: RegExpExecArray | null | undefined;
  return from => {
    if (last === null || (last && last.index >= from)) return last;
    pattern.lastIndex = from;
    last = pattern.exec(text);
    return last;
  };
}

/** Where the line begins after the one that closes the fence; the end of the text where none does. */
function afterFence(text: string, opened: number, fence: string): number {
  for (let start = nextLine(text, opened); start < text.length; ) {
    const end = endOfLine(text, start);
    const [, closes = ''] = /^ {0,3}(`+|~+)[ \t]*$/.exec(text.slice(start, end)) ?? [];
    start = nextLine(text, end);
    if (closes.startsWith(fence)) return start;
  }
  return text.length;
}

/** The end of code within the line; -1: it does not end there, or the cells of a table may cut it. */
function endOfCode(text: string, from: number, end: number, ticks: string): number {
  for (let at = from; at < end; ) {
    const next = text.indexOf('`', at);
    if (next < 0 || next >= end) return -1;
    let after = next;
    while (text[after] === '`') after += 1;
    if (after - next === ticks.length) return text.slice(from, next).includes('|') ? -1 : after;
    at = after;
  }
  return -1;
}
