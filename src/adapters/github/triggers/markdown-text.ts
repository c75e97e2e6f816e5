/**
 * Which lines of a comment a reader sees as plain text, found by micromark with GitHub's tables. What
 * is in code, in quotes or in HTML is not plain text; in doubt a line is left out.
 */
import { boundedEvents } from './bounded-markdown.ts';

/**
 * `plain`: a line of a paragraph that stands in nothing else. `nested`: in a list, a heading, HTML, a
 * table, or in what a quote goes on with; never a line that is itself marked as quoted.
 */
export type TextLine = { start: number; end: number; kind: 'plain' | 'nested' };
type Span = { start: number; end: number };

/** GitHub's own limit of a comment's body, in characters. */
export const LONGEST_COMMENT = 65_536;

const TEXT_BLOCKS = new Set<string>(['paragraph', 'atxHeading', 'tableRow']);
const CONTAINERS = new Set<string>(['blockQuote', 'listOrdered', 'listUnordered', 'atxHeading']);

/** Elements that show what they contain as code or as somebody else's words. */
const QUOTING =
  /<(\/?)(?:pre|script|style|textarea|blockquote|q|code|samp|kbd|tt|xmp)(?=[\s>]|$)/gi;

type Read = {
  lines: TextLine[];
  /** HTML comments, which no reader sees. */
  comments: Span[];
  /** What is shown as code or as a quote within the lines. */
  code: Span[];
};

/** Offsets are those of `text`; null of a text that takes too much work to read. */
export function readMarkdown(text: string): Read | null {
  const events = boundedEvents(text);
  if (events === null) return null;
  const lines: TextLine[] = [];
  const comments: Span[] = [];
  const shownAsCode: Span[] = [];
  let containers = 0;
  let quoting = 0;
  let code: Span[] = [];
  for (const [way, { type, start, end }] of events) {
    if (CONTAINERS.has(type)) containers += way === 'enter' ? 1 : -1;
    if (way === 'enter') {
      if (TEXT_BLOCKS.has(type)) code = [];
      if (type === 'codeText') code.push({ start: start.offset, end: end.offset });
      continue;
    }
    const block = { start: start.offset, end: end.offset };
    if (type === 'htmlFlow') {
      const unseen = closedComments(text, block, []);
      comments.push(...unseen);
      const marks = [...text.slice(block.start, block.end).matchAll(QUOTING)];
      if (quoting === 0 && marks.length === 0)
        for (const line of htmlLines(text, block, unseen)) lines.push({ kind: 'nested', ...line });
      for (const [, closing] of marks) quoting = Math.max(0, quoting + (closing ? -1 : 1));
    }
    if (!TEXT_BLOCKS.has(type)) continue;
    const unseen = closedComments(text, block, code);
    comments.push(...unseen);
    if (quoting > 0) continue;
    code = inOrder([...code, ...quotedWithin(text, block, code)]);
    shownAsCode.push(...code);
    const kind = containers === 0 && type === 'paragraph' ? 'plain' : 'nested';
    const hidden = inOrder([...code, ...unseen]);
    for (const line of outside(linesOf(text, block), hidden)) lines.push({ kind, ...line });
  }
  return {
    lines: lines.filter(({ start, kind }) => kind === 'plain' || !isQuoted(text, start)),
    comments,
    code: shownAsCode,
  };
}

const inOrder = (spans: Span[]): Span[] => spans.sort((a, b) => a.start - b.start);

/** What stands between the tags of a quoting element in a paragraph; one that is never closed is plain text. */
function quotedWithin(text: string, block: Span, code: Span[]): Span[] {
  const spans: Span[] = [];
  const opened: number[] = [];
  let next = 0;
  for (const { index, 0: tag, 1: closing } of text
    .slice(block.start, block.end)
    .matchAll(QUOTING)) {
    const at = block.start + index;
    while ((code[next]?.end ?? at + 1) <= at) next += 1;
    if ((code[next]?.start ?? at + 1) <= at) continue;
    if (!closing) opened.push(at);
    else {
      const start = opened.pop();
      if (start !== undefined && opened.length === 0) spans.push({ start, end: at + tag.length });
    }
  }
  return spans;
}

function linesOf(text: string, { start, end }: Span): Span[] {
  const lines: Span[] = [];
  let from = start;
  for (const { index, 0: ending } of text.slice(start, end).matchAll(/\r\n|\n|\r/g)) {
    lines.push({ start: from, end: start + index });
    from = start + index + ending.length;
  }
  return [...lines, { start: from, end }];
}

/** The lines that don't begin inside one of `spans`. Both are in order. */
function outside(lines: Span[], spans: Span[]): Span[] {
  let next = 0;
  return lines.filter(({ start }) => {
    while ((spans[next]?.end ?? start + 1) <= start) next += 1;
    return (spans[next]?.start ?? start) >= start;
  });
}

/** The lines of HTML that a reader may see: none in its comments, nor after one that is never closed. */
function htmlLines(text: string, block: Span, comments: Span[]): Span[] {
  const from = comments.at(-1)?.end ?? block.start;
  const open = text.slice(from, block.end).indexOf('<!--');
  const end = open === -1 ? block.end : from + open;
  return outside(linesOf(text, { start: block.start, end }), comments);
}

/** The comments of a block that begin outside its code; what is never closed is plain text. */
function closedComments(text: string, block: Span, code: Span[]): Span[] {
  const comments: Span[] = [];
  let next = 0;
  let from = block.start;
  for (;;) {
    const start = text.indexOf('<!--', from);
    if (start === -1 || start >= block.end) return comments;
    while ((code[next]?.end ?? start + 1) <= start) next += 1;
    const around = code[next];
    if (around && around.start <= start) {
      from = around.end;
      continue;
    }
    const close = text.indexOf('-->', start + 4);
    if (close === -1 || close + 3 > block.end) return comments;
    from = close + 3;
    comments.push({ start, end: from });
  }
}

/** Whether the line around `at` is marked as a quote. */
function isQuoted(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 200), at);
  const lineStart =
    at - before.length + Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
  return /^[ \t\d.)*+-]*>/.test(text.slice(lineStart, lineStart + 400));
}
