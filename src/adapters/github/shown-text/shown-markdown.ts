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

/** A comment, what HTML takes for one, or a tag. */
const MARK =
  /<!--(?:-?>|[\s\S]*?(?:--!?>|$))|<(?:[?!]|\/(?![a-z]))[^>\0]*>?|(?<tag><\/?[a-z](?:"[^"\0]*"|'[^'\0]*'|[^'">\0])*>)/gi;
/** In an attribute, what is not ended is no comment. */
const WITHIN_TAG = /<!--[\s\S]*?-->/g;

function commentsIn(html: string): MarkdownSpan[] {
  const found: MarkdownSpan[] = [];
  for (const { index, 0: mark, groups } of html.matchAll(MARK)) {
    if (groups?.tag === undefined) found.push({ from: index, to: index + mark.length });
    else
      for (const { index: within, 0: inner } of mark.matchAll(WITHIN_TAG))
        found.push({ from: index + within, to: index + within + inner.length });
  }
  return found;
}
