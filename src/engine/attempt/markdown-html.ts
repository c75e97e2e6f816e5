/** Lines with which blocks of HTML begin in Markdown. A line that begins with another tag, or with an address in `<>`, is of a paragraph. */
import { marksOf } from './markdown-containers.ts';

/** May stand right after a paragraph's line. */
const BLOCK =
  /^<(?:[?]|![a-z]|!--|!\[CDATA\[|(?:script|style|pre|textarea)(?=[ \t>]|$)|\/?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|source|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?=[ \t>]|\/>|$))/i;
/** A whole tag that is alone on its line. */
const TAG =
  /^<(?:\/[a-z][a-z\d-]*[ \t]*|[a-z][a-z\d-]*(?:[ \t]+[a-z_:][\w.:-]*(?:[ \t]*=[ \t]*(?:[^ \t"'=<>`]+|"[^"]*"|'[^']*'))?)*[ \t]*\/?)>[ \t]*$/i;

/** What begins with the first ends with the line that has the second; other HTML ends before a blank line. */
const ENDS = [
  [/^<(?:script|style|pre|textarea)(?=[ \t>]|$)/i, /<\/(?:script|style|pre|textarea)>/i],
  [/^<[?]/, /[?]>/],
  [/^<![a-z]/i, />/],
  [/^<!\[CDATA\[/, /\]\]>/],
] as const;

/** What ends the HTML that a line begins, if it is not a blank line. @foreign */
export const endOfHtml = (rest: string): RegExp | undefined =>
  ENDS.find(([begin]) => begin.test(rest))?.[1];

/** `rest`: the line after the marks of lists, quotes and footnotes. `isFirst`: it may begin a paragraph. @foreign */
export const opensHtml = (rest: string, isFirst: boolean): boolean =>
  BLOCK.test(rest) || (isFirst && TAG.test(rest));

/** Whether a line after the first one of a text begins HTML. @foreign */
export function opensHtmlWithin(text: string): boolean {
  const [, ...more] = text.split(/\r\n?|\n/);
  return more.some(line => {
    const marks = marksOf(line);
    return opensHtml(line.slice(marks.length), /[^ \t]/.test(marks));
  });
}
