/**
 * What GitHub shows of Markdown: no HTML comments, no definitions of links and footnotes that nothing refers
 * to, and nothing of what follows the language of a fence. micromark reads it as GitHub does.
 */
import { parse, postprocess, preprocess } from 'micromark';
import { gfmFootnote } from 'micromark-extension-gfm-footnote';
import { gfmTable } from 'micromark-extension-gfm-table';
import { type MarkdownSpan, without } from './markdown-span.ts';
import { createReferences } from './references.ts';

/** Emphasis hides nothing, and reading it takes micromark quadratic time. */
const EXTENSIONS = [gfmFootnote(), gfmTable(), { disable: { null: ['attention'] } }];
/** In place of all that is not HTML: a comment goes on over it, nothing else of HTML does. */
const OTHER = '\0';

/** How many comments and definitions were taken out; the words of a fence are not among them. */
export function shownMarkdown(text: string): { text: string; comments: number } {
  const document = parse({ extensions: EXTENSIONS }).document();
  const references = createReferences();
  const words: MarkdownSpan[] = [];
  /** The text's HTML, each part in its place. */
  let html = '';
  for (const event of postprocess(document.write(preprocess()(text, undefined, true)))) {
    references.read(event);
    const [way, { type, start, end }] = event;
    if (way === 'exit') continue;
    if (type === 'codeFencedFenceMeta') words.push({ from: start.offset, to: end.offset });
    if (type === 'htmlFlow' || type === 'htmlText') html = html.padEnd(start.offset, OTHER);
    if (type === 'htmlFlowData' || type === 'htmlTextData')
      html = html.padEnd(start.offset) + text.slice(start.offset, end.offset);
  }
  // A comment that nobody ends hides all that follows.
  const comments = commentsIn(html.padEnd(text.length, OTHER));
  const unused = references.unused(comments);
  const { taken } = without(text, [...comments, ...unused]);
  return { text: without(text, [...comments, ...words, ...unused]).text, comments: taken };
}

/** A comment, what HTML takes for one, or the beginning of a tag. */
const MARK = /<!--(?:-?>|[\s\S]*?(?:--!?>|$))|<(?:[?!]|\/(?![a-z]))[^>\0]*>?|(?<tag><\/?[a-z])/gi;
/** In an attribute, what is not ended is no comment. */
const WITHIN_TAG = /<!--[\s\S]*?(?:(?<end>-->)|$)/g;

function commentsIn(html: string): MarkdownSpan[] {
  const found: MarkdownSpan[] = [];
  const ends = endsOfTags(html);
  const marks = new RegExp(MARK);
  for (let match = marks.exec(html); match; match = marks.exec(html)) {
    const { index: from, 0: mark, groups } = match;
    if (groups?.tag === undefined) found.push({ from, to: from + mark.length });
    else {
      const to = ends[from + mark.length] ?? 0;
      for (const { index, 0: inner, groups } of html.slice(from, to).matchAll(WITHIN_TAG))
        if (groups?.end) found.push({ from: from + index, to: from + index + inner.length });
      marks.lastIndex = Math.max(to, marks.lastIndex);
    }
  }
  return found;
}

/** For each place outside of quotes, where a tag that is open there ends; 0: it does not. From the last: in linear time. */
function endsOfTags(html: string): Int32Array {
  const ends = new Int32Array(html.length + 1);
  const next: Record<string, number> = {};
  for (let at = html.length - 1; at >= 0; at--) {
    const character = html[at] ?? '';
    if (character === OTHER) {
      next['"'] = 0;
      next["'"] = 0;
    } else if (character === '>') ends[at] = at + 1;
    else if (character === '"' || character === "'") {
      const closing = next[character] ?? 0;
      ends[at] = closing === 0 ? 0 : (ends[closing + 1] ?? 0);
      next[character] = at;
    } else ends[at] = ends[at + 1] ?? 0;
  }
  return ends;
}
