/**
 * What GitHub does not show of Markdown: HTML comments, and definitions of links and footnotes that
 * nothing refers to. What stands in code is shown. Where code can't be told for certain, there is none.
 */

/** A fence that no list or quote can hold, because it is not indented. What stands beside it is not shown. */
const FENCE = /^(`{3,}|~{3,})[^`<]*$/;
const BLANK = /^[ \t]*$/;
/** A line of HTML, also behind the marks of lists, quotes and footnotes. */
const HTML = /^(?:[ \t>*+\-#|]|\d{1,9}[.)]|\[\^[^\]]{1,100}\]:)*</;
/** How HTML ends a comment; one that nobody ends hides all that follows. */
const CLOSE = /--!?>/g;
const PARAGRAPH_END = /(?:\r\n|\n|\r(?!\n))[ \t]*(?=[\r\n]|$)/g;
/** What may begin code, HTML, or a text that is no code though it looks like it: an image's, a definition's. */
const MARK = /`+|<|!\[|\]:/g;
/** What holds code-like text as it is, over blank lines as well. */
const RAW =
  /<(?:[?!]|\/?(?:script|style|pre|textarea|xmp|title|iframe|noembed|noframes|plaintext)\b)/iy;
const COMMENT = '<!--';

/** A definition of a link, on one line, and the beginning of that of a footnote. */
const LINK =
  /^ {0,3}\[([^\]^[][^\][]{0,200})\]:[ \t]*(?:<[^<>]*>|[^\s<]\S*)(?:[ \t]+(?:"[^"]*"|'[^']*'|\([^()]*\)))?[ \t]*$/;
const FOOTNOTE = /^ {0,3}\[(\^[^\][]{1,200})\]:/;
const LABEL = /\[([^\][\r\n]{1,201})\]/g;

/** How much was taken out. @foreign */
export function shownMarkdown(text: string): { text: string; comments: number } {
  const parts: string[] = [];
  let kept = 0;
  let comments = 0;
  const drop = (from: number, to: number) => {
    parts.push(text.slice(kept, from));
    kept = to;
    comments += 1;
  };
  const labels = labelsIn(text);
  const closing = createFinder(text, CLOSE);
  const blank = createFinder(text, PARAGRAPH_END);
  const mark = createFinder(text, MARK);
  /** Whether code can be told from other text, to the end of the text and to that of the paragraph. */
  let isSure = true;
  let isPlain = true;
  let isHtml = false;
  let isFirst = true;
  for (let start = 0; start < text.length; ) {
    let end = endOfLine(text, start);
    const line = text.slice(start, end);
    const fence = isSure && !isHtml ? FENCE.exec(line)?.[1] : undefined;
    if (fence !== undefined || BLANK.test(line)) {
      start = fence === undefined ? nextLine(text, end) : afterFence(text, end, fence);
      isHtml = false;
      isPlain = isFirst = true;
      continue;
    }
    isHtml ||= HTML.test(line);
    const [, label] = (isFirst && !isHtml && (LINK.exec(line) ?? FOOTNOTE.exec(line))) || [];
    if (label !== undefined && (labels.get(label.toLowerCase()) ?? 0) < 2) {
      if (label.startsWith('^')) end = endOfNote(text, start, blank);
      drop(start, end);
      start = nextLine(text, end);
      continue;
    }
    isFirst = false;
    for (let from = start; from < end; ) {
      const found = mark(from);
      if (!found || found.index >= end) break;
      const { index } = found;
      from = index + found[0].length;
      const isComment = text.startsWith(COMMENT, index);
      if (!isComment) {
        const mayBeCode = isSure && isPlain && !isHtml && text[index - 1] !== '\\';
        const over = found[0][0] === '`' && mayBeCode ? endOfCode(text, from, end, found[0]) : -1;
        if (over < 0) isPlain = false;
        else from = over;
        RAW.lastIndex = index;
        if (RAW.test(text)) isSure = false;
        continue;
      }
      // `<!-->` and `<!--->` are whole comments.
      const close = closing(index + 2);
      const to = close ? close.index + close[0].length : text.length;
      const paragraph = blank(index)?.index ?? text.length;
      // Within a paragraph, what does not end there is no comment.
      if (!isHtml && (close === null || to > paragraph)) {
        isPlain = false;
        continue;
      }
      drop(index, to);
      from = to;
      if (to <= end) continue;
      // A line in it may be one of code, which ends no comment.
      isSure &&= /^ {0,3}$/.test(text.slice(start, index));
      end = endOfLine(text, to);
    }
    start = nextLine(text, end);
  }
  return { text: parts.join('') + text.slice(kept), comments };
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

/** Of its paragraph, and of those after it that are indented. */
function endOfNote(text: string, start: number, blank: ReturnType<typeof createFinder>): number {
  let end = blank(start)?.index ?? text.length;
  for (let next = nextLine(text, end); next < text.length; ) {
    const line = text.slice(next, endOfLine(text, next));
    if (!BLANK.test(line) && !/^(?: {4}|\t)/.test(line)) break;
    if (!BLANK.test(line)) end = blank(next)?.index ?? text.length;
    next = nextLine(text, Math.max(end, next + line.length));
  }
  return end;
}

/** How often each stands in brackets: a definition does once, and what refers to it again. */
function labelsIn(text: string): Map<string, number> {
  const labels = new Map<string, number>();
  for (const [, label = ''] of text.matchAll(LABEL)) {
    const name = label.toLowerCase();
    labels.set(name, (labels.get(name) ?? 0) + 1);
  }
  return labels;
}

function endOfLine(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1)
    if (text[at] === '\n' || text[at] === '\r') return at;
  return text.length;
}

const nextLine = (text: string, end: number): number =>
  text.startsWith('\r\n', end) ? end + 2 : end + 1;

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
