/**
 * The lines of a comment that a reader sees as plain prose: not in code (fenced, indented, spans),
 * quotes, HTML comments or HTML blocks. One pass, linear in the text; in doubt a line is left out.
 */

/** Also behind list and quote marks, and however far it is indented. */
const FENCE = /^(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)]))*[ \t]*(`{3,}(?=[^`]*$)|~{3,})/;
const QUOTE = /^ {0,3}>/;
const INDENTED = /^(?: {4}| {0,3}\t)/;
const HTML_BLOCK = /^ {0,3}<(pre|script|style|textarea|blockquote|code|samp|kbd)(?=[\s>]|$)/i;

export function markdownTextLines(body: string): string[] {
  const lines = body.split(/\r\n|\n|\r/);
  const kept: string[] = [];
  let paragraph: string[] = [];
  let fence = '';
  let comment = false;
  let block: { tag: RegExp; depth: number } | null = null;
  let quoted = false;

  const endParagraph = () => {
    kept.push(...outsideSpans(paragraph));
    paragraph = [];
  };
  for (const line of lines) {
    if (fence) {
      if (closes(line, fence)) fence = '';
      continue;
    }
    if (comment) {
      comment = !line.includes('-->');
      continue;
    }
    const tag = HTML_BLOCK.exec(line)?.[1];
    if (tag && !block) {
      endParagraph();
      block = { tag: new RegExp(`<(/?)${tag}(?=[\\s>]|$)`, 'gi'), depth: 0 };
    }
    if (block) {
      for (const [, close] of line.matchAll(block.tag)) block.depth += close ? -1 : 1;
      if (block.depth <= 0) block = null;
      continue;
    }
    const opened = FENCE.exec(line)?.[1];
    if (opened) {
      endParagraph();
      fence = opened;
    } else if (/^ {0,3}<!--/.test(line) && !line.includes('-->')) {
      endParagraph();
      comment = true;
    } else if (line.trim() === '') {
      endParagraph();
      quoted = false;
    } else if (QUOTE.test(line)) {
      endParagraph();
      // A line that follows a quoted one without a blank is shown inside the quote.
      quoted = line.replace(/^[ >]+/, '') !== '';
    } else if (!quoted && !INDENTED.test(line)) paragraph.push(line);
  }
  endParagraph();
  return kept;
}

const closes = (line: string, fence: string): boolean => {
  const mark = /^[ \t>]*(`+|~+)[ \t]*$/.exec(line)?.[1];
  return mark !== undefined && mark[0] === fence[0] && mark.length >= fence.length;
};

/** The lines of one paragraph that do not begin inside a code span or an HTML comment. */
function outsideSpans(lines: string[]): string[] {
  const text = lines.join('\n');
  if (!/[`<]/.test(text)) return lines;
  const spans = spansOf(text);
  let offset = 0;
  let span = 0;
  return lines.filter(line => {
    const start = offset;
    offset += line.length + 1;
    while ((spans[span]?.end ?? Number.POSITIVE_INFINITY) <= start) span += 1;
    return (spans[span]?.start ?? Number.POSITIVE_INFINITY) >= start;
  });
}

function spansOf(text: string): { start: number; end: number }[] {
  const runs = [...text.matchAll(/`+/g)].map(run => ({ at: run.index, length: run[0].length }));
  /** Where runs of each length begin, to be taken from the front. */
  const byLength = new Map<number, number[]>();
  for (const { at, length } of runs.toReversed()) {
    const same = byLength.get(length);
    if (same) same.push(at);
    else byLength.set(length, [at]);
  }
  const spans: { start: number; end: number }[] = [];
  let from = 0;
  for (const token of text.matchAll(/`+|<!--/g)) {
    const at = token.index;
    if (at < from) continue;
    if (token[0] === '<!--') {
      const close = text.indexOf('-->', at);
      from = close === -1 ? text.length : close + 3;
    } else {
      const { length } = token[0];
      const rest = byLength.get(length) ?? [];
      while ((rest.at(-1) ?? at + 1) <= at) rest.pop();
      const close = rest.at(-1);
      if (close === undefined) continue;
      from = close + length;
    }
    spans.push({ start: at, end: from });
  }
  return spans;
}
